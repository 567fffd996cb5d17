"""The training row in the middle of all others: a real one, so that its values go together. Predicts nothing.

It is the medoid by Gower's distance. That distance is a sum over columns, and so is its total over
all rows, so the medoid is found in the time it takes to sort each column. Numbers and dates are as
far apart as their ranks, so that no outlier pulls; other values are alike or not.
Source: Gower (1971), Biometrics 27, 857-871; Kaufman & Rousseeuw (1990), Finding Groups in Data.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from core.checks.personal_data import holds_personal_data
from core.domain import NUMERIC_KINDS, Column

MOST_ROWS = 20_000
MOST_CELLS = 4_000_000  # fewer rows where columns are many, which takes a second
LEAST_WORDS, OWN_SHARE, LONGEST_NAME = 20, 0.9, 40  # rows, of them with words of their own, characters
SEED = 0  # what is shown as typical does not hang on a run's seed


def middle_row(frame: pd.DataFrame, columns: Sequence[Column]) -> int:
    """The place of the row in the middle. frame: at least one row, with the columns, images left out."""
    rows = np.arange(len(frame))
    most = min(MOST_ROWS, MOST_CELLS // max(len(columns), 1))
    if len(rows) > most:
        rows = np.sort(np.random.default_rng(SEED).choice(rows, max(most, 1), replace=False))
    sample = frame.iloc[rows]
    total = np.zeros(len(rows))
    for column in columns:
        ordered = column.kind in NUMERIC_KINDS or column.kind == "date"
        total += (_by_rank if ordered else _by_likeness)(sample[column.name])
    return int(rows[total.argmin()])


def personal(frame: pd.DataFrame, columns: Sequence[Column]) -> list[str]:
    """The columns whose values tell of a person, or only tell rows apart: nobody is shown these together with a row."""
    return [
        c.name
        for c in columns
        if holds_personal_data(c, sample := frame[c.name].iloc[:MOST_ROWS]) or _tells_apart(c, sample)
    ]


def _tells_apart(column: Column, series: pd.Series) -> bool:
    """Whether nearly every row has words of its own, and so short that they are a name or a number rather than a text."""
    words = series.dropna()
    if column.kind not in ("category", "text") or len(words) < LEAST_WORDS:
        return False
    return words.nunique() > OWN_SHARE * len(words) and words.astype(str).str.len().median() <= LONGEST_NAME


def _by_rank(series: pd.Series) -> np.ndarray:
    """(n,) mean distance of each value to all, by rank in [0, 1]; a missing value is 1 from any that is there."""
    n, ranks = len(series), series.rank(pct=True).to_numpy(np.float64, na_value=np.nan)
    missing = np.isnan(ranks)
    present = np.sort(ranks[~missing])
    sums = np.r_[0.0, present.cumsum()]
    below = np.searchsorted(present, ranks)  # of a missing value at the end, and not used
    gap = ranks * below - sums[below] + (sums[-1] - sums[below]) - ranks * (len(present) - below)
    return np.where(missing, len(present), gap + missing.sum()) / n


def _by_likeness(series: pd.Series) -> np.ndarray:
    """(n,) share of the rows whose value is another one; missing values are alike."""
    codes, _ = pd.factorize(series, use_na_sentinel=False)
    return 1 - np.bincount(codes)[codes] / len(series)
