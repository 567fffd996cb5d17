"""One network's training as the coach reads it: a row an epoch, and how it ended. Judges nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.domain import Event
from core.knobs import Knob
from core.runs.events import merge_attempts
from core.runs.records import ModelState, Record


@dataclass(frozen=True, kw_only=True)
class Story:
    """loss, val_loss, rate, elapsed_s: (epochs,) float64, NaN where an epoch did not say.

    params: every setting by name, as trained with; knobs: those settings' declarations.
    memory_mb: what the process held last; total_mb: what the machine has; None where unknown.
    """

    loss: np.ndarray
    val_loss: np.ndarray
    rate: np.ndarray
    elapsed_s: np.ndarray
    params: Mapping[str, Any]
    knobs: Mapping[str, Knob]
    state: ModelState = "training"
    ending: str | None = None
    memory_mb: float | None = None
    total_mb: float | None = None

    @property
    def n(self) -> int:
        """Whole epochs so far."""
        return len(self.loss)

    @property
    def best(self) -> int | None:
        """The place of the lowest validation loss, from 0; None while there is none."""
        finite = np.isfinite(self.val_loss)
        return int(np.argmin(np.where(finite, self.val_loss, np.inf))) if finite.any() else None


def read_story(
    record: Record, events: Sequence[Event], knobs: Sequence[Knob], total_mb: float | None = None
) -> Story:
    """The story of one network from all events of its run, attempts merged."""
    own = merge_attempts(e for e in events if e.model == record.number)
    ends = [e for e in own if e.batch is None]

    def column(name: str) -> np.ndarray:
        return np.array([e.values.get(name, np.nan) for e in ends], np.float64)

    return Story(
        loss=column("loss"),
        val_loss=column("val_loss"),
        rate=column("learning_rate"),
        elapsed_s=np.array([e.elapsed_s for e in ends], np.float64),
        params=record.params,
        knobs={k.name: k for k in knobs},
        state=record.state,
        ending=record.ending,
        memory_mb=next((e.values["memory_mb"] for e in reversed(own) if "memory_mb" in e.values), None),
        total_mb=total_mb,
    )
