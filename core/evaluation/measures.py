"""The arithmetic of each metric, for many weightings of the rows at once. NumPy only.

A bootstrap is the same measure under many weightings: with counts of shape (b, n) each
function answers (b,) values in one pass, without picking rows a thousand times. Common to all:
y: (n,) class indices or values; prediction: (n, k) probabilities or (n,) values; positive:
the class index of a binary task's positive class.
"""

import numpy as np

SMALLEST = 1e-15  # a probability of 0 for what happened would cost infinitely much


def _mean(each: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Weighted mean of each (n,) under weights (b, n): (b,)."""
    return (weights @ each) / weights.sum(axis=1)


def accuracy(y: np.ndarray, prediction: np.ndarray, weights: np.ndarray, positive: int) -> np.ndarray:
    return _mean((prediction.argmax(axis=1) == y).astype(np.float64), weights)


def log_loss(y: np.ndarray, prediction: np.ndarray, weights: np.ndarray, positive: int) -> np.ndarray:
    true = prediction[np.arange(len(y)), y].astype(np.float64)
    return _mean(-np.log(np.clip(true, SMALLEST, 1.0)), weights)


def brier(y: np.ndarray, prediction: np.ndarray, weights: np.ndarray, positive: int) -> np.ndarray:
    return _mean((prediction[:, positive] - (y == positive)) ** 2.0, weights)


def f1(y: np.ndarray, prediction: np.ndarray, weights: np.ndarray, positive: int) -> np.ndarray:
    return _f1_of(y == positive, prediction.argmax(axis=1) == positive, weights)


def _f1_of(true: np.ndarray, said: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """F1 of one class, 0 if it is never said rightly, NaN if it neither occurs nor is said."""
    hits = weights @ (true & said).astype(np.float64)
    total = weights @ (true.astype(np.float64) + said)
    return 2.0 * hits / total


def macro_f1(y: np.ndarray, prediction: np.ndarray, weights: np.ndarray, positive: int) -> np.ndarray:
    said = prediction.argmax(axis=1)
    each = [_f1_of(y == k, said == k, weights) for k in range(prediction.shape[1])]
    return _mean_of_known(np.stack(each))


def auc(y: np.ndarray, prediction: np.ndarray, weights: np.ndarray, positive: int) -> np.ndarray:
    return _auc_of(y == positive, prediction[:, positive], weights)


def auc_ovr(y: np.ndarray, prediction: np.ndarray, weights: np.ndarray, positive: int) -> np.ndarray:
    each = [_auc_of(y == k, prediction[:, k], weights) for k in range(prediction.shape[1])]
    return _mean_of_known(np.stack(each))


def _mean_of_known(each: np.ndarray) -> np.ndarray:
    """(k, b) → (b,): the mean over the classes that have a value; NaN if none has."""
    known = np.isfinite(each)
    return np.where(known, each, 0.0).sum(axis=0) / known.sum(axis=0)


def _tied_sums(score: np.ndarray, true: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Weights of the true and of the other rows at each distinct score, rising: (b, s) each."""
    order = np.argsort(score, kind="stable")
    ranked = score[order]
    starts = np.flatnonzero(np.r_[True, ranked[1:] != ranked[:-1]])
    sorted_weights, sorted_true = weights[:, order], true[order]
    if len(starts) == len(score):
        return sorted_weights * sorted_true, sorted_weights * ~sorted_true
    positives = np.add.reduceat(sorted_weights * sorted_true, starts, axis=1)
    return positives, np.add.reduceat(sorted_weights, starts, axis=1) - positives


def _auc_of(true: np.ndarray, score: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Probability that a true row scores above another, ties counting half.

    Source: Mann & Whitney (1947); Hanley & McNeil (1982), Radiology 143, 29-36.
    """
    positives, negatives = _tied_sums(score, true, weights)
    below = np.cumsum(negatives, axis=1)
    total_negative = below[:, -1].copy()
    below -= 0.5 * negatives
    return np.einsum("bs,bs->b", positives, below) / (positives.sum(axis=1) * total_negative)


def average_precision(
    y: np.ndarray, prediction: np.ndarray, weights: np.ndarray, positive: int
) -> np.ndarray:
    """Precision at each threshold, weighted by the recall it adds; no interpolation."""
    positives, negatives = _tied_sums(-prediction[:, positive], y == positive, weights)
    hits = np.cumsum(positives, axis=1)
    said = hits + np.cumsum(negatives, axis=1)
    precision = np.divide(hits, said, out=np.zeros_like(hits), where=said > 0)
    return np.einsum("bs,bs->b", positives, precision) / hits[:, -1]


def rmse(y: np.ndarray, prediction: np.ndarray, weights: np.ndarray, positive: int) -> np.ndarray:
    return np.sqrt(_mean((y - prediction) ** 2.0, weights))


def mae(y: np.ndarray, prediction: np.ndarray, weights: np.ndarray, positive: int) -> np.ndarray:
    return _mean(np.abs(y - prediction), weights)


def r2(y: np.ndarray, prediction: np.ndarray, weights: np.ndarray, positive: int) -> np.ndarray:
    centred = y - np.mean(y)  # sums of squares far from 0 would lose digits
    variance = _mean(centred**2, weights) - _mean(centred, weights) ** 2
    r2 = 1.0 - _mean((y - prediction) ** 2.0, weights) / variance
    return np.where(variance > 0, r2, np.nan)


def median_absolute_error(
    y: np.ndarray, prediction: np.ndarray, weights: np.ndarray, positive: int
) -> np.ndarray:
    """The middle of the absolute errors; between the two middle ones for an even count."""
    error = np.abs(y - prediction)
    order = np.argsort(error)
    reached = np.cumsum(weights[:, order], axis=1)
    half = reached[:, -1:] / 2.0
    lower = np.argmax(reached >= half, axis=1)
    upper = np.argmax(reached > half, axis=1)
    return (error[order][lower] + error[order][upper]) / 2.0
