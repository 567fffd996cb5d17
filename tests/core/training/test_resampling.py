"""Training rows in another mix: as many of each class, in as many steps as were announced."""

import numpy as np
import pytest

from core.training.batches import STRETCH_ROWS, Rows, Shuffled, n_batches
from core.training.resampling import Resampled

N = 3 * STRETCH_ROWS + 100
Y = (np.arange(N) % 10 == 0).astype(np.int32)  # one in ten
ROWS = Rows(inputs={"numeric": np.arange(N, dtype=np.float32)[:, None]}, targets=Y)


def resampled(way, block_bytes=1 << 30, rows=ROWS):
    shuffled = Shuffled(rows=rows, seed=1, block_bytes=block_bytes)
    return Resampled(rows=shuffled, way=way, class_counts=np.bincount(rows.targets), seed=1)


@pytest.mark.parametrize("block_bytes", [1 << 30, 8 * STRETCH_ROWS])
@pytest.mark.parametrize(("way", "n_each"), [("over", N - N // 10 - 1), ("under", N // 10 + 1)])
def test_each_class_comes_equally_often(way, n_each, block_bytes):
    batches = resampled(way, block_bytes)
    blocks = list(batches.epoch(1))
    drawn = np.concatenate([b.rows.targets[b.order] for b in blocks])
    counts = np.bincount(drawn)
    assert abs(counts[0] - counts[1]) <= len(blocks) and counts[0] == pytest.approx(n_each, abs=3)
    assert sum(n_batches(len(b.order), 64, False) for b in blocks) == batches.n_steps(64)


def test_over_sampling_leaves_no_row_out_and_under_sampling_repeats_none():
    (over,), (under,) = list(resampled("over").epoch(1)), list(resampled("under").epoch(1))
    assert set(over.order) == set(range(N))
    assert len(set(under.order)) == len(under.order)


def test_an_epoch_depends_on_its_number_alone():
    first, again, second = (next(iter(resampled("under").epoch(n))).order for n in (1, 1, 2))
    assert (first == again).all() and set(first) != set(second)


def test_a_class_without_training_rows_is_left_out():
    rows = Rows(inputs=ROWS.inputs, targets=Y * 2)
    (block,) = resampled("over", rows=rows).epoch(1)
    assert set(rows.targets[block.order]) == {0, 2}
