"""How sure a metric is, by the bootstrap: the same rows drawn again and again. NumPy only.

The rows drawn depend on the seed and the number of rows alone, so every model of a run is
judged on the same draws, and a difference between two of them is paired.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from core.domain import Task
from core.evaluation.metrics import Metric, metric_of

COVERAGE = 0.95
MOST_ROWS = 100_000  # beyond, a sample of the rows is drawn from and the interval narrowed to fit
DRAWN_CELLS = 10_000_000  # rows × draws aimed at, so that large tests cost no more than a second
FEWEST_DRAWS = 200  # under which the ends of a 95 % interval wobble by themselves
CHUNK_CELLS = 2_000_000  # rows × draws held at a time: about 100 MB with what the metrics add
FEWEST_KNOWN = 0.5  # share of draws on which the metric must have a value


@dataclass(frozen=True, kw_only=True)
class Difference:
    """How much better a is than b: positive means better, also where smaller values are.

    low, high: 95 % interval. p_better: share of draws in which a is better, ties counting
    half. None where these rows do not tell, such as AUC with one class only.
    """

    value: float | None
    low: float | None
    high: float | None
    p_better: float | None


def bootstrap_interval(
    y: np.ndarray,
    prediction: np.ndarray,
    metric_key: str,
    task: Task,
    seed: int,
    n_boot: int = 1000,
    groups: np.ndarray | None = None,
) -> tuple[float, float]:
    """95 % percentile interval of a metric on these rows: (low, high).

    groups: (n,) what rows belong together, such as a customer's; then whole groups are drawn,
    as rows of one group are alike and tell less than as many rows of different ones.
    Draws without a value (AUC where a class was not drawn) are left out; (NaN, NaN) if they
    are half of all. Above 10 000 rows fewer draws are made, at least 200.
    Raises UnknownName for a metric that does not suit the task.
    Source: Efron & Tibshirani (1993), An introduction to the bootstrap, chapter 13.
    """
    metric = metric_of(metric_key, task.kind)
    (values,) = _resampled(y, (prediction,), metric, task, seed, n_boot, groups)
    return _interval(values)


def paired_difference(
    y: np.ndarray,
    a: np.ndarray,
    b: np.ndarray,
    metric_key: str,
    task: Task,
    seed: int,
    n_boot: int = 1000,
    groups: np.ndarray | None = None,
) -> Difference:
    """How much better prediction a is than prediction b of the same rows, from paired draws.

    Raises UnknownName for a metric that does not suit the task.
    """
    metric = metric_of(metric_key, task.kind)
    sign = 1.0 if metric.greater_is_better else -1.0
    in_draws = _resampled(y, (a, b), metric, task, seed, n_boot, groups)
    gains = sign * (in_draws[0] - in_draws[1])
    low, high = _interval(gains)
    known = gains[np.isfinite(gains)]
    p_better = float(np.mean((known > 0) + 0.5 * (known == 0))) if len(known) else float("nan")
    value = sign * (metric.compute(y, a, task) - metric.compute(y, b, task))
    told = {"value": value, "low": low, "high": high, "p_better": p_better}
    return Difference(**{name: float(v) if np.isfinite(v) else None for name, v in told.items()})


def _resampled(
    y: np.ndarray,
    predictions: tuple[np.ndarray, ...],
    metric: Metric,
    task: Task,
    seed: int,
    n_boot: int,
    groups: np.ndarray | None,
) -> list[np.ndarray]:
    """The metric of each prediction in each draw: (n_draws,) each.

    Above 100 000 rows the draws come from a sample of m rows; their spread around that
    sample's own value is √(n / m) too wide, so it is narrowed and centred on all rows' value.
    """
    n = len(y)
    if not n:
        return [np.array([np.nan]) for _ in predictions]
    whole = [metric.compute(y, p, task) for p in predictions]
    centre, narrowing = whole, 1.0
    if n > MOST_ROWS:
        rows = np.sort(np.random.default_rng([seed, n]).choice(n, MOST_ROWS, replace=False))
        y, predictions = y[rows], tuple(p[rows] for p in predictions)
        groups = None if groups is None else groups[rows]
        centre, narrowing = [metric.compute(y, p, task) for p in predictions], (MOST_ROWS / n) ** 0.5
    n_draws = min(n_boot, max(FEWEST_DRAWS, DRAWN_CELLS // len(y)))
    parts = [
        [metric.compute(y, p, task, weights=counts) for p in predictions]
        for counts in _draws(len(y), n_draws, seed, groups)
    ]
    drawn = [np.concatenate(values) for values in zip(*parts)]
    return [w + narrowing * (d - c) for w, d, c in zip(whole, drawn, centre)]


def _draws(n: int, n_draws: int, seed: int, groups: np.ndarray | None) -> Iterator[np.ndarray]:
    """How often each row is drawn: (b, n) float64 at a time, b small enough for memory.

    With groups whole groups are drawn, and every row of one as often as the group.
    """
    rng = np.random.default_rng(seed)
    group_of = np.arange(n) if groups is None else np.unique(groups, return_inverse=True)[1]
    n_groups = int(group_of.max()) + 1
    at_once = max(1, CHUNK_CELLS // n)
    for start in range(0, n_draws, at_once):
        b = min(at_once, n_draws - start)
        drawn = rng.integers(0, n_groups, size=(b, n_groups)) + np.arange(b)[:, None] * n_groups
        counts = np.bincount(drawn.ravel(), minlength=b * n_groups).reshape(b, n_groups)
        yield (counts if groups is None else counts[:, group_of]).astype(np.float64)


def _interval(values: np.ndarray) -> tuple[float, float]:
    known = values[np.isfinite(values)]
    if len(known) <= FEWEST_KNOWN * len(values):
        return float("nan"), float("nan")
    low, high = np.quantile(known, [(1 - COVERAGE) / 2, (1 + COVERAGE) / 2])
    return float(low), float(high)
