import numpy as np
import pytest

from core.domain import Task
from core.evaluation.blocks import consecutive_blocks
from core.evaluation.intervals import bootstrap_interval

PRICE = Task(kind="regression", target="y", features=(), metric="mae")


def test_a_block_is_a_stretch_of_time_whatever_the_order_of_the_rows():
    moment = np.random.default_rng(0).permutation(1000)
    blocks = consecutive_blocks(moment)
    assert (blocks == moment // 10).all()


@pytest.mark.parametrize("m", [30, 64, 365])
def test_rows_of_one_moment_are_in_one_block(m):
    moment = np.random.default_rng(0).integers(0, m, 5000)
    blocks = consecutive_blocks(moment)
    assert all(len(set(blocks[moment == t])) == 1 for t in range(m))
    assert 7 <= len(set(blocks)) < m


@pytest.mark.parametrize("n_moments", [1, 2, 29])
def test_of_few_moments_blocks_are_of_rows_so_that_there_is_something_to_draw(n_moments):
    moment = np.sort(np.random.default_rng(0).integers(0, n_moments, 1000))
    sizes = np.bincount(consecutive_blocks(moment))
    assert len(sizes) == 100 and (sizes == 10).all()


def test_dates_are_moments_too():
    days = np.datetime64("2024-01-01") + np.arange(64)
    assert (consecutive_blocks(days) == np.arange(64) // 4).all()


def test_no_rows_make_no_blocks():
    assert len(consecutive_blocks(np.array([]))) == 0


def test_where_neighbours_are_alike_the_interval_is_wider_than_of_single_rows():
    rng = np.random.default_rng(0)
    error = np.zeros(800)
    for t in range(1, 800):
        error[t] = 0.9 * error[t - 1] + rng.normal()
    y, blocks = np.zeros(800), consecutive_blocks(np.arange(800))
    single = bootstrap_interval(y, error, "mae", PRICE, seed=0)
    whole = bootstrap_interval(y, error, "mae", PRICE, seed=0, groups=blocks)
    assert whole[1] - whole[0] > 1.5 * (single[1] - single[0])
