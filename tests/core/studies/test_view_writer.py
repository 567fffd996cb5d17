import numpy as np
import pytest
import scipy.sparse

from core.studies.view_writer import ViewWriter, load_view


@pytest.mark.parametrize("kind", [np.asarray, scipy.sparse.csr_matrix], ids=["dense", "sparse"])
def test_what_was_written_in_pieces_is_one_table(tmp_path, kind):
    whole = np.arange(24, dtype=np.float32).reshape(6, 4) % 5
    with ViewWriter(tmp_path, "words_train") as writer:
        for piece in (whole[:2], whole[2:2], whole[2:]):
            writer.append(kind(piece))
    read = load_view(tmp_path, "words_train")
    assert isinstance(read, np.ndarray) == (kind is np.asarray)
    assert np.array_equal(read if isinstance(read, np.ndarray) else read.toarray(), whole)
