import numpy as np
import pytest

from core.domain import Task
from core.evaluation.practice import in_practice

CHURN = Task(
    kind="binary", target="Churn", features=(), classes=("No", "Yes"), positive_class="Yes", metric="auc"
)
DIGIT = Task(kind="multiclass", target="digit", features=(), classes=("1", "7", "9"), metric="accuracy")
PRICE = Task(kind="regression", target="price", features=(), metric="rmse")


def said(y, yes):
    yes = np.array(yes, dtype=float)
    return in_practice(np.array(y), np.column_stack([1 - yes, yes]), CHURN, "Logistic regression")


def test_of_two_classes_it_counts_who_is_found_and_who_is_troubled_in_vain():
    sentence = said([1] * 4 + [0] * 6, [0.9, 0.8, 0.7, 0.1] + [0.6] * 2 + [0.2] * 4).sentence
    for words in ("of 4 rows with Churn = Yes", "finds 3", "misses 1", "2 false alarms", "50 %"):
        assert words in sentence


def test_a_model_that_never_says_the_sought_class_is_told_so():
    practice = said([1, 0, 0, 0], [0.3, 0.1, 0.1, 0.1])
    assert practice.code == "no_alarms" and "misses all 1 rows" in practice.sentence


def test_rows_without_the_sought_class_tell_nothing():
    assert said([0, 0, 0], [0.3, 0.1, 0.6]) is None and said([], []) is None


def test_of_numbers_it_tells_the_middle_miss_and_the_one_that_a_tenth_exceeds():
    y = np.arange(100.0) * 1000
    error = np.arange(1, 101) * 1000.0
    practice = in_practice(y, y + error * np.where(np.arange(100) % 2, 1, -1), PRICE, "Ridge")
    assert practice.parameters == {"model": "Ridge", "median": "50,500", "large": "90,100"}


def probabilities(classes):
    return np.eye(3)[classes]


def test_of_several_classes_it_names_the_one_most_often_mistaken():
    y = np.repeat([0, 1, 2], [100, 20, 1])
    taken = y.copy()
    taken[:6], taken[100:103], taken[103] = 1, 2, 0  # 6 % of class 1, 20 % of class 7
    taken[-1] = 0  # the only 9: all of them, which tells little
    practice = in_practice(y, probabilities(taken), DIGIT, "Forest")
    assert practice.parameters == {
        "model": "Forest", "right": 110, "n": 121, "worst": "7", "wrong": 4, "n_worst": 20, "other": "9", "n_other": 3,
    }  # fmt: skip
    assert practice.sentence.endswith("on 7: 4 of its 20 rows taken for another class, most often for 9 (3).")


def test_where_all_its_mistakes_are_one_class_that_is_said_once():
    y = np.repeat([0, 1, 2], 12)
    taken = y.copy()
    taken[12] = 0
    sentence = in_practice(y, probabilities(taken), DIGIT, "Forest").sentence
    assert sentence.endswith("It errs most often on 7: 1 of its 12 rows taken for 1.")


@pytest.mark.parametrize("n", [3, 30])
def test_small_classes_are_named_where_only_they_are_mistaken(n):
    y = np.repeat([0, 1], [n, 2])
    practice = in_practice(y, probabilities(np.repeat([0, 2], [n, 2])), DIGIT, "Forest")
    assert (practice.parameters["worst"], practice.parameters["other"]) == ("7", "9")


def test_without_a_mistake_it_says_so():
    y = np.array([0, 1, 2])
    assert in_practice(y, probabilities(y), DIGIT, "Forest").code == "none_mistaken"
