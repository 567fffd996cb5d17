"""How long the Runs page waits for its list with a thousand stored runs. Prints milliseconds."""

import statistics
import tempfile
import time
from pathlib import Path

from core.domain import ModelSpec, RunSpec, Split, Task
from core.home import Home
from core.jobs.queue import Queue
from core.runs.store import RunStore

N_RUNS = 1000
LIMIT_MS = 300  # what the page may take, its own drawing included


def fill(home: Home, n_runs: int) -> RunStore:
    """n_runs queued runs of one owner, each with its folder."""
    store, queue = RunStore(home), Queue(home)
    task = Task(
        kind="binary", target="churn", features=tuple(f"column_{i}" for i in range(20)), classes=("no", "yes")
    )
    models = tuple(ModelSpec(key=key, params={"seed": 1}) for key in ("mlp", "linear", "forest", "boosting"))
    spec = RunSpec(dataset="d", task=task, split=Split(), models=models, budget_s=60)
    for number in range(n_runs):
        run = store.create(spec, "local", f"Run {number}")
        queue.put(kind="train", lane="training", owner="local", payload={}, job_id=run.id)
    return store


def milliseconds(store: RunStore, limit: int) -> float:
    """Median of seven listings."""
    taken = []
    for _ in range(7):
        started = time.perf_counter()
        n_listed = len(store.list("local", limit=limit))
        taken.append((time.perf_counter() - started) * 1000)
        assert n_listed == limit
    return statistics.median(taken)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = fill(Home(Path(folder)), N_RUNS)
        for limit in (100, N_RUNS):
            print(f"list {limit} of {N_RUNS} runs: {milliseconds(store, limit):.1f} ms (limit {LIMIT_MS})")


if __name__ == "__main__":
    main()
