"""Training on rows that lie on disk: as fast as on rows in memory, and no hungrier for a larger table.

Speed: the same network, rows and batches, an epoch in memory and an epoch from disk in turn, in one
process. Memory: the whole of `python -m core train` on a table and on one ten times as large, each in
a process of its own, classic models in theirs.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

ROWS, WIDTH, BATCH, ROUNDS = 4_000_000, 40, 1_024, 3
SMALL, LARGE = 1_000_000, 10_000_000
TABLE = """
    SELECT hash(i) % 2 = 0 AS flag, hash(i + 1) % 100000 / 100.0 AS price, hash(i + 2) % 1000 AS units,
        ['north', 'south', 'east', 'west'][1 + CAST(hash(i + 3) % 4 AS INTEGER)] AS region, hash(i + 4) % 50 AS store,
        'p' || hash(i + 5) % 200 AS product, DATE '2020-01-01' + CAST(hash(i + 6) % 2000 AS INTEGER) AS day,
        sqrt(hash(i + 7) % 100000) AS a, hash(i + 8) % 7919 / 7.0 AS b, hash(i + 9) % 31 AS c,
        CASE WHEN hash(i + 10) % 20 > 0 THEN hash(i + 10) % 1000 / 3.0 END AS gaps, hash(i + 11) % 5 AS grade,
        CASE WHEN (hash(i + 1) % 100000) + (hash(i + 12) % 60000) > 80000 THEN 'yes' ELSE 'no' END AS bought
    FROM range({n}) AS r (i)
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--one", choices=("speed", "memory"))
    parser.add_argument("--table", type=Path)
    options = parser.parse_args()
    if options.one == "speed":
        print(json.dumps(_speed()))
    elif options.one == "memory":
        print(json.dumps(_memory(options.table)))
    else:
        _report()


def _report() -> None:
    speed = _in_a_process("--one", "speed")
    print(f"An epoch of {ROWS:,} rows × {WIDTH}, batch {BATCH}, medians of {ROUNDS} alternating:")
    print(f"  in memory {speed['memory'] / 1e3:,.0f} k rows/s, from disk {speed['disk'] / 1e3:,.0f} k rows/s")
    print(f"  ratio     {speed['disk'] / speed['memory']:.2f}×")
    with tempfile.TemporaryDirectory() as folder:
        peaks = {}
        for n in (SMALL, LARGE):
            path = Path(folder) / f"{n}.parquet"
            _make(path, n)
            peaks[n] = _in_a_process("--one", "memory", "--table", str(path))
            path.unlink()
    print("Peak memory of a training (linear network, perceptron, logistic regression, boosting):")
    for n, peak in peaks.items():
        print(
            f"  {n:>10,} rows: {peak['train_mb']:,.0f} MB, classic models {peak['classics_mb']:,.0f} MB, {peak['seconds']:.0f} s"
        )
    print(f"  ratio      {peaks[LARGE]['train_mb'] / peaks[SMALL]['train_mb']:.2f}×")


def _make(path: Path, n: int) -> None:
    import duckdb

    with duckdb.connect(config={"memory_limit": "2GB"}) as connection:
        connection.execute(f"COPY ({TABLE.format(n=n)}) TO '{path}' (FORMAT parquet)")


def _speed() -> dict[str, float]:
    """Rows a second of an epoch in memory and from disk."""
    from core.architectures import ARCHITECTURES
    from core.domain import Task
    from core.modalities import InputSpec
    from core.training.batches import Rows, Shuffled
    from core.training.process import configure_process
    from core.training.step import Stepper
    from core.training.stored_rows import RowsWriter

    configure_process()
    import tensorflow as tf

    rng = np.random.default_rng(0)
    rows = Rows(
        inputs={"numeric": rng.standard_normal((ROWS, WIDTH), np.float32)},
        targets=rng.integers(0, 2, ROWS).astype(np.int32),
    )
    task = Task(kind="binary", target="y", features=(), classes=("no", "yes"), metric="auc")
    names = tuple(f"x{i}" for i in range(WIDTH))
    specs = {"numeric": InputSpec(name="numeric", shape=(WIDTH,), dtype="float32", feature_names=names)}
    settings = ARCHITECTURES["mlp"].settle({"batch_size": BATCH}, task.kind) | {"loss": "cross_entropy"}
    with tempfile.TemporaryDirectory() as folder:
        writer = RowsWriter(Path(folder) / "rows")
        writer.append(rows, truth=rows.targets, numbers=np.arange(ROWS))
        sources = {
            "memory": Shuffled(rows=rows, seed=0, block_bytes=1 << 40),
            "disk": Shuffled(rows=writer.close(), seed=0),
        }
        stepper = Stepper(ARCHITECTURES["mlp"].assemble(task, specs, {}, 0), task, settings, None)

        def epoch(source: Shuffled, number: int) -> float:
            started = time.perf_counter()
            for block in source.epoch(number):
                tensors, order = stepper.load(block), tf.convert_to_tensor(block.order)
                stepper.run(tensors, order, 0, -(-len(block.order) // BATCH))
            return ROWS / (time.perf_counter() - started)

        for source in sources.values():
            epoch(source, 1)  # traces the graph, fills the disk's cache
        seen: dict[str, list[float]] = {name: [] for name in sources}
        for number in range(2, 2 + ROUNDS):
            for name, source in sources.items():
                seen[name].append(epoch(source, number))
    return {name: statistics.median(values) for name, values in seen.items()}


def _memory(table: Path) -> dict[str, float]:
    """Peak megabytes of a training's process and of its classic models', and its seconds."""
    home = tempfile.mkdtemp()
    try:
        started = time.perf_counter()
        command = [sys.executable, "-m", "core", "train", str(table), "--target", "bought", "--json"]
        command += [
            "--model",
            "linear,mlp,logistic,boosting",
            "--param",
            "epochs=1",
            "--param",
            "batch_size=1024",
        ]
        watched = [sys.executable, "-c", _WATCH, *command]
        done = subprocess.run(
            watched, check=True, capture_output=True, text=True, env={**os.environ, "FATHOM_HOME": home},
        )  # fmt: skip
        peaks = json.loads(done.stderr.strip().splitlines()[-1])
        return peaks | {"seconds": time.perf_counter() - started}
    finally:
        shutil.rmtree(home, ignore_errors=True)


# runs a command and prints the peak memory of it and of its largest child, sampled ten times a second
_WATCH = """
import json, sys, time, subprocess, psutil
child = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
process, own, other = psutil.Process(child.pid), 0, 0
while child.poll() is None:
    try:
        own = max(own, process.memory_info().rss)
        other = max([other, *(c.memory_info().rss for c in process.children(recursive=True))])
    except psutil.Error:
        pass
    time.sleep(0.1)
print(json.dumps({"train_mb": own / 1e6, "classics_mb": other / 1e6}), file=sys.stderr)
sys.exit(child.returncode)
"""


def _in_a_process(*arguments: str) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.out_of_core", *arguments], check=True, capture_output=True, text=True,
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}, cwd=Path(__file__).resolve().parents[1],
    )  # fmt: skip
    return json.loads(done.stdout.strip().splitlines()[-1])


if __name__ == "__main__":
    main()
