"""How a file would be read, seen from its beginning: what was recognised, the first rows, what is kept aside. Stores nothing."""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.data import dates, numbers
from core.data.engines.duckdb import DuckEngine
from core.data.inference import Inferred, infer
from core.data.sources import recognise
from core.data.sources._kept_aside import read_kept_aside
from core.data.text_table import TextTable
from core.domain import Finding, Kind

MOST_COLUMNS = 200
MOST_CELL = 200
MOST_ASIDE = 200
N_EXAMPLES = 3


@dataclass(frozen=True, kw_only=True)
class PreviewColumn:
    """written: how its values are written, as people say it; "" for words and plain numbers. examples: cells as they stand.

    doubt: where the cells may be read in two ways, the two formats, the one taken first.
    """

    name: str
    kind: Kind
    written: str = ""
    unit: str | None = None
    examples: tuple[str, ...] = ()
    doubt: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Preview:
    """source: key of what reads the file. options: how it was read. rows: cells as they stand.

    is_whole: whether the whole file was looked at, so that the counts are final. aside: the first lines
    kept aside, with line, reason and text. n_rejected: how many should have been rows.
    """

    source: str
    options: Mapping[str, Any]
    columns: tuple[PreviewColumn, ...]
    n_columns: int
    rows: tuple[tuple[str | None, ...], ...]
    n_rows: int
    is_whole: bool
    aside: tuple[Mapping[str, str], ...] = ()
    n_rejected: int = 0
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


def preview(path: Path, options: Mapping[str, Any] | None = None, n: int = 50) -> Preview:
    """The first n rows of the file read with these options; of a text, only its beginning is looked at.

    Raises what reading it raises, but not for rows that are rejected.
    """
    options = dict(options or {})
    source = recognise(path)
    with tempfile.TemporaryDirectory(prefix="fathom-") as name:
        folder = Path(name)
        table = (source.look or source.read)(path, folder, options)
        with DuckEngine(folder / "temp", len(table.names)).open({"cells": table.path}) as session:
            inferred = infer(session, table.names, table.n_rows, options)
        first = next(table.batches(n)).head(n).iloc[:, :MOST_COLUMNS]
        cells = first.astype(object).where(first.notna(), None).values.tolist()
        aside = read_kept_aside(table.rejects, MOST_ASIDE) if table.rejects else []
        columns = tuple(
            _column(table, i, found, [row[i] for row in cells])
            for i, found in enumerate(inferred[:MOST_COLUMNS])
        )
        return Preview(
            source=source.key, options=table.options, columns=columns, n_columns=len(table.names),
            rows=tuple(tuple(_short(cell) for cell in row) for row in cells), n_rows=table.n_rows,
            is_whole=table.is_whole, aside=tuple({**row, "text": _short(row["text"]) or ""} for row in aside),
            n_rejected=table.n_rejected, choices=table.choices,
            findings=(*table.findings, *(finding for found in inferred for finding in found.findings)),
        )  # fmt: skip


def _column(table: TextTable, i: int, found: Inferred, cells: list[str | None]) -> PreviewColumn:
    name = table.names[i]
    said = list(dict.fromkeys(cell.strip() for cell in cells if cell and cell.strip()))
    if name in table.declared:
        return PreviewColumn(name=name, kind=table.declared[name], examples=_examples(said))
    doubt = (_format(found), _format(found.other)) if found.other is not None else ()
    return PreviewColumn(
        name=name,
        kind=found.kind,
        written=_spoken(found),
        unit=found.unit,
        examples=_examples(said),
        doubt=doubt,
    )


def _examples(said: list[str]) -> tuple[str, ...]:
    return tuple(_short(cell) or "" for cell in said[:N_EXAMPLES])


def _format(found: Inferred) -> str:
    return found.statistics.get("date_format") or found.statistics.get("number_format") or "plain"


def _spoken(found: Inferred) -> str:
    if found.kind == "date":
        return dates.spoken(_format(found))
    return "" if _format(found) == "plain" else numbers.spoken(_format(found))


def _short(cell: str | None) -> str | None:
    return cell if cell is None or len(cell) <= MOST_CELL else f"{cell[: MOST_CELL - 1]}…"
