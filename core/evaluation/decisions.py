"""What comes of acting on probabilities: who is found, who is missed, who is troubled in vain. Picks no threshold."""

from dataclasses import dataclass

import numpy as np

from core.domain import Task

USUAL_THRESHOLD = 0.5  # from which the positive class is the more probable of two


@dataclass(frozen=True, kw_only=True)
class Alarms:
    """Rows by what a threshold makes of them.

    n: all rows; n_positive: those of the positive class, found or missed; false_alarms: rows of
    the other class that are taken for it.
    """

    threshold: float
    n: int
    n_positive: int
    found: int
    false_alarms: int

    @property
    def missed(self) -> int:
        return self.n_positive - self.found

    @property
    def raised(self) -> int:
        return self.found + self.false_alarms

    @property
    def raised_per_1000(self) -> float:
        """Alarms that 1 000 rows like these bring; NaN without rows."""
        return 1000 * self.raised / self.n if self.n else float("nan")

    @property
    def recall(self) -> float | None:
        """Share of the positive rows that is found; None where there is no such row."""
        return self.found / self.n_positive if self.n_positive else None

    @property
    def precision(self) -> float | None:
        """Share of the alarms that is right; None where none is raised."""
        return self.found / self.raised if self.raised else None


def alarms(y: np.ndarray, prediction: np.ndarray, task: Task, threshold: float = USUAL_THRESHOLD) -> Alarms:
    """What an alarm for every row whose positive class has at least that probability does.

    y: (n,) class indices; prediction: (n, 2) probabilities; threshold: in (0, 1). At 0.5 these
    are exactly the rows whose predicted class is the positive one: a tie goes, as there, to the
    class that comes first.
    """
    positive = positive_index(task)
    # compared as odds: at 0.5 rounding cannot make this differ from the more probable of the two
    for_it = prediction[:, positive].astype(np.float64) * (1 - threshold)
    against = prediction[:, 1 - positive].astype(np.float64) * threshold
    raised = for_it >= against if positive == 0 else for_it > against
    true = y == positive
    return Alarms(
        threshold=threshold,
        n=len(y),
        n_positive=int(true.sum()),
        found=int((true & raised).sum()),
        false_alarms=int((~true & raised).sum()),
    )


def positive_index(task: Task) -> int:
    """The place of a binary task's positive class; the last where none is named."""
    if task.positive_class in task.classes:
        return task.classes.index(task.positive_class)
    return len(task.classes) - 1
