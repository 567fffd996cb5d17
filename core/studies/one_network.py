"""Train one network of a run and keep what it comes to: events, weights, predictions, a record. Shares out no time."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import psutil

from core.domain import Run
from core.runs.events import EventWriter
from core.runs.predictions import save_predictions
from core.runs.records import Record
from core.runs.store import RunStore
from core.sentences import say
from core.studies.budget import Deadline
from core.studies.prepare import Prepared
from core.studies.teach import ready, with_honest_probabilities
from core.studies.warm import begin_with
from core.training.lesson import Outcome
from core.training.loop import Emit, fit
from core.training.network import WEIGHTS, save_weights


@dataclass(frozen=True, kw_only=True)
class Turn:
    """What one network's turn is about. place: where the models in hand lie, the run's folder or that of
    the fold, which counts from 1 and is None without folds."""

    run: Run
    record: Record
    prepared: Prepared
    place: Path
    fold: int | None
    seed: int

    @property
    def folder(self) -> Path:
        return self.place / "models" / self.record.folder


def learn(
    turn: Turn,
    store: RunStore,
    deadline: Deadline,
    *,
    requested: Callable[[], str | None],
    told: Callable[[int, float | None], None],
    ended: Callable[[Outcome], None],
) -> Record:
    """The network's record: done, or skipped where there was no time to learn anything.

    requested: as in `fit`. told(epoch, share of the epochs done): after each epoch, with None within long ones.
    ended(outcome): before anything is kept; what it raises leaves the rest undone.
    Raises FathomError where it cannot learn, NotApplicable where the time does not allow it.
    """
    run, record, prepared = turn.run, turn.record, turn.prepared
    asked, began = run.spec.models[record.number], None
    pupil = ready(record.key, record.params, prepared, turn.seed)
    if asked.start is not None:
        began, has_learned = begin_with(pupil.model, asked.start, run, prepared, store, turn.fold)
        pupil = replace(pupil, lesson=replace(pupil.lesson, keeps_start=has_learned))
    limited = asked.most_s is not None and run.spec.budget_s is None
    with EventWriter(turn.folder, run.id, record.number, run.attempt) as events:
        outcome = fit(
            pupil.stepper,
            pupil.lesson,
            checkpoint_path=turn.folder / "checkpoint" / "state.npz",
            emit=_emitter(events, told),
            requested=requested,
            remaining_s=deadline.remaining_s,
            most_s=asked.most_s if limited else math.inf,
            grant=deadline.grant,
        )
    ended(outcome)
    least = pupil.lesson.least_steps if outcome.ending == "budget" else 1
    if outcome.n_steps < least:
        reason = say("model.stopped" if outcome.ending == "finish" else "model.budget")
        return replace(record, state="skipped", ending=outcome.ending, reason=reason)
    network, parts, us_per_row = pupil.network, {}, 0.0
    if pupil.lesson.settings["recalibrate"] and prepared.task.classes:
        network = with_honest_probabilities(network, prepared.rows["validation"])
    for part in ("validation", "test"):
        rows = prepared.rows[part]
        prediction, us_per_row = network.timed_predict(rows)
        parts[part] = (rows.numbers, rows.truth, prediction)
    save_predictions(turn.folder / "predictions.parquet", parts)
    if len(outcome.film.frames) > 1:
        outcome.film.save(turn.folder, pupil.watched, outcome.best_epoch)
    sha256 = save_weights(pupil.model, turn.folder)
    return replace(
        record,
        state="done",
        ending=outcome.ending,
        note=_note(outcome, record, began, keeps_start=pupil.lesson.keeps_start),
        epochs=outcome.epochs,
        best_epoch=outcome.best_epoch,
        n_parameters=int(pupil.model.count_params()),
        fit_s=outcome.fit_s,
        predict_us_per_row=us_per_row,
        size_bytes=(turn.folder / WEIGHTS).stat().st_size,
        weights_sha256=sha256,
        recalibration=network.recalibration,
    )


def _emitter(events: EventWriter, told: Callable[[int, float | None], None]) -> Emit:
    """Writes what training says, with what it takes of the machine."""
    process = psutil.Process()
    process.cpu_percent()  # the first reading is the start of the interval

    def emit(epoch: int, batch: int | None, elapsed_s: float, values: dict[str, float]) -> None:
        usage = {"cpu_percent": process.cpu_percent(), "memory_mb": process.memory_info().rss / 1e6}
        events.write(epoch=epoch, batch=batch, elapsed_s=elapsed_s, values=values | usage)
        told(epoch, epoch / values["epochs"] if batch is None else None)

    return emit


def _note(outcome: Outcome, record: Record, began: str | None, *, keeps_start: bool) -> str | None:
    """What somebody who reads the score should know of how training began and ended."""
    ended = None
    if keeps_start and not outcome.best_epoch:
        began = f"{began} {say('model.start_kept')}"
    if outcome.ending in ("budget", "finish", "fitted", "repaced"):
        ended = say(f"model.ended_{outcome.ending}", epoch=outcome.epochs, epochs=record.params["epochs"])
    return " ".join(filter(None, (began, ended))) or None
