"""Keep every lane staffed and put back what dead workers held. Runs no job, knows no page.

One supervisor a home, held to that by a lock; workers outlive it, and the next one finds them
by their own locks. It leaves when no page server has been there for a while and no job is left,
so that closing Fathom gives the machine its memory back once the last training is done. It also
leaves when the program has changed, for page servers to start one that knows it.
"""

import logging
import os
import signal
import sqlite3
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from logging.handlers import RotatingFileHandler
from pathlib import Path

from core.errors import FathomError
from core.home import Home, delete_old
from core.jobs.context import Leaving
from core.jobs.lanes import LANES, Lane
from core.jobs.liveness import is_alive, live_workers, sweep, was_ready
from core.jobs.patron import has_patron, inherited_or_new_lock
from core.jobs.program import Program
from core.jobs.queue import Load, Queue
from core.jobs.temporary import sweep_temporary

LOOK_EVERY_S = 0.2
TIDY_EVERY_S = 60.0
FORGET_INTERACTIVE_AFTER_S = 3600.0
DAY_S = 86_400.0
TRY_AGAIN_S = 1.0  # after a first start that failed; twice as long after each further one
FAILED_STARTS = 3  # in a row, until a lane's jobs are told that nobody will come
LOG_BYTES = 1 << 20

logger = logging.getLogger(__name__)


@dataclass
class Staff:
    """One lane's workers, as far as this supervisor knows. children: those it started itself."""

    lane: Lane
    children: dict[int, subprocess.Popen] = field(default_factory=dict)
    failed_starts: int = 0
    not_before: float = 0.0  # time.monotonic() before which only a waiting job is reason for a start


def supervise(home: Home, command: Sequence[str], *, linger_s: float = 60.0) -> None:
    """Staff the lanes until SIGTERM, or until there is no page server and nothing to do for `linger_s`.

    command: starts a worker once "--lane" and the lane's name are appended.
    Returns at once when another supervisor serves this home. For the main thread of a process.
    """
    lock = inherited_or_new_lock(home)
    if lock is None:
        return
    lock.sign("supervisor", is_ready=True)
    _log_to(home.workers / "supervisor.log")
    logger.info("supervisor %d begins", os.getpid())
    leaving = Leaving()
    try:
        with leaving.listening(signal.SIGTERM, signal.SIGINT):
            _Supervisor(home, command, linger_s).go(leaving)
    except Exception:
        logger.exception("supervisor ends by a defect")
        raise
    finally:
        lock.release()


class _Supervisor:
    def __init__(self, home: Home, command: Sequence[str], linger_s: float):
        self._home, self._command, self._linger_s = home, tuple(command), linger_s
        self._queue, self._program = Queue(home), Program()
        now = time.monotonic()
        self._staff = [Staff(lane=lane, not_before=now + lane.start_after_s) for lane in LANES.values()]

    def go(self, leaving: Leaving) -> None:
        needed_at, tidied_at = time.monotonic(), float("-inf")
        while not leaving.asked:
            now = time.monotonic()
            try:
                is_needed = self._look_after()
                if now - tidied_at > TIDY_EVERY_S:
                    tidied_at = now  # before: what fails shall not be tried at every look
                    self._tidy()
                has_successor = has_patron(self._home)
                is_needed = is_needed or has_successor
                if has_successor and self._program.has_changed():
                    logger.info("the program has changed")
                    break
            except (
                sqlite3.OperationalError,
                OSError,
            ):  # a full disk, no file left, a lock held for very long
                logger.exception("the queue or the home does not answer; trying again")
                is_needed = True
            if is_needed:
                needed_at = now
            elif now - needed_at > self._linger_s:
                logger.info("nobody is there and nothing is left to do")
                break
            time.sleep(LOOK_EVERY_S)
        self._send_idle_home()

    def _look_after(self) -> bool:
        """One round over jobs and lanes; whether there is anything to do for workers."""
        for job in self._queue.adopt_or_requeue(lambda worker: is_alive(self._home.workers, worker)):
            logger.warning("job %s (%s) lost its worker: now %s", job.id, job.kind, job.state)
        is_needed = False
        for staff in self._staff:
            self._reap(staff)
            load = self._queue.load(staff.lane.name)
            self._fill(staff, load)
            is_needed = is_needed or not load.is_empty
        return is_needed

    def _reap(self, staff: Staff) -> None:
        for pid, child in list(staff.children.items()):
            status = child.poll()
            if status is None:
                continue
            del staff.children[pid]
            logger.info("%s worker %d ended (%d)", staff.lane.name, pid, status)
            if status == 0 or was_ready(self._home.workers, staff.lane.name, pid):
                staff.failed_starts = 0
            else:
                self._start_failed(staff)

    def _start_failed(self, staff: Staff) -> None:
        """Wait ever longer for the next try; and do not let anybody wait for workers that never come."""
        staff.failed_starts += 1
        staff.not_before = time.monotonic() + min(TRY_AGAIN_S * 2.0 ** (staff.failed_starts - 1), 60.0)
        if staff.failed_starts >= FAILED_STARTS:
            self._queue.fail_queued(staff.lane.name, FathomError("worker_cannot_start", lane=staff.lane.name))

    def _fill(self, staff: Staff, load: Load) -> None:
        """Start at most one worker, when the lane wants for a standby or somebody waits for nobody."""
        lane = staff.lane
        is_urgent = load.n_queued > 0 and staff.failed_starts == 0
        if time.monotonic() < staff.not_before and not is_urgent:
            return
        here = {worker.pid for worker in live_workers(self._home.workers, lane.name)} | set(staff.children)
        n_idle = len(here) - load.n_alive
        if len(here) < lane.standby or (load.n_queued > max(n_idle, 0) and len(here) < lane.most):
            try:
                self._start(staff)
            except OSError:  # no memory, no file left to open, no disk for the log
                logger.exception("no %s worker could be started", lane.name)
                self._start_failed(staff)

    def _start(self, staff: Staff) -> None:
        lane = staff.lane
        path = self._home.workers / f"{lane.name}.log"
        if path.exists() and path.stat().st_size > LOG_BYTES:
            os.replace(path, path.with_suffix(".log.1"))
        with open(path, "ab") as log:
            # a session of its own: Ctrl-C at the terminal that shows the page does not end a training
            child = subprocess.Popen(
                [*self._command, "--lane", lane.name],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        staff.children[child.pid] = child
        logger.info("%s worker %d begins", lane.name, child.pid)

    def _tidy(self) -> None:
        sweep(self._home.workers)
        sweep_temporary(self._home)
        self._queue.purge("interactive", FORGET_INTERACTIVE_AFTER_S)
        # of those refused: a dataset has its own copy, and a job that waits or is paused needs its own
        delete_old(self._home.uploads, 7 * DAY_S, spare=self._queue.files_awaited())
        delete_old(self._home.exports, 7 * DAY_S)

    def _send_idle_home(self) -> None:
        """End the workers that hold no job. The others finish theirs, and leave by themselves later."""
        holding = {job.worker for job in self._queue.alive()}
        for staff in self._staff:
            workers = live_workers(self._home.workers, staff.lane.name)
            busy = {worker.pid for worker in workers if worker.name in holding}
            for worker in workers:
                process = worker.process()
                if worker.pid not in busy and process is not None:
                    process.terminate()
            for pid, child in staff.children.items():
                if pid not in busy:
                    child.terminate()  # also those that have not signed their lock yet
        logger.info("supervisor %d ends", os.getpid())


def _log_to(path: Path) -> None:
    handler = RotatingFileHandler(path, maxBytes=LOG_BYTES, backupCount=1, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False
