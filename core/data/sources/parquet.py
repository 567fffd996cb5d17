"""Parquet: its columns come with kinds of their own, and mostly as the values they are stored as. Guesses nothing."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet

from core.data.engines.duckdb import identifier, literal, parquet_options, sealed
from core.data.inference import Inferred
from core.data.naming import tidy_names
from core.data.sources import MAX_COLUMNS, Glance, Source
from core.data.text_table import TextTable
from core.domain import Kind
from core.errors import TooLarge, UnreadableFile


def accepts(seen: Glance) -> bool:
    return seen.head.startswith(b"PAR1")


def read(path: Path, folder: Path, options: Mapping[str, Any]) -> TextTable:
    """Raises UnreadableFile when the file is truncated, damaged or has no rows."""
    return _read(path, folder, as_values=False)


def read_values(path: Path, folder: Path, options: Mapping[str, Any]) -> TextTable:
    """As `read`, but what the file holds as values stays so, unless somebody says what the columns are."""
    return _read(path, folder, as_values=not options.get("kinds"))


def _read(path: Path, folder: Path, *, as_values: bool) -> TextTable:
    import duckdb

    try:
        schema = pyarrow.parquet.read_schema(path)
        n_rows = pyarrow.parquet.read_metadata(path).num_rows
    except (pyarrow.ArrowException, OSError, ValueError) as error:
        raise UnreadableFile("parquet_damaged", file=path.name, detail=_first_line(error)) from None
    if len(schema) > MAX_COLUMNS:
        raise TooLarge("too_many_columns", n=len(schema), most=MAX_COLUMNS, file=path.name)
    if n_rows == 0 or len(schema) == 0:
        raise UnreadableFile("header_only", file=path.name, names=", ".join(schema.names[:10]))
    names, findings = tidy_names(schema.names)
    values = {i: sql for i, field in enumerate(schema) if as_values and (sql := _value(field.type))}
    out = folder / "text.parquet"
    with sealed(folder / "temp", reads=[path], writes=folder, n_columns=len(names)) as connection:
        try:
            scan = f"read_parquet({literal(str(path))})"
            # DuckDB tells names apart that differ only in case; its own spelling of them is asked for
            given = [row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM {scan}").fetchall()]
            cells = ", ".join(
                f"{values.get(i, _text(field.type)).format(identifier(name))} AS c{i}"
                for i, (name, field) in enumerate(zip(given, schema))
            )
            connection.execute(
                f"COPY (SELECT {cells} FROM {scan}) TO {literal(str(out))} ({parquet_options(len(names))})"
            )
        except duckdb.OutOfMemoryException:
            raise TooLarge("table_memory", file=path.name) from None
        except duckdb.Error as error:
            raise UnreadableFile("parquet_damaged", file=path.name, detail=_first_line(error)) from None
    declared = {name: kind for name, field in zip(names, schema) if (kind := _kind(field.type))}
    return TextTable(
        names=names, path=out, n_rows=n_rows, options={"header": True}, declared=declared, findings=findings,
        typed={i: Inferred(kind=declared[names[i]]) for i in values},
    )  # fmt: skip


def _text(kind: pyarrow.DataType) -> str:
    """SQL of a cell as text, with {} for the column."""
    if pyarrow.types.is_timestamp(kind):
        return "CAST(CAST({} AS TIMESTAMP) AS VARCHAR)"
    if pyarrow.types.is_binary(kind) or pyarrow.types.is_large_binary(kind):
        return "TRY(decode({}))"
    return "CAST({} AS VARCHAR)"


def _value(kind: pyarrow.DataType) -> str | None:
    """SQL of the value that its text would be read as, with {} for the column; None where only the text tells it.

    Halves and singles are the decimals that they are written as, and not the nearest doubles.
    """
    types = pyarrow.types
    if types.is_boolean(kind):
        return "{}"
    if types.is_integer(kind):
        return "try_cast({} AS BIGINT)"
    if types.is_float64(kind):
        return "CASE WHEN isfinite({0}) THEN {0} END"
    if types.is_timestamp(kind) or types.is_date(kind):
        at = "CAST({} AS TIMESTAMP)"
        return f"CASE WHEN year({at}) BETWEEN 1000 AND 2999 THEN {at} END".replace("{}", "{0}")
    return None


def _kind(kind: pyarrow.DataType) -> Kind | None:
    """The kind the file declares; None for texts, which are looked at like those of a CSV file."""
    types = pyarrow.types
    if types.is_boolean(kind):
        return "boolean"
    if types.is_integer(kind):
        return "integer"
    if types.is_floating(kind) or types.is_decimal(kind):
        return "decimal"
    if types.is_timestamp(kind) or types.is_date(kind):
        return "date"
    if types.is_dictionary(kind):
        return "category"
    return None


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [""])[0][:200]


source = Source(
    key="parquet", title="Parquet", suffixes=(".parquet", ".pq"), accepts=accepts, read=read, read_values=read_values,
    order=10,
)  # fmt: skip
