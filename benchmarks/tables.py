"""Tables: what Fathom recommends beside AutoML tools and the published network, on the same rows in the same seconds.

    make bench-tables                                        # everything: hours; the same line goes on where it was
    make bench-tables ARGS="--tables titanic insurance --seeds 1"
    make bench-tables ARGS="--report"                        # only tell what has been measured

Every result is a line of benchmarks/tabular/results.jsonl, which is kept with the code, and what is there is not measured
again: --redo SYSTEM forgets its lines, as `recommended` should be where it has changed, and what failed is tried again. The systems take turns table by table, so that whatever else the
machine does falls on all of them.
Ours is the model that its validation rows found best: the verdict, which looks at the test rows once, is not asked.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Collection
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from benchmarks.tabular.references import REFERENCES, command_of, python_of
from benchmarks.tabular.report import Result, append_to_log, paragraph, told
from benchmarks.tabular.sets import TABLES, Rows, Table, rows_of
from core.architectures import ARCHITECTURES
from core.domain import Task
from core.errors import FathomError
from core.evaluation.metrics import METRICS

ROOT = Path(__file__).resolve().parents[1]
PLACE = ROOT / ".fathom" / "benchmarks" / "tables"  # of the other tools' environments
RESULTS = ROOT / "benchmarks" / "tabular" / "results.jsonl"
OURS = ("recommended", "realmlp")  # with a budget, and the one network with all the time it wants
VALIDATION = 0.15 / 0.80  # of the rows that are not test rows, as Fathom splits them
PATIENCE = 6  # times its budget, after which a system is ended
LONGEST_S = 3600.0  # of one that takes no budget


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    systems = (*OURS, *REFERENCES)
    parser.add_argument("--tables", nargs="+", choices=TABLES, default=list(TABLES))
    parser.add_argument("--systems", nargs="+", choices=systems, default=list(systems))
    parser.add_argument("--seeds", type=int, default=3, help="how many, from 0")
    parser.add_argument("--budget", type=float, default=60.0, help="seconds")
    parser.add_argument("--redo", nargs="+", choices=systems, default=[], metavar="SYSTEM")
    parser.add_argument("--report", action="store_true", help="measure nothing")
    options = parser.parse_args()
    PLACE.mkdir(parents=True, exist_ok=True)
    results = _stored(() if options.report else options.redo, failed=options.report)
    n_before = len(results)
    if not options.report:
        _measure(options, results)
    asked = [
        r
        for r in results
        if r.table in options.tables and r.budget_s == options.budget and r.seed < options.seeds
    ]
    print(told(asked))
    if len(results) > n_before:  # what was told before is there already
        append_to_log(ROOT / "docs" / "LOG.md", paragraph(asked))


def _measure(options: argparse.Namespace, results: list[Result]) -> None:
    """Add what is not there yet, a line each as it comes."""
    known = {(r.asked, r.table, r.seed, r.budget_s) for r in results}
    for turn, (seed, name) in enumerate((s, t) for s in range(options.seeds) for t in options.tables):
        for n in range(len(options.systems)):
            system = options.systems[(turn + n) % len(options.systems)]
            if (system, name, seed, options.budget) in known:
                continue
            with TemporaryDirectory() as folder:
                try:
                    rows = rows_of(TABLES[name], seed, Path(folder))
                except FileNotFoundError:
                    print(f"  {name}: not there, left out")
                    break
                found = _results(system, TABLES[name], rows, seed, options.budget, Path(folder))
            with open(RESULTS, "a", encoding="utf-8") as file:
                file.writelines(json.dumps(asdict(r)) + "\n" for r in found)
            results += found
            for r in found:
                print(f"  {r.table} {r.seed} {r.system}: {r.value or r.error} in {r.fit_s:.0f} s", flush=True)


def _stored(redo: Collection[str], *, failed: bool) -> list[Result]:
    """What has been measured but for the systems to be redone. failed: those without any answer too; else they are
    forgotten, and tried again."""
    lines = RESULTS.read_text(encoding="utf-8").splitlines() if RESULTS.exists() else []
    results = [r for r in (Result(**json.loads(line)) for line in lines) if r.asked not in redo]
    if not failed:
        answered = {(r.asked, r.table, r.seed, r.budget_s) for r in results if r.value is not None}
        results = [r for r in results if (r.asked, r.table, r.seed, r.budget_s) in answered]
    if len(results) < len(lines):
        RESULTS.write_text("".join(json.dumps(asdict(r)) + "\n" for r in results), encoding="utf-8")
    return results


def _results(system: str, table: Table, rows: Rows, seed: int, budget_s: float, folder: Path) -> list[Result]:
    blank = Result(
        asked=system, system=system, table=table.name, seed=seed, budget_s=budget_s, metric=table.metric,
        cores=os.cpu_count() or 1, day=time.strftime("%Y-%m-%d"),
    )  # fmt: skip
    started = time.perf_counter()
    try:
        if system in OURS:
            return _of_ours(blank, table, rows, folder)
        return [_of_reference(blank, table, rows, folder)]
    except (FathomError, subprocess.TimeoutExpired) as error:
        return [blank.but(error=str(error)[-300:], fit_s=time.perf_counter() - started)]


def _of_ours(blank: Result, table: Table, rows: Rows, folder: Path) -> list[Result]:
    """What the run's validation rows found best; of the recommended mix also its best network and its boosting."""
    alone = blank.asked == "realmlp"
    command = [
        *(sys.executable, "-m", "core", "train", str(rows.train), "--test", str(rows.test)),
        *("--target", table.target, "--task", table.kind, "--seed", str(blank.seed), "--json"),
        *(("--model", "realmlp") if alone else ("--budget", str(blank.budget_s))),
    ]
    started = time.perf_counter()
    answer = _answer(command, blank, {**os.environ, "FATHOM_HOME": str(folder / "home")})
    wall_s = time.perf_counter() - started
    if answer["metric"] != table.metric:
        raise FathomError("run_ended", state="judged by another metric", error=answer["metric"])
    sign = 1.0 if METRICS[table.metric].greater_is_better else -1.0
    scored = [s for s in answer["scores"] if s["value"] is not None and s["validation"] is not None]

    def best(among: list[dict]) -> dict | None:
        return max(among, key=lambda s: sign * s["validation"], default=None)

    networks = [s for s in scored if s["model"] in ARCHITECTURES]
    if alone:
        return [_told(blank, best(networks), answer)]
    # an ensemble is only there if validation rows that did not choose it found it better
    whole = next((s for s in scored if s["family"] == "ensemble"), None) or best(scored)
    return [
        _told(blank, whole, answer).but(fit_s=wall_s),
        _told(blank.but(system="our networks"), best(networks), answer),
        _told(
            blank.but(system="our boosting"), best([s for s in scored if s["model"] == "boosting"]), answer
        ),
    ]


def _told(blank: Result, score: dict | None, answer: dict) -> Result:
    if score is None:
        return blank.but(error="no such model came to its end")
    n = answer["rows"]["test"]
    return blank.but(
        value=score["value"],
        fit_s=score["fit_s"],
        predict_s=score["predict_us_per_row"] * n / 1e6,
        model=score["model"],
    )


def _of_reference(blank: Result, table: Table, rows: Rows, folder: Path) -> Result:
    reference = REFERENCES[blank.asked]
    question = {
        "train": str(rows.train), "test": str(rows.test), "out": str(folder / "answer.csv"),
        "target": table.target, "kind": table.kind, "metric": table.metric, "budget_s": blank.budget_s,
        "seed": blank.seed, "threads": os.cpu_count(), "validation": VALIDATION,
    }  # fmt: skip
    seconds = _answer(command_of(python_of(reference, PLACE), blank.asked, question), blank, os.environ)
    answer = pd.read_csv(folder / "answer.csv")
    truth, prediction, task = _aligned(table, pd.read_csv(rows.test)[table.target], answer)
    return blank.but(value=float(METRICS[table.metric].compute(truth, prediction, task)), **seconds)


def _aligned(table: Table, truth: pd.Series, answer: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, Task]:
    """Truth and answer as Fathom's metrics take them."""
    task = Task(kind=table.kind, target=table.target, features=(), metric=table.metric)
    if table.kind == "regression":
        return truth.to_numpy(np.float64), answer["prediction"].to_numpy(np.float64), task
    classes = sorted(set(truth) | {c.removeprefix("p_") for c in answer})
    prediction = answer.reindex(columns=[f"p_{c}" for c in classes], fill_value=0.0).to_numpy(np.float64)
    codes = pd.Categorical(truth, categories=classes).codes.astype(np.int64)
    words = {"classes": tuple(classes), "positive_class": classes[-1] if table.kind == "binary" else None}
    return codes, prediction, Task(**{**asdict(task), **words})


def _answer(command: list[str], blank: Result, environment: dict) -> dict:
    """The JSON of a command's last line. Raises FathomError with the end of what it said when it fails."""
    reference = REFERENCES.get(blank.asked)
    has_budget = reference.has_budget if reference else blank.asked == "recommended"
    most_s = PATIENCE * blank.budget_s if has_budget else LONGEST_S
    done = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=ROOT, timeout=most_s)
    if done.returncode:
        raise FathomError("run_ended", state="failed", error=done.stderr.strip()[-300:])
    return json.loads(done.stdout.strip().splitlines()[-1])


if __name__ == "__main__":
    main()
