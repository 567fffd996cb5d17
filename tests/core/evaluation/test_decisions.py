import numpy as np
import pytest

from core.domain import Task
from core.evaluation.decisions import alarms, positive_index

TASK = Task(kind="binary", target="y", features=(), classes=("no", "yes"), positive_class="yes")
FIRST = Task(kind="binary", target="y", features=(), classes=("no", "yes"), positive_class="no")


def both(p: list[float]) -> np.ndarray:
    p = np.array(p, dtype=np.float32)
    return np.column_stack([1 - p, p])


def test_every_row_is_found_missed_a_false_alarm_or_rightly_left_alone():
    y = np.array([1, 1, 1, 0, 0, 0, 0, 0])
    count = alarms(y, both([0.9, 0.6, 0.2, 0.7, 0.1, 0.1, 0.1, 0.1]), TASK)
    assert (count.n_positive, count.found, count.missed, count.false_alarms) == (3, 2, 1, 1)
    assert (count.raised_per_1000, count.recall, count.precision) == (375.0, 2 / 3, 2 / 3)


@pytest.mark.parametrize("task", [TASK, FIRST])
def test_at_one_half_it_is_the_more_probable_class_ties_included(task):
    y = np.array([0, 1, 0, 1, 0, 1])
    prediction = both([0.5, 0.5, 0.49999997, 0.5000001, 0.2, 0.8])
    positive = positive_index(task)
    said = prediction.argmax(axis=1) == positive
    count = alarms(y, prediction, task)
    assert (count.found, count.raised) == (int((said & (y == positive)).sum()), int(said.sum()))


def test_a_lower_threshold_never_finds_less_nor_troubles_fewer():
    rng = np.random.default_rng(0)
    y, prediction = rng.integers(0, 2, 500), both(rng.random(500))
    counts = [alarms(y, prediction, TASK, t) for t in np.linspace(0.99, 0.01, 50)]
    assert (np.diff([c.found for c in counts]) >= 0).all()
    assert (np.diff([c.false_alarms for c in counts]) >= 0).all()


def test_without_alarms_or_sought_rows_a_share_is_unknown_not_nought():
    count = alarms(np.zeros(3, int), both([0.1, 0.2, 0.3]), TASK)
    assert count.recall is None and count.precision is None and count.raised_per_1000 == 0


def test_where_no_class_is_named_the_last_is_sought():
    assert positive_index(Task(kind="binary", target="y", features=(), classes=("a", "b"))) == 1
