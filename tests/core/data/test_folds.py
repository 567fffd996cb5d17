"""Laws of folds: each row left out once, no group torn, never a later row before an earlier one."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.data.folds import NEVER, check_folds, cut_rows, n_fits
from core.data.task import propose_task
from core.domain import RunSpec, Split
from core.errors import BadInput

N = 90
quick = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
ROWS = st.sets(st.integers(0, N - 1), min_size=60).map(lambda rows: np.array(sorted(rows)))


@pytest.fixture
def dataset(store):
    rows = "".join(
        f"{i},{'yes' if i % 6 == 0 else 'no'},g{i * 7 % 23},2020-{1 + i * 5 % 12:02}-{1 + i % 9:02}\n"
        for i in range(N)
    )
    return store("x,y,shop,day\n" + rows)


def spec_of(dataset, target="y", **changes):
    task = propose_task(dataset, target)
    spec = RunSpec(dataset=dataset.id, task=task, split=Split(strategy="stratified"), models=(), folds=3)
    return replace(spec, **changes)


def column(dataset, catalog, name, rows):
    return catalog.read(dataset, [name])[name].to_numpy()[rows]


@given(folds=st.integers(2, 10), repeats=st.integers(1, 3), seed=st.integers(0, 99), rows=ROWS)
@quick
def test_every_row_is_left_out_exactly_once_a_repeat_and_classes_keep_their_mix(
    dataset, catalog, folds, repeats, seed, rows
):
    spec = spec_of(dataset, folds=folds, repeats=repeats, split=Split(strategy="stratified", seed=seed))
    cut = cut_rows(spec, dataset, rows, catalog)
    assert cut.shape == (repeats, len(rows)) and n_fits(spec) == folds * repeats
    labels = column(dataset, catalog, "y", rows)
    for fold_of in cut:
        assert set(fold_of) == set(range(1, folds + 1))
        sizes = np.bincount(fold_of)[1:]
        assert sizes.max() - sizes.min() <= 1
        for label in ("yes", "no"):
            of_class = np.bincount(fold_of[labels == label], minlength=folds + 1)[1:]
            assert of_class.max() - of_class.min() <= 1
    assert np.array_equal(cut, cut_rows(spec, dataset, rows, catalog)), "the same spec, the same folds"


@given(folds=st.integers(2, 8), repeats=st.integers(1, 3), seed=st.integers(0, 99), rows=ROWS)
@quick
def test_no_group_is_in_two_folds(dataset, catalog, folds, repeats, seed, rows):
    split = Split(strategy="grouped", column="shop", seed=seed)
    cut = cut_rows(spec_of(dataset, folds=folds, repeats=repeats, split=split), dataset, rows, catalog)
    shops = column(dataset, catalog, "shop", rows)
    for fold_of in cut:
        assert set(fold_of) == set(range(1, folds + 1))
        for shop in set(shops):
            assert len(set(fold_of[shops == shop])) == 1


@given(folds=st.integers(2, 10), rows=ROWS)
@quick
def test_in_order_of_time_only_earlier_rows_come_before_a_fold(dataset, catalog, folds, rows):
    split = Split(strategy="chronological", column="day")
    (fold_of,) = cut_rows(spec_of(dataset, folds=folds, split=split), dataset, rows, catalog)
    days = column(dataset, catalog, "day", rows)
    assert set(fold_of) == set(range(folds + 1)), "each window leaves rows out, and some only teach"
    for fold in range(1, folds + 1):
        assert days[fold_of < fold].max() < days[fold_of == fold].min()


def test_repeats_cut_the_rows_anew(dataset, catalog):
    first, second = cut_rows(spec_of(dataset, repeats=2), dataset, np.arange(N), catalog)
    assert not np.array_equal(first, second)


def test_a_row_without_a_group_is_one_of_its_own_and_one_without_a_moment_teaches_all(store, catalog):
    rows = "".join(
        f"{i},{i % 2},{f'g{i % 4}' if i > 9 else ''},{f'2021-01-{1 + i % 20:02}' if i > 9 else ''}\n"
        for i in range(60)
    )
    dataset = store("x,y,shop,day\n" + rows)
    grouped = spec_of(dataset, folds=3, split=Split(strategy="grouped", column="shop"))
    (fold_of,) = cut_rows(grouped, dataset, np.arange(60), catalog)
    assert len(set(fold_of[:10])) > 1
    timed = spec_of(dataset, split=Split(strategy="chronological", column="day"))
    (fold_of,) = cut_rows(timed, dataset, np.arange(60), catalog)
    assert (fold_of[:10] == NEVER).all() and (fold_of[10:] != NEVER).any()


@pytest.mark.parametrize(
    ("changes", "rows", "code"),
    [
        ({"folds": 8}, 5, "folds_few_rows"),
        ({"split": Split(strategy="grouped", column="y")}, N, "folds_few_groups"),
        ({"folds": 20, "split": Split(strategy="chronological", column="day")}, 20, "folds_few_moments"),
    ],
)
def test_too_few_rows_groups_or_moments_are_said_in_a_sentence(dataset, catalog, changes, rows, code):
    with pytest.raises(BadInput) as caught:
        cut_rows(spec_of(dataset, **changes), dataset, np.arange(rows), catalog)
    assert caught.value.code == code


def test_without_folds_there_is_nothing_to_check(dataset):
    check_folds(spec_of(dataset, folds=0))
    assert n_fits(spec_of(dataset, folds=0)) == 1
