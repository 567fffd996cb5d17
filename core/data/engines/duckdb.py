"""DuckDB, embedded and sealed: it reaches the files it is handed and no others. Keeps no state."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow


MEMORY_LIMIT = "1GB"


@dataclass(frozen=True)
class DuckSession:
    connection: duckdb.DuckDBPyConnection

    def query(self, sql: str) -> pyarrow.Table:
        return self.connection.sql(sql).to_arrow_table()

    def batches(self, sql: str, size: int) -> Iterator[pyarrow.RecordBatch]:
        yield from self.connection.sql(sql).to_arrow_reader(size)


@dataclass(frozen=True)
class DuckEngine:
    """temp: folder where what exceeds the memory limit is written for the time of a query."""

    temp: Path
    memory_limit: str = MEMORY_LIMIT
    key: str = "duckdb"

    @contextmanager
    def open(self, tables: Mapping[str, Path], views: Mapping[str, str] | None = None) -> Iterator[DuckSession]:
        with sealed(self.temp, reads=tables.values(), memory_limit=self.memory_limit) as connection:
            for name, path in tables.items():
                connection.execute(
                    f"CREATE VIEW {identifier(name)} AS SELECT * FROM read_parquet({literal(str(path))})"
                )
            for name, select in (views or {}).items():
                connection.execute(f"CREATE VIEW {identifier(name)} AS {select}")
            yield DuckSession(connection)


@contextmanager
def sealed(
    temp: Path,
    *,
    reads: Iterable[Path] = (),
    writes: Path | None = None,
    memory_limit: str = MEMORY_LIMIT,
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that sees exactly these files and, if given, one folder to write into.

    Spills to `temp` beyond the memory limit. Its settings cannot be changed any more, and no
    variable of the calling Python code is visible to SQL.
    """
    temp.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect(
        config={
            "memory_limit": memory_limit,
            "temp_directory": str(temp),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "python_enable_replacements": False,
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


def identifier(name: str) -> str:
    """A name as SQL writes it, whatever characters it holds."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"
