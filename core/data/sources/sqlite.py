"""SQLite databases as files: one table or view is read. Runs no SQL that somebody wrote.

The file is a stranger's: it is opened for reading only, what its schema defines is not trusted with
functions, and a view that takes too long is stopped.
"""

import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from core.data.engines.duckdb import identifier
from core.data.naming import tidy_names
from core.data.sources import MAX_CELL_BYTES, MAX_COLUMNS, Glance, Source
from core.data.sources._cells import CellWriter
from core.data.text_table import TextTable
from core.domain import Finding
from core.errors import TooLarge, UnknownName, UnreadableFile

SIGNATURE = b"SQLite format 3\0"
MOST_NAMED = 20
BATCH_ROWS = 10_000
MOST_SILENT_S = 120.0  # a view may compute for so long before its next rows
STEPS = 100_000  # of SQLite's virtual machine, between two looks at the clock


def accepts(seen: Glance) -> bool:
    return seen.head.startswith(SIGNATURE)


def read(path: Path, folder: Path, options: Mapping[str, Any]) -> TextTable:
    """options: table, one of the file's tables or views; needed where there are several.

    Raises UnreadableFile, UnknownName and TooLarge.
    """
    with opened(path) as connection:
        table = _chosen(_tables(connection), options.get("table"), path.name)
        writer = CellWriter(folder, path.name)
        try:
            names, n_blobs = _copy(connection, table, writer, path.name)
        finally:
            writer.close()
    if not writer.n_rows:
        raise UnreadableFile("header_only", file=path.name, names=", ".join(names[:10]))
    tidy, findings = tidy_names(names)
    noticed = list(findings)
    if n_blobs:
        noticed.append(Finding(code="blobs_left_out", severity="warning", parameters={"n": n_blobs}))
    return TextTable(
        names=tidy,
        path=writer.finish(),
        n_rows=writer.n_rows,
        options={"table": table},
        findings=tuple(noticed),
    )


def table_names(path: Path) -> list[str]:
    """The tables and views of the file. Raises UnreadableFile."""
    with opened(path) as connection:
        return _tables(connection)


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that can change nothing and waits for nobody's lock. Raises UnreadableFile.

    immutable: no journal or log beside the file is looked for, which for an upload is another's.
    """
    uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    connection = sqlite3.connect(uri, uri=True)
    try:
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA query_only = ON")
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 64 * MAX_CELL_BYTES)
        connection.text_factory = lambda raw: raw.decode("utf-8", errors="replace")
        yield connection
    except sqlite3.Error as error:
        raise UnreadableFile("sqlite_damaged", file=path.name, detail=str(error)[:200].rstrip(".")) from None
    finally:
        connection.close()


def _tables(connection: sqlite3.Connection) -> list[str]:
    return [
        name
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
            " ORDER BY type, name"
        )
    ]


def _chosen(tables: Sequence[str], wanted: str | None, file: str) -> str:
    if wanted is not None:
        if wanted not in tables:
            raise UnknownName("table", wanted, tables)
        return wanted
    if not tables:
        raise UnreadableFile("sqlite_empty", file=file)
    if len(tables) > 1:
        named = ", ".join(f"'{name}'" for name in tables[:MOST_NAMED])
        more = f" and {len(tables) - MOST_NAMED:,} more" if len(tables) > MOST_NAMED else ""
        raise UnreadableFile("sqlite_several", file=file, n=len(tables), names=named + more)
    return tables[0]


def _copy(connection: sqlite3.Connection, table: str, writer: CellWriter, file: str) -> tuple[list[str], int]:
    """The columns' names, and how many cells hold bytes that are no text."""
    due = time.monotonic() + MOST_SILENT_S
    connection.set_progress_handler(lambda: time.monotonic() > due, STEPS)
    cursor = connection.execute(f"SELECT * FROM {identifier(table)}")
    names = [column[0] for column in cursor.description]
    if len(names) > MAX_COLUMNS:
        raise TooLarge("too_many_columns", n=len(names), most=MAX_COLUMNS, file=file)
    for position in range(len(names)):
        writer.expect(position)
    n_blobs = 0
    while rows := cursor.fetchmany(BATCH_ROWS):
        due = time.monotonic() + MOST_SILENT_S
        for row in rows:
            cells = {i: cell_text(value) for i, value in enumerate(row)}
            n_blobs += sum(cells[i] is None and value is not None for i, value in enumerate(row))
            writer.add(cells)
    return names, n_blobs


def cell_text(value: Any) -> str | None:
    """What SQLite holds as text; None for bytes that are none."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            return None
    return repr(value) if isinstance(value, float) else str(value)


source = Source(
    key="sqlite",
    title="SQLite database",
    suffixes=(".sqlite", ".sqlite3", ".db"),
    accepts=accepts,
    read=read,
    order=15,
)
