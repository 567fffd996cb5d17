"""Train one network epoch by epoch: report, choose the best epoch, stop, pause, go on after a crash.

Knows nothing of files but its one checkpoint, and nothing of who watches: it hands every
event to `emit` and asks `requested` whether somebody wants it to end.
"""

import math
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np

from core.errors import FathomError
from core.training import checkpoint
from core.training.batches import Batches, Rows
from core.training.step import Stepper

CHUNK_S = 0.25  # one call into TensorFlow takes about this long, so that "stop" is heard in time
BATCH_EVENT_S = 0.7  # within a long epoch, a point at most this often
CHECKPOINT_S = 0.5  # epochs faster than this share a checkpoint; those lost are done again alike
PLATEAU_PATIENCE, PLATEAU_FACTOR = 5, 0.5

Ending = Literal["epochs", "early", "finish", "budget", "diverged", "paused", "interrupted"]


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """What one network is to learn and by what it is judged meanwhile.

    probe: some training rows, scored like the validation rows so that the two compare.
    score: (targets (n,), raw outputs (n, k)) → the metric, in the target's own units.
    settings: the training knobs, settled. epochs_fixed: never shorten for time.
    """

    train: Batches
    validation: Rows
    probe: Rows
    score: Callable[[np.ndarray, np.ndarray], float]
    metric: str
    settings: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Progress:
    """Where training stands after a whole epoch: all that the checkpoint holds beside arrays."""

    epoch: int = 0
    elapsed_s: float = 0.0
    best_epoch: int = 0
    best_loss: float = math.inf
    waited: int = 0  # epochs since the best one
    flat: int = 0  # epochs since the rate was last lowered or the loss improved
    epochs: int = 0  # how many there will be in all; shortened when time is short


@dataclass(frozen=True, kw_only=True)
class Outcome:
    ending: Ending
    epochs: int
    best_epoch: int
    best_loss: float
    fit_s: float


Emit = Callable[[int, int | None, float, dict[str, float]], None]


def fit(
    stepper: Stepper,
    lesson: Lesson,
    *,
    checkpoint_path: Path,
    emit: Emit,
    requested: Callable[[], str | None] = lambda: None,
    remaining_s: Callable[[], float] = lambda: math.inf,
) -> Outcome:
    """Train until the epochs are done or something ends it; leaves the best epoch's weights in the model.

    emit(epoch, batch or None, elapsed_s, values) is called for every epoch and within long ones.
    requested() may answer "pause", "interrupt" (checkpoint and leave), "finish" (keep the best).
    remaining_s() is the time left; the epochs, and with them the learning rate's schedule, are
    fitted to it rather than cut off.
    Raises FathomError("diverged") if no epoch had a finite loss.
    """
    training = _Training(stepper, lesson, checkpoint_path, emit, requested, remaining_s)
    return training.go()


class _Training:
    def __init__(self, stepper, lesson, checkpoint_path, emit, requested, remaining_s):
        self.stepper, self.lesson, self.path = stepper, lesson, checkpoint_path
        self.emit, self.requested, self.remaining_s = emit, requested, remaining_s
        self.progress = Progress(epochs=lesson.settings["epochs"])
        self.best: list[np.ndarray] = []
        self.steps_per_epoch = math.ceil(lesson.train.n / lesson.settings["batch_size"])
        self.step_s = 0.0  # seconds a step takes, a moving average
        self.loaded: tuple[Any, Any] | None = None  # the block whose tensors are in memory

    def go(self) -> Outcome:
        self._resume()
        self._set_total_steps()
        ending = self._before_epoch()
        saved_at = time.monotonic()
        while ending is None:
            started = time.monotonic()
            interrupted, loss = self._one_epoch(self.progress.epoch + 1, started)
            if interrupted == "diverged":
                ending = "diverged"
                break
            if interrupted in ("pause", "interrupt"):
                # the epoch in hand is done again from the last checkpoint, so save nothing of it
                return self._outcome("paused" if interrupted == "pause" else "interrupted")
            if interrupted:
                ending = "finish" if interrupted == "finish" else "budget"
                break
            self._end_epoch(loss, started)
            ending = self._before_epoch()
            if ending in ("paused", "interrupted") or time.monotonic() - saved_at > CHECKPOINT_S:
                self._save()
                saved_at = time.monotonic()
            if ending in ("paused", "interrupted"):
                return self._outcome(ending)
        if not self.best:
            if ending in ("finish", "budget"):
                # stopped before the first epoch ended: what has been learned so far is all there is
                self.best = [np.asarray(v) for v in self.stepper.model.variables]
            else:
                raise FathomError("diverged", rate=self.lesson.settings["learning_rate"])
        _assign(self.stepper.model.variables, self.best)
        return self._outcome(ending)

    def _outcome(self, ending: Ending) -> Outcome:
        p = self.progress
        return Outcome(
            ending=ending, epochs=p.epoch, best_epoch=p.best_epoch, best_loss=p.best_loss, fit_s=p.elapsed_s
        )

    def _before_epoch(self) -> Ending | None:
        """Why no further epoch should start, or None."""
        wish = self.requested()
        if wish in ("pause", "interrupt"):
            return "paused" if wish == "pause" else "interrupted"
        if wish == "finish":
            return "finish"
        settings, p = self.lesson.settings, self.progress
        if settings["early_stopping"] and p.waited >= settings["patience"]:
            return "early"
        if p.epoch >= p.epochs:
            return "epochs" if p.epochs >= settings["epochs"] else "budget"
        return "budget" if self.remaining_s() <= 0 else None

    def _one_epoch(self, number: int, started: float) -> tuple[str | None, float]:
        """Step through every block; (what ended it early or None, mean training loss)."""
        import tensorflow as tf

        batch = self.lesson.settings["batch_size"]
        total, n_done, step_in_epoch, last_event = 0.0, 0, 0, started
        for block in self.lesson.train.epoch(number):
            if self.loaded is None or self.loaded[0] is not block.rows:
                self.loaded = (block.rows, self.stepper.load(block))
            order = tf.convert_to_tensor(block.order)
            n_steps, first = math.ceil(len(block.order) / batch), 0
            while first < n_steps:
                n = min(self._chunk(), n_steps - first)
                before = time.monotonic()
                total += self.stepper.run(self.loaded[1], order, first, n)
                now = time.monotonic()
                self._clock(now - before, n)
                n_done += min((first + n) * batch, len(block.order)) - first * batch
                first, step_in_epoch = first + n, step_in_epoch + n
                if not math.isfinite(total):
                    return "diverged", math.nan
                if now - last_event > BATCH_EVENT_S and step_in_epoch < self.steps_per_epoch:
                    last_event = now
                    seconds = self.progress.elapsed_s + now - started
                    rate = n_done / (now - started)
                    share = step_in_epoch / self.steps_per_epoch  # of the epoch
                    values = {"loss": total / n_done, "rows_per_s": rate, "share": share}
                    self.emit(number, step_in_epoch, seconds, values)
                wish = self.requested()
                if wish in ("pause", "interrupt", "finish"):
                    return wish, math.nan
                if self.remaining_s() <= 0:
                    return "budget", math.nan
        return None, total / max(n_done, 1)

    def _chunk(self) -> int:
        return max(1, int(CHUNK_S / self.step_s)) if self.step_s else 4

    def _clock(self, seconds: float, n: int) -> None:
        # the first call traces the graph: its time says nothing about a step
        if self.step_s == 0.0 and n == 4:
            self.step_s = min(seconds / n, 0.01)
        else:
            self.step_s = 0.5 * self.step_s + 0.5 * seconds / n

    def _end_epoch(self, loss: float, started: float) -> None:
        lesson, number = self.lesson, self.progress.epoch + 1
        outputs = self.stepper.outputs(lesson.validation)
        probe = self.stepper.outputs(lesson.probe)
        val_loss = self.stepper.mean_loss(lesson.validation.targets, outputs)
        seconds = time.monotonic() - started
        values = {
            "loss": loss,
            "val_loss": val_loss,
            lesson.metric: lesson.score(lesson.probe.targets, probe),
            f"val_{lesson.metric}": lesson.score(lesson.validation.targets, outputs),
            "learning_rate": float(self.stepper.optimizer.learning_rate),
            "rows_per_s": lesson.train.n / max(seconds, 1e-9),
        }
        self._judge(val_loss, seconds)
        self.emit(number, None, self.progress.elapsed_s, values)
        self._fit_to_time(time.monotonic() - started)

    def _judge(self, val_loss: float, seconds: float) -> None:
        p = self.progress
        # a loss that is not a number is never the best
        if val_loss < p.best_loss:
            self.best = [np.array(v) for v in self.stepper.model.variables]
            changed = {"best_epoch": p.epoch + 1, "best_loss": val_loss, "waited": 0, "flat": 0}
        else:
            changed = {"waited": p.waited + 1, "flat": p.flat + 1}
        if self.lesson.settings["schedule"] == "plateau" and changed["flat"] >= PLATEAU_PATIENCE:
            self.stepper.base_rate.assign(self.stepper.base_rate * PLATEAU_FACTOR)
            changed["flat"] = 0
        self.progress = replace(p, epoch=p.epoch + 1, elapsed_s=p.elapsed_s + seconds, **changed)

    def _fit_to_time(self, epoch_s: float) -> None:
        """Plan fewer epochs when the time left does not allow all of them."""
        left, p = self.remaining_s(), self.progress
        if math.isinf(left):
            return
        possible = p.epoch + max(0, int(left / max(epoch_s, 1e-6)))
        if p.epoch == 1:
            possible = max(possible, 2)  # the first epoch also traced the graph; a later one is shorter
        epochs = max(p.epoch, min(self.lesson.settings["epochs"], possible))
        if epochs != p.epochs:
            self.progress = replace(p, epochs=epochs)
            self._set_total_steps()

    def _set_total_steps(self) -> None:
        self.stepper.total_steps.assign(max(1, self.progress.epochs * self.steps_per_epoch))

    def _save(self) -> None:
        current = [np.asarray(v) for v in self.stepper.variables()]
        checkpoint.save(self.path, {"current": current, "best": self.best}, asdict(self.progress))

    def _resume(self) -> None:
        stored = checkpoint.load(self.path)
        if stored is None:
            return
        groups, state = stored
        variables = self.stepper.variables()
        current = groups.get("current", [])
        if [a.shape for a in current] != [tuple(v.shape) for v in variables]:
            return  # another network's checkpoint cannot be gone on from
        _assign(variables, current)
        self.best = groups.get("best", [])
        self.progress = Progress(**state)


def _assign(variables: list[Any], values: list[np.ndarray]) -> None:
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)
