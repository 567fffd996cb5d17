"""The metrics a task can be judged by, and all of them at once for one prediction. NumPy only."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from core.domain import CLASSIFICATION, Task, TaskKind
from core.errors import NotApplicable, UnknownName
from core.evaluation import measures
from core.evaluation.decisions import positive_index
from core.figures import decimals
from core.sentences import say

# (y, prediction, weights (b, n), positive class index) → (b,)
Measure = Callable[[np.ndarray, np.ndarray, np.ndarray, int], np.ndarray]


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One measure. best, worst: its ends, None where there is none."""

    key: str
    title: str
    tasks: tuple[TaskKind, ...]
    greater_is_better: bool
    measure: Measure
    best: float | None = None
    worst: float | None = None
    in_target_units: bool = False

    @property
    def help(self) -> str:
        """What it measures, in plain words."""
        return say(f"metric.{self.key}.help")

    def compute(
        self, y: np.ndarray, prediction: np.ndarray, task: Task, weights: np.ndarray | None = None
    ) -> float | np.ndarray:
        """The metric's value; NaN where it has none: no row at all, or AUC with one class only.

        y: (n,) class indices or values. prediction: (n, k) probabilities or (n,) values.
        weights: (n,) or None → a float; (b, n) → (b,).
        """
        table = (
            np.ones((1, len(y))) if weights is None else np.atleast_2d(weights).astype(np.float64, copy=False)
        )
        if not len(y):
            return np.full(len(table), np.nan) if np.ndim(weights) == 2 else float("nan")
        with np.errstate(divide="ignore", invalid="ignore"):
            values = self.measure(y, np.asarray(prediction, dtype=np.float64), table, positive_index(task))
        return values if np.ndim(weights) == 2 else float(values[0])

    def decimals(self, value: float) -> int:
        """Three for shares; for the target's units what makes four figures."""
        if not self.in_target_units or not value or not math.isfinite(value):
            return 3
        return decimals(value)

    def show(self, value: float) -> str:
        """The value as a sentence or a table says it: 0.854, 32,436, 1.145."""
        return f"{value:,.{self.decimals(value)}f}"

    def better(self, value: float, than: float) -> bool:
        return value > than if self.greater_is_better else value < than


def score_all(y: np.ndarray, prediction: np.ndarray, task: Task) -> dict[str, float]:
    """Every metric of the task by key; those without a value on these rows are left out.

    Raises NotApplicable if the prediction holds what is no number, ValueError if shapes differ.
    """
    _check(y, prediction, task)
    values = {m.key: m.compute(y, prediction, task) for m in metrics_of(task.kind)}
    return {key: value for key, value in values.items() if np.isfinite(value)}


def metric_of(key: str, kind: TaskKind) -> Metric:
    """The metric of that key. Raises UnknownName, listing those that suit the task."""
    metric = METRICS.get(key)
    if metric is None or kind not in metric.tasks:
        raise UnknownName("metric for this task", key, [m.key for m in metrics_of(kind)])
    return metric


def metrics_of(kind: TaskKind) -> tuple[Metric, ...]:
    return tuple(m for m in METRICS.values() if kind in m.tasks)


def _check(y: np.ndarray, prediction: np.ndarray, task: Task) -> None:
    expected = (len(y), len(task.classes)) if task.kind in CLASSIFICATION else (len(y),)
    if prediction.shape != expected:
        raise ValueError(f"A prediction of shape {prediction.shape} came where {expected} was expected.")
    unusable = ~np.isfinite(prediction)
    unusable = unusable.any(axis=1) if unusable.ndim == 2 else unusable
    if unusable.any():
        raise NotApplicable("prediction_not_finite", n=int(unusable.sum()), n_rows=len(y))


METRICS: Mapping[str, Metric] = {
    metric.key: metric
    for metric in (
        Metric(
            key="auc",
            title="AUC",
            tasks=("binary",),
            greater_is_better=True,
            best=1.0,
            worst=0.0,
            measure=measures.auc,
        ),
        Metric(
            key="accuracy",
            title="Accuracy",
            tasks=("binary", "multiclass"),
            greater_is_better=True,
            best=1.0,
            worst=0.0,
            measure=measures.accuracy,
        ),
        Metric(
            key="log_loss",
            title="Log loss",
            tasks=("binary", "multiclass"),
            greater_is_better=False,
            best=0.0,
            measure=measures.log_loss,
        ),
        Metric(
            key="f1",
            title="F1",
            tasks=("binary",),
            greater_is_better=True,
            best=1.0,
            worst=0.0,
            measure=measures.f1,
        ),
        Metric(
            key="average_precision",
            title="Average precision",
            tasks=("binary",),
            greater_is_better=True,
            best=1.0,
            worst=0.0,
            measure=measures.average_precision,
        ),
        Metric(
            key="brier",
            title="Brier score",
            tasks=("binary",),
            greater_is_better=False,
            best=0.0,
            worst=1.0,
            measure=measures.brier,
        ),
        Metric(
            key="macro_f1",
            title="Macro F1",
            tasks=("multiclass",),
            greater_is_better=True,
            best=1.0,
            worst=0.0,
            measure=measures.macro_f1,
        ),
        Metric(
            key="auc_ovr",
            title="AUC, one against the rest",
            tasks=("multiclass",),
            greater_is_better=True,
            best=1.0,
            worst=0.0,
            measure=measures.auc_ovr,
        ),
        Metric(
            key="rmse",
            title="RMSE",
            tasks=("regression",),
            greater_is_better=False,
            best=0.0,
            in_target_units=True,
            measure=measures.rmse,
        ),
        Metric(
            key="mae",
            title="Mean absolute error",
            tasks=("regression",),
            greater_is_better=False,
            best=0.0,
            in_target_units=True,
            measure=measures.mae,
        ),
        Metric(
            key="r2",
            title="R²",
            tasks=("regression",),
            greater_is_better=True,
            best=1.0,
            measure=measures.r2,
        ),
        Metric(
            key="median_absolute_error",
            title="Median absolute error",
            tasks=("regression",),
            greater_is_better=False,
            best=0.0,
            in_target_units=True,
            measure=measures.median_absolute_error,
        ),
    )
}
