import time

import pytest

from core.domain import Column, Dataset
from core.errors import UnknownName


def dataset_of(n_columns):
    columns = tuple(Column(name=f"c{i}", kind="decimal") for i in range(n_columns))
    return Dataset(
        id="d", owner="ada", name="d", blob="b", options={}, columns=columns, n_rows=1, location=""
    )


def test_a_column_that_is_not_there_is_refused_with_those_that_are():
    with pytest.raises(UnknownName, match="c1"):
        dataset_of(2).column("c01")


def test_ten_thousand_columns_are_found_by_name_at_once():
    dataset = dataset_of(10_000)
    started = time.process_time()
    for _ in range(5):
        assert all(dataset.column(c.name) is c for c in dataset.columns)
    assert time.process_time() - started < 1, "one after another, this takes half a minute"
