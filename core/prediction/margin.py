"""How far from the truth a predicted number may be, by how far off the validation rows were. Predicts nothing.

Split conformal prediction: the range around a new answer is as wide as the errors on rows that
taught the model nothing. Where new rows are like those, at least LEVEL of their truths lie within
it, whatever the model. Validation rows also chose the best epoch and the best model, so errors on
them are, if anything, a little small.
Source: Lei, G'Sell, Rinaldo, Tibshirani, Wasserman (2018), JASA 113, 1094-1111, algorithm 2, after
Vovk, Gammerman, Shafer (2005), Algorithmic Learning in a Random World.
"""

import math
from dataclasses import dataclass

import numpy as np

LEVEL = 0.8


@dataclass(frozen=True, kw_only=True)
class Margin:
    """width: how far to either side, in the target's unit; n: the validation rows that it is taken from.

    usual: where the width is that of one row, the one that would do for all.
    """

    width: float
    n: int
    usual: float | None = None


def margin_of(truth: np.ndarray, prediction: np.ndarray) -> Margin | None:
    """The margin by the validation rows; None where they are too few to tell.

    truth, prediction: (n,) values in the target's unit.
    """
    errors = np.sort(np.abs(np.asarray(truth, np.float64) - np.asarray(prediction, np.float64)))
    n = len(errors)
    # the new row counts as one more that could lie anywhere among them; rounded, lest 0.8 · 5 exceed 4
    place = math.ceil(round((n + 1) * LEVEL, 9))
    if not n or place > n or not np.isfinite(errors[place - 1]):
        return None
    return Margin(width=float(errors[place - 1]), n=n)
