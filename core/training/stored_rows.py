"""Prepared rows as plain arrays on disk: appended batch by batch, read stretch by stretch. Prepares nothing.

Files are read into buffers rather than mapped: a mapped file counts as memory of the process, and
a training's memory must not grow with its table.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.training.batches import Rows, joined, rows_at_once


@dataclass(frozen=True, kw_only=True)
class StoredArray:
    """One array on disk: shape of a row, dtype, file."""

    path: Path
    shape: tuple[int, ...]
    dtype: np.dtype

    @property
    def row_bytes(self) -> int:
        return self.dtype.itemsize * int(np.prod(self.shape, dtype=np.int64))

    def read(self, start: int, stop: int) -> np.ndarray:
        width = self.row_bytes // self.dtype.itemsize
        values = np.fromfile(
            self.path, self.dtype, count=(stop - start) * width, offset=start * self.row_bytes
        )
        return values.reshape(stop - start, *self.shape)


@dataclass(frozen=True, kw_only=True)
class StoredRows:
    """The prepared rows of one part.

    arrays: the networks' inputs by name. truth: class index, or the value in its own unit.
    numbers: the rows' numbers in the dataset.
    """

    n: int
    arrays: dict[str, StoredArray]
    targets: StoredArray
    stored_truth: StoredArray
    stored_numbers: StoredArray

    @property
    def row_bytes(self) -> int:
        return sum(a.row_bytes for a in self.arrays.values()) + self.targets.row_bytes

    @property
    def truth(self) -> np.ndarray:
        """(n,) int32 or float64."""
        return self.stored_truth.read(0, self.n)

    @property
    def numbers(self) -> np.ndarray:
        """(n,) int64."""
        return self.stored_numbers.read(0, self.n)

    def read(self, start: int, stop: int) -> Rows:
        stop = min(stop, self.n)
        inputs = {name: array.read(start, stop) for name, array in self.arrays.items()}
        return Rows(inputs=inputs, targets=self.targets.read(start, stop))

    def take(self, rows: np.ndarray) -> Rows:
        """The rows at these places (m,), which ascend."""
        pieces, step = [], rows_at_once(self.row_bytes)
        for start in range(0, self.n, step):
            wanted = rows[np.searchsorted(rows, start) : np.searchsorted(rows, start + step)]
            if len(wanted):
                pieces.append(self.read(start, start + step).take(wanted - start))
        return joined(pieces or [self.read(0, 0)])


class RowsWriter:
    """Appends prepared rows to a folder of its own, which it makes."""

    def __init__(self, folder: Path):
        folder.mkdir(parents=True)
        self._folder = folder
        self._files: dict[str, object] = {}
        self._arrays: dict[str, StoredArray] = {}
        self._inputs: list[str] = []
        self._n = 0

    def append(self, rows: Rows, *, truth: np.ndarray, numbers: np.ndarray) -> None:
        """The next rows. Raises OSError when the disk is full."""
        self._inputs = list(rows.inputs)
        named = {f"input_{name}": values for name, values in rows.inputs.items()}
        named |= {"targets": rows.targets, "truth": truth, "numbers": numbers}
        for name, values in named.items():
            if name not in self._arrays:
                path = self._folder / f"{name}.bin"
                self._arrays[name] = StoredArray(path=path, shape=values.shape[1:], dtype=values.dtype)
                self._files[name] = open(path, "wb")
            values.astype(self._arrays[name].dtype, order="C", copy=False).tofile(self._files[name])
        self._n += rows.n

    def close(self) -> StoredRows | None:
        """What was written, or None if nothing was."""
        for file in self._files.values():
            file.close()
        if not self._n:
            return None
        return StoredRows(
            n=self._n,
            arrays={name: self._arrays[f"input_{name}"] for name in self._inputs},
            targets=self._arrays["targets"],
            stored_truth=self._arrays["truth"],
            stored_numbers=self._arrays["numbers"],
        )
