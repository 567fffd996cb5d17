"""Run one SELECT that a person typed, sealed off from everything but their own tables. Stores no dataset.

DuckDB's memory limit does not count the lists and texts that a single value may hold, and an
interrupt may wait for the end of one: who runs what strangers typed does so in a process that
can be ended (`core.data.query_process`).
"""

import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from core.data.engines.duckdb import identifier, literal, numbered, parquet_options, sealed
from core.data.sql_guard import tables_of
from core.data.stored import projection, stored_columns
from core.domain import ROW, Dataset
from core.errors import BadInput, FathomError, TooLarge

if TYPE_CHECKING:
    import duckdb
    import pandas

BATCH_ROWS = 8_192
MAX_COLUMNS = 1_000
WATCH_EVERY_S = 0.1
_PLACE = re.compile(r"\nLINE (\d+): (.*)\n( *)\^", re.DOTALL)
# DuckDB's names that are near to one it does not know; it writes some of these lists with two colons
_MEANT = re.compile(r"\n\s*(?:Candidate (?:bindings|tables|entries)\s*:[\s:]*|Did you mean:?\s*)")
_PATH = re.compile(r"(?:/[^\s/'\"]+){2,}/?")
_PREFIX = re.compile(r"^(?:[A-Z][A-Za-z]*|INTERRUPT|Out of Range)(?: [A-Z][a-z]+)* Error: ")


@dataclass(frozen=True, kw_only=True)
class Answer:
    """n_rows: written; has_more: whether the query had further rows. seconds: it took."""

    n_rows: int
    has_more: bool
    seconds: float


def write_answer(
    sql: str,
    tables: Mapping[str, Dataset],
    out: Path,
    *,
    most_rows: int,
    limit_s: float,
    temp: Path,
) -> Answer:
    """The first rows of a SELECT as an Arrow file, for `read_answer`.

    tables: the owner's datasets by their names in SQL. temp: a folder for what exceeds the memory.
    Raises BadInput with a sentence, and the place where it can be told, for SQL that is refused or
    wrong; TooLarge when it needs more time or memory than it may have.
    """
    import pyarrow as pa

    started = time.monotonic()
    with _opened(sql, tables, temp, limit_s) as connection:
        reader = connection.sql(sql).to_arrow_reader(BATCH_ROWS)
        if len(reader.schema) > MAX_COLUMNS:
            raise TooLarge("sql_columns", n=len(reader.schema), most=MAX_COLUMNS)
        n_rows, has_more = 0, False
        with pa.OSFile(str(out), "wb") as file, pa.ipc.new_file(file, reader.schema) as writer:
            for batch in reader:
                left = most_rows - n_rows
                has_more = batch.num_rows > left
                writer.write_batch(batch.slice(0, left))
                n_rows += min(batch.num_rows, left)
                if has_more:
                    break
    return Answer(n_rows=n_rows, has_more=has_more, seconds=time.monotonic() - started)


def write_parquet(
    sql: str, tables: Mapping[str, Dataset], out: Path, *, limit_s: float, temp: Path
) -> Answer:
    """Every row of a SELECT as a Parquet file, without holding them in memory. Raises like write_answer.

    out: in a folder of its own, in which the connection may write.
    """
    import pyarrow.parquet as pq

    started = time.monotonic()
    with _opened(sql, tables, temp, limit_s, writes=out.parent) as connection:
        n_columns = len(connection.sql(sql).columns)
        if n_columns > MAX_COLUMNS:
            raise TooLarge("sql_columns", n=n_columns, most=MAX_COLUMNS)
        bare = sql.strip().rstrip(";")
        # on a line of its own: the query may end in a comment
        connection.execute(f"COPY (\n{bare}\n) TO {literal(str(out))} ({parquet_options(n_columns)})")
    n_rows = pq.read_metadata(out).num_rows
    return Answer(n_rows=n_rows, has_more=False, seconds=time.monotonic() - started)


def read_answer(path: Path) -> "pandas.DataFrame":
    """The rows that `write_answer` stored, with distinct names, as a page can show them.

    What is no number, truth value, date or text (lists, structs, intervals) is shown as text.
    """
    import pyarrow as pa

    from core.data.frames import exact_frame
    from core.data.naming import tidy_names

    with pa.memory_map(str(path)) as file:
        table = pa.ipc.open_file(file).read_all()
    names, _ = tidy_names(table.column_names)
    return exact_frame(pa.table([_plain(column) for column in table.columns], names=list(names)))


def _plain(column):
    """A column in a type that pandas and the browser both know."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = column.type
    if pa.types.is_decimal(kind):
        if kind.scale == 0:
            with suppress(pa.ArrowInvalid):  # beyond 64 bits it is shown rounded
                return pc.cast(column, pa.int64())
        return pc.cast(column, pa.float64())
    simple = (pa.types.is_integer, pa.types.is_floating, pa.types.is_boolean, pa.types.is_date)
    if any(is_kind(kind) for is_kind in simple) or pa.types.is_string(kind) or pa.types.is_timestamp(kind):
        return column
    if pa.types.is_null(kind):
        return pc.cast(column, pa.string())
    return pa.chunked_array([[None if v is None else str(v) for v in column.to_pylist()]], pa.string())


@contextmanager
def _opened(
    sql: str, tables: Mapping[str, Dataset], temp: Path, limit_s: float, writes: Path | None = None
) -> "Iterator[duckdb.DuckDBPyConnection]":
    """A sealed connection that has the tables the query names, and is interrupted when its time is over."""
    import duckdb

    used = {name: tables[name] for name in sorted(tables_of(sql, tables))}
    paths = {name: Path(dataset.location) / "table.parquet" for name, dataset in used.items()}
    n_columns = max((len(dataset.columns) for dataset in used.values()), default=0)
    with sealed(temp, reads=paths.values(), writes=writes, n_columns=n_columns) as connection:
        for name, dataset in used.items():
            columns = projection(dataset.columns, stored_columns(dataset))
            connection.execute(
                f"CREATE VIEW {identifier(name)} AS SELECT * EXCLUDE ({ROW}) FROM "
                f"(SELECT {columns} FROM ({numbered(paths[name])}))"
            )
        try:
            with _interrupted_after(limit_s, connection.interrupt):
                yield connection
        except duckdb.InterruptException:
            raise TooLarge("sql_timeout", seconds=limit_s) from None
        except (duckdb.OutOfMemoryException, MemoryError):
            raise TooLarge("sql_memory") from None
        except duckdb.Error as error:
            raise _in_a_sentence(error, sql) from None


@contextmanager
def _interrupted_after(seconds: float, interrupt: Callable[[], None]) -> Iterator[None]:
    """Interrupt again and again once the time is over: one that comes between two steps is forgotten."""
    is_done = threading.Event()

    def watch() -> None:
        patience = seconds
        while not is_done.wait(patience):
            interrupt()
            patience = WATCH_EVERY_S

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        is_done.set()
        watcher.join()


def _in_a_sentence(error: Exception, sql: str) -> FathomError:
    """DuckDB's message without its paths and drawings, with the place it is about where that can be told."""
    message = str(error)
    drawn = _PLACE.search(message)
    # what follows are lists of signatures, and the drawing
    said = re.split(r"\n\s*(?:Candidate functions|LINE \d+):", message)[0]
    said, *names = _MEANT.split(said, maxsplit=1)
    detail = _PATH.sub("a file", " ".join(_PREFIX.sub("", said).split()))[:400].rstrip(".!")
    meant = " ".join(names[0].split()).rstrip("?")[:400] if names else ""
    if drawn is not None and not drawn.group(2).startswith("..."):
        line, _, before = drawn.groups()
        place = int(line), max(1, len(before) - len(f"LINE {line}: ") + 1)
    else:
        place = _place_of_first_name(said, sql)
    if place is None:
        return (
            BadInput("sql_meant", detail=detail, names=meant)
            if meant
            else BadInput("sql_failed", detail=detail)
        )
    at = {"detail": detail, "line": place[0], "column": place[1]}
    return BadInput("sql_meant_at", **at, names=meant) if meant else BadInput("sql_syntax", **at)


def _place_of_first_name(message: str, sql: str) -> tuple[int, int] | None:
    """Line and column, from 1, at which the name that a message quotes first stands; None without one."""
    quoted = re.search(r'"([^"]+)"', message)
    found = quoted and re.search(rf"(?<!\w){re.escape(quoted.group(1))}(?!\w)", sql, re.IGNORECASE)
    if not found:
        return None
    before = sql[: found.start()]
    return before.count("\n") + 1, found.start() - (before.rfind("\n") + 1) + 1
