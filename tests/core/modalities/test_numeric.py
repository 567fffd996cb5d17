import numpy as np
import pandas as pd
import pytest

from core.domain import Column
from core.modalities._scaling import fit_scale, scale
from core.modalities.numeric import modality

COLUMN = Column(name="age", kind="decimal")


def numbers(values, training):
    return modality.transform(pd.Series(values), modality.fit(pd.Series(training), COLUMN))


def test_ordinary_values_are_standardised():
    training = np.random.default_rng(0).normal(50, 10, 10_000)
    z = numbers([50.0, 60.0, 40.0], training)["numeric"][:, 0]
    assert z == pytest.approx([0, 1, -1], abs=0.05)


def test_one_typing_error_does_not_decide_the_scale():
    training = np.r_[np.random.default_rng(0).normal(50, 10, 10_000), 1e12]
    assert numbers([60.0], training)["numeric"][0, 0] == pytest.approx(1, abs=0.05)


def test_a_column_that_is_nearly_always_one_value_keeps_its_own_spread():
    mean, std = fit_scale(np.r_[np.zeros(999), 5.0])
    assert mean == pytest.approx(0.005) and 0 < std < 1


def test_larger_values_stay_larger_up_to_infinity():
    z = scale(np.array([-np.inf, -1e300, -9.0, 0.0, 1.0, 9.0, 1e300, np.inf]), 0.0, 1.0)
    assert (np.diff(z) >= 0).all() and z[0] == -8 and z[-1] == 8


def test_missing_becomes_the_mean_and_is_flagged():
    groups = numbers([np.nan, 2.0], [1.0, 2.0, 3.0, np.nan])
    assert groups["numeric"][0, 0] == 0.0
    assert groups["indicator"].tolist() == [[1.0], [0.0]]


def test_no_flag_for_missing_values_that_training_never_had():
    assert "indicator" not in numbers([np.nan], [1.0, 2.0, 3.0])


@pytest.mark.parametrize(
    "training", [[1e300, 1e300, -1e300], [1e-300, 2e-300], [7.0, 7.0], [np.inf, 1.0], [np.nan]]
)
def test_the_scale_is_finite_and_positive_for(training):
    mean, std = fit_scale(np.array(training))
    assert np.isfinite(mean) and np.isfinite(std) and std > 0


@pytest.mark.parametrize("dtype", ["int64", "Int64", "float32", "Float64", "str", "object"])
def test_the_same_numbers_in_another_type_give_the_same_input(dtype):
    state = modality.fit(pd.Series([1.0, 2.0, 3.0]), COLUMN)
    assert np.array_equal(
        modality.transform(pd.Series([1, 2, 3]).astype(dtype), state)["numeric"],
        modality.transform(pd.Series([1.0, 2.0, 3.0]), state)["numeric"],
    )
