"""How much a score differs from fold to fold. Says nothing of the test rows."""

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Spread:
    """Over the n folds that have a value: their mean, and the standard deviation of single folds around it.

    It is no interval of the mean: folds share most of the rows that their models learned from, so that
    dividing by √n would promise too much.
    Source: Bengio & Grandvalet (2004), No unbiased estimator of the variance of k-fold cross-validation,
    JMLR 5, 1089-1105.
    """

    mean: float
    deviation: float
    n: int


def spread_of(values: Sequence[float | None]) -> Spread | None:
    """None where fewer than two folds have a value."""
    known = [v for v in values if v is not None and math.isfinite(v)]
    if len(known) < 2:
        return None
    mean = sum(known) / len(known)
    deviation = math.sqrt(sum((v - mean) ** 2 for v in known) / (len(known) - 1))
    return Spread(mean=mean, deviation=deviation, n=len(known))
