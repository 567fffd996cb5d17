"""A job as the queue knows it, and what its states mean. Stores nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from core.domain import RunState

Request = Literal["pause", "finish", "discard", "cancel"]

ALIVE: tuple[RunState, ...] = ("starting", "running", "pausing", "stopping")  # a worker holds it
ENDED: tuple[RunState, ...] = ("stopped", "succeeded", "failed")  # nothing more will come of itself
UNDER_WAY: tuple[RunState, ...] = ("queued", *ALIVE)
# the machine or Fathom itself failed, not what was asked: asked again, it may well succeed
BREAKDOWNS = ("work_failed", "out_of_memory", "disk_full", "worker_died", "worker_cannot_start")
RESUMABLE: tuple[RunState, ...] = ("paused", "interrupted", "failed")


@dataclass(frozen=True, kw_only=True)
class Job:
    """Something to be done in a worker's process.

    kind: names the handler; lane: the line it waits in; payload, result: JSON objects.
    attempt: number of this start, or of the next one while queued; every start has a new
        number, also after a pause. crashes: workers that died over it without getting further.
    request: what its owner asked for and the worker has not done yet.
    fraction: of the work done, 0 to 1, as far as the handler reports it.
    error_code, error: the code and the sentence of a failed job.
    """

    id: str
    kind: str
    lane: str
    owner: str
    payload: Mapping[str, Any] = field(default_factory=dict)
    state: RunState = "queued"
    attempt: int = 1
    max_attempts: int = 3
    crashes: int = 0
    worker: str | None = None
    request: Request | None = None
    fraction: float = 0.0
    message: str = ""
    result: Mapping[str, Any] | None = None
    error_code: str | None = None
    error: str | None = None
    created_at: float = 0.0
    started_at: float | None = None
    ended_at: float | None = None
    priority: int = 0

    @property
    def is_alive(self) -> bool:
        return self.state in ALIVE

    @property
    def broke_down(self) -> bool:
        """Whether it failed without anything being wrong with the question."""
        return self.state == "failed" and self.error_code in BREAKDOWNS

    @property
    def is_ended(self) -> bool:
        return self.state in ENDED
