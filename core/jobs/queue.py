"""The queue of jobs, in SQLite: who asked for what, how far it is, how it ended. Runs nothing.

    put → queued → claim → starting → start → running → finish → succeeded | failed | stopped
                     ↑                           │ pause → paused → resume → queued
                     └── worker died, or was told to leave ──┘

A job is never lost: taking one only marks it, and what a dead worker held is put back.
"""

import json
import sqlite3
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.codec import dumps
from core.domain import RunState
from core.errors import FathomError, NotYours, UnknownName
from core.home import Home, new_id
from core.jobs.database import Database
from core.jobs.job import ALIVE, ENDED, Job, Request
from core.jobs.transitions import ask_worker, end_or_pause, insert, lay_down, put_back, resume

REQUESTS = ("pause", "finish", "discard", "cancel", "resume")

_ALIVE = "('starting', 'running', 'pausing', 'stopping')"
SCHEMA = (
    """CREATE TABLE IF NOT EXISTS jobs (
        place INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL, lane TEXT NOT NULL, owner TEXT NOT NULL, payload TEXT NOT NULL,
        state TEXT NOT NULL DEFAULT 'queued', attempt INTEGER NOT NULL DEFAULT 1,
        max_attempts INTEGER NOT NULL, crashes INTEGER NOT NULL DEFAULT 0,
        crashed_at_fraction REAL NOT NULL DEFAULT 0, worker TEXT, request TEXT,
        fraction REAL NOT NULL DEFAULT 0, message TEXT NOT NULL DEFAULT '', result TEXT,
        error_code TEXT, error TEXT, created_at REAL NOT NULL, started_at REAL, ended_at REAL,
        priority INTEGER NOT NULL DEFAULT 0)""",
    "CREATE INDEX IF NOT EXISTS jobs_queued ON jobs (lane, priority DESC, place) WHERE state = 'queued'",
    f"CREATE INDEX IF NOT EXISTS jobs_alive ON jobs (place) WHERE state IN {_ALIVE}",
    "CREATE INDEX IF NOT EXISTS jobs_of_owner ON jobs (owner, place)",
)
# Everybody's first job goes before anybody's second, what workers hold for an owner counts as theirs,
# and of equals who was served longest ago comes first: a hundred trainings that one person puts at
# once do not hold up the next person.
_WAITING = f"""SELECT *, ROW_NUMBER() OVER (ORDER BY priority DESC, turn, served_at, place) - 1 AS ahead FROM (
    SELECT jobs.*, ROW_NUMBER() OVER (PARTITION BY owner ORDER BY priority DESC, place)
        + (SELECT COUNT(*) FROM jobs AS held WHERE held.lane = jobs.lane AND held.owner = jobs.owner
           AND held.state IN {_ALIVE}) AS turn,
        (SELECT MAX(started_at) FROM jobs AS past WHERE past.owner = jobs.owner AND past.lane = jobs.lane)
        AS served_at
    FROM jobs WHERE lane = ? AND state = 'queued')"""


@dataclass(frozen=True, kw_only=True)
class Load:
    """How much there is to do in a lane: jobs that wait, jobs that workers hold."""

    n_queued: int
    n_alive: int

    @property
    def is_empty(self) -> bool:
        return self.n_queued == self.n_alive == 0


class Queue:
    """Every method may be called from any thread of any process."""

    def __init__(self, home: Home):
        self._db = Database(home.database, SCHEMA)

    def put(
        self,
        *,
        kind: str,
        lane: str,
        owner: str,
        payload: Mapping[str, Any],
        job_id: str | None = None,
        priority: int = 0,
        max_attempts: int = 3,
        worker: str | None = None,
    ) -> Job:
        """Add a job at the end of its lane, or start it at once for `worker`, who is then its holder.

        Raises UnknownName for a lane without workers, BadInput when there is a job of that id already.
        """
        job_id = job_id or new_id()
        insert(
            self._db.connection,
            job_id=job_id,
            kind=kind,
            lane=lane,
            owner=owner,
            payload=payload,
            priority=priority,
            max_attempts=max_attempts,
            worker=worker,
        )
        return self.get(job_id)

    def claim(self, lane: str, worker: str) -> Job | None:
        """Take the job whose turn it is, or None when nobody waits there.

        The highest priority goes first, then the owner's turn, then the oldest.
        """
        # an idle worker never takes the write lock
        if not self._db.row("SELECT 1 FROM jobs WHERE lane = ? AND state = 'queued' LIMIT 1", (lane,)):
            return None
        with self._db.writing() as db:
            row = db.execute(f"SELECT id, place FROM ({_WAITING}) WHERE ahead = 0", (lane,)).fetchone()
            if row is None:
                return None
            db.execute(
                "UPDATE jobs SET state = 'starting', worker = ?, started_at = COALESCE(started_at, ?)"
                " WHERE place = ?",
                (worker, time.time(), row["place"]),
            )
        return self.get(row["id"])

    def start(self, job_id: str, worker: str) -> None:
        """Mark a claimed job as running, or as doing what was asked of it meanwhile."""
        self._db.connection.execute(
            "UPDATE jobs SET state = CASE WHEN request IS NULL THEN 'running'"
            " WHEN request = 'pause' THEN 'pausing' ELSE 'stopping' END"
            " WHERE id = ? AND worker = ? AND state = 'starting'",
            (job_id, worker),
        )

    def get(self, job_id: str, owner: str | None = None) -> Job:
        """Raises NotYours when there is none of that id, or it is not `owner`'s."""
        row = self._db.row("SELECT * FROM jobs WHERE id = ?", (job_id,))
        if row is None or (owner is not None and row["owner"] != owner):
            raise NotYours("job_not_yours", job=job_id)
        return _job(row)

    def list(
        self,
        owner: str,
        kind: str | None = None,
        states: Sequence[RunState] | None = None,
        limit: int = 100,
    ) -> list[Job]:
        """The owner's jobs, newest first."""
        sql, parameters = "SELECT * FROM jobs WHERE owner = ?", [owner]
        if kind is not None:
            sql, parameters = sql + " AND kind = ?", [*parameters, kind]
        if states is not None:
            sql += f" AND state IN ({', '.join('?' * len(states))})"
            parameters += states
        return [
            _job(row) for row in self._db.rows(f"{sql} ORDER BY place DESC LIMIT {int(limit)}", parameters)
        ]

    def position(self, job_id: str) -> int | None:
        """How many jobs of its lane go before it; None when it does not wait."""
        job = self._db.row("SELECT lane FROM jobs WHERE id = ? AND state = 'queued'", (job_id,))
        if job is None:
            return None
        row = self._db.row(f"SELECT ahead FROM ({_WAITING}) WHERE id = ?", (job["lane"], job_id))
        return row["ahead"] if row else None  # taken since

    def load(self, lane: str) -> Load:
        row = self._db.rows(
            f"SELECT (SELECT COUNT(*) FROM jobs WHERE lane = :lane AND state = 'queued') AS queued,"
            f" (SELECT COUNT(*) FROM jobs WHERE lane = :lane AND state IN {_ALIVE}) AS alive",
            {"lane": lane},
        )[0]
        return Load(n_queued=row["queued"], n_alive=row["alive"])

    def alive(self) -> tuple[Job, ...]:
        """The jobs that workers hold, of every owner."""
        return tuple(map(_job, self._db.rows(f"SELECT * FROM jobs WHERE state IN {_ALIVE}")))

    def request(self, job_id: str, owner: str, what: str) -> Job:
        """Ask for a job to "pause", "finish" (and keep the best), "discard", "cancel" or "resume".

        A job that no worker holds changes at once; a held one when its worker has looked.
        Asking an ended job for anything but "resume" changes nothing: it was a race, not a mistake.
        Raises NotYours, UnknownName.
        """
        if what not in REQUESTS:
            raise UnknownName("request", what, REQUESTS)
        with self._db.writing() as db:
            job = self.get(job_id, owner)
            if what == "resume":
                resume(db, job)
            elif job.state in ALIVE:
                ask_worker(db, job, what)
            elif job.state not in ENDED:
                end_or_pause(db, job, what)
        return self.get(job_id)

    def requested(self, job_id: str) -> Request | None:
        """What was asked of the job and not yet done: a single look-up, for workers."""
        row = self._db.row("SELECT request FROM jobs WHERE id = ?", (job_id,))
        return row["request"] if row else "cancel"  # deleted from under its worker

    def report(self, job_id: str, fraction: float | None, message: str = "") -> None:
        """How far the job is, from 0 to 1 (None: as far as before), and what it does now in a few words."""
        self._db.connection.execute(
            f"UPDATE jobs SET fraction = COALESCE(?, fraction), message = ? WHERE id = ? AND state IN {_ALIVE}",
            (None if fraction is None else min(max(float(fraction), 0.0), 1.0), message, job_id),
        )

    def finish(
        self,
        job_id: str,
        state: RunState,
        result: Mapping[str, Any] | None = None,
        error: FathomError | None = None,
        worker: str | None = None,
    ) -> Job:
        """End a job, or lay it down ("paused", "interrupted") where it can be taken up again.

        A job laid down without having been asked to pause is queued again: its worker had to
        leave, or its owner changed their mind. worker: whoever is not the holder changes nothing.
        """
        with self._db.writing() as db:
            job = self.get(job_id)
            if worker is not None and job.worker != worker:
                return job
            if state == "paused":
                lay_down(db, job)
            else:
                db.execute(
                    "UPDATE jobs SET state = ?, result = ?, error_code = ?, error = ?, request = NULL,"
                    " worker = NULL, ended_at = ?, fraction = CASE WHEN ? THEN 1 ELSE fraction END WHERE id = ?",
                    (state, None if result is None else dumps(result), error and error.code)
                    + (error and str(error), time.time(), state == "succeeded", job_id),
                )
        return self.get(job_id)

    def wait(self, job_id: str, timeout_s: float) -> Job:
        """The job once nothing more will happen to it by itself, or as it is after `timeout_s`."""
        started = time.monotonic()
        while True:
            job = self.get(job_id)
            waited = time.monotonic() - started
            if not (job.is_alive or job.state == "queued") or waited >= timeout_s:
                return job
            time.sleep(min(max(waited / 10, 0.005), 0.1, timeout_s - waited))

    def adopt_or_requeue(self, is_alive: Callable[[str], bool]) -> tuple[Job, ...]:
        """Put back the jobs whose workers died; the living keep theirs. Returns what changed.

        A job is put back until `max_attempts` workers died over it without getting further;
        then it fails: it may be what kills them.
        """
        dead = [job for job in self.alive() if not is_alive(job.worker or "")]
        changed = []
        for job in dead:
            with self._db.writing() as db:
                now = self.get(job.id)
                # its worker may have finished it after we looked, or another supervisor put it back
                if now.is_alive and (now.worker, now.attempt) == (job.worker, job.attempt):
                    put_back(db, now)
                    changed.append(job.id)
        return tuple(self.get(job_id) for job_id in changed)

    def fail_queued(self, lane: str, error: FathomError) -> None:
        """Fail everything that waits in a lane: nobody will come for it."""
        self._db.connection.execute(
            "UPDATE jobs SET state = 'failed', error_code = ?, error = ?, ended_at = ?"
            " WHERE lane = ? AND state = 'queued'",
            (error.code, str(error), time.time(), lane),
        )

    def files_awaited(self) -> frozenset[str]:
        """The names of the uploads that jobs which have not ended were given."""
        rows = self._db.rows(
            "SELECT json_extract(payload, '$.file') AS file FROM jobs"
            f" WHERE state NOT IN ({', '.join('?' * len(ENDED))}) AND file IS NOT NULL",
            ENDED,
        )
        return frozenset(row["file"] for row in rows)

    def purge(self, lane: str, older_than_s: float) -> int:
        """Forget a lane's jobs that ended that long ago; says how many."""
        before = time.time() - older_than_s
        return self._db.connection.execute(
            "DELETE FROM jobs WHERE lane = ? AND state IN ('stopped', 'succeeded', 'failed') AND ended_at < ?",
            (lane, before),
        ).rowcount


def _job(row: sqlite3.Row) -> Job:
    fields = {name: row[name] for name in row.keys() if name not in ("place", "crashed_at_fraction")}
    fields["payload"] = json.loads(row["payload"])
    fields["result"] = None if row["result"] is None else json.loads(row["result"])
    return Job(**fields)
