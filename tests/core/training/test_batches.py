import numpy as np

from core.training.batches import InMemory, Rows


def rows(n=50):
    return Rows(inputs={"numeric": np.arange(2.0 * n).reshape(n, 2)}, targets=np.arange(n))


def order(seed, epoch, n=50):
    (block,) = InMemory(rows=rows(n), seed=seed).epoch(epoch)
    return block.order


def test_the_order_of_rows_depends_on_seed_and_epoch_alone():
    assert np.array_equal(order(3, 7), order(3, 7))
    assert not np.array_equal(order(3, 7), order(3, 8))
    assert not np.array_equal(order(3, 7), order(4, 7))
    batches = InMemory(rows=rows(), seed=3)
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
