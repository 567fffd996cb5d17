import numpy as np
import pytest

from core.evaluation.spread import spread_of


def test_the_mean_of_the_folds_and_how_far_single_ones_lie_from_it():
    values = (0.8, 0.9, 0.7, None, float("nan"))
    found = spread_of(values)
    assert (found.mean, found.deviation, found.n) == (pytest.approx(0.8), pytest.approx(0.1), 3)
    assert found.deviation == pytest.approx(np.std([0.8, 0.9, 0.7], ddof=1))


@pytest.mark.parametrize("values", [(), (0.8,), (0.8, None)])
def test_one_fold_has_no_spread(values):
    assert spread_of(values) is None
