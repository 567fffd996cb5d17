"""Weights for a blend of models, chosen on rows that taught none of them. Arrays in, weights out.

Greedy selection with replacement: again and again the model is added that helps the blend most; how often each
was taken is its weight. Source: Caruana, Niculescu-Mizil, Crew & Ksikes (2004), Ensemble selection from
libraries of models, ICML.

A blend that is chosen by a few hundred rows flatters itself on them. So the selection is made many times on
rows drawn with replacement, the weights are the average, and whether blending helps at all is asked
of the rows that each draw left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.domain import Task
from core.evaluation.metrics import METRICS

N_BAGS = 12
MOST_ROUNDS = 16  # models taken a bag
MOST_MODELS = 10  # the best of them by themselves
MOST_ROWS = 4_000  # more rows choose no better and take longer
LEAST_WEIGHT = 0.02  # a member that says less costs more to ask than it tells
# a share of right answers moves in jumps, and so does what is made of it: probabilities are chosen by instead
SMOOTH = {"accuracy": "log_loss", "f1": "log_loss", "macro_f1": "log_loss", "median_absolute_error": "mae"}


@dataclass(frozen=True, kw_only=True)
class Choice:
    """weights: by model, summing to 1. value: the task's metric on rows that did not choose the weights;
    alone: that of the best single model on the same rows; helps: whether blending does better than that model
    on them, by what the weights are chosen by."""

    weights: Mapping[int, float]
    value: float
    alone: float
    best: int
    helps: bool


def blended(predictions: Mapping[int, np.ndarray], weights: Mapping[int, float]) -> np.ndarray:
    """The weighted mean of the members' answers."""
    return sum(weight * predictions[number] for number, weight in weights.items())


def choose_blend(y: np.ndarray, predictions: Mapping[int, np.ndarray], task: Task, seed: int) -> Choice:
    """y: (n,) truth; predictions: by model number, (n, classes) or (n,). At least two models.

    The same arguments give the same weights.
    """
    rng = np.random.default_rng(seed)
    if len(y) > MOST_ROWS:
        rows = np.sort(rng.choice(len(y), MOST_ROWS, replace=False))
        y, predictions = y[rows], {number: p[rows] for number, p in predictions.items()}
    metric = METRICS[SMOOTH.get(task.metric, task.metric)]
    sign = 1.0 if metric.greater_is_better else -1.0

    def gain(prediction: np.ndarray, weights: np.ndarray | None = None) -> float:
        value = sign * metric.compute(y, prediction, task, weights)
        return value if np.isfinite(value) else -np.inf

    ranked = sorted(predictions, key=lambda number: -gain(predictions[number]))[:MOST_MODELS]
    held = {number: np.asarray(predictions[number], np.float64) for number in ranked}
    counts = dict.fromkeys(ranked, 0.0)
    left_out, answered = np.zeros_like(held[ranked[0]]), np.zeros(len(y))
    for _ in range(N_BAGS):
        drawn = np.bincount(rng.integers(0, len(y), len(y)), minlength=len(y)).astype(np.float64)
        weights = _greedy(held, lambda p, w=drawn: gain(p, w))
        for number, weight in weights.items():
            counts[number] += weight / N_BAGS
        out = drawn == 0
        left_out[out] += blended({k: p[out] for k, p in held.items()}, weights)
        answered[out] += 1
    asked = answered > 0
    left_out[asked] /= answered[asked].reshape(-1, *[1] * (left_out.ndim - 1))
    best = ranked[0]
    judge = METRICS[task.metric]
    return Choice(
        weights=_kept(counts),
        value=judge.compute(y[asked], left_out[asked], task),
        alone=judge.compute(y[asked], held[best][asked], task),
        best=best,
        helps=gain(np.where(_like(asked, left_out), left_out, held[best])) > gain(held[best]),
    )


def _like(mask: np.ndarray, values: np.ndarray) -> np.ndarray:
    return mask.reshape(-1, *[1] * (values.ndim - 1))


def _greedy(held: Mapping[int, np.ndarray], gain) -> dict[int, float]:
    """How often each model was taken, as a share, at the round after which the blend was best."""
    taken: list[int] = []
    total, best, n_best = 0.0, -np.inf, 1
    for n in range(1, MOST_ROUNDS + 1):
        gains = {number: gain((total + p) / n) for number, p in held.items()}
        chosen = max(gains, key=lambda number: (gains[number], -number))
        taken.append(chosen)
        total = total + held[chosen]
        if gains[chosen] > best:
            best, n_best = gains[chosen], n
    return {number: taken[:n_best].count(number) / n_best for number in dict.fromkeys(taken[:n_best])}


def _kept(shares: Mapping[int, float]) -> dict[int, float]:
    kept = {number: share for number, share in shares.items() if share >= LEAST_WEIGHT}
    total = sum(kept.values())
    return {number: share / total for number, share in sorted(kept.items(), key=lambda item: -item[1])}
