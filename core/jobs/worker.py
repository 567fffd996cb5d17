"""Take jobs of one lane and have them handled, in a process of its own. Knows no kind of job."""

import errno
import logging
import os
import signal
import sqlite3
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import psutil

from core.codec import dumps
from core.domain import RunState
from core.errors import FathomError, TooLarge, UnknownName
from core.home import Home
from core.jobs.context import Handler, JobContext, Leaving, Paused, Stopped
from core.jobs.job import Job
from core.jobs.lanes import Lane, lane_called
from core.jobs.liveness import SUPERVISOR, hold_worker_lock, is_held
from core.jobs.memory import limit_memory
from core.jobs.program import Program
from core.jobs.queue import Queue
from core.jobs.temporary import own_temporary_folder

logger = logging.getLogger(__name__)

DISK_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
DISK_FULL_WORDS = ("No space left", "disk is full", "Disk quota exceeded")  # of C, SQLite and DuckDB


@dataclass(frozen=True, kw_only=True)
class Limits:
    """When a worker that could stay leaves all the same. orphan_s: seconds without a supervisor."""

    most_jobs: int = 500
    most_bytes: int = 3 << 30
    orphan_s: float = 60.0


def run_worker(
    home: Home,
    lane: str,
    handlers: Mapping[str, Handler],
    *,
    warm: Callable[[], None] | None = None,
    limits: Limits = Limits(),
) -> None:
    """Do a lane's jobs until one is done in a one-shot lane, SIGTERM, a limit, another program, or long without
    supervisor.

    warm: imports what is slow, before the first job is taken. For the main thread of a process.
    Raises UnknownName for a lane that does not exist.
    """
    declared, program = lane_called(lane), Program()
    os.nice(declared.nice)
    if declared.most_bytes is not None:
        limit_memory(declared.most_bytes)
    lock = hold_worker_lock(home.workers, lane)
    with own_temporary_folder(home, lock):
        if warm is not None:
            warm()
        leaving = Leaving()
        with leaving.listening(
            signal.SIGTERM
        ):  # not before: a process still warming holds no job and may just end
            lock.sign(lane, is_ready=True)
            _serve(home, declared, lock.name, handlers, leaving, limits, program)
    lock.release()


def _serve(
    home: Home, lane: Lane, worker: str, handlers: Mapping[str, Handler], leaving: Leaving, limits: Limits,
    program: Program,
) -> None:  # fmt: skip
    queue = Queue(home)
    n_done, idle_since, supervised_at = 0, time.monotonic(), time.monotonic()
    while not leaving.asked and not program.has_changed():
        job = queue.claim(lane.name, worker)
        now = time.monotonic()
        if job is not None:
            work_on(home, queue, job, handlers, leaving)
            n_done, idle_since, supervised_at = n_done + 1, time.monotonic(), time.monotonic()
            if lane.one_shot or n_done >= limits.most_jobs or _resident() > limits.most_bytes:
                return
            continue
        if is_held(home.workers / SUPERVISOR):
            supervised_at = now
        elif now - supervised_at > limits.orphan_s:
            return
        # quick while somebody is at it; a look costs 20 µs, so that even the slowest is soon there
        time.sleep(min(max((now - idle_since) / 100, 0.005), 0.02))


def run_here(
    home: Home,
    handlers: Mapping[str, Handler],
    put: Callable[[str], str],
) -> Job:
    """Do one new job in this very process, for the terminal: seen in the queue, claimed by nobody else.

    put(worker): puts the job, held by that worker from the first, and returns its id. Ctrl-C and SIGTERM let the handler lay its work down: the job is then interrupted and can
    be resumed by the lane's workers; a second Ctrl-C does not wait for that.
    """
    lock = hold_worker_lock(home.workers, "terminal")  # no lane's: it does not count as its staff
    leaving, queue = Leaving(), Queue(home)
    with own_temporary_folder(home, lock), leaving.listening(signal.SIGTERM, signal.SIGINT):
        job = queue.get(put(lock.name))
        try:
            work_on(home, queue, job, handlers, leaving, told_to_leave="interrupted")
        except KeyboardInterrupt:
            queue.finish(job.id, "interrupted", worker=lock.name)
    lock.release()
    return queue.get(job.id)


def work_on(
    home: Home,
    queue: Queue,
    job: Job,
    handlers: Mapping[str, Handler],
    leaving: Leaving,
    told_to_leave: RunState = "paused",
) -> None:
    """Handle one claimed job and store how it ended; no Exception of its handler gets out.

    told_to_leave: how a job ends that was laid down because the process must go; "paused"
    puts it back in the queue, since nobody asked for a pause.
    """
    queue.start(job.id, job.worker or "")
    result: Mapping[str, Any] | None = None
    error: FathomError | None = None
    try:
        if job.kind not in handlers:
            raise UnknownName("kind of job", job.kind, handlers)
        outcome = handlers[job.kind](job, JobContext(home, queue, job, leaving))
        match outcome:
            case Paused():
                state: RunState = told_to_leave if leaving.asked else "paused"
            case Stopped():
                state, result = "stopped", outcome.result
            case _:
                state, result = "succeeded", outcome
        dumps(result)  # a result that is not JSON is the handler's mistake, and fails its job here
    except Exception as caught:
        state, result, error = "failed", None, _in_a_sentence(caught, job)
    _store(queue, job, state, result, error)


def _in_a_sentence(caught: Exception, job: Job) -> FathomError:
    """What may be shown of an exception. A traceback goes to the lane's log and nowhere else."""
    if isinstance(caught, FathomError):
        return caught
    logger.error("job %s (%s) failed", job.id, job.kind, exc_info=caught)
    if isinstance(caught, MemoryError):
        return TooLarge("out_of_memory")
    if _is_of_full_disk(caught):
        return TooLarge("disk_full")
    return FathomError("work_failed", log=f"{job.lane}.log", job=job.id)


def _is_of_full_disk(caught: Exception) -> bool:
    if isinstance(caught, OSError) and caught.errno in DISK_FULL:
        return True
    # by its name: a worker that needs no DuckDB does not import it for this
    writes = isinstance(caught, (OSError, sqlite3.OperationalError)) or type(caught).__name__ == "IOException"
    return writes and any(words in str(caught) for words in DISK_FULL_WORDS)


def _store(
    queue: Queue, job: Job, state: RunState, result: Mapping[str, Any] | None, error: FathomError | None
) -> None:
    """Store the end, with patience: on a full disk the queue may need a moment too."""
    for patience_s in (0.5, 1, 2, 4, 8, None):
        try:
            queue.finish(job.id, state, result, error, worker=job.worker)
            return
        except sqlite3.OperationalError:
            if patience_s is None:
                raise
            logger.exception("job %s: its end (%s) could not be stored yet", job.id, state)
            time.sleep(patience_s)


def _resident() -> int:
    return psutil.Process().memory_info().rss
