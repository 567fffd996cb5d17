"""Pieces of SQL that several steps are made of: casts, typed literals, columns kept, replaced and added."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from core.data.casting import SQL_TYPES
from core.data.engines.duckdb import literal
from core.data.naming import MAX_NAME
from core.data.steps import Columns, Item, ref
from core.domain import ROW, Column, Kind
from core.errors import BadInput

WORDS: tuple[Kind, ...] = ("category", "text")
SEPARATOR = "\x1f"  # between the parts of a key of several columns: nobody types it


def kept(columns: Iterable[Column]) -> tuple[Item, ...]:
    """The columns as they are."""
    return tuple(Item(column=c, sql=ref(c.name), before=c.name, reads=(c.name,)) for c in columns)


def with_cells(
    columns: Columns, cells: Mapping[str, str], *, kind: Kind | None = None, reads: Sequence[str] = ()
) -> tuple[Item, ...]:
    """The columns, some with other cells. cells: SQL by name. reads: what those depend on besides themselves."""
    return tuple(
        Item(
            column=column if kind is None or kind == column.kind else plain_column(column.name, kind),
            sql=cells[column.name], before=column.name, reads=tuple(dict.fromkeys((column.name, *reads))),
        )
        if column.name in cells
        else kept([column])[0]
        for column in columns
    )  # fmt: skip


def plain_column(name: str, kind: Kind) -> Column:
    """A column of which nothing is known but its kind."""
    return Column(name=name, kind=kind)


def renamed(column: Column, name: str) -> Column:
    return replace(column, name=name)


def column_of(columns: Sequence[Column], name: str) -> Column:
    return next(c for c in columns if c.name == name)


def free_name(wanted: str, taken: Iterable[str]) -> str:
    """The name on one line, with a number after it where there is such a column already."""
    base = " ".join(wanted.replace("\0", "").split())[: MAX_NAME - 8] or "column"
    lowered = {name.lower() for name in taken} | {ROW}
    name, suffix = base, 2
    while name.lower() in lowered:
        name, suffix = f"{base}_{suffix}", suffix + 1
    return name


def as_text(name: str) -> str:
    """SQL of a column's cells as text: true and false, 2020-01-01 00:00:00."""
    return f"CAST({ref(name)} AS VARCHAR)"


def cast(sql: str, kind: Kind) -> str:
    return f"CAST({sql} AS {SQL_TYPES[kind]})"


def key_of(names: Sequence[str]) -> str:
    """SQL of one text for the cells of several columns; NULL where one is missing."""
    return f" || {literal(SEPARATOR)} || ".join(map(as_text, names))


def plain_value(value: Any) -> Any:
    """A value from SQL as JSON holds it."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def parsed(step: str, column: Column, value: Any) -> Any:
    """A value that somebody gave, in a column's kind, as JSON holds it. Raises BadInput naming the column."""
    try:
        return _parsed(str(value).strip(), column.kind)
    except (ValueError, OverflowError, KeyError):
        raise BadInput(
            "step_value", step=step, column=column.name, kind=column.kind, value=str(value)[:60]
        ) from None


def fits(value: str, kind: Kind) -> bool:
    try:
        _parsed(value.strip(), kind)
    except (ValueError, OverflowError, KeyError):
        return False
    return True


def _parsed(text: str, kind: Kind) -> Any:
    match kind:
        case "integer":
            number = int(text)
            if not -(2**63) <= number < 2**63:
                raise OverflowError
            return number
        case "decimal":
            number = float(text)
            if not math.isfinite(number):
                raise ValueError
            return number
        case "boolean":
            return {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}[
                text.lower()
            ]
        case "date":
            return datetime.fromisoformat(text).replace(tzinfo=None).isoformat()
    return text


def value_literal(value: Any, kind: Kind) -> str:
    """A JSON value as a typed SQL literal of a kind."""
    if value is None:
        return cast("NULL", kind)
    if kind in ("integer", "decimal"):
        return cast(repr(int(value) if kind == "integer" else float(value)), kind)
    if kind == "boolean":
        return "TRUE" if value else "FALSE"
    if kind == "date":
        return cast(literal(str(value).replace("T", " ")), kind)
    return literal(str(value))
