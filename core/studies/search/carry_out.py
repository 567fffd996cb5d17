"""Carry out one search, trial after trial, within its budget. Can be killed at any moment and called again.

What is settled stays; a trial that was under way goes on from its checkpoint. Where cores allow, further
processes try settings beside this one. Test rows are prepared with the others, as everywhere, and nobody asks
them anything.
"""

import json
import shutil
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.data.catalog import Catalog
from core.data.folds import n_fits
from core.domain import Dataset
from core.errors import FathomError
from core.home import write_whole
from core.runs.clock import save_spent, spent_s
from core.sentences import say
from core.studies.estimate import refuse_if_too_large
from core.studies.prepare import Prepared, prepare
from core.studies.search.helpers import Helpers
from core.studies.search.propose import importance
from core.studies.search.trials import IMPORTANCE, Search, Trial, best_of, read_trials
from core.studies.search.trying import Trying
from core.studies.source import SCRATCH
from core.studies.wishes import UNWANTED, Interrupted, RunContext

CLOCK_S = 2.0  # seconds of the budget that may be forgotten when the process is killed
LOOK_EVERY_S = 0.1


def carry_out(
    search: Search, dataset: Dataset, folder: Path, *, catalog: Catalog, context: RunContext,
    started: float | None = None, n_helpers: int = 0,
) -> Mapping[str, Any]:  # fmt: skip
    """Try settings until the budget or the trials are used up; what is best is in the answer.

    n_helpers: processes that try settings beside this one.
    Raises Interrupted when asked to leave, FathomError when the rows cannot be prepared or no trial
    came to an end, OSError when the disk is full.
    """
    return _Searching(search, dataset, folder, catalog, context, started).go(n_helpers)


class _Searching:
    def __init__(self, search, dataset, folder, catalog, context, started):
        self.search, self.dataset, self.folder = search, dataset, folder
        self.catalog, self.context = catalog, context
        self.spent, self.since = spent_s(folder), time.monotonic() if started is None else started
        self.saved_at = time.monotonic()
        self.helpers: Helpers | None = None

    def go(self, n_helpers: int) -> Mapping[str, Any]:
        trying = Trying(
            self.search, self.folder, (), left_s=self._left_s, requested=self._requested, told=self._told
        )
        refuse_if_too_large(self.search.spec, self.dataset, self.catalog)
        self.context.report(0.0, say("stage.preparing"))
        trying.prepared = self._prepared()
        if n_helpers:
            until = time.monotonic() + self._left_s()
            self.helpers = Helpers(n_helpers, self.search, self.folder, trying.prepared, until)
        try:
            self._try(trying)
        finally:
            if self.helpers:
                self.helpers.leave()
            self._save_clock()
        trials = read_trials(self.folder)
        for pattern in (SCRATCH, f"fold-*/{SCRATCH}"):
            for leftover in self.folder.glob(pattern):
                shutil.rmtree(leftover, ignore_errors=True)
        best = best_of(trials, self.search.spec.task.metric)
        if best is None:
            raise FathomError("nothing_found", n=len(trials))
        return {"n_trials": len(trials), "best": best.number, "value": best.value}

    def _prepared(self) -> tuple[Prepared, ...]:
        """The rows, or those of each fold."""
        spec = self.search.spec
        folds = range(1, n_fits(spec) + 1) if spec.folds else (None,)
        return tuple(
            prepare(spec, self.dataset, self.catalog, self.folder, self._preparing, fold=fold)
            for fold in folds
        )

    def _try(self, trying: Trying) -> None:
        """Take trials while there is time, then wait for those that helpers have in hand."""
        self._leave_if_asked()
        while trying.next() is not None:
            self._weigh(trying)
            self._save_clock()
            self._leave_if_asked()
        while self.helpers and self.helpers.are_busy:
            if self._requested() == "finish":
                self.helpers.finish()
            self._leave_if_asked()
            time.sleep(LOOK_EVERY_S)
        self._weigh(trying)

    def _weigh(self, trying: Trying) -> None:
        """Note how much each setting has mattered so far."""
        found = importance(trying.ranges, trying.fixed, read_trials(self.folder), trying.maximize)
        write_whole(self.folder / IMPORTANCE, json.dumps(found))

    def _preparing(self, fraction: float) -> None:
        self.context.report(0.05 * fraction, say("stage.preparing"))
        self._leave_if_asked()

    def _requested(self) -> str | None:
        wish = self.context.requested()
        if wish == "finish" and self.helpers:
            self.helpers.finish()
        return wish

    def _leave_if_asked(self) -> None:
        wish = self.context.requested()
        if wish in ("pause", "interrupt", *UNWANTED):
            self._save_clock()
            raise Interrupted(wish)

    def _left_s(self) -> float:
        return self.search.budget_s - self.spent - (time.monotonic() - self.since)

    def _told(self, trial: Trial, epoch: int) -> None:
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
