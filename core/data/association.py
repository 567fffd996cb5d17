"""Measures of how two columns of a sample go together, in NumPy. Knows no dataset.

Missing values are NaN among numbers and -1 among codes; each pair is measured on the rows where
both are there. A pair without enough rows, or without variation, is NaN.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy

MIN_ROWS = 10


def pearsons(values: "numpy.ndarray") -> "numpy.ndarray":
    """Pearson's r of every two columns; values: float64, shape (n, k). Shape (k, k)."""
    import numpy as np

    present = ~np.isnan(values)
    with np.errstate(all="ignore"):
        # centred and scaled first: sums of squares of large numbers would lose what tells them apart
        centred = values - np.nanmean(values, axis=0)
        scaled = np.where(present, centred / np.nanstd(values, axis=0), 0.0)
        both = present.T.astype(float) @ present
        sums = scaled.T @ present  # of i over the rows where j is there, too
        squares = (scaled**2).T @ present
        products = scaled.T @ scaled
        covariance = products / both - sums / both * (sums.T / both)
        variance = squares / both - (sums / both) ** 2
        r = covariance / np.sqrt(variance * variance.T)
    r[(both < MIN_ROWS) | ~np.isfinite(r)] = np.nan
    return np.clip(r, -1, 1)


def ranks(values: "numpy.ndarray") -> "numpy.ndarray":
    """Mean ranks within each column, NaN kept: Pearson's r of them is Spearman's rho."""
    import pandas as pd

    return pd.DataFrame(values).rank().to_numpy()


def cramers_vs(codes: "Sequence[numpy.ndarray]") -> "numpy.ndarray":
    """Cramér's V of every two columns, corrected for bias; codes: int64, shape (n,) each. Shape (k, k).

    Source: Bergsma (2013), Journal of the Korean Statistical Society 42, 323-328.
    """
    import numpy as np

    found = np.full((len(codes), len(codes)), np.nan)
    for i, a in enumerate(codes):
        for j in range(i, len(codes)):
            found[i, j] = found[j, i] = _cramers_v(a, codes[j])
    return found


def _cramers_v(a: "numpy.ndarray", b: "numpy.ndarray") -> float:
    import numpy as np

    both = (a >= 0) & (b >= 0)
    n = int(both.sum())
    if n < MIN_ROWS:
        return float("nan")
    a, b = a[both], b[both]
    width = int(b.max()) + 1
    counts = np.bincount(a * width + b, minlength=(int(a.max()) + 1) * width).reshape(-1, width).astype(float)
    counts = counts[counts.sum(axis=1) > 0][:, counts.sum(axis=0) > 0]
    rows, columns = counts.shape
    if min(rows, columns) < 2:
        return float("nan")
    expected = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / n
    phi2 = float(((counts - expected) ** 2 / expected).sum()) / n
    corrected = max(0.0, phi2 - (rows - 1) * (columns - 1) / (n - 1))
    least = min(rows - (rows - 1) ** 2 / (n - 1), columns - (columns - 1) ** 2 / (n - 1)) - 1
    return min(1.0, (corrected / least) ** 0.5) if least > 0 else float("nan")


def correlation_ratios(codes: "Sequence[numpy.ndarray]", values: "numpy.ndarray") -> "numpy.ndarray":
    """η of every column of codes with every one of numbers: the root of the share of the numbers'
    variance that lies between the codes. values: shape (n, k). Shape (number of codes, k).

    Source: Fisher (1925), Statistical Methods for Research Workers, chapter 8.
    """
    import numpy as np

    found = np.full((len(codes), values.shape[1]), np.nan)
    for i, code in enumerate(codes):
        for j in range(values.shape[1]):
            both = (code >= 0) & ~np.isnan(values[:, j])
            if both.sum() < MIN_ROWS:
                continue
            group, y = code[both], values[both, j]
            y = y - y.mean()
            counts = np.bincount(group)
            total = float(y @ y)
            if total <= 0 or (counts > 0).sum() < 2:
                continue
            sums = np.bincount(group, y)
            between = float((sums[counts > 0] ** 2 / counts[counts > 0]).sum())
            found[i, j] = min(1.0, (between / total) ** 0.5)
    return found


def phis(absent: "numpy.ndarray") -> "numpy.ndarray":
    """φ of every two columns' gaps: 1 where both always miss together. absent: bool, shape (n, k). Shape (k, k)."""
    import numpy as np

    if absent.shape[1] == 0:
        return np.full((0, 0), np.nan)
    return pearsons(absent.astype(float))
