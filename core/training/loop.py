"""Train one network epoch by epoch: report, choose the best epoch, stop, pause, go on after a crash.

Knows nothing of files but its one checkpoint, and nothing of who watches: it hands every
event to `emit` and asks `requested` whether somebody wants it to end.
"""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import FathomError, NotApplicable
from core.runs.film import Film
from core.training import checkpoint
from core.training.batches import n_batches
from core.training.epoch_clock import SAFETY, EpochClock
from core.training.lesson import Ending, Lesson, Outcome, Progress
from core.training.step import Stepper

CHUNK_S = 0.25  # one call into TensorFlow takes about this long, so that "stop" is heard in time
BATCH_EVENT_S = 0.7  # within a long epoch, a point at most this often
CHECKPOINT_S = 0.5  # epochs faster than this share a checkpoint; those lost are done again alike
CHECKPOINT_WITHIN_S = 5.0  # within a long epoch, a checkpoint at most this often
CHECKPOINT_SHARE = 0.05  # of the time may go into checkpoints, when the network is large
PLATEAU_PATIENCE, PLATEAU_FACTOR = 5, 0.5
TIMED_ROWS = 1_024  # enough to say what an evaluation takes
FREE_SHARE = 0.25  # of a cap that is no deadline, before it may change the plan: a slow start proves nothing
WORTH_IT = 1.1  # how many times as many epochs must have become possible before the plan grows

Emit = Callable[[int, int | None, float, dict[str, float]], None]
WISHES: dict[str | None, Ending] = {"pause": "paused", "interrupt": "interrupted", "finish": "finish"}


def fit(
    stepper: Stepper,
    lesson: Lesson,
    *,
    checkpoint_path: Path,
    emit: Emit,
    requested: Callable[[], str | None] = lambda: None,
    remaining_s: Callable[[], float] = lambda: math.inf,
    most_s: float = math.inf,
    grant: Callable[[float], bool] = lambda seconds: False,
) -> Outcome:
    """Train until the epochs are done or something ends it; leaves the best epoch's weights in the model.

    emit(epoch, batch or None, elapsed_s, values) is called for every epoch and within long ones.
    requested() may answer "pause", "interrupt" (checkpoint and leave), "finish" (keep the best).
    remaining_s() is the time left, most_s how long training may take over all its attempts, or as long as the
    shortest schedule that says something. The epochs, and with them every schedule, are fitted to that rather than cut off. grant(seconds) is asked for more where not
    even the shortest schedule that says something fits; after it says yes, remaining_s() is as much longer.
    Raises FathomError("diverged") if no epoch had a finite loss, NotApplicable if there is no time for
    the shortest schedule that says something, OSError when the disk is full.
    """
    training = _Training(stepper, lesson, checkpoint_path, emit, requested, remaining_s, most_s, grant)
    return training.go()


class _Training:
    def __init__(self, stepper, lesson, checkpoint_path, emit, requested, remaining_s, most_s, grant):
        self.stepper, self.lesson, self.path = stepper, lesson, checkpoint_path
        self.emit, self.requested, self.deadline_s, self.most_s = emit, requested, remaining_s, most_s
        self.grant = grant
        self.progress = Progress(epochs=lesson.settings["epochs"])
        self.best: list[np.ndarray] = []
        self.film = Film()
        self.batching = lesson.settings["batch_size"], lesson.settings["drop_last"]
        self.steps_per_epoch = lesson.train.n_steps(*self.batching)
        self.clock, self.planned = EpochClock(self.steps_per_epoch), False
        self.asking_s = 0.0  # for the predictions once training is over
        self.loaded: tuple[Any, Any] | None = None  # the block whose tensors are in memory
        self.seen_at = self.saved_at = self.spoke_at = time.monotonic()
        self.save_s = 0.0  # seconds the last checkpoint took

    def go(self) -> Outcome:
        self._resume()
        self._pace()
        self._time_evaluation()
        if self.lesson.keeps_start and not self.best and not int(self.stepper.step):
            self._judge_start()
        self._film_start()
        ending = self._before_epoch()
        while ending is None:
            ending = self._one_epoch()
            if ending is None:
                self._end_epoch()
                self._save_if_due(CHECKPOINT_S)
                ending = self._before_epoch()
        if ending in ("paused", "interrupted"):
            self._save()
        else:
            self._take_best(ending)
        p = self.progress
        return Outcome(
            ending=ending, epochs=p.epoch, n_steps=int(self.stepper.step), best_epoch=p.best_epoch,
            best_loss=p.best_loss, fit_s=p.seconds, film=self.film,
        )  # fmt: skip

    def _judge_start(self) -> None:
        """Take the weights it begins with for the best, until an epoch is better."""
        rows = self.lesson.validation
        outputs = self.stepper.outputs(rows)
        val_loss = self.stepper.mean_loss(rows.targets, outputs)
        value = self._value(val_loss, self.lesson.score(rows.targets, outputs))
        if math.isfinite(value):
            self.best = [np.array(v) for v in self.stepper.model.variables]
            self.progress = replace(self.progress, best_loss=val_loss, best_value=value)

    def _take_best(self, ending: Ending) -> None:
        if self.best:
            _assign(self.stepper.model.variables, self.best)
        elif ending == "diverged" or self.progress.epoch:
            raise FathomError("diverged", rate=self.lesson.settings["learning_rate"])
        # else stopped before the first epoch ended: what has been learned so far is all there is

    def _before_epoch(self) -> Ending | None:
        """Why no further epoch should start, or None."""
        settings, p = self.lesson.settings, self.progress
        if (wish := self.requested()) in WISHES:
            return WISHES[wish]
        if settings["early_stopping"] and p.waited >= settings["patience"]:
            return "early"
        if p.epoch >= p.epochs:
            if p.epochs < settings["epochs"]:
                return "fitted"
            return "repaced" if p.since else "epochs"
        return "budget" if self.remaining_s() <= 0 else None

    def remaining_s(self) -> float:
        """Seconds left for training."""
        return min(self.deadline_s(), self.most_s - self.progress.seconds) - self.asking_s

    def _time_evaluation(self) -> None:
        """Measure what comes beside the steps, where time is limited."""
        if math.isinf(self.remaining_s()):
            return
        rows = self.lesson.validation
        some = rows.take(np.arange(min(rows.n, TIMED_ROWS)))
        self.stepper.outputs(some)  # traces the graph
        started = time.monotonic()
        self.stepper.outputs(some)
        row_s = (time.monotonic() - started) / some.n
        self.clock.evaluation_s = row_s * (rows.n + self.lesson.probe.n)
        self.asking_s = row_s * self.lesson.n_asked

    def _one_epoch(self) -> Ending | None:
        """Step through what is left of the epoch in hand; what ended it early, or None."""
        import tensorflow as tf

        batch, first_of_block = self.lesson.settings["batch_size"], 0
        for block in self.lesson.train.epoch(self.progress.epoch + 1):
            n_steps = n_batches(len(block.order), *self.batching)
            first = self.progress.step - first_of_block  # above 0 where a checkpoint left off
            first_of_block += n_steps
            if first >= n_steps:
                continue
            if self.loaded is None or self.loaded[0] is not block.rows:
                self.loaded = None  # before the next one is there
                self.loaded = (block.rows, self.stepper.load(block))
            order = tf.convert_to_tensor(block.order)
            while first < n_steps:
                n = min(self._chunk(), n_steps - first)
                n_rows = min((first + n) * batch, len(block.order)) - first * batch
                self._advance(order, first, n, n_rows)
                first += n
                if not math.isfinite(self.progress.loss_sum):
                    return "diverged"
                if self.progress.step < self.steps_per_epoch:
                    self._speak()
                    self._save_if_due(CHECKPOINT_WITHIN_S)
                if (wish := self.requested()) in WISHES:
                    return WISHES[wish]
                if self.remaining_s() <= 0:
                    return "budget"
        return None

    def _advance(self, order: Any, first: int, n: int, n_rows: int) -> None:
        """Take n steps of the loaded block."""
        before = time.monotonic()
        loss = self.stepper.run(self.loaded[1], order, first, n)
        is_known = self.clock.stepped(time.monotonic() - before, n)
        p = self.progress
        self.progress = replace(
            p,
            step=p.step + n,
            rows=p.rows + n_rows,
            loss_sum=p.loss_sum + loss,
            epoch_s=p.epoch_s + self._tick(),
        )
        if is_known and not self.planned:
            self._fit_to_time()

    def _tick(self) -> float:
        """Seconds since this was last asked."""
        before, self.seen_at = self.seen_at, time.monotonic()
        return self.seen_at - before

    def _chunk(self) -> int:
        """How many steps to take in the next call."""
        return max(1, int(CHUNK_S / self.clock.step_s)) if self.clock.step_s else 1

    def _speak(self) -> None:
        """Tell how the epoch goes, if it is long."""
        if time.monotonic() - self.spoke_at > BATCH_EVENT_S:
            p = self.progress
            share = p.step / self.steps_per_epoch  # of the epoch
            values = {"loss": p.loss_sum / p.rows, "rows_per_s": p.rows / p.epoch_s, "share": share}
            values["epochs"] = float(p.epochs)
            self.emit(p.epoch + 1, p.step, p.seconds, values)
            self.spoke_at = time.monotonic()

    def _end_epoch(self) -> None:
        lesson, p = self.lesson, self.progress
        outputs, layer = self.stepper.watch(lesson.validation, lesson.watched)
        probe = self.stepper.outputs(lesson.probe)
        val_loss = self.stepper.mean_loss(lesson.validation.targets, outputs)
        seconds = p.epoch_s + self._tick()
        val_metric = lesson.score(lesson.validation.targets, outputs)
        values = {
            "loss": p.loss_sum / p.rows,
            "val_loss": val_loss,
            lesson.metric: lesson.score(lesson.probe.targets, probe),
            f"val_{lesson.metric}": val_metric,
            "learning_rate": float(self.stepper.optimizer.learning_rate),
            "rows_per_s": p.rows / max(seconds, 1e-9),
        }
        self._judge(val_loss, val_metric, seconds)
        self._film(layer)
        self.clock.ended(seconds)
        self._fit_to_time()
        values["epochs"] = float(self.progress.epochs)
        self.emit(self.progress.epoch, None, self.progress.seconds, values)
        self.spoke_at = time.monotonic()

    def _film_start(self) -> None:
        """Keep what it makes of the watched rows before it has learned anything."""
        watched = self.lesson.watched
        if len(watched) and not self.progress.epoch and not self.progress.step:
            rows = self.lesson.validation.take(watched)
            self._film(self.stepper.watch(rows, np.arange(rows.n))[1])

    def _film(self, layer: np.ndarray) -> None:
        if len(self.lesson.watched):
            p = self.progress
            self.film = self.film.with_frame(p.epoch, layer, p.best_epoch)

    def _judge(self, val_loss: float, val_metric: float, seconds: float) -> None:
        """Close the epoch in hand, and keep its weights if it is the best so far."""
        p = self.progress
        value = self._value(val_loss, val_metric)
        changed: dict[str, Any] = {"waited": p.waited + 1, "flat": p.flat + 1}
        if value > p.best_value:
            changed = {"waited": 0, "flat": 0}
        # of epochs that a metric finds equally good the last has learned the most
        is_as_good = value == p.best_value and self.lesson.settings["best_by"] == "metric"
        if value > p.best_value or (
            is_as_good and p.best_epoch
        ):  # the start is kept where no epoch is better
            self.best = [np.array(v) for v in self.stepper.model.variables]
            changed |= {"best_epoch": p.epoch + 1, "best_loss": val_loss, "best_value": value}
        if self.lesson.settings["schedule"] == "plateau" and changed["flat"] >= PLATEAU_PATIENCE:
            self.stepper.base_rate.assign(self.stepper.base_rate * PLATEAU_FACTOR)
            changed["flat"] = 0
        closed = {"epoch": p.epoch + 1, "elapsed_s": p.elapsed_s + seconds}
        self.progress = replace(p, **closed, **changed, step=0, rows=0, loss_sum=0.0, epoch_s=0.0)

    def _value(self, val_loss: float, val_metric: float) -> float:
        """How good the epoch is; greater is better, and NaN is never the best."""
        if not math.isfinite(val_loss):
            return math.nan
        if self.lesson.settings["best_by"] == "loss" or not math.isfinite(val_metric):
            return -val_loss  # also where the metric has no value on these rows, as AUC with one class only
        return val_metric if self.lesson.greater_is_better else -val_metric

    def _fit_to_time(self) -> None:
        """Plan fewer epochs when the time left does not allow all of them, and more when it does after all."""
        left, p, asked = self.remaining_s(), self.progress, self.lesson.settings["epochs"]
        if math.isinf(left) or not self.clock.epoch_s:
            return
        if math.isinf(self.deadline_s()) and p.seconds < FREE_SHARE * self.most_s:
            return
        self.planned = True
        if (not p.since or math.isinf(self.deadline_s())) and self._is_granted_more(left):
            left = self.remaining_s()
        possible = min(asked, p.epoch + self.clock.epochs_in(left, p.step))
        if possible < p.epochs or possible > WORTH_IT * p.epochs or p.epochs < possible == asked:
            # a first epoch that will not end is a schedule too; a later one would only be lost
            within = 1 if p.step and not p.epoch else 0
            done, step = self._share_done(), int(self.stepper.step)
            self.progress = replace(
                p, epochs=max(possible, p.epoch + within), share=done, since=step, stops_at=0
            )
            self._pace(self.clock.steps_in(left) if possible == 0 else None)

    def _is_granted_more(self, left: float) -> bool:
        """Whether there is more time now, as the shortest schedule that says something needs it.

        Raises NotApplicable when it needs more than there is.
        """
        p, in_epoch = self.progress, self.steps_per_epoch
        least = min(self.lesson.least_steps, self.lesson.settings["epochs"] * in_epoch)
        if p.epoch * in_epoch + p.step >= least:
            return False
        if in_epoch >= least:  # it says something before its first epoch has ended
            needed = (least - p.step) * self.clock.step_s / SAFETY
        else:
            epochs = math.ceil(least / in_epoch) - p.epoch - p.step / in_epoch
            needed = epochs * self.clock.epoch_s / SAFETY
        if needed <= left:
            return False
        more = needed + min(self.clock.epoch_s, 0.05 * needed) - left
        if math.isinf(self.deadline_s()):  # nobody is waiting for the time to end: a cap gives way
            self.most_s += more
            return True
        if self.grant(more):
            return True
        raise NotApplicable("no_time_to_learn", needed=round(needed), left=round(max(0.0, left)))

    def _share_done(self) -> float:
        """How much of the schedule is done; where it has been planned anew it goes on from there at another pace."""
        p, step = self.progress, int(self.stepper.step)
        total = int(self.stepper.total_steps)
        return p.share + (1.0 - p.share) * min(1.0, (step - p.since) / max(1, total - p.since))

    def _pace(self, steps_left: int | None = None) -> None:
        """Tell the stepper when the schedule ends: with the last epoch, or after so many steps."""
        if steps_left is not None:
            self.progress = replace(self.progress, stops_at=int(self.stepper.step) + steps_left)
        p = self.progress
        total = p.epochs * self.steps_per_epoch
        self.stepper.pace(min(total, p.stops_at or total), since=p.since, share=p.share)

    def _save_if_due(self, every_s: float) -> None:
        if time.monotonic() - self.saved_at > max(every_s, self.save_s / CHECKPOINT_SHARE):
            self._save()

    def _save(self) -> None:
        started = time.monotonic()
        current = [np.asarray(v) for v in self.stepper.variables()]
        film = self.film.frames
        groups = {"current": current, "best": self.best, "film": [*film.values()]}
        checkpoint.save(self.path, groups, asdict(replace(self.progress, filmed=tuple(film))))
        self.saved_at = time.monotonic()
        self.save_s = self.saved_at - started

    def _resume(self) -> None:
        stored = checkpoint.load(self.path)
        if stored is None:
            return
        groups, state = stored
        current, best = groups.get("current", []), groups.get("best", [])
        variables, kept = self.stepper.variables(), self.stepper.model.variables
        # another network's checkpoint cannot be gone on from
        if _shapes(current) == _shapes(variables) and (not best or _shapes(best) == _shapes(kept)):
            _assign(variables, current)
            self.best, self.progress = best, Progress(**state)
            self.film = Film(dict(zip(self.progress.filmed, groups.get("film", []), strict=True)))


def _shapes(arrays: Sequence[Any]) -> list[tuple[int, ...]]:
    return [tuple(a.shape) for a in arrays]


def _assign(variables: Sequence[Any], values: Sequence[np.ndarray]) -> None:
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)
