"""Which test rows a model took for another class, and how sure it was. Opens no table."""

from dataclasses import dataclass

import numpy as np

from core.domain import Task


@dataclass(frozen=True, kw_only=True)
class Mistaken:
    """A class that was taken for another: how many rows, of how many of the class."""

    true: str
    predicted: str
    n: int
    n_true: int


@dataclass(frozen=True, kw_only=True)
class Answered:
    """A test row: its number, class, the class it was taken for, and the probability that was given to that."""

    row: int
    true: str
    predicted: str
    probability: float


def most_confused(y: np.ndarray, prediction: np.ndarray, task: Task, n: int) -> list[Mistaken]:
    """The n pairs of different classes with the most rows, most first; y: (rows,), prediction: (rows, classes)."""
    k = len(task.classes)
    counts = np.bincount(y * k + prediction.argmax(axis=1), minlength=k * k).reshape(k, k)
    totals = counts.sum(axis=1)
    np.fill_diagonal(counts, 0)
    order = np.argsort(-counts, axis=None, kind="stable")[:n]
    return [
        Mistaken(true=task.classes[i], predicted=task.classes[j], n=int(counts[i, j]), n_true=int(totals[i]))
        for i, j in zip(*np.unravel_index(order, counts.shape))
        if counts[i, j]
    ]


def of_cell(
    rows: np.ndarray, y: np.ndarray, prediction: np.ndarray, task: Task, *, true: str, predicted: str
) -> list[Answered]:
    """The rows of one cell of the confusion matrix, the surest first. rows: their numbers."""
    i, j = task.classes.index(true), task.classes.index(predicted)
    return _answered(rows, y, prediction, task, (y == i) & (prediction.argmax(axis=1) == j))


def surest_mistakes(
    rows: np.ndarray, y: np.ndarray, prediction: np.ndarray, task: Task, n: int
) -> list[Answered]:
    """The n rows taken for another class with the highest probability, the surest first."""
    return _answered(rows, y, prediction, task, prediction.argmax(axis=1) != y)[:n]


def _answered(
    rows: np.ndarray, y: np.ndarray, prediction: np.ndarray, task: Task, wanted: np.ndarray
) -> list[Answered]:
    places = np.flatnonzero(wanted)
    sure = prediction[places].max(axis=1) if len(places) else np.zeros(0)
    return [
        Answered(
            row=int(rows[p]),
            true=task.classes[y[p]],
            predicted=task.classes[int(prediction[p].argmax())],
            probability=float(prediction[p].max()),
        )
        for p in places[np.argsort(-sure, kind="stable")]
    ]
