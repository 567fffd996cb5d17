"""When to leave a trial off: it is worse than half of the others were at its age. Trains nothing."""

import math
from collections.abc import Sequence
from statistics import fmean, median

from core.studies.search.trials import Trial

LEAST_TRIALS = 4  # that ran to their end, before any is left off
LEAST_EPOCHS = 5  # that each may have


def is_hopeless(course: Sequence[float | None], trials: Sequence[Trial], maximize: bool) -> bool:
    """Whether a trial's best value so far is worse than the median of the finished ones after as many epochs.

    Source: the median stopping rule, Golovin et al. (2017), Google Vizier, KDD, section 3.2.
    """
    done = [t.course for t in trials if t.state == "done" and t.course]
    epoch = len(course)
    if epoch < LEAST_EPOCHS or len(done) < LEAST_TRIALS:
        return False
    others = [c[min(epoch, len(c)) - 1] for c in done]  # one that stopped early stays where it was
    known = [v for v in others if v is not None and math.isfinite(v)]
    value = course[-1]
    if value is None or not known:
        return value is None and bool(known)
    return value < median(known) if maximize else value > median(known)


def fell_behind(folds: Sequence[float | None], trials: Sequence[Trial], maximize: bool) -> bool:
    """Whether a trial's mean over its folds so far is worse than the median of the finished ones over as many."""
    n = len(folds)
    done = [t.folds[:n] for t in trials if t.state == "done" and None not in t.folds[:n]]
    if None in folds:
        return True
    if len(done) < LEAST_TRIALS:
        return False
    value, usual = fmean(folds), median(fmean(f) for f in done)
    return value < usual if maximize else value > usual
