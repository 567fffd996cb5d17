"""Several files of one table read as one: rows one after the other, columns by name. Unpacks nothing.

A folder of the path that reads name=value, as Hive writes partitions, is a column of its files' rows.
"""

import csv as csv_format
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from core.data.engines.duckdb import literal, numbered, parquet_options, sealed
from core.data.sources import MAX_COLUMNS, Source, recognise
from core.data.text_table import TextTable
from core.domain import Finding, Kind
from core.errors import FathomError, TooLarge, UnreadableFile

MOST_FILES = 2_000
HIVE_NULL = "__HIVE_DEFAULT_PARTITION__"


@dataclass(frozen=True)
class Part:
    """One file: the name it is shown by, and how it is written out."""

    name: str
    unpack: Callable[[Path], None]


def partitions(name: str) -> dict[str, str | None]:
    """The values that a path's folders state."""
    stated = (folder.split("=", 1) for folder in name.replace("\\", "/").split("/")[:-1] if "=" in folder)
    return {key: None if value == HIVE_NULL else unquote(value) for key, value in stated if key}


def read_parts(parts: Sequence[Part], folder: Path, file: str, options: Mapping[str, Any]) -> TextTable:
    """One table of all of them. Files that are no Parquet must have equal columns.

    Raises UnreadableFile naming the first part that does not fit, TooLarge.
    """
    if len(parts) > MOST_FILES:
        raise TooLarge("parts_many", file=file, n=len(parts), most=MOST_FILES)
    tables: list[TextTable] = []
    for number, part in enumerate(sorted(parts, key=lambda p: p.name)):
        own = folder / f"part-{number}"
        own.mkdir()
        with _about(part.name):
            part.unpack(own / "content")
            source = recognise(own / "content")
            table = source.read(own / "content", own, options)
        (own / "content").unlink()
        if tables and not _fits(table, tables[0], source):
            raise UnreadableFile(
                "parts_differ", file=file, part=part.name, found=", ".join(table.names[:10]),
                expected=", ".join(tables[0].names[:10]),
            )  # fmt: skip
        tables.append(table)
    return _union(tables, [partitions(p.name) for p in sorted(parts, key=lambda p: p.name)], folder, file)


def _fits(table: TextTable, first: TextTable, source: Source) -> bool:
    return source.key == "parquet" or set(table.names) == set(first.names)


def _union(
    tables: Sequence[TextTable], stated: Sequence[Mapping[str, str | None]], folder: Path, file: str
) -> TextTable:
    names = list(dict.fromkeys(name for table in tables for name in table.names))
    names += [key for key in dict.fromkeys(k for each in stated for k in each) if key not in names]
    if len(names) > MAX_COLUMNS:
        raise TooLarge("too_many_columns", n=len(names), most=MAX_COLUMNS, file=file)
    selects = []
    start = 0
    for table, values in zip(tables, stated):
        cells = {name: f"c{i}" for i, name in enumerate(table.names)}
        for key, value in values.items():
            cells.setdefault(key, "CAST(NULL AS VARCHAR)" if value is None else literal(value))
        row = ", ".join(f"{cells.get(n, 'CAST(NULL AS VARCHAR)')} AS c{i}" for i, n in enumerate(names))
        selects.append(f"SELECT _row + {start} AS _row, {row} FROM ({numbered(table.path)})")
        start += table.n_rows
    out = folder / "text.parquet"
    reads = [table.path for table in tables]
    with sealed(folder / "temp", reads=reads, writes=folder, n_columns=len(names)) as connection:
        connection.execute(
            f"COPY ({' UNION ALL '.join(selects)}) TO {literal(str(out))} ({parquet_options(len(names))})"
        )
    rejects, n_rejected = _rejects(tables, folder), sum(t.n_rejected for t in tables)
    for number in range(len(tables)):
        shutil.rmtree(folder / f"part-{number}", ignore_errors=True)
    return TextTable(
        names=tuple(names), path=out, n_rows=start, options={**tables[0].options, "files": len(tables)},
        declared=_declared(tables), findings=_findings(tables, n_rejected, start), rejects=rejects,
        n_rejected=n_rejected,
    )  # fmt: skip


def _declared(tables: Sequence[TextTable]) -> dict[str, Kind]:
    """The kinds on which all files that have the column agree."""
    found: dict[str, set[Kind | None]] = {}
    for table in tables:
        for name in table.names:
            found.setdefault(name, set()).add(table.declared.get(name))
    agreed = {name: next(iter(kinds)) for name, kinds in found.items() if len(kinds) == 1}
    return {name: kind for name, kind in agreed.items() if kind is not None}


def _findings(tables: Sequence[TextTable], n_rejected: int, n_rows: int) -> tuple[Finding, ...]:
    """Each kind of finding once, as of the first file that has it; rejected rows counted over all."""
    once: dict[tuple[str, str | None], Finding] = {}
    for finding in (f for table in tables for f in table.findings):
        if finding.code == "rejected_rows":
            counted = {**finding.parameters, "n": n_rejected, "n_rows": n_rows}
            finding = Finding(code=finding.code, severity=finding.severity, parameters=counted)
        once.setdefault((finding.code, finding.subject), finding)
    return tuple(once.values())


def _rejects(tables: Sequence[TextTable], folder: Path) -> Path | None:
    kept = [table.rejects for table in tables if table.rejects is not None]
    if not kept:
        return None
    out = folder / "text-rejects.csv"
    with open(out, "w", encoding="utf-8", newline="") as file:
        writer = csv_format.writer(file)
        for number, path in enumerate(kept):
            with open(path, encoding="utf-8", newline="") as source:
                rows = csv_format.reader(source)
                head = next(rows, [])
                if not number:
                    writer.writerow(head)
                writer.writerows(rows)
    return out


@contextmanager
def _about(name: str) -> Iterator[None]:
    try:
        yield
    except FathomError as error:
        raise error.about("content", name) from error
