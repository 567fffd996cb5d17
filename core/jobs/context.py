"""What a handler sees of the world around it, and what it may answer. Runs no job, knows no kind.

A handler is a function of a job and its context. It returns a mapping (the result) or None
when done, Stopped(result) when it ended early and kept what there was, Paused() when it laid
the work down where a later attempt can take it up; what it raises fails the job.
"""

import logging
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Any, Literal

from core.home import Home
from core.jobs.job import Job, Request
from core.jobs.queue import Queue

LOOK_EVERY_S = 0.1
REPORT_EVERY_S = 0.2

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Paused:
    """The work is laid down where it can be taken up; it waits, goes on or ends as its owner asked."""


@dataclass(frozen=True)
class Stopped:
    """The work ended early, as its owner asked. result: what was kept of it."""

    result: Mapping[str, Any] | None = None


class Leaving:
    """Remembers that the process was told to go, by SIGTERM or by Ctrl-C."""

    def __init__(self) -> None:
        self.asked = False

    @contextmanager
    def listening(self, *signals: signal.Signals) -> Iterator[None]:
        """Note these signals instead of ending by them. For the main thread of a process."""
        before = {number: signal.signal(number, self._note) for number in signals}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _note(self, number: int, frame: FrameType | None) -> None:
        if self.asked and number == signal.SIGINT:
            raise KeyboardInterrupt  # the second Ctrl-C of somebody who does not want to wait
        self.asked = True


class JobContext:
    """Where the job's work may look and report. home: the folders; queue: for further jobs."""

    def __init__(self, home: Home, queue: Queue, job: Job, leaving: Leaving):
        self.home = home
        self.queue = queue
        self.job = job
        self._leaving = leaving
        self._request: Request | None = None
        self._looked_at = self._reported_at = float("-inf")

    def report(self, fraction: float | None, message: str = "") -> None:
        """How far the work is, 0 to 1, or None: as far as before. May be called often: stored at most five times a second.

        Progress that cannot be stored is not worth the job: the log has it.
        """
        now = time.monotonic()
        if now - self._reported_at >= REPORT_EVERY_S:
            try:
                self.queue.report(self.job.id, fraction, message)
            except sqlite3.OperationalError:  # a full disk, or a lock held for very long
                logger.warning("job %s: its progress could not be stored", self.job.id, exc_info=True)
            self._reported_at = now

    def requested(self) -> Request | Literal["interrupt"] | None:
        """What the owner asked for, or "interrupt" when the process must leave. Cheap to call often.

        On "pause" and "interrupt" return Paused(); on "finish" Stopped(what there is) or a
        whole result; on "discard" and "cancel" Stopped().
        """
        now = time.monotonic()
        if now - self._looked_at >= LOOK_EVERY_S:
            self._request = self.queue.requested(self.job.id)
            self._looked_at = now
        return self._request or ("interrupt" if self._leaving.asked else None)


Handler = Callable[[Job, JobContext], Mapping[str, Any] | Paused | Stopped | None]
