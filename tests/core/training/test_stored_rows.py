import numpy as np
import pytest

from core.training import stored_rows
from core.training.batches import Rows
from core.training.stored_rows import RowsWriter


def some(n, start=0):
    numbers = np.arange(start, start + n)
    return Rows(
        inputs={
            "numeric": np.column_stack([numbers, -numbers]).astype(np.float32),
            "category": numbers[:, None].astype(np.int32),
        },
        targets=(numbers % 3).astype(np.int32),
    )


def append(writer, rows):
    numbers = rows.inputs["category"][:, 0].astype(np.int64)
    writer.append(rows, truth=rows.targets, numbers=numbers)


@pytest.fixture
def stored(tmp_path):
    writer = RowsWriter(tmp_path / "train")
    for start in range(0, 100, 30):
        append(writer, some(min(30, 100 - start), start))
    return writer.close()


def alike(a, b):
    return a.n == b.n and all(np.array_equal(a.inputs[k], b.inputs[k]) for k in b.inputs)


def test_rows_come_back_as_they_were_whatever_stretch_is_read(stored):
    assert stored.n == 100 and stored.row_bytes == 16
    for start, stop in [(0, 100), (0, 0), (29, 31), (97, 500)]:
        got = stored.read(start, stop)
        assert alike(got, some(min(stop, 100) - start, start))
        assert {k: v.dtype for k, v in got.inputs.items()} == {"numeric": np.float32, "category": np.int32}
    assert stored.numbers.tolist() == list(range(100)) and stored.truth.tolist() == [
        i % 3 for i in range(100)
    ]


@pytest.mark.parametrize("places", [[], [0], [5, 63, 64, 99], list(range(100))])
def test_single_rows_are_taken_in_one_walk(stored, places, monkeypatch):
    monkeypatch.setattr(stored_rows, "rows_at_once", lambda row_bytes: 32)
    assert alike(stored.take(np.array(places, int)), some(100).take(np.array(places, int)))


def test_nothing_written_is_nothing(tmp_path):
    assert RowsWriter(tmp_path / "empty").close() is None


def test_batches_of_another_type_are_kept_in_that_of_the_first(tmp_path):
    writer = RowsWriter(tmp_path / "mixed")
    append(writer, some(3))
    later = some(3, 3)
    append(
        writer, Rows(inputs={k: v.astype(np.float64) for k, v in later.inputs.items()}, targets=later.targets)
    )
    assert alike(writer.close().read(0, 6), some(6))
