"""The border behind which SQL runs: what an engine offers. Knows no engine's dialect or settings."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import pyarrow


class Session(Protocol):
    """Named tables, open for reading."""

    def query(self, sql: str) -> "pyarrow.Table":
        """The rows of one SELECT, written in DuckDB's dialect."""
        ...

    def batches(self, sql: str, size: int) -> Iterator["pyarrow.RecordBatch"]:
        """The same rows, at most `size` at a time, so that they need not fit in memory together."""
        ...

    def write(self, sql: str, out: Path, n_columns: int) -> None:
        """The same rows as one Parquet file in the folder that may be written into, out of core.

        n_columns: of the rows. They lie in the order of `_row`, which they hold themselves or the table has.
        """
        ...


class Engine(Protocol):
    """Something that answers SELECTs over Parquet tables."""

    key: str

    def open(
        self,
        tables: Mapping[str, Path],
        views: Mapping[str, str] | None = None,
        writes: Path | None = None,
    ) -> AbstractContextManager[Session]:
        """A session in which each Parquet file goes by its name, and nothing else can be reached.

        views: SELECTs over them, by the names they go by. writes: the one folder that may be written into.
        """
        ...
