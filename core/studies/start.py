"""Put a run in the queue. The worker that takes it does the rest."""

from core.domain import Run, RunSpec
from core.jobs.queue import Queue
from core.runs.store import RunStore

LANE = "training"
MAX_ATTEMPTS = 5  # a worker that dies this often at the same run will die again


def start_run(spec: RunSpec, owner: str, name: str, *, store: RunStore, queue: Queue) -> Run:
    """Store the run and queue its job, which has the run's id."""
    run = store.create(spec, owner, name)
    queue.put(kind="train", lane=LANE, owner=owner, payload={}, job_id=run.id, max_attempts=MAX_ATTEMPTS)
    return store.get(run.id, owner)
