"""DuckDB, embedded and sealed: it reaches the files it is handed and no others. Keeps no state."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from core.domain import ROW

if TYPE_CHECKING:  # both are imported where a table is opened: lists of datasets do without
    import duckdb
    import pyarrow

MEMORY_MB, MEMORY_A_CORE_MB = 400, 100  # each core sorts, groups or writes rows of its own
MOST_CORES = 16  # of a large machine: the rest is for others, and a worker's memory has a limit of its own
# a column being written takes a block of 256 KiB and a vector, however few rows there are
MEMORY_A_COLUMN_MB = 0.35
MOST_IN_DICTIONARY = 8_192  # values of a row group: looking for more is a fifth of the writing


@dataclass(frozen=True)
class DuckSession:
    connection: "duckdb.DuckDBPyConnection"

    def query(self, sql: str) -> "pyarrow.Table":
        return self.connection.sql(sql).to_arrow_table()

    def batches(self, sql: str, size: int) -> "Iterator[pyarrow.RecordBatch]":
        yield from self.connection.sql(sql).to_arrow_reader(size)

    def write(self, sql: str, out: Path, n_columns: int) -> None:
        self.connection.execute(f"COPY ({sql}) TO {literal(str(out))} ({parquet_options(n_columns)})")


@dataclass(frozen=True)
class DuckEngine:
    """temp: folder where what exceeds the memory limit is written for the time of a query.

    n_columns: of the widest table, which raises the limit where there are thousands.
    """

    temp: Path
    n_columns: int = 0
    key: str = "duckdb"

    @contextmanager
    def open(
        self,
        tables: Mapping[str, Path],
        views: Mapping[str, str] | None = None,
        writes: Path | None = None,
    ) -> Iterator[DuckSession]:
        reads = tables.values()
        with sealed(self.temp, reads=reads, writes=writes, n_columns=self.n_columns) as connection:
            for name, path in tables.items():
                connection.execute(f"CREATE VIEW {identifier(name)} AS {numbered(path)}")
            for name, select in (views or {}).items():
                connection.execute(f"CREATE VIEW {identifier(name)} AS {select}")
            yield DuckSession(connection)


@contextmanager
def sealed(
    temp: Path,
    *,
    reads: Iterable[Path] = (),
    writes: Path | None = None,
    n_columns: int = 0,
) -> "Iterator[duckdb.DuckDBPyConnection]":
    """A connection that sees exactly these files and, if given, one folder to write into.

    n_columns: of the tables, as in DuckEngine. Spills to `temp` beyond the memory limit. Its settings cannot be changed any more, and no
    variable of the calling Python code is visible to SQL.
    """
    import duckdb

    temp.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect(
        config={
            "memory_limit": f"{_memory_mb(n_columns)}MB",
            "threads": _cores(),
            "temp_directory": str(temp),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "python_enable_replacements": False,
            # it makes a join of `x IN (…)` that computes x for every row, even in a branch hardly ever taken
            "disabled_optimizers": "in_clause",
        }
    )
    try:
        paths = ", ".join(literal(str(path)) for path in reads)
        connection.execute(f"SET allowed_paths = [{paths}]")
        if writes is not None:
            connection.execute(f"SET allowed_directories = [{literal(str(writes) + '/')}]")
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        yield connection
    finally:
        connection.close()


def _cores() -> int:
    """Those that this process may use, which in a container are fewer than the machine has."""
    mine = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else range(os.cpu_count() or 1)
    return min(len(mine), MOST_CORES)


def _memory_mb(n_columns: int) -> int:
    return int(MEMORY_MB + MEMORY_A_CORE_MB * _cores() + MEMORY_A_COLUMN_MB * n_columns)


@contextmanager
def in_memory() -> "Iterator[duckdb.DuckDBPyConnection]":
    """A connection for tables that are registered with it, seen by no other; it reaches no file at all."""
    connection = _memory().cursor()
    try:
        yield connection
    finally:
        connection.close()


@lru_cache(maxsize=1)
def _memory() -> "duckdb.DuckDBPyConnection":
    """The database behind them, empty for ever: to make one takes longer than most rows that are predicted."""
    import duckdb

    return duckdb.connect(
        config={
            "python_enable_replacements": False, "enable_external_access": False, "lock_configuration": True
        }
    )  # fmt: skip


SMALL_CELLS = 2_000_000
DISTINCT_AT_ONCE = (
    25  # columns whose different values a query tells apart: some 7 MB for each, however few there are
)


def column_by_column(names: Sequence[str], branches: Iterable[str], table: str, n_rows: int) -> str:
    """The rows of many SELECTs over `part`, each about one of the columns.

    names: SQL names of the columns. One branch a column keeps expressions few and lets a tall
    table be scanned in parallel; a wide one is copied first, since naming it in every branch would
    have all its columns looked up each time (40 times slower for 785 columns).
    """
    word = "MATERIALIZED" if n_rows * len(names) <= SMALL_CELLS else "NOT MATERIALIZED"
    union = " UNION ALL ".join(f"({branch})" for branch in branches)
    return f"WITH part AS {word} (SELECT {', '.join(names)} FROM {table}) {union}"


def numbered(path: Path) -> str:
    """A SELECT over a Parquet file, with the row number first; a file without one has its rows counted.

    Counting them costs nothing here, while writing the numbers would keep a file from being
    written by several threads.
    """
    import pyarrow.parquet

    names = pyarrow.parquet.read_schema(path).names
    if ROW in names:
        return f"SELECT * FROM read_parquet({literal(str(path))})"
    if "file_row_number" in map(str.lower, names):  # a column of the table has the name that they go by
        return f"SELECT row_number() OVER () - 1 AS {ROW}, * FROM read_parquet({literal(str(path))})"
    return (
        f"SELECT file_row_number AS {ROW}, * EXCLUDE (file_row_number) "
        f"FROM read_parquet({literal(str(path))}, file_row_number = true)"
    )


def parquet_options(n_columns: int) -> str:
    """Row groups that a writer can hold in memory: fewer rows where there are many columns.

    Version 2 writes integers, dates and long words as differences and lengths: a fifth less to write and to read.
    """
    rows = max(2_048, min(122_880, 4_000_000 // max(n_columns, 1) // 2_048 * 2_048))
    most = min(MOST_IN_DICTIONARY, rows // 5)  # every column being written makes room for so many
    return (
        f"FORMAT parquet, PARQUET_VERSION v2, COMPRESSION snappy, "
        f"ROW_GROUP_SIZE {rows}, DICTIONARY_SIZE_LIMIT {most}"
    )


def identifier(name: str) -> str:
    """A name as SQL writes it, whatever characters it holds."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"
