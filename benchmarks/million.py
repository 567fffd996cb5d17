"""A million rows × 30, recommended within a budget: when the first answer is there, and how much memory all its processes take."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

ROWS, BUDGET_S = 1_000_000, 120
FIRST_S, MOST_BYTES = 30.0, 3e9
LOOK_EVERY_S = 0.1
NUMBERS, WORDS = 22, 8
SIGNAL = "n0 + 0.7 * n1 * n2 + sin(2 * n3) + CASE WHEN k0 < 'w' AND k0 > 'v1' THEN 1 ELSE 0 END"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--budget", type=float, default=BUDGET_S)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "table.csv"
        _make(table, options.rows)
        found = _watch(table, Path(folder) / "home", options.budget)
    print(f"{options.rows:,} rows × {NUMBERS + WORDS}, recommended in {options.budget:g} s:")
    print(f"  first answer {found['first_s']:.1f} s (aim {FIRST_S:g}), {found['first']}")
    print(f"  in all       {found['seconds']:.1f} s")
    print(f"  peak memory  {found['bytes'] / 1e9:.2f} GB over all processes (aim {MOST_BYTES / 1e9:g})")
    for score in found["scores"]:
        value = "–" if score["value"] is None else f"{score['value']:.4f}"
        print(f"  {score['model']:<12} {value}  {score['fit_s']:6.1f} s  {score['reason'] or ''}")


def _make(path: Path, n: int) -> None:
    import duckdb

    # normal numbers by Box and Muller, words of 3 to 38 kinds; the same every time
    uniform = "(hash(i * 64 + {}) % 1000003 + 1) / 1000004.0"
    numbers = [
        f"round(sqrt(-2 * ln({uniform.format(2 * k)})) * cos(2 * pi() * {uniform.format(2 * k + 1)}), 3) AS n{k}"
        for k in range(NUMBERS)
    ]
    words = [f"'v' || hash(i * 64 + {50 + k}) % {3 + 5 * k} AS k{k}" for k in range(WORDS)]
    drawn = uniform.format(60)
    with duckdb.connect(config={"memory_limit": "2GB"}) as connection:
        connection.execute(
            f"COPY (SELECT * EXCLUDE (u), CASE WHEN {SIGNAL} - 1 + ln(u / (1 - u)) > 0 THEN 'yes' ELSE 'no' END AS y "
            f"FROM (SELECT {', '.join([*numbers, *words])}, {drawn} AS u FROM range({n}) AS r (i))) "
            f"TO '{path}' (HEADER)"
        )


def _watch(table: Path, home: Path, budget_s: float) -> dict[str, object]:
    """Run it at the terminal and look at its run's folder and its processes meanwhile."""
    command = [sys.executable, "-m", "core", "train", str(table), "--target", "y", "--model", "auto"]
    command += ["--budget", f"{budget_s:g}", "--json"]
    started, first, first_s, most = time.perf_counter(), "none", float("nan"), 0
    with open(table.with_suffix(".json"), "w+b") as answer:
        child = subprocess.Popen(command, stdout=answer, env={**os.environ, "FATHOM_HOME": str(home)})
        while child.poll() is None:
            most = max(most, _bytes(child.pid))
            if first == "none" and (done := _first_done(home)):
                first, first_s = done, time.perf_counter() - started
            time.sleep(LOOK_EVERY_S)
        if child.returncode:
            sys.exit(f"it failed with status {child.returncode}")
        answer.seek(0)
        scores = json.loads(answer.read().splitlines()[-1])["scores"]
    seconds = time.perf_counter() - started
    return {"first": first, "first_s": first_s, "seconds": seconds, "bytes": most, "scores": scores}


def _first_done(home: Path) -> str | None:
    """The first model that is trained and says more than guessing, by what the page would show."""
    for path in home.glob("runs/*/models/*/model.json"):
        record = json.loads(path.read_text(encoding="utf-8"))
        if record["state"] == "done" and record["family"] != "trivial":
            return record["title"]
    return None


def _bytes(pid: int) -> int:
    """Memory of a process and all below it that no other shares; what is shared counts for one of them."""
    total = 0
    try:
        process = psutil.Process(pid)
        for each in (process, *process.children(recursive=True)):
            total += each.memory_full_info().pss
    except psutil.Error:
        pass
    return total


if __name__ == "__main__":
    main()
