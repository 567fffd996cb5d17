import numpy as np
import pytest

from core.prediction.margin import LEVEL, Margin, margin_of


def test_the_margin_is_the_error_that_eight_of_ten_rows_stay_within():
    truth = np.zeros(9)
    prediction = np.array([-1, 2, -3, 4, -5, 6, -7, 8, -9.0])
    assert margin_of(truth, prediction) == Margin(width=8.0, n=9)  # the 8th of 9: (9 + 1) · 0.8


@pytest.mark.parametrize("n", [0, 1, 2, 3])
def test_too_few_rows_give_no_margin(n):
    assert margin_of(np.zeros(n), np.ones(n)) is None


def test_four_rows_are_enough_and_rounding_takes_none_of_them():
    assert margin_of(np.zeros(4), np.array([1, 2, 3, 4.0])) == Margin(width=4.0, n=4)


def test_errors_that_are_no_numbers_give_no_margin():
    assert margin_of(np.zeros(5), np.full(5, np.inf)) is None


@pytest.mark.parametrize("n", [4, 19, 100])
def test_new_rows_lie_within_at_least_as_often_as_promised(n):
    rng = np.random.default_rng(0)
    n_within = 0
    for _ in range(2000):
        errors = rng.standard_t(3, n + 1)
        n_within += abs(errors[-1]) <= margin_of(errors[:-1], np.zeros(n)).width
    assert n_within / 2000 >= LEVEL - 3 * (LEVEL * (1 - LEVEL) / 2000) ** 0.5
