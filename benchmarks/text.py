"""Texts: what Fathom recommends beside the TF-IDF baseline, and each network, on four public sets.

    make bench-text                      # the recommended models of each set
    make bench ARGS="text"               # the same
    .venv/bin/python -m benchmarks.text --all sms_spam     # every network for texts

Accuracy on the test rows, one seed; the sets lie in ../shared/data and a set that is absent is left out.
"""

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from core.architectures import ARCHITECTURES
from core.errors import BadInput

DATA = Path(os.environ.get("FATHOM_TEST_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
BASELINES = ("words_logistic", "words_nbsvm", "words_bayes", "dummy")
POINTS = 0.02  # a network may stay behind the baseline by so much

Rows = Iterator[tuple[str, str]]


def _sms() -> Rows:
    with open(DATA / "sms_spam" / "smsspamcollection.tsv", encoding="utf-8", newline="") as file:
        yield from ((row["message"], row["label"]) for row in csv.DictReader(file, delimiter="\t"))


def _polarity() -> Rows:
    text = (DATA / "rt_polarity" / "rt-polarity.all").read_text(encoding="latin-1")
    yield from ((line[2:], line[0]) for line in text.strip().split("\n"))


def _waimai() -> Rows:
    with open(DATA / "waimai_10k_zh" / "waimai_10k.csv", encoding="utf-8", newline="") as file:
        yield from ((row["review"], row["label"]) for row in csv.DictReader(file))


def _titles() -> Rows:
    for part in ("dev", "test"):
        lines = (DATA / "thucnews_titles_zh" / f"{part}.txt").read_text(encoding="utf-8").split("\n")
        yield from (tuple(line.split("\t")) for line in lines if "\t" in line)


SETS: dict[str, Callable[[], Rows]] = {
    "sms_spam": _sms, "rt_polarity": _polarity, "waimai_10k_zh": _waimai, "thucnews_titles_zh": _titles,
}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sets", nargs="*", choices=[[], *SETS], metavar="|".join(SETS))
    parser.add_argument("--all", action="store_true", help="every network for texts")
    parser.add_argument("--model", default="auto", help="the models of each set, as the terminal takes them")
    parser.add_argument("--budget", type=float, help="seconds for each set; without it as long as it takes")
    options = parser.parse_args()
    networks = [k for k, a in ARCHITECTURES.items() if a.made_for == "text"]
    models = ",".join([*networks, *BASELINES, "ensemble"]) if options.all else options.model
    behind = []
    for name in options.sets or SETS:
        try:
            rows = list(SETS[name]())
        except FileNotFoundError:
            print(f"  {name}: not there, left out")
            continue
        behind += _report(name, _trained(name, rows, models, options.budget))
    if behind:
        print(f"  behind the baseline by more than {POINTS:.0%}: {', '.join(behind)}")


def _trained(name: str, rows: list[tuple[str, str]], models: str, budget: float | None) -> dict:
    """The answer of the terminal's train, about accuracy."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.csv"
        with open(path, "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["text", "label"])
            writer.writerows(rows)
        command = [
            sys.executable,
            "-m",
            "core",
            "train",
            str(path),
            "--target",
            "label",
            "--model",
            models,
            "--json",
            *(["--budget", str(budget)] if budget else []),
        ]
        environment = {**os.environ, "FATHOM_HOME": folder}
        started = time.perf_counter()
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        if done.returncode:
            raise BadInput("run_ended", state="failed", error=done.stderr[-500:])
        answer = json.loads(done.stdout.splitlines()[-1])
        run = next((Path(folder) / "runs").glob("*/scores.json"))
        scores = json.loads(run.read_text(encoding="utf-8"))
        answer["accuracy"] = {
            s["model"]: s["metrics"]["accuracy"]
            for s in (scores["scores"] if isinstance(scores, dict) else scores)
            if s["part"] == "test" and s["metrics"]
        }
        answer["seconds"] = time.perf_counter() - started
        return answer


def _report(name: str, answer: dict) -> list[str]:
    """Print one set's accuracies; the networks that are too far behind."""
    accuracy = answer["accuracy"]
    baseline = accuracy["words_logistic"]
    print(f"  {name}: {answer['seconds']:.0f} s, TF-IDF {baseline:.4f}")
    print(f"    recommended {answer['recommended']}: {accuracy.get(answer['recommended'], float('nan')):.4f}")
    for key, value in sorted(accuracy.items(), key=lambda entry: -entry[1]):
        print(f"    {key:16} {value:.4f}  {value - baseline:+.4f}")
    return [
        f"{key} on {name}"
        for key, value in accuracy.items()
        if key in ARCHITECTURES and value < baseline - POINTS
    ]


if __name__ == "__main__":
    main()
