"""The seconds a run may take, over all its attempts, and how they are shared out."""

import math
import time
from dataclasses import dataclass, replace
from pathlib import Path

from core.runs.clock import save_spent, spent_s

RESERVE_SHARE, RESERVE_LEAST_S = 0.06, 1.5  # kept for scoring and for writing things down
SCORING_S, SCORED_ROWS = 0.5, 10_000  # the bootstrap of one model, reached at that many test rows
WIDTHS_S = 1.0  # learning the widths of one model's ranges, likewise
FIRST_FOLD = 0.4  # of the time for all folds
ASKING_S = 3.0
BLENDING_S = 2.5  # what choosing an ensemble takes at most


@dataclass(frozen=True)
class Budget:
    """limit_s: None for no limit; spent_s: by earlier attempts; since: monotonic start of this one;
    scoring_s: what the blend and the intervals of all models will take; fold_end_s: what may be used by the end of the
    fold in hand."""

    limit_s: float | None
    spent_s: float
    since: float
    scoring_s: float = 0.0
    fold_end_s: float = math.inf

    @classmethod
    def resume(cls, limit_s: float | None, run_folder: Path, started: float | None) -> "Budget":
        """The budget of a run as its last attempt left it."""
        return cls(limit_s, spent_s(run_folder), time.monotonic() if started is None else started)

    @property
    def used_s(self) -> float:
        return self.spent_s + time.monotonic() - self.since

    def for_fitting(self) -> float:
        """Seconds left for training, in the fold in hand if there is one; infinite without a limit."""
        return min(self.for_all_fitting(), self.fold_end_s - self.used_s)

    def in_fold(self, fold: int, n_folds: int) -> "Budget":
        """The budget with a fold in hand, from 1, that has its part of what is left. The first has more: what it leaves
        out is in no fold, while later ones may be missing."""
        share = 1.0 / (n_folds - fold + 1)
        if fold == 1:
            share = max(share, FIRST_FOLD)
        return replace(self, fold_end_s=self.used_s + share * self.for_all_fitting())

    def for_all_fitting(self) -> float:
        """Seconds left for training, the reserve for scoring taken off; infinite without a limit."""
        if self.limit_s is None:
            return math.inf
        return self.limit_s - self.used_s - self.reserve_s

    @property
    def reserve_s(self) -> float:
        """Seconds of a limit that are kept for what comes after training."""
        reserve = max(RESERVE_LEAST_S, RESERVE_SHARE * self.limit_s) + self.scoring_s
        return min(reserve, 0.5 * self.limit_s)

    def part(self, share: float, shares_left: float) -> float:
        """Seconds for one of those that are left, by its share; what it does not need is left to the others.

        In a fold whose time is up a few seconds all the same, while there are any: enough to ask for more.
        """
        least = 0.0 if math.isinf(self.fold_end_s) else min(ASKING_S, self.for_all_fitting())
        return max(self.for_fitting() * share / shares_left, least)

    def to_score(
        self, n_models: int, n_rows: int, *, blends: bool = False, has_widths: bool = False
    ) -> "Budget":
        """The budget when it is known how many models will be scored on how many test rows, if they are blended,
        and if it is to be learned how wide the ranges of their answers are."""
        scoring_s = n_models * (SCORING_S + WIDTHS_S * has_widths) * min(1.0, n_rows / SCORED_ROWS)
        return replace(self, scoring_s=scoring_s + BLENDING_S * blends)

    def save(self, run_folder: Path) -> None:
        save_spent(run_folder, self.used_s)


class Deadline:
    """When a network's part of the budget ends; it may have what its shortest training needs of the others', and of
    later folds', as a fold without it would not count."""

    def __init__(self, budget: Budget, seconds: float):
        self.budget, self.at = budget, time.monotonic() + seconds

    def remaining_s(self) -> float:
        return self.at - time.monotonic()

    def grant(self, seconds: float) -> bool:
        if self.remaining_s() + seconds > self.budget.for_all_fitting():
            return False
        self.at += seconds
        return True
