import numpy as np
import pandas as pd
import pytest

from core.domain import Column
from core.modalities.boolean import modality

COLUMN = Column(name="member", kind="boolean")


@pytest.mark.parametrize(
    "values",
    [
        [True, False],
        ["true", "false"],
        ["Yes", "No"],
        ["t", "f"],
        [1, 0],
        [1.0, 0.0],
        pd.array([True, False], dtype="boolean"),
        np.array([True, False], dtype=object),
    ],
    ids=str,
)
def test_yes_and_no_are_understood_as(values):
    state = modality.fit(pd.Series([True, False]), COLUMN)
    assert modality.transform(pd.Series(values), state)["indicator"].tolist() == [[1.0], [0.0]]


def test_what_is_neither_counts_as_missing():
    state = modality.fit(pd.Series([True, False, None], dtype=object), COLUMN)
    assert modality.transform(pd.Series(["perhaps", "yes"]), state)["indicator"].tolist() == [[0, 1], [1, 0]]
