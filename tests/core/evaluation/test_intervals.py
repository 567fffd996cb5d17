import time

import numpy as np
import pytest

from core.domain import Task
from core.evaluation import intervals
from core.evaluation.intervals import bootstrap_interval, paired_difference
from core.evaluation.metrics import METRICS

BINARY = Task(
    kind="binary", target="y", features=(), classes=("no", "yes"), positive_class="yes", metric="auc"
)
PRICE = Task(kind="regression", target="y", features=(), metric="rmse")


def binary_rows(n=400, skill=0.4, seed=0):
    rng = np.random.default_rng(seed)
    y = (rng.random(n) < 0.3).astype(int)
    p = np.clip((1 - skill) * rng.random(n) + skill * y, 0, 1)
    return y, np.column_stack([1 - p, p])


def test_it_agrees_with_drawing_rows_one_by_one():
    y, p = binary_rows()
    rng = np.random.default_rng(7)
    drawn = [rng.integers(0, len(y), len(y)) for _ in range(1000)]
    slow = np.quantile([METRICS["auc"].compute(y[d], p[d], BINARY) for d in drawn], [0.025, 0.975])
    assert bootstrap_interval(y, p, "auc", BINARY, seed=0) == pytest.approx(slow, abs=0.006)


def test_the_interval_holds_the_true_mean_about_as_often_as_it_says():
    rng = np.random.default_rng(0)
    held = 0
    for seed in range(200):
        y = rng.normal(size=200)
        low, high = bootstrap_interval(y, np.zeros(200), "rmse", PRICE, seed, n_boot=300)
        held += low <= 1.0 <= high
    assert 0.88 <= held / 200 <= 0.98


def test_the_seed_decides_the_draws():
    y, p = binary_rows()
    first, again, other = (bootstrap_interval(y, p, "auc", BINARY, seed=s) for s in (0, 0, 1))
    assert first == again != other


@pytest.mark.parametrize(
    ("key", "task"), [(m.key, t) for m in METRICS.values() for t in (BINARY, PRICE) if t.kind in m.tasks]
)
def test_the_value_lies_in_its_interval(key, task):
    y, p = binary_rows() if task is BINARY else (np.arange(300.0), np.arange(300.0) + np.sin(np.arange(300)))
    low, high = bootstrap_interval(y, p, key, task, seed=0)
    assert low < METRICS[key].compute(y, p, task) < high


def test_draws_without_a_class_are_left_out():
    y, p = binary_rows(30)
    y[:] = 0
    y[0] = 1  # a third of the draws lack it
    low, high = bootstrap_interval(y, p, "auc", BINARY, seed=0)
    assert 0 <= low <= high <= 1


def test_one_class_alone_has_no_interval():
    y, p = binary_rows(30)
    assert np.isnan(bootstrap_interval(np.zeros(30, dtype=int), p, "auc", BINARY, seed=0)).all()
    assert np.isnan(bootstrap_interval(y[:0], p[:0], "auc", BINARY, seed=0)).all()


def test_large_tests_give_the_interval_of_all_their_rows(monkeypatch):
    rng = np.random.default_rng(0)
    y = rng.normal(size=20_000)
    prediction = np.zeros_like(y)
    whole = bootstrap_interval(y, prediction, "rmse", PRICE, seed=0, n_boot=500)
    monkeypatch.setattr(intervals, "MOST_ROWS", 5_000)
    sampled = bootstrap_interval(y, prediction, "rmse", PRICE, seed=0)
    value = METRICS["rmse"].compute(y, prediction, PRICE)
    assert sampled[0] < value < sampled[1]
    assert sampled[1] - sampled[0] == pytest.approx(whole[1] - whole[0], rel=0.15)


def test_chunks_do_not_change_the_draws(monkeypatch):
    y, p = binary_rows()
    whole = bootstrap_interval(y, p, "auc", BINARY, seed=0)
    monkeypatch.setattr(intervals, "CHUNK_CELLS", 1_000)
    assert bootstrap_interval(y, p, "auc", BINARY, seed=0) == pytest.approx(whole)


def test_twelve_models_take_seconds_not_minutes():
    y, p = binary_rows(1400)
    started = time.process_time()
    for _ in range(12):
        bootstrap_interval(y, p, "auc", BINARY, seed=0)
    assert time.process_time() - started < 10


def test_a_better_model_shows_a_gain_above_zero():
    y, good = binary_rows(2000, skill=0.5)
    bad = binary_rows(2000, skill=0.1)[1]
    difference = paired_difference(y, good, bad, "auc", BINARY, seed=0)
    assert 0 < difference.low < difference.value < difference.high and difference.p_better == 1.0


def test_a_gain_is_positive_also_where_smaller_is_better():
    y = np.arange(500.0)
    noise = np.random.default_rng(0).normal(size=500)
    difference = paired_difference(y, y + noise, y + 2 * noise, "rmse", PRICE, seed=0)
    assert difference.low > 0 and difference.p_better == 1.0


def test_swapping_the_models_turns_the_gain_round():
    y, a = binary_rows(seed=0)
    b = binary_rows(seed=1)[1]
    there, back = paired_difference(y, a, b, "auc", BINARY, 0), paired_difference(y, b, a, "auc", BINARY, 0)
    assert (there.value, there.low, there.high) == pytest.approx((-back.value, -back.high, -back.low))
    assert there.p_better == pytest.approx(1 - back.p_better)


def test_a_model_is_not_better_than_itself():
    y, p = binary_rows()
    difference = paired_difference(y, p, p.copy(), "auc", BINARY, seed=0)
    assert (difference.value, difference.low, difference.high, difference.p_better) == (0, 0, 0, 0.5)


def test_a_difference_that_the_rows_do_not_tell_is_none():
    p = binary_rows(30)[1]
    difference = paired_difference(np.zeros(30, dtype=int), p, p, "auc", BINARY, seed=0)
    assert (difference.value, difference.low, difference.high, difference.p_better) == (None,) * 4


def test_rows_of_a_group_that_are_alike_widen_the_interval():
    rng = np.random.default_rng(3)
    groups = np.repeat(np.arange(40), 25)
    truth = rng.normal(size=1_000)
    prediction = truth + np.repeat(rng.normal(size=40), 25)  # an error shared by the whole group
    task = Task(kind="regression", target="y", features=("x",), metric="rmse")
    by_row = bootstrap_interval(truth, prediction, "rmse", task, 0)
    by_group = bootstrap_interval(truth, prediction, "rmse", task, 0, groups=groups)
    assert by_group[1] - by_group[0] > 2 * (by_row[1] - by_row[0])


def test_of_two_models_alike_on_grouped_rows_neither_is_called_better_too_often():
    """The 95 % interval of a difference that is none holds 0 in about 95 % of samples, groups or not."""
    task = Task(kind="regression", target="y", features=("x",), metric="rmse")
    groups, refuted = np.repeat(np.arange(40), 10), 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        truth = np.zeros(400)
        a, b = (np.repeat(rng.normal(size=40), 10) for _ in range(2))
        found = paired_difference(truth, a, b, "rmse", task, seed, n_boot=300, groups=groups)
        refuted += not found.low <= 0 <= found.high
    assert refuted <= 9  # 3 expected; more than 9 has a chance below one in a thousand
