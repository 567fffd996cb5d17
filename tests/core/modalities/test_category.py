import numpy as np
import pandas as pd
import pytest

from core.domain import Column
from core.modalities import InputSpec
from core.modalities.category import MOST_CODES, modality

COLUMN = Column(name="city", kind="category")


def fit(values):
    return modality.fit(pd.Series(values), COLUMN)


def test_few_values_become_a_column_each_by_falling_frequency():
    state = fit(["b"] * 3 + ["a"] * 2 + ["c"] * 2)
    assert modality.names(state) == {"indicator": ("city = b", "city = a", "city = c")}
    assert modality.transform(pd.Series(["a", "c"]), state)["indicator"].tolist() == [[0, 1, 0], [0, 0, 1]]


def test_an_unseen_value_is_all_zeros_when_training_had_no_rare_one():
    assert modality.transform(pd.Series(["z"]), fit(["a", "a", "b", "b"]))["indicator"].tolist() == [[0, 0]]


def test_an_unseen_value_counts_as_the_rare_ones_of_training():
    state = fit(["a", "a", "b", "b", "once"])
    assert modality.names(state)["indicator"][-1] == "city is another value"
    rows = modality.transform(pd.Series(["once", "never"]), state)["indicator"]
    assert rows.tolist() == [[0, 0, 1], [0, 0, 1]]


def test_many_values_become_a_code():
    state = fit([f"v{i:02}" for i in range(20)] * 2 + ["v19", None, "once"])
    codes = modality.transform(pd.Series([None, "never", "once", "v19", "v00"]), state)["category"]
    assert codes[:, 0].tolist() == [0, 1, 1, 2, 3]
    assert modality.vocabulary(state) == 22


def test_a_thousand_values_at_most_get_a_code():
    state = fit([f"v{i}" for i in range(MOST_CODES + 50)] * 2)
    assert modality.vocabulary(state) == MOST_CODES + 2 and state["rare"]


def test_values_that_never_repeat_teach_nothing():
    state = fit([f"id{i}" for i in range(50)])
    assert modality.names(state) == {} and modality.transform(pd.Series(["id1"]), state) == {}


@pytest.mark.parametrize(
    ("values", "same_as"),
    [([1, 2], ["1", "2"]), ([1.0, 2.0], ["1", "2"]), ([True, False], ["true", "false"]), ([1.5], ["1.5"])],
)
def test_values_are_known_by_their_text(values, same_as):
    state = fit(["1", "2", "true", "false", "1.5"] * 2)
    typed, text = (modality.transform(pd.Series(v), state)["indicator"] for v in (values, same_as))
    assert np.array_equal(typed, text) and typed.sum() == len(values)


def test_flattened_codes_show_frequent_values_and_the_rank_of_all():
    spec = InputSpec(name="category", shape=(1,), dtype="int32", feature_names=("city",), vocabulary=(100,))
    flat = modality.flatten(np.array([[0], [1], [2], [99]], dtype=np.int32), spec)
    names = modality.flat_names(spec)
    assert names[:3] == ("city is missing", "city is another value", "city is value 1")
    assert flat[:3, :3].tolist() == np.eye(3).tolist() and flat[3, :-1].sum() == 0
    assert (np.diff(flat[:, -1]) > 0).all() and flat[:, -1].max() <= 1
