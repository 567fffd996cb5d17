"""The seconds a run may take, over all its attempts, and how they are shared out."""

import math
import time
from dataclasses import dataclass, replace
from pathlib import Path

from core.runs.clock import save_spent, spent_s

RESERVE_SHARE, RESERVE_LEAST_S = 0.06, 1.5  # kept for scoring and for writing things down
SCORING_S, SCORED_ROWS = 0.5, 10_000  # the bootstrap of one model, reached at that many test rows


@dataclass(frozen=True)
class Budget:
    """limit_s: None for no limit; spent_s: by earlier attempts; since: monotonic start of this one;
    scoring_s: what the intervals of all models will take; fold_end_s: what may be used by the end of the fold in hand."""

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

    def in_fold(self, folds_left: int) -> "Budget":
        """The budget with a fold in hand that has its part of what is left; folds_left: itself included."""
        return replace(self, fold_end_s=self.used_s + self.for_all_fitting() / folds_left)

    def for_all_fitting(self) -> float:
        """Seconds left for training, the reserve for scoring taken off; infinite without a limit."""
        if self.limit_s is None:
            return math.inf
        reserve = max(RESERVE_LEAST_S, RESERVE_SHARE * self.limit_s) + self.scoring_s
        return self.limit_s - self.used_s - min(reserve, 0.5 * self.limit_s)

    def to_score(self, n_models: int, n_rows: int) -> "Budget":
        """The budget when it is known how many models will be scored on how many test rows."""
        return replace(self, scoring_s=n_models * SCORING_S * min(1.0, n_rows / SCORED_ROWS))

    def save(self, run_folder: Path) -> None:
        save_spent(run_folder, self.used_s)
