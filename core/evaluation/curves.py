"""Tables behind the figures that show where a model is right and wrong. Draws nothing.

Curves are thinned to at most 500 points that lie on the full curve, its ends kept.
"""

import numpy as np
import pandas as pd

from core.domain import Task

MOST_POINTS = 500
MOST_BINS = 30


def confusion_matrix(y: np.ndarray, prediction: np.ndarray, task: Task) -> pd.DataFrame:
    """How often each class (`true`) was taken for each (`predicted`): n, and its share of the true class.

    y: (n,) class indices; prediction: (n, k) probabilities. One row a pair of classes, in class
    order; share is NaN for a class without rows.
    """
    k = len(task.classes)
    counts = np.bincount(y * k + prediction.argmax(axis=1), minlength=k * k)
    totals = np.repeat(counts.reshape(k, k).sum(axis=1), k)
    return pd.DataFrame(
        {
            "true": np.repeat(np.array(task.classes, dtype=object), k),
            "predicted": np.tile(np.array(task.classes, dtype=object), k),
            "n": counts,
            "share": np.divide(counts, totals, out=np.full(k * k, np.nan), where=totals > 0),
        }
    )


def roc(y: np.ndarray, prediction: np.ndarray, task: Task) -> pd.DataFrame:
    """Share of true alarms against share of false ones at each threshold, for each class shown.

    Columns: class, threshold, false_positive_rate, true_positive_rate. Binary tasks show the
    positive class, others each against the rest; a class that is absent or alone has no curve.
    """
    parts = []
    for name, true, score in _one_against_rest(y, prediction, task):
        threshold, hits, false_alarms = _alarms(true, score)
        if not hits[-1] or not false_alarms[-1]:
            continue
        table = pd.DataFrame(
            {
                "class": name,
                "threshold": np.r_[1.0, threshold],
                "false_positive_rate": np.r_[0.0, false_alarms / false_alarms[-1]],
                "true_positive_rate": np.r_[0.0, hits / hits[-1]],
            }
        )
        parts.append(_thinned(table, "false_positive_rate", "true_positive_rate"))
    columns = ["class", "threshold", "false_positive_rate", "true_positive_rate"]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)


def precision_recall(y: np.ndarray, prediction: np.ndarray, task: Task) -> pd.DataFrame:
    """How many alarms are right against how many are found at each threshold, for each class shown.

    Columns: class, threshold, recall, precision. Classes as in `roc`.
    """
    parts = []
    for name, true, score in _one_against_rest(y, prediction, task):
        threshold, hits, false_alarms = _alarms(true, score)
        if not hits[-1]:
            continue
        table = pd.DataFrame(
            {
                "class": name,
                "threshold": threshold,
                "recall": hits / hits[-1],
                "precision": hits / (hits + false_alarms),
            }
        )
        parts.append(_thinned(table, "recall", "precision"))
    columns = ["class", "threshold", "recall", "precision"]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)


def base_rate(y: np.ndarray, task: Task) -> float | None:
    """The positive class's share of the rows: the precision of an alarm for every row. Binary tasks only."""
    if task.kind != "binary" or task.positive_class is None or not len(y):
        return None
    return float((y == task.classes.index(task.positive_class)).mean())


def predicted_against_actual(y: np.ndarray, prediction: np.ndarray, seed: int = 0) -> pd.DataFrame:
    """At most 500 rows at random: actual, predicted, residual (actual − predicted), in target units."""
    rows = np.arange(len(y))
    if len(y) > MOST_POINTS:
        rows = np.sort(np.random.default_rng(seed).choice(len(y), MOST_POINTS, replace=False))
    actual, predicted = y[rows].astype(np.float64), prediction[rows].astype(np.float64)
    return pd.DataFrame({"actual": actual, "predicted": predicted, "residual": actual - predicted})


def residual_histogram(y: np.ndarray, prediction: np.ndarray) -> pd.DataFrame:
    """Residuals (actual − predicted) of all rows in at most 30 bins: low, high, n.

    The outermost bins also hold what lies beyond the 0.5 % and 99.5 % quantiles.
    """
    residual = y.astype(np.float64) - prediction
    if not len(residual):
        return pd.DataFrame(columns=["low", "high", "n"])
    low, high = np.quantile(residual, [0.005, 0.995])
    bins = min(MOST_BINS, max(1, round(len(residual) ** 0.5)))
    counts, edges = np.histogram(np.clip(residual, low, high), bins=bins, range=(low, high))
    return pd.DataFrame({"low": edges[:-1], "high": edges[1:], "n": counts})


def residuals_by_decile(y: np.ndarray, prediction: np.ndarray) -> pd.DataFrame:
    """Ten groups by rising prediction: n, and the means predicted, actual, residual, absolute error.

    Shows where a model is off: a residual that drifts from 0 along the groups is a bias.
    """
    order = np.argsort(prediction, kind="stable")
    rows = []
    for number, group in enumerate(np.array_split(order, min(10, max(len(order), 1))), start=1):
        if len(group):
            actual, predicted = y[group].astype(np.float64), prediction[group].astype(np.float64)
            rows.append(
                {
                    "group": number,
                    "n": len(group),
                    "predicted": predicted.mean(),
                    "actual": actual.mean(),
                    "residual": (actual - predicted).mean(),
                    "absolute_error": np.abs(actual - predicted).mean(),
                }
            )
    return pd.DataFrame(rows, columns=["group", "n", "predicted", "actual", "residual", "absolute_error"])


def _one_against_rest(y: np.ndarray, prediction: np.ndarray, task: Task):
    """(class, true (n,), score (n,)) of each class to show."""
    shown = [task.positive_class] if task.kind == "binary" and task.positive_class else task.classes
    for name in shown:
        index = task.classes.index(name)
        yield name, y == index, prediction[:, index].astype(np.float64)


def _alarms(true: np.ndarray, score: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Distinct scores, falling, with true and false alarms at or above each: (s,) each."""
    order = np.argsort(-score, kind="stable")
    ranked = score[order]
    last_of_tie = np.flatnonzero(np.r_[ranked[1:] != ranked[:-1], True])
    hits = np.cumsum(true[order])[last_of_tie]
    return ranked[last_of_tie], hits, last_of_tie + 1 - hits


def _thinned(table: pd.DataFrame, x: str, y: str) -> pd.DataFrame:
    """At most 500 rows, evenly spaced along the drawn line, so that steep parts keep theirs."""
    if len(table) <= MOST_POINTS:
        return table
    step = np.hypot(np.diff(table[x].to_numpy()), np.diff(table[y].to_numpy()))
    along = np.r_[0.0, np.cumsum(step)]
    places = np.searchsorted(along, np.linspace(0.0, along[-1], MOST_POINTS))
    return table.iloc[np.unique(np.r_[0, np.minimum(places, len(table) - 1)[:-1], len(table) - 1])]
