"""Test rows that also occur among the training rows: a model may remember them instead of knowing."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from core.domain import Column
from core.modalities._values import as_floats

MOST_HASHES = 1_000_000  # beyond, the rows of every k-th hash are compared, and the count is k times theirs


class TwinCounter:
    """Counts test rows that agree with a training row in every column, missing cells included.

    By a 64-bit hash of each row: two different rows agree by chance once in 10¹⁹ pairs. n_rows: of
    the whole table. Of a table beyond MOST_HASHES rows only the hashes that k divides are compared:
    twins share their hash, so that pairs stay together and the count is right on average.
    """

    def __init__(self, columns: Sequence[Column], n_rows: int):
        self._columns = columns
        self._each = max(1, -(-n_rows // MOST_HASHES))
        self._seen: dict[str, list[np.ndarray]] = {"train": [], "test": []}

    def see(self, part: str, frame: pd.DataFrame) -> None:
        """Rows of a part; those of parts other than train and test tell nothing."""
        if part in self._seen:
            hashes = pd.util.hash_pandas_object(self._alike(frame), index=False).to_numpy()
            self._seen[part].append(hashes[hashes % np.uint64(self._each) == 0])

    def count(self) -> int:
        train, test = (
            np.concatenate(self._seen[part]) if self._seen[part] else np.empty(0, np.uint64)
            for part in ("train", "test")
        )
        return int(np.isin(test, train).sum()) * self._each

    def _alike(self, frame: pd.DataFrame) -> pd.DataFrame:
        """In types that do not depend on which rows are together: whole numbers beside a gap are floats."""
        alike = {}
        for i, column in enumerate(self._columns):
            series = frame[column.name]
            if column.kind in ("integer", "decimal", "boolean"):
                alike[i] = as_floats(series)
            elif column.kind == "date":
                alike[i] = series.astype("datetime64[us]").to_numpy().view(np.int64)
            else:
                alike[i] = series.astype(object).to_numpy()
        return pd.DataFrame(alike, copy=False)
