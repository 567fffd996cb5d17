"""How a run stands right now, from its folder's events and records. Reads only; draws nothing."""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from core.data.folds import n_fits
from core.domain import Event, Family, Run
from core.evaluation.metrics import METRICS
from core.runs.clock import spent_s
from core.runs.events import merge_attempts, thin
from core.runs.records import Record

MOST_POINTS = 500
WORTH_COMPARING_S = 1.0  # of fitting, from which on it says how much longer models take than was thought
MOST_SHARE = 0.97  # scoring comes after the last epoch and after the last second for training


@dataclass(frozen=True, kw_only=True)
class Reference:
    """A line to hold a curve against: another model's metric on the validation rows."""

    title: str
    value: float


@dataclass(frozen=True, kw_only=True)
class Point:
    """One point of a curve. epoch: as a fraction within a long epoch. part: Training or Validation."""

    epoch: float
    part: str
    value: float


@dataclass(frozen=True, kw_only=True)
class Curves:
    """One network's story so far. loss, metric: thinned to be drawn; best_epoch: of validation loss."""

    loss: tuple[Point, ...]
    metric: tuple[Point, ...]
    epoch: int
    epochs: int | None
    best_epoch: int | None
    elapsed_s: float
    left_s: float | None
    rows_per_s: float | None
    cpu_percent: float | None
    memory_mb: float | None


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a run is, and what will end it.

    share: from 0 to 1, of the work or of the budget, whichever is further.
    left_s: seconds it may still take, at most; limit: what comes first then, the last epoch, the last of
    several models, or the end of the budget. Both None while nothing can be said.
    patience: epochs without improvement after which the network in training stops early, if it does.
    """

    share: float
    left_s: float | None = None
    limit: Literal["epochs", "models", "budget"] | None = None
    patience: int | None = None


def curves(record: Record, events: Sequence[Event], metric: str) -> Curves:
    """The curves of one network from all events of its run, attempts merged."""
    own = merge_attempts(e for e in events if e.model == record.number)
    ends = [e for e in own if e.batch is None]
    last = own[-1] if own else None
    best = min((e for e in ends if _loss(e) < math.inf), key=_loss, default=None)
    epochs = _planned(own, record)
    return Curves(
        loss=_points(own, (("Training", "loss"), ("Validation", "val_loss"))),
        metric=_points(ends, (("Training", metric), ("Validation", f"val_{metric}"))),
        epoch=ends[-1].epoch if ends else 0,
        epochs=epochs,
        best_epoch=best.epoch if best else None,
        elapsed_s=last.elapsed_s if last else 0.0,
        left_s=_left(ends, epochs) if record.state == "training" else None,
        rows_per_s=_latest(own, "rows_per_s"),
        cpu_percent=_latest(own, "cpu_percent"),
        memory_mb=_latest(own, "memory_mb"),
    )


def references(records: Sequence[Record], metric: str) -> tuple[Reference, ...]:
    """The trivial model and the best classic one so far, if they have a value."""
    sign = 1.0 if METRICS[metric].greater_is_better else -1.0
    lines = []
    for family in ("trivial", "classic"):
        scored = [r for r in records if r.family == family and r.validation is not None]
        if scored:
            best = max(scored, key=lambda r: sign * r.validation)
            lines.append(Reference(title=best.title, value=best.validation))
    return tuple(lines)


def watched(records: Sequence[Record]) -> Record | None:
    """The network to look at: the one in training, else the last one begun, else the first."""
    networks = [r for r in records if r.family == "deep"]
    training = [r for r in networks if r.state == "training"]
    begun = [r for r in networks if r.is_settled or r.folds]
    return (training or begun[-1:] or networks[:1] or [None])[0]


def run_elapsed_s(run: Run) -> float:
    """Seconds since the run was first started, to its end or to now."""
    if run.started_at is None:
        return 0.0
    return (run.ended_at or time.time()) - run.started_at


def run_left_s(run: Run, run_folder: Path) -> float | None:
    """Seconds of the budget left, to a few; None without one. A pause costs nothing."""
    if run.spec.budget_s is None:
        return None
    return max(0.0, run.spec.budget_s - spent_s(run_folder))


def progress(run: Run, records: Sequence[Record], told: Curves | None, run_folder: Path) -> Progress:
    """How far the run is. told: the curves of the network in training, where there is one."""
    budget_left_s = run_left_s(run, run_folder)
    used = 1 - budget_left_s / run.spec.budget_s if run.spec.budget_s else 0.0
    n = n_fits(run.spec)
    networks_s, classics = _networks_left(records, told, n), _classics_left(records, n)
    limits: list[tuple[float, Literal["epochs", "models", "budget"]]] = []
    if networks_s is not None and (told is not None or classics.left_s):
        several = classics.left_s > networks_s or any(_waits(r, "deep") for r in records)
        limits.append((max(networks_s, classics.left_s), "models" if several else "epochs"))
    if budget_left_s is not None:
        limits.append((budget_left_s, "budget"))
    left_s, limit = min(limits) if limits else (None, None)
    training = next((r for r in records if r.family == "deep" and r.state == "training"), None)
    share = _share_of_epochs(records, told, n)
    if networks_s is not None and classics.left_s > networks_s:
        share = classics.done_s / (classics.done_s + classics.left_s)
    return Progress(
        share=min(MOST_SHARE, max(share, used)),
        left_s=left_s,
        limit=limit,
        patience=training.params.get("patience")
        if training and training.params.get("early_stopping")
        else None,
    )


@dataclass(frozen=True, kw_only=True)
class _Work:
    """Of models that are trained one after another: seconds they took so far, and may still take."""

    done_s: float
    left_s: float


def _networks_left(records: Sequence[Record], told: Curves | None, n_fits: int) -> float | None:
    """Seconds; None while nothing can be said: of a network in training by its epochs, of one that waits by what was expected."""
    left_s = 0.0
    for record in (r for r in records if r.family == "deep"):
        if record.state == "training":
            if told is None or told.left_s is None:
                return None
            later = _fits_left(record, n_fits) - 1
            left_s += told.left_s + later * (told.elapsed_s + told.left_s)
        elif not record.is_settled:
            if (each_s := _each_s(record, n_fits)) is None:
                return None
            left_s += _fits_left(record, n_fits) * each_s
    return left_s


def _classics_left(records: Sequence[Record], n_fits: int) -> _Work:
    """By what was expected of them, held against what those that are done have really taken."""
    classics = [r for r in records if r.family in ("classic", "trivial")]
    done = [r for r in classics if r.state == "done"]
    taken_s, thought_s = sum(r.fit_s for r in done), sum(r.expected_s or 0.0 for r in done)
    pace = taken_s / thought_s if min(taken_s, thought_s) > WORTH_COMPARING_S else 1.0
    under_way = [r for r in classics if not r.is_settled]
    done_s = taken_s + sum(len(r.folds) * r.fit_s for r in under_way)
    left_s = sum(
        _fits_left(r, n_fits) * (_each_s(r, n_fits) or 0.0) * (1.0 if r.folds else pace) for r in under_way
    )
    return _Work(done_s=done_s, left_s=left_s)


def _fits_left(record: Record, n_fits: int) -> int:
    """How often a model is still to be trained, the time in hand included."""
    return n_fits - len(record.folds)


def _each_s(record: Record, n_fits: int) -> float | None:
    """Seconds that a model takes each time: as it took in its last fold, or as was expected."""
    return record.fit_s if record.folds else record.expected_s and record.expected_s / n_fits


def _waits(record: Record, family: Family) -> bool:
    return record.family == family and record.state == "waiting"


def _share_of_epochs(records: Sequence[Record], told: Curves | None, n_fits: int) -> float:
    """Of all networks' epochs in all folds; without networks, of the models."""
    models = [r for r in records if r.family == "deep"] or records
    n_done = sum(1.0 if r.is_settled else len(r.folds) / n_fits for r in models)
    if (
        told is not None
        and told.epochs
        and any(r.family == "deep" and r.state == "training" for r in records)
    ):
        n_done += told.epoch / told.epochs / n_fits
    return n_done / len(models) if models else 0.0


def _points(events: Sequence[Event], series: Sequence[tuple[str, str]]) -> tuple[Point, ...]:
    names = [name for _, name in series]
    return tuple(
        Point(epoch=_place(event), part=part, value=event.values[name])
        for event in thin(events, MOST_POINTS, names)
        for part, name in series
        if math.isfinite(event.values.get(name, math.nan))
    )


def _place(event: Event) -> float:
    return float(event.epoch) if event.batch is None else event.epoch - 1 + event.values.get("share", 0.0)


def _planned(events: Sequence[Event], record: Record) -> int | None:
    """The epochs there will be in all: as last planned, where time is short."""
    planned = _latest(events, "epochs")
    return record.params.get("epochs") if planned is None else int(planned)


def _loss(event: Event) -> float:
    value = event.values.get("val_loss", math.inf)
    return value if math.isfinite(value) else math.inf


def _left(ends: Sequence[Event], epochs: int | None) -> float | None:
    """Seconds until the last epoch; the first one, which also built the graph, is no measure."""
    if not epochs or len(ends) < 2:
        return None
    per_epoch = (ends[-1].elapsed_s - ends[0].elapsed_s) / (len(ends) - 1)
    return max(0.0, (epochs - ends[-1].epoch) * per_epoch)


def _latest(events: Sequence[Event], name: str) -> Any:
    for event in reversed(events):
        if name in event.values:
            return event.values[name]
    return None
