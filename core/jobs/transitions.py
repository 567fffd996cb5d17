"""What becomes of a job when it is put, asked, laid down or bereft of its worker. Opens no transaction.

Every function takes a connection that holds the write lock and the job as it is under it.
"""

import sqlite3
import time
from collections.abc import Mapping
from typing import Any

from core.codec import dumps
from core.errors import BadInput
from core.jobs.job import RESUMABLE, Job
from core.jobs.lanes import lane_called

PROGRESS = 0.01  # a job that got this much further than at its last crash is not stuck
WEIGHT = {None: 0, "pause": 1, "finish": 2, "discard": 3, "cancel": 3}  # a later request must weigh as much


def insert(
    db: sqlite3.Connection,
    *,
    job_id: str,
    kind: str,
    lane: str,
    owner: str,
    payload: Mapping[str, Any],
    priority: int = 0,
    max_attempts: int = 3,
    worker: str | None = None,
) -> None:
    """Add a job at the end of its lane; started, where it has a worker already.

    Raises UnknownName for a lane without workers, BadInput when there is a job of that id already.
    """
    lane_called(lane)
    now = time.time()
    try:
        db.execute(
            "INSERT INTO jobs (id, kind, lane, owner, payload, priority, max_attempts, created_at,"
            " state, worker, started_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (job_id, kind, lane, owner, dumps(payload), priority, max_attempts, now)
            + ("starting" if worker else "queued", worker, now if worker else None),
        )
    except sqlite3.IntegrityError:
        raise BadInput("job_exists", job=job_id) from None


def resume(db: sqlite3.Connection, job: Job) -> None:
    """Queue a job again that can go on, or withdraw the wish to pause it."""
    if job.state in RESUMABLE:
        db.execute(
            "UPDATE jobs SET state = 'queued', attempt = attempt + 1, crashes = 0, request = NULL, worker = NULL,"
            " error_code = NULL, error = NULL, ended_at = NULL WHERE id = ?",
            (job.id,),
        )
    elif job.state == "pausing":
        # the worker may already be laying it down; finish() then sees that nobody asked any more
        db.execute("UPDATE jobs SET state = 'running', request = NULL WHERE id = ?", (job.id,))


def ask_worker(db: sqlite3.Connection, job: Job, what: str) -> None:
    """Leave a request where the job's worker looks."""
    if WEIGHT[what] >= WEIGHT[job.request]:
        state = job.state if job.state == "starting" else "pausing" if what == "pause" else "stopping"
        db.execute("UPDATE jobs SET state = ?, request = ? WHERE id = ?", (state, what, job.id))


def end_or_pause(db: sqlite3.Connection, job: Job, what: str) -> None:
    """What becomes of a job that no worker holds."""
    if what == "pause":
        if job.state == "queued":
            db.execute("UPDATE jobs SET state = 'paused' WHERE id = ?", (job.id,))
    elif what == "finish" and job.started_at is not None:
        # there is something to keep: a worker must come once more to conclude it
        attempt = job.attempt + (job.state != "queued")
        db.execute(
            "UPDATE jobs SET state = 'queued', request = 'finish', attempt = ? WHERE id = ?",
            (attempt, job.id),
        )
    else:
        db.execute(
            "UPDATE jobs SET state = 'stopped', request = NULL, worker = NULL, ended_at = ? WHERE id = ?",
            (time.time(), job.id),
        )


def lay_down(db: sqlite3.Connection, job: Job) -> None:
    """What becomes of a job whose worker left it unfinished, by what its owner had asked."""
    if job.request in ("discard", "cancel"):
        sql = "UPDATE jobs SET state = 'stopped', request = NULL, worker = NULL, ended_at = ? WHERE id = ?"
        db.execute(sql, (time.time(), job.id))
    elif job.request == "pause":
        db.execute("UPDATE jobs SET state = 'paused', request = NULL, worker = NULL WHERE id = ?", (job.id,))
    else:
        sql = "UPDATE jobs SET state = 'queued', attempt = attempt + 1, worker = NULL WHERE id = ?"
        db.execute(sql, (job.id,))


def put_back(db: sqlite3.Connection, job: Job) -> None:
    """What becomes of a job whose worker died: queued again, unless it is what kills them."""
    got_further = "fraction >= crashed_at_fraction + ?"
    db.execute(
        f"UPDATE jobs SET crashes = CASE WHEN {got_further} THEN 1 ELSE crashes + 1 END,"
        f" crashed_at_fraction = MAX(crashed_at_fraction, fraction) WHERE id = ?",
        (PROGRESS, job.id),
    )
    crashes = db.execute("SELECT crashes FROM jobs WHERE id = ?", (job.id,)).fetchone()[0]
    if crashes < job.max_attempts or job.request in ("pause", "discard", "cancel"):
        lay_down(db, job)
        return
    error = BadInput("worker_died", n=crashes)
    db.execute(
        "UPDATE jobs SET state = 'failed', error_code = ?, error = ?, request = NULL, worker = NULL,"
        " ended_at = ? WHERE id = ?",
        (error.code, str(error), time.time(), job.id),
    )
