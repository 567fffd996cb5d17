import threading

import numpy as np
import pytest

from core.training import batches
from core.training.batches import Rows, Shuffled


def rows(n=50):
    return Rows(inputs={"numeric": np.arange(2.0 * n).reshape(n, 2)}, targets=np.arange(n))


def order(seed, epoch, n=50):
    (block,) = Shuffled(rows=rows(n), seed=seed).epoch(epoch)
    return block.order


def test_the_order_of_rows_depends_on_seed_and_epoch_alone():
    assert np.array_equal(order(3, 7), order(3, 7))
    assert not np.array_equal(order(3, 7), order(3, 8))
    assert not np.array_equal(order(3, 7), order(4, 7))
    batches = Shuffled(rows=rows(), seed=3)
    for epoch in (1, 2, 3):
        list(batches.epoch(epoch))
    (block,) = batches.epoch(7)
    assert np.array_equal(block.order, order(3, 7)), "epochs before it change nothing"


def test_every_row_comes_once_an_epoch():
    assert np.array_equal(np.sort(order(0, 1)), np.arange(50))


def test_taking_rows_takes_inputs_and_targets_alike():
    taken = rows().take(np.array([4, 2]))
    assert taken.n == 2 and taken.targets.tolist() == [4, 2]
    assert taken.inputs["numeric"].tolist() == [[8.0, 9.0], [4.0, 5.0]]


@pytest.fixture
def cut(monkeypatch):
    """Fifty rows in stretches of 4 and blocks of 12."""
    monkeypatch.setattr(batches, "STRETCH_ROWS", 4)
    monkeypatch.setattr(batches, "AT_ONCE", 1)
    return Shuffled(rows=rows(50), seed=3, block_bytes=12 * rows(50).row_bytes)


def numbers(block):
    """The rows of a block, in the order of its steps."""
    return block.rows.targets[block.order].tolist()


def test_a_table_of_many_blocks_gives_every_row_once_an_epoch(cut):
    blocks = list(cut.epoch(1))
    assert [len(b.order) for b in blocks] == [12, 12, 12, 12, 2]
    assert sorted(n for b in blocks for n in numbers(b)) == list(range(50))


def test_blocks_are_gathered_anew_every_epoch_by_the_seed_alone(cut):
    first, again, other = ([numbers(b) for b in cut.epoch(k)] for k in (1, 1, 2))
    assert first == again and first != other
    assert any(max(block) - min(block) > 20 for block in first), "rows from all over the table"
    assert [
        numbers(b) for b in Shuffled(rows=rows(50), seed=4, block_bytes=cut.block_bytes).epoch(1)
    ] != first


@pytest.mark.parametrize("batch_size", [1, 5, 12, 64])
def test_the_steps_of_an_epoch_are_known_before_it(cut, batch_size):
    taken = sum(-(-len(block.order) // batch_size) for block in cut.epoch(1))
    assert cut.n_steps(batch_size) == taken


def test_a_table_that_fits_is_read_once_for_all_epochs():
    class Counted(Rows):
        def read(self, start, stop):
            reads.append((start, stop))
            return super().read(start, stop)

    reads = []
    made = Shuffled(rows=Counted(inputs=rows().inputs, targets=rows().targets), seed=0)
    for epoch in (1, 2, 3):
        assert len(list(made.epoch(epoch))) == 1
    assert reads == [(0, 50)]


def test_leaving_an_epoch_in_the_middle_ends_the_reading(cut):
    epoch = cut.epoch(1)
    next(epoch)
    epoch.close()
    assert not [t for t in threading.enumerate() if t.name.startswith("reads rows")]
