"""What a model's quality means for somebody who acts on it, as one sentence of counts. Ranks nothing.

A metric such as AUC says which model is the better one. How many customers are found and how
many are troubled in vain, or by how much a price is off, is what decides whether to use it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from core.domain import Task
from core.evaluation.decisions import USUAL_THRESHOLD, alarms, positive_index
from core.evaluation.metrics import METRICS
from core.sentences import say

FEWEST_OF_A_CLASS = 10  # rows under which a class's share of mistakes is mostly luck
LARGE_MISS = 0.9  # the quantile of the errors that is called large: exceeded by one row in ten

PracticeCode = Literal["alarms", "no_alarms", "typical_miss", "mistaken", "mistaken_for_one", "none_mistaken"]


@dataclass(frozen=True, kw_only=True)
class Practice:
    """What to expect in use: `practice.<code>` in the catalogue of sentences."""

    code: PracticeCode
    parameters: Mapping[str, Any] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        return say(f"practice.{self.code}", **self.parameters)


def in_practice(y: np.ndarray, prediction: np.ndarray, task: Task, title: str) -> Practice | None:
    """What this model does on these rows; None where they cannot tell, such as without a positive row.

    y: (n,) class indices or values; prediction: (n, k) probabilities or (n,) values; title: of the model.
    """
    if not len(y):
        return None
    if task.kind == "regression":
        return _typical_miss(y, prediction, title)
    if task.kind == "binary":
        return _alarms(y, prediction, task, title)
    return _mistaken(y, prediction, task, title)


def _alarms(y: np.ndarray, prediction: np.ndarray, task: Task, title: str) -> Practice | None:
    count = alarms(y, prediction, task)
    if not count.n_positive:
        return None
    said = {
        "model": title,
        "target": task.target,
        "positive": task.classes[positive_index(task)],
        "n_positive": count.n_positive,
        "threshold": f"{100 * USUAL_THRESHOLD:.0f} %",
    }
    if not count.raised:
        return Practice(code="no_alarms", parameters=said)
    counts = {"found": count.found, "missed": count.missed, "false_alarms": count.false_alarms}
    return Practice(code="alarms", parameters=said | counts)


def _typical_miss(y: np.ndarray, prediction: np.ndarray, title: str) -> Practice:
    error = np.abs(y.astype(np.float64) - prediction)
    show = METRICS["mae"].show
    return Practice(
        code="typical_miss",
        parameters={
            "model": title,
            "median": show(float(np.median(error))),
            "large": show(float(np.quantile(error, LARGE_MISS))),
        },
    )


def _mistaken(y: np.ndarray, prediction: np.ndarray, task: Task, title: str) -> Practice:
    k, n = len(task.classes), len(y)
    counts = np.bincount(y * k + prediction.argmax(axis=1), minlength=k * k).reshape(k, k)
    sizes, right = counts.sum(axis=1), counts.diagonal()
    if right.sum() == n:
        return Practice(code="none_mistaken", parameters={"model": title, "n": n})
    # of one row that is wrong a class would be the worst of all: the small ones stand aside if they may
    judged = sizes >= FEWEST_OF_A_CLASS
    if not (judged & (right < sizes)).any():
        judged = sizes > 0
    share = np.divide(sizes - right, sizes, out=np.zeros(k), where=judged)
    worst = int(share.argmax())
    taken_for = np.where(np.arange(k) == worst, 0, counts[worst])
    other = int(taken_for.argmax())
    wrong = int(sizes[worst] - right[worst])
    return Practice(
        code="mistaken_for_one" if taken_for[other] == wrong else "mistaken",
        parameters={
            "model": title,
            "right": int(right.sum()),
            "n": n,
            "worst": task.classes[worst],
            "wrong": wrong,
            "n_worst": int(sizes[worst]),
            "other": task.classes[other],
            "n_other": int(taken_for[other]),
        },
    )
