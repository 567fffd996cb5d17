import numpy as np
import pytest

from core.studies.npy_writer import NpyWriter


@pytest.mark.parametrize("sizes", [(3,), (2, 0, 5), (1,) * 12])
@pytest.mark.parametrize("dtype", [np.float32, np.int64])
def test_what_was_written_in_pieces_is_one_array(tmp_path, sizes, dtype):
    whole = np.arange(sum(sizes) * 4, dtype=dtype).reshape(-1, 4)
    with NpyWriter(tmp_path / "x.npy") as writer:
        for piece in np.split(whole, np.cumsum(sizes)[:-1]):
            writer.append(piece)
    read = np.load(tmp_path / "x.npy", mmap_mode="r", allow_pickle=False)
    assert read.dtype == dtype and np.array_equal(read, whole)


def test_a_writer_that_was_left_off_leaves_no_whole_array(tmp_path):
    with pytest.raises(OSError), NpyWriter(tmp_path / "x.npy") as writer:
        writer.append(np.ones((3, 2)))
        raise OSError
    assert len(np.load(tmp_path / "x.npy")) == 0
