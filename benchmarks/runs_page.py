"""How long the Runs page waits for its list with a thousand stored runs. Prints milliseconds."""

import multiprocessing
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


def fill(home: Home, n_runs: int) -> None:
    """n_runs queued runs of one owner, all different, each with its folder."""
    store, queue = RunStore(home), Queue(home)
    features = tuple(f"column_{i}" for i in range(20))
    task = Task(kind="binary", target="churn", features=features, classes=("no", "yes"))
    models = tuple(ModelSpec(key=key, params={"seed": 1}) for key in ("mlp", "linear", "forest", "boosting"))
    for number in range(n_runs):
        spec = RunSpec(dataset="d", task=task, split=Split(), models=models, budget_s=60, seed=number)
        run = store.create(spec, "local", f"Run {number}")
        queue.put(kind="train", lane="training", owner="local", payload={}, job_id=run.id)


def milliseconds(store: RunStore, limit: int) -> float:
    started = time.perf_counter()
    n_listed = len(store.list("local", limit=limit))
    assert n_listed == limit
    return (time.perf_counter() - started) * 1000


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder))
        # in another process, as runs are made: this one has not seen them
        filling = multiprocessing.get_context("spawn").Process(target=fill, args=(home, N_RUNS))
        filling.start()
        filling.join()
        store = RunStore(home)
        for limit in (N_RUNS, 100):
            first = milliseconds(store, limit)
            again = statistics.median(milliseconds(store, limit) for _ in range(7))
            print(
                f"{limit} of {N_RUNS} runs: first {first:.0f} ms, again {again:.0f} ms (limit {LIMIT_MS} ms)"
            )


if __name__ == "__main__":
    main()
