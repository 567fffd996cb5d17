"""Carry out one search, trial after trial, within its budget. Can be killed at any moment and called again.

What is settled stays; a trial that was under way goes on from its checkpoint. Test rows are prepared
with the others, as everywhere, and nobody asks them anything.
"""

import json
import math
import shutil
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

from core.architectures import ARCHITECTURES
from core.data.catalog import Catalog
from core.domain import Dataset
from core.errors import BadInput, FathomError, NotApplicable
from core.evaluation.metrics import METRICS
from core.home import write_whole
from core.runs.clock import save_spent, spent_s
from core.sentences import say
from core.studies.estimate import refuse_if_too_large
from core.studies.prepare import Prepared, prepare
from core.studies.search.propose import importance, propose
from core.studies.search.prune import is_hopeless
from core.studies.search.space import is_meant, searchable
from core.studies.search.trials import (
    IMPORTANCE,
    Search,
    Trial,
    best_of,
    read_trials,
    save_trial,
    settings_of,
)
from core.studies.source import SCRATCH
from core.studies.teach import ready
from core.studies.wishes import UNWANTED, Interrupted, RunContext
from core.training.loop import fit
from core.training.process import out_of_memory

CLOCK_S = 2.0  # seconds of the budget that may be forgotten when the process is killed


def carry_out(
    search: Search, dataset: Dataset, folder: Path, *, catalog: Catalog, context: RunContext,
    started: float | None = None,
) -> Mapping[str, Any]:  # fmt: skip
    """Try settings until the budget or the trials are used up; what is best is in the answer.

    Raises Interrupted when asked to leave, FathomError when the rows cannot be prepared or no trial
    came to an end, OSError when the disk is full.
    """
    return _Searching(search, dataset, folder, catalog, context, started).go()


class _Searching:
    def __init__(self, search, dataset, folder, catalog, context, started):
        self.search, self.dataset, self.folder = search, dataset, folder
        self.catalog, self.context = catalog, context
        self.task, self.seed = search.spec.task, search.spec.seed
        self.maximize = METRICS[self.task.metric].greater_is_better
        knobs = ARCHITECTURES[search.network.key].all_knobs(self.task.kind)
        all_ranges = searchable(knobs)
        for name in search.names:
            if name not in all_ranges:
                raise BadInput("not_searchable", setting=name, known=", ".join(all_ranges))
        self.ranges = [r for name, r in all_ranges.items() if name in search.names]
        self.fixed = {k.name: k.default for k in knobs} | dict(search.network.params)
        self.defaults = {k.name: k.default for k in knobs}
        self.spent, self.since = spent_s(folder), time.monotonic() if started is None else started
        self.saved_at = time.monotonic()

    def go(self) -> Mapping[str, Any]:
        refuse_if_too_large(self.search.spec, self.dataset, self.catalog)
        self.context.report(0.0, say("stage.preparing"))
        prepared = prepare(self.search.spec, self.dataset, self.catalog, self.folder, self._preparing)
        trials = read_trials(self.folder)
        while self._goes_on(trials):
            trials = [*(t for t in trials if t.state != "training"), self._trial(trials, prepared)]
            found = importance(self.ranges, self.fixed, trials, self.maximize)
            write_whole(self.folder / IMPORTANCE, json.dumps(found))
            self._save_clock()
        shutil.rmtree(self.folder / SCRATCH, ignore_errors=True)
        best = best_of(trials, self.task.metric)
        if best is None:
            raise FathomError("nothing_found", n=len(trials))
        return {"n_trials": len(trials), "best": best.number, "value": best.value}

    def _preparing(self, fraction: float) -> None:
        self.context.report(0.05 * fraction, say("stage.preparing"))
        self._leave_if_asked()

    def _leave_if_asked(self) -> None:
        wish = self.context.requested()
        if wish in ("pause", "interrupt", *UNWANTED):
            self._save_clock()
            raise Interrupted(wish)

    def _left_s(self) -> float:
        return self.search.budget_s - self.spent - (time.monotonic() - self.since)

    def _goes_on(self, trials: list[Trial]) -> bool:
        """Whether there is time for one more trial that would come to its end."""
        self._leave_if_asked()
        ended = [t for t in trials if t.state != "training"]
        usual_s = median([t.fit_s for t in ended if t.state == "done"] or [0.0])
        if self.context.requested() == "finish" or len(ended) >= self.search.most_trials:
            return False
        if ended and ended[-1].state == "cut":  # there was too little time for this one already
            return False
        return self._left_s() > 0.5 * usual_s

    def _trial(self, trials: list[Trial], prepared: Prepared) -> Trial:
        trial = next((t for t in trials if t.state == "training"), None) or self._next(trials)
        save_trial(self.folder, trial)
        place = self.folder / "trials" / f"{trial.number:04}"
        try:
            settled = self._fit(trial, trials, prepared, place)
        except (NotApplicable, FathomError) as error:
            state = "cut" if error.code == "no_time_to_learn" else "failed"
            settled = replace(trial, state=state, reason=str(error))
        except out_of_memory():
            settled = replace(trial, state="failed", reason=say("model.no_memory"))
        save_trial(self.folder, settled)
        shutil.rmtree(place / "checkpoint", ignore_errors=True)
        return settled

    def _next(self, trials: list[Trial]) -> Trial:
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

    def _fit(self, trial: Trial, trials: list[Trial], prepared: Prepared, place: Path) -> Trial:
        pupil = ready(self.search.network.key, settings_of(self.search, trial), prepared, self.seed)
        course: list[float | None] = list(
            trial.course
        )  # of an earlier attempt, cut back as epochs come again
        pruned = False

        def emit(epoch: int, batch: int | None, elapsed_s: float, values: dict[str, float]) -> None:
            nonlocal pruned
            if batch is not None:
                return
            del course[epoch - 1 :]
            course.append(self._better(course[-1] if course else None, values[f"val_{self.task.metric}"]))
            save_trial(self.folder, replace(trial, course=tuple(course), fit_s=elapsed_s))
            pruned = is_hopeless(course, trials, self.maximize)
            self._report(trial, epoch)

        outcome = fit(
            pupil.stepper,
            pupil.lesson,
            checkpoint_path=place / "checkpoint" / "state.npz",
            emit=emit,
            requested=lambda: "finish" if pruned else self.context.requested(),
            remaining_s=self._left_s,
        )
        if outcome.ending in ("paused", "interrupted"):
            self._save_clock()
            raise Interrupted("pause" if outcome.ending == "paused" else "interrupt")
        state = "pruned" if pruned else "cut" if outcome.ending in ("finish", "budget", "fitted") else "done"
        known = [v for v in course if v is not None]
        return replace(
            trial,
            state=state,
            value=known[-1] if known else None,
            course=tuple(course),
            best_epoch=outcome.best_epoch,
            fit_s=outcome.fit_s,
        )

    def _better(self, before: float | None, value: float) -> float | None:
        if not math.isfinite(value):
            return before
        if before is None:
            return float(value)
        return float(max(before, value) if self.maximize else min(before, value))

    def _report(self, trial: Trial, epoch: int) -> None:
        used = 1.0 - self._left_s() / self.search.budget_s
        self.context.report(
            min(max(used, trial.number / self.search.most_trials), 0.99),
            say("stage.trial", number=trial.number + 1, epoch=epoch),
        )
        if time.monotonic() - self.saved_at > CLOCK_S:
            self._save_clock()
        if self.context.requested() in UNWANTED:
            raise Interrupted("discard")

    def _save_clock(self) -> None:
        save_spent(self.folder, self.spent + time.monotonic() - self.since)
        self.saved_at = time.monotonic()
