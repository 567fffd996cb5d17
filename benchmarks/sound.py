"""Sounds: the networks of the recommended mix beside the classic models on MFCC, and how soon a warm one answers.

    make bench-sound                      # the sample, three seeds
    make bench-sound ARGS="--data clips.zip --seeds 1"

Accuracy on the test rows. No public set of sounds lies beside the project: a zip of folders by class may be named.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from core.data.samples import sample_called
from core.errors import BadInput
from core.home import Home

SAMPLE = "machines"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=sample_called(SAMPLE).path)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--one", metavar="RUN,NUMBER", help="only how soon that model of FATHOM_HOME answers")
    options = parser.parse_args()
    if options.one:
        from benchmarks.warm_answer import answer_ms

        run, number = options.one.split(",")
        print(json.dumps(answer_ms(Home.from_environment(), run, int(number))))
        return
    found: dict[str, list[dict]] = {}
    for seed in range(options.seeds):
        for score in _trained(options.data, seed):
            found.setdefault(score["model"], []).append(score)
    print(f"  {options.data.name}, {options.seeds} seeds")
    for model, scores in found.items():
        values = [s["value"] for s in scores if s["value"] is not None]
        if not values:
            print(f"    {model:14} not trained: {scores[0]['reason']}")
            continue
        fit_s, answers = (
            statistics.median(s["fit_s"] for s in scores),
            [s["answer_ms"] for s in scores if "answer_ms" in s],
        )
        answered = ""
        if answers:
            wall, busy = (statistics.median(times) for times in zip(*answers))
            answered = f", answers in {wall:.0f} ms once warm, {busy:.0f} of them at work"
        each = " ".join(f"{v:.3f}" for v in values)
        print(
            f"    {model:14} accuracy {statistics.mean(values):.3f} ({each}), fitted in {fit_s:.1f} s{answered}"
        )


def _trained(path: Path, seed: int) -> list[dict]:
    """The test scores of the recommended models, those of networks with `answer_ms`: by the wall's clock, and the processor's."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "FATHOM_HOME": folder}
        command = ["core", "train", str(path), "--target", "class", "--seed", str(seed), "--json"]
        started, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
        answer = json.loads(_said(command, environment))
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        processor_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        print(
            f"  seed {seed}: {time.perf_counter() - started:.0f} s, {processor_s:.0f} s of processor time",
            flush=True,
        )
        scores = [s for s in answer["scores"] if s["part"] == "test"]
        for score in scores:
            if score["family"] == "deep" and score["value"] is not None:
                command = ["benchmarks.sound", "--one", f"{answer['run']},{score['number']}"]
                score["answer_ms"] = json.loads(_said(command, environment))
        return scores


def _said(command: list[str], environment: dict[str, str]) -> str:
    """The last line that a module of ours says."""
    done = subprocess.run([sys.executable, "-m", *command], env=environment, capture_output=True, text=True)
    if done.returncode:
        raise BadInput("run_ended", state="failed", error=done.stderr[-500:])
    return done.stdout.splitlines()[-1]


if __name__ == "__main__":
    main()
