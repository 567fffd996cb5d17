"""Put a run in the queue. The worker that takes it does the rest."""

import sqlite3

from core.domain import Run, RunSpec
from core.jobs.transitions import insert
from core.runs.store import RunStore

LANE = "training"
MAX_ATTEMPTS = 5  # a worker that dies this often at the same run will die again


def start_run(spec: RunSpec, owner: str, name: str, *, store: RunStore, worker: str | None = None) -> Run:
    """Store the run together with its job, which has the run's id: there is never one without the other.

    worker: who holds the job from the first and alone works on it, if not the lane's workers.
    """
    attempts = MAX_ATTEMPTS if worker is None else 1

    def put_job(db: sqlite3.Connection, run_id: str) -> None:
        insert(
            db,
            job_id=run_id,
            kind="train",
            lane=LANE,
            owner=owner,
            payload={},
            max_attempts=attempts,
            worker=worker,
        )

    return store.create(spec, owner, name, put_job=put_job)
