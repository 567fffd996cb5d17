"""An .npy file written piece by piece, for an array that is larger than memory. Reads nothing."""

from pathlib import Path

import numpy as np


class NpyWriter:
    """Appends rows of one width and type; the header, with their number, is filled in at the end."""

    def __init__(self, path: Path):
        self._file = open(path, "wb")
        self._n, self._first = 0, None

    def append(self, rows: np.ndarray) -> None:
        """rows: (n, …), of the shape and type of those before."""
        if self._first is None:
            self._first = rows[:0]
            self._write_header()
        rows.astype(self._first.dtype, order="C", copy=False).tofile(self._file)
        self._n += len(rows)

    def __enter__(self) -> "NpyWriter":
        return self

    def __exit__(self, *raised: object) -> None:
        if self._first is not None and raised == (None, None, None):
            self._file.seek(0)
            self._write_header()
        self._file.close()

    def _write_header(self) -> None:
        # NumPy leaves room in the header for a first axis that grows, so its length does not change
        header = {
            "shape": (self._n, *self._first.shape[1:]),
            "fortran_order": False,
            "descr": np.lib.format.dtype_to_descr(self._first.dtype),
        }
        np.lib.format.write_array_header_1_0(self._file, header)
        self._file.flush()
