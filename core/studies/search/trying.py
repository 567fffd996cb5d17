"""Take one trial after another and train it, beside others that do the same on the same folder. Prepares no rows.

Who may take what is told by locks that the kernel frees however a process ends: a trial that is noted as
in training and that nobody holds was left by a process that died, and is gone on with first.
"""

import fcntl
import math
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from statistics import fmean, median
from typing import Any

from core.architectures import ARCHITECTURES
from core.errors import BadInput, FathomError, NotApplicable
from core.evaluation.metrics import METRICS
from core.jobs.liveness import Lock
from core.sentences import say
from core.studies.prepare import Prepared
from core.studies.search.propose import propose
from core.studies.search.prune import fell_behind, is_hopeless
from core.studies.search.space import is_meant, searchable
from core.studies.search.trials import Search, Trial, read_trials, save_trial, settings_of
from core.studies.teach import ready
from core.studies.wishes import Interrupted
from core.training.lesson import Outcome
from core.training.loop import fit
from core.training.process import out_of_memory


class Trying:
    """One process's part in a search.

    prepared: the rows, or those of each fold, in which every trial is trained. requested: what is wanted of the
    search. told(trial, epoch): after each epoch.
    """

    def __init__(
        self,
        search: Search,
        folder: Path,
        prepared: Sequence[Prepared],
        *,
        left_s: Callable[[], float],
        requested: Callable[[], str | None],
        told: Callable[[Trial, int], None] = lambda trial, epoch: None,
    ):
        self.search, self.folder, self.prepared = search, folder, prepared
        self.left_s, self.requested, self.told = left_s, requested, told
        self.task, self.seed = search.spec.task, search.spec.seed
        self.maximize = METRICS[self.task.metric].greater_is_better
        knobs = ARCHITECTURES[search.network.key].all_knobs(self.task.kind)
        all_ranges = searchable(knobs)
        for name in search.names:
            if name not in all_ranges:
                raise BadInput("not_searchable", setting=name, known=", ".join(all_ranges))
        self.ranges = [r for name, r in all_ranges.items() if name in search.names]
        self.defaults = {k.name: k.default for k in knobs}
        self.fixed = self.defaults | dict(search.network.params)

    def next(self) -> Trial | None:
        """Take a trial, train it, and keep what came of it; None where there is no time for one more.

        Raises Interrupted when asked to leave; the trial's checkpoint stays.
        """
        with _alone(self.folder):
            trials = read_trials(self.folder)
            taken = self._left_behind(trials) or self._proposed(trials)
            if taken is None:
                return None
            trial, lock = taken
            save_trial(self.folder, trial)
        others = [t for t in trials if t.number != trial.number]
        try:
            settled = self._settled(trial, others)
            save_trial(
                self.folder, settled
            )  # while it is held: another process would take it for left behind
            for leftover in _place(self.folder, trial).glob("**/checkpoint"):
                shutil.rmtree(leftover, ignore_errors=True)
        finally:
            lock.release()
        return settled

    def _settled(self, trial: Trial, others: Sequence[Trial]) -> Trial:
        try:
            return self._fit(trial, others)
        except (NotApplicable, FathomError) as error:
            state = "cut" if error.code == "no_time_to_learn" else "failed"
            return replace(trial, state=state, reason=str(error))
        except out_of_memory():
            return replace(trial, state="failed", reason=say("model.no_memory"))

    def _left_behind(self, trials: Sequence[Trial]) -> tuple[Trial, Lock] | None:
        """A trial that a process left when it died or was asked to leave."""
        for trial in trials:
            if trial.state == "training" and (lock := self._held(trial)):
                # it may have come to its end between being read and being held
                now = next(t for t in read_trials(self.folder) if t.number == trial.number)
                if now.state == "training":
                    return now, lock
                lock.release()
        return None

    def _held(self, trial: Trial) -> Lock | None:
        return Lock.try_take(_place(self.folder, trial) / "held.lock")

    def _proposed(self, trials: Sequence[Trial]) -> tuple[Trial, Lock] | None:
        """A new trial, where there is time for one that would come to its end."""
        ended = [t for t in trials if t.state != "training"]
        usual_s = median([t.fit_s for t in ended if t.state == "done"] or [0.0])
        if self.requested() == "finish" or len(trials) >= self.search.most_trials:
            return None
        if any(t.state == "cut" for t in ended):  # there was too little time for that one already
            return None
        if self.left_s() <= 0.5 * usual_s:
            return None
        trial = self._new(trials)
        return trial, self._held(trial)

    def _new(self, trials: Sequence[Trial]) -> Trial:
        """The first trial has the defaults, so that what is found can be held against them."""
        if not trials:
            params: dict[str, Any] = {}
            for found in self.ranges:
                if is_meant(found, params, self.fixed):
                    value = self.defaults[found.name]
                    params[found.name] = (
                        ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else value
                    )
            return Trial(number=0, params=params)
        params = propose(self.ranges, self.fixed, trials, self.maximize, self.seed)
        return Trial(number=max(t.number for t in trials) + 1, params=params)

    def _fit(self, trial: Trial, others: Sequence[Trial]) -> Trial:
        """The trial in every fold that it has not been through, or until it is left off or out of time."""
        for number in range(len(trial.folds), len(self.prepared)):
            before_s = (
                trial.fit_s if number else 0.0
            )  # an attempt's seconds are told from the fold's beginning
            outcome, course, is_behind = self._fold(trial, number, others)
            known = [v for v in course if v is not None]
            trial = replace(
                trial,
                course=trial.course if number else tuple(course),
                folds=(*trial.folds, known[-1] if known else None),
                best_epoch=trial.best_epoch if number else outcome.best_epoch,
                fit_s=before_s + outcome.fit_s,
            )
            if is_behind or (outcome.ending in ("finish", "budget", "fitted")):
                return replace(trial, state="pruned" if is_behind else "cut", value=_mean(trial.folds))
            is_last = number == len(self.prepared) - 1
            if not is_last and fell_behind(trial.folds, others, self.maximize):
                return replace(trial, state="pruned", value=_mean(trial.folds))
            save_trial(self.folder, trial)
        return replace(trial, state="done", value=_mean(trial.folds))

    def _fold(
        self, trial: Trial, number: int, others: Sequence[Trial]
    ) -> tuple[Outcome, list[float | None], bool]:
        """Train the trial in one fold: how it ended, its best value after each epoch, whether it was left off."""
        settings = settings_of(self.search, trial)
        pupil = ready(self.search.network.key, settings, self.prepared[number], self.seed + number)
        # of an earlier attempt, cut back as epochs come again
        course: list[float | None] = [] if number else list(trial.course)
        is_behind = False

        def emit(epoch: int, batch: int | None, elapsed_s: float, values: dict[str, float]) -> None:
            nonlocal is_behind
            if batch is not None:
                return
            del course[epoch - 1 :]
            course.append(self._better(course[-1] if course else None, values[f"val_{self.task.metric}"]))
            if not number:
                save_trial(self.folder, replace(trial, course=tuple(course), fit_s=elapsed_s))
                is_behind = is_hopeless(course, others, self.maximize)
            self.told(trial, epoch)

        outcome = fit(
            pupil.stepper,
            pupil.lesson,
            checkpoint_path=_place(self.folder, trial) / f"fold-{number + 1}" / "checkpoint" / "state.npz",
            emit=emit,
            requested=lambda: "finish" if is_behind else self.requested(),
            remaining_s=self.left_s,
        )
        if outcome.ending in ("paused", "interrupted"):
            raise Interrupted("pause" if outcome.ending == "paused" else "interrupt")
        return outcome, course, is_behind

    def _better(self, before: float | None, value: float) -> float | None:
        if not math.isfinite(value):
            return before
        if before is None:
            return float(value)
        return float(max(before, value) if self.maximize else min(before, value))


def _mean(folds: Sequence[float | None]) -> float | None:
    """The mean over the folds; None where one of them has no value."""
    return None if None in folds else fmean(folds)


def _place(folder: Path, trial: Trial) -> Path:
    return folder / "trials" / f"{trial.number:04}"


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One process at a time may decide what it takes."""
    with open(folder / "taking.lock", "ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
