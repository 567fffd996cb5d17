import numpy as np

from core.domain import Task
from core.evaluation.mistakes import most_confused, of_cell, surest_mistakes

TASK = Task(kind="multiclass", target="y", features=("x",), classes=("a", "b", "c"), metric="accuracy")
Y = np.array([0, 0, 0, 1, 1, 2])
P = np.array(
    [[0.8, 0.1, 0.1], [0.1, 0.9, 0.0], [0.3, 0.6, 0.1], [0.2, 0.7, 0.1], [0.5, 0.1, 0.4], [0.1, 0.1, 0.8]]
)
ROWS = np.array([10, 11, 12, 13, 14, 15])


def test_the_pairs_most_confused_come_first_and_right_answers_are_none():
    pairs = most_confused(Y, P, TASK, 5)
    assert [(p.true, p.predicted, p.n, p.n_true) for p in pairs] == [("a", "b", 2, 3), ("b", "a", 1, 2)]


def test_a_cell_gives_its_rows_the_surest_first():
    found = of_cell(ROWS, Y, P, TASK, true="a", predicted="b")
    assert [(a.row, a.probability) for a in found] == [(11, 0.9), (12, 0.6)]
    assert [a.row for a in of_cell(ROWS, Y, P, TASK, true="c", predicted="c")] == [15]


def test_the_surest_mistakes_are_wrong_and_in_order():
    assert [(a.row, a.true, a.predicted) for a in surest_mistakes(ROWS, Y, P, TASK, 2)] == [
        (11, "a", "b"),
        (12, "a", "b"),
    ]
    assert surest_mistakes(ROWS[:1], Y[:1], P[:1], TASK, 2) == []
