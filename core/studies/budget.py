"""The seconds a run may take, over all its attempts, and how they are shared out."""

import json
import math
import time
from dataclasses import dataclass
from pathlib import Path

from core.home import write_whole

RESERVE_SHARE, RESERVE_LEAST_S = 0.06, 2.0  # kept for scoring and for writing things down


@dataclass(frozen=True)
class Budget:
    """limit_s: None for no limit; spent_s: by earlier attempts; since: monotonic start of this one."""

    limit_s: float | None
    spent_s: float
    since: float

    @classmethod
    def resume(cls, limit_s: float | None, run_folder: Path, started: float | None) -> "Budget":
        """The budget of a run as its last attempt left it."""
        try:
            spent = float(json.loads((run_folder / "clock.json").read_text())["spent_s"])
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            spent = 0.0
        return cls(limit_s, spent, time.monotonic() if started is None else started)

    @property
    def used_s(self) -> float:
        return self.spent_s + time.monotonic() - self.since

    def for_fitting(self) -> float:
        """Seconds left for training, the reserve for scoring taken off; infinite without a limit."""
        if self.limit_s is None:
            return math.inf
        return self.limit_s - self.used_s - max(RESERVE_LEAST_S, RESERVE_SHARE * self.limit_s)

    def save(self, run_folder: Path) -> None:
        write_whole(run_folder / "clock.json", json.dumps({"spent_s": self.used_s}))
