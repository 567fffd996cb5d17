from dataclasses import replace

import pytest

from core.baselines._trees import forest_settings
from core.domain import Task

FOUR = Task(kind="multiclass", target="mode", features=("weight",), classes=("air", "rail", "sea", "truck"))


def leaf(task, n_rows):
    return forest_settings(task, 0, n_rows, 1, of_features=0.6)["min_samples_leaf"]


@pytest.mark.parametrize(("n_rows", "rows_in_a_leaf"), [(200, 2), (4_483, 2), (25_000, 5), (1_000_000, 10)])
def test_of_several_classes_leaves_stay_small_until_a_file_would_be_large(n_rows, rows_in_a_leaf):
    assert leaf(FOUR, n_rows) == rows_in_a_leaf


def test_more_classes_ask_for_larger_leaves_as_each_holds_a_share_of_every_class():
    many = replace(FOUR, classes=tuple(f"item {i}" for i in range(40)))
    assert leaf(many, 4_483) > leaf(FOUR, 4_483)
