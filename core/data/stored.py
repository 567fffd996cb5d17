"""A stored table opened for SQL, every column in its dataset's present kind. Changes nothing on disk."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from core.codec import from_plain
from core.data import casting
from core.data.engines import Session
from core.data.engines.choice import engine_named
from core.data.engines.duckdb import identifier
from core.domain import ROW, Column, Dataset, Kind

WORDS: tuple[Kind, ...] = ("category", "text")


def stored_columns(dataset: Dataset) -> tuple[Column, ...]:
    """The columns as they were when the blob was made, before anybody corrected them."""
    path = Path(dataset.location) / "columns.json"
    return from_plain(tuple[Column, ...], json.loads(path.read_text(encoding="utf-8")))


@contextmanager
def open_stored(dataset: Dataset) -> Iterator[Session]:
    """A session with the table `stored`, as it lies on disk, and `data`: `_row` and the dataset's
    columns in their present kinds."""
    location = Path(dataset.location)
    engine = engine_named(dataset.engine, location.parent.parent / "temp", len(dataset.columns))
    select = f"SELECT {projection(dataset.columns, stored_columns(dataset))} FROM stored"
    with engine.open({"stored": location / "table.parquet"}, {"data": select}) as session:
        yield session


def projection(columns: Sequence[Column], stored: Sequence[Column]) -> str:
    """The items of a SELECT over the stored table that give `_row` and every column in its kind."""
    before = {column.name: column for column in stored}
    items = [ROW]
    for column in columns:
        name = identifier(column.name)
        items.append(f"{expression(column, before[column.name])} AS {name}")
    return ", ".join(items)


def expression(column: Column, stored: Column) -> str:
    """SQL of one stored column in another kind; NULL where a value does not fit."""
    name = identifier(column.name)
    if column.kind == stored.kind or (column.kind in WORDS and stored.kind in WORDS):
        return name
    text = name if stored.kind in WORDS else f"CAST({name} AS VARCHAR)"
    if column.kind == "decimal" and stored.kind == "integer":
        return f"CAST({name} AS DOUBLE)"
    return casting.value(text, column.kind, column.statistics)
