"""Which function does which kind of job: one file a kind, the only folder that knows them all.

Each function gets the job and its context and returns plain JSON; heavy libraries are
imported inside, by the worker that needs them.
"""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from core.jobs.context import Handler, JobContext, Paused, Stopped
from core.jobs.job import Job
from core.registry import Registry
from core.wiring._leaving import LeftOff, left_off


@dataclass(frozen=True, kw_only=True)
class Work:
    """A kind of job. do: carries one out; LeftOff may escape it where nothing is to be cleared away."""

    key: str
    do: Handler


WORK: Registry[Work] = Registry(sys.modules[__name__], "work")


def handlers() -> dict[str, Handler]:
    """Kind of job → function."""
    return {key: partial(_done, work.do) for key, work in WORK.items()}


def warm(lane: str) -> Callable[[], None] | None:
    """What a lane's worker imports before its first job, or None."""
    from core.wiring import _warmth

    return {"training": _warmth.warm_training, "interactive": _warmth.warm_scoring}.get(lane)


def _done(do: Handler, job: Job, context: JobContext) -> Mapping[str, Any] | Paused | Stopped | None:
    try:
        return do(job, context)
    except LeftOff:
        return left_off(context)
