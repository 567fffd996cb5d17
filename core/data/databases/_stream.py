"""Rows of a database into a Parquet file, a batch at a time, in the types they came in. Opens no database."""

import datetime
import json
import shutil
import tempfile
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from core.data.engines.duckdb import identifier, literal, parquet_options, sealed
from core.data.naming import tidy_names
from core.data.sources import MAX_COLUMNS
from core.data.sources._cells import CellWriter
from core.errors import TooLarge, UnreadableFile

Report = Callable[[float, str], None]

MOST_INTEGER = 2**63
HALF_WAY_ROWS = 1_000_000  # how many rows are to come is not known: a bar that slows down
# of a column whose cells were all of these; of others the texts are looked at like those of a file
SQL_TYPES = {
    bool: "BOOLEAN",
    int: "BIGINT",
    float: "DOUBLE",
    datetime.date: "DATE",
    datetime.datetime: "TIMESTAMP",
}


def write_rows(
    names: Sequence[str], batches: Iterable[Sequence[Sequence[Any]]], out: Path, name: str, report: Report
) -> int:
    """How many rows were written. Raises UnreadableFile for none, TooLarge."""
    if len(names) > MAX_COLUMNS:
        raise TooLarge("too_many_columns", n=len(names), most=MAX_COLUMNS, file=name)
    folder = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    writer = CellWriter(folder, name)
    kinds: list[set[type]] = [set() for _ in names]
    try:
        for position in range(len(names)):
            writer.expect(position)
        for batch in batches:
            for row in batch:
                for position, value in enumerate(row):
                    if value is not None:
                        kinds[position].add(_kind(value))
                writer.add({i: _text(value) for i, value in enumerate(row)})
            n = writer.n_rows
            report(0.5 * n / (n + HALF_WAY_ROWS), f"{n:,} rows so far")
        if not writer.n_rows:
            raise UnreadableFile("header_only", file=name, names=", ".join(names[:10]))
        _typed(writer.finish(), folder, tidy_names(names)[0], kinds, out)
        return writer.n_rows
    finally:
        writer.close()
        shutil.rmtree(folder, ignore_errors=True)


def _typed(cells: Path, folder: Path, names: Sequence[str], kinds: Sequence[set[type]], out: Path) -> None:
    columns = []
    for position, (name, found) in enumerate(zip(names, kinds)):
        kind = SQL_TYPES.get(next(iter(found))) if len(found) == 1 else None
        cell = f"CAST(c{position} AS {kind})" if kind else f"c{position}"
        columns.append(f"{cell} AS {identifier(name)}")
    made = folder / "typed.parquet"
    with sealed(folder / "temp", reads=[cells], writes=folder, n_columns=len(names)) as connection:
        connection.execute(
            f"COPY (SELECT {', '.join(columns)} FROM read_parquet({literal(str(cells))})) "
            f"TO {literal(str(made))} ({parquet_options(len(names))})"
        )
    made.replace(out)


def _kind(value: Any) -> type:
    if isinstance(value, int) and not isinstance(value, bool) and not -MOST_INTEGER <= value < MOST_INTEGER:
        return str
    return type(value)


def _text(value: Any) -> str | None:
    match value:
        case None:
            return None
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case float():
            return repr(value)
        case Decimal():
            return f"{value:f}" if value.is_finite() else None
        case datetime.datetime():
            if value.tzinfo is not None:
                value = value.astimezone(datetime.UTC).replace(tzinfo=None)
            return value.isoformat(sep=" ")
        case bytes() | bytearray() | memoryview():
            try:
                return bytes(value).decode()
            except UnicodeDecodeError:
                return None
        case dict() | list() | tuple():
            return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)
