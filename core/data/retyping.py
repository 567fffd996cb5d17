"""Reading stored columns as other kinds than they were stored in. Changes no stored table."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from core.data import casting, dates
from core.data.engines import Session
from core.data.engines.duckdb import identifier
from core.data.media import MEDIA
from core.data.profile import KEPT, profile
from core.data.stored import WORDS, expression, open_stored, stored_columns
from core.domain import ROW, Column, Dataset, Kind
from core.errors import BadInput

SAMPLE_VALUES = 200


def retyped(dataset: Dataset, kinds: Mapping[str, Kind]) -> Dataset:
    """The dataset with the kinds changed and those columns measured again; nothing is stored.

    Raises UnknownName for an unknown column, BadInput naming the first value that does not fit.
    """
    stored = {column.name: column for column in stored_columns(dataset)}
    changed: dict[str, Column] = {}
    with open_stored(dataset) as session:
        for name, kind in kinds.items():
            column = dataset.column(name)
            if kind != column.kind:
                if kind in MEDIA or column.kind in MEDIA:
                    raise BadInput("kind_of_files", column=name)
                changed[name] = _fitting(session, replace(column, kind=kind, statistics={}), stored[name])
    if not changed:
        return dataset
    with open_stored(replace(dataset, columns=tuple(changed.values()))) as session:
        measured = profile(session, list(changed.values()), dataset.n_rows)
    # a person's word on category or text stands, whatever the profile would have called it
    final = {column.name: replace(column, kind=changed[column.name].kind) for column in measured}
    return replace(dataset, columns=tuple(final.get(c.name, c) for c in dataset.columns))


def _fitting(session: Session, column: Column, stored: Column) -> Column:
    """The column with the first written form that fits all its values."""
    if column.kind == stored.kind:
        return replace(column, statistics=_formats(stored))
    misfit = None
    for statistics in _forms(session, column, stored):
        candidate = replace(column, statistics=statistics)
        found = _first_misfit(session, candidate, stored)
        if found is None:
            return candidate
        misfit = misfit or found
    value, row = misfit or ("", 0)
    raise BadInput("kind_does_not_fit", column=column.name, kind=column.kind, value=value[:60], row=row + 1)


def _formats(column: Column) -> dict[str, Any]:
    return {key: column.statistics[key] for key in KEPT if key in column.statistics}


def _forms(session: Session, column: Column, stored: Column) -> list[dict[str, Any]]:
    if column.kind in ("integer", "decimal") and stored.kind in WORDS:
        return [{}, *({"number_format": f} for f in casting.WRITTEN_FORMATS)]
    if column.kind == "date" and stored.kind != "date":
        name = identifier(column.name)
        table = session.query(
            f"SELECT CAST({name} AS VARCHAR) AS value FROM stored WHERE {name} IS NOT NULL LIMIT {SAMPLE_VALUES}"
        )
        texts = [
            text for text in table.column(0).to_pylist() if text.lower() not in casting.SOFT_MISSING_TOKENS
        ]
        return [{"date_format": f} for f in dates.fitting_formats(texts)] or [{"date_format": dates.ISO}]
    return [{}]


def _first_misfit(session: Session, column: Column, stored: Column) -> tuple[str, int] | None:
    text = f"CAST({identifier(column.name)} AS VARCHAR)"
    rows = session.query(
        f"SELECT {text} AS value, {ROW} FROM stored WHERE {identifier(column.name)} IS NOT NULL "
        f"AND NOT {casting.is_soft_missing(text)} AND {expression(column, stored)} IS NULL ORDER BY {ROW} LIMIT 1"
    ).to_pylist()
    return (rows[0]["value"], rows[0][ROW]) if rows else None
