"""From an uploaded file to a stored, typed, profiled table. Shows nothing, trains nothing."""

import hashlib
import os
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

from core.codec import dumps
from core.data import blobs, casting, original
from core.data.blob_files import FORMAT, load_description, write_description, write_reading
from core.data.catalog import Catalog
from core.data.engines import Session
from core.data.engines.choice import engine_named
from core.data.engines.duckdb import identifier
from core.data.inference import Inferred, infer, mixed_types
from core.data.long_cells import MOST_CELLS, one_under_another
from core.data.media import MEDIA
from core.data.profile import profile
from core.data.roles import propose_roles
from core.data.sources import recognise
from core.data.sources._media_archive import Out
from core.data.sources._pixels import OPTION, read_pixels
from core.data.text_table import TextTable
from core.data.units import with_unit
from core.domain import ROW, Column, Dataset
from core.errors import FathomError, UnreadableFile
from core.home import Home, new_id, write_whole

HASH_CHUNK = 4 << 20
HASHED_BESIDE = 256 << 20  # bytes from which a file is read while it is hashed, even if it is known already
MANY_COLUMNS = 100  # more of them are typed by what they have in common
CELLS_OF_FILE = 2_000  # as many fill a row group

Report = Callable[[float, str], None]


def ingest(
    path: Path,
    *,
    name: str,
    owner: str,
    home: Home,
    options: Mapping[str, Any] | None = None,
    report: Report = lambda fraction, message: None,
    dataset_id: str | None = None,
    origin: Mapping[str, Any] | None = None,
    previous: Dataset | None = None,
    engine: str = "duckdb",
) -> Dataset:
    """Store the file as a dataset of the owner, and return it with columns, target and findings.

    options: how to read it where detection would err: encoding, separator, quote, header, sheet,
    header_rows, skip, and by column kinds, number_formats and date_formats. dataset_id: one promised to
    somebody already. engine: types, measures and opens the table; files are read without it. report(fraction, message): progress in [0, 1].
    Equal bytes with equal options share one blob, which is not made a second time unless it is large.
    Raises UnreadableFile or TooLarge with a sentence; nothing is left behind then.
    """
    options = dict(options or {})
    blobs.sweep(home)
    own = {"id": dataset_id or new_id(), "name": name, "owner": owner, "origin": origin, "engine": engine}
    may_be_known = not (path.is_file() and path.stat().st_size > HASHED_BESIDE)
    with ThreadPoolExecutor(1) as beside:
        blob = beside.submit(blob_id, path, options)
        while True:
            if may_be_known:
                # whoever deletes the last other dataset of the blob waits until this one refers to it
                with blobs.held(home, alone=False):
                    if blobs.is_whole(home.blobs / blob.result()):
                        return _add(home.blobs / blob.result(), own, previous, home, report)
            try:
                _make_blob(path, lambda: home.blobs / blob.result(), home, options, engine, report)
            except FathomError as error:
                raise error.about(path.name, name) from error
            may_be_known = True


def _add(
    location: Path, own: Mapping[str, Any], previous: Dataset | None, home: Home, report: Report
) -> Dataset:
    """A dataset of the owner over the blob, in the catalogue."""
    from core.checks import run_checks

    report(0.8, "Looking for problems")
    made = load_description(location)
    dataset = Dataset(blob=location.name, location=str(location), created_at=time.time(), **own, **made)
    if previous is not None:
        dataset = following(dataset, previous)
    catalog = Catalog(home)
    if not (location / "findings.json").exists():
        untouched = replace(dataset, columns=made["columns"], target=made["target"])
        findings = run_checks(untouched, untouched.target, catalog)
        write_whole(location / "findings.json", dumps(findings, indent=1))
    catalog.add(dataset)
    report(1.0, "Stored")
    return dataset


def following(dataset: Dataset, previous: Dataset) -> Dataset:
    """The dataset as the next version of another, with its target and roles where the columns are still there."""
    roles = {column.name: column.role for column in previous.columns}
    names = [column.name for column in dataset.columns]
    return replace(
        dataset,
        version=previous.version + 1,
        previous=previous.id,
        target=previous.target if previous.target in names else dataset.target,
        columns=tuple(replace(c, role=roles.get(c.name, c.role)) for c in dataset.columns),
    )


def stored_before(
    path: Path, *, name: str, owner: str, home: Home, options: Mapping[str, Any] | None = None
) -> Dataset | None:
    """The owner's dataset of that name from the same bytes read by the same options, or None."""
    blob = blob_id(path, options or {})
    for dataset in Catalog(home).list(owner):
        if dataset.blob == blob and dataset.name == name:
            return dataset
    return None


def blob_id(path: Path, options: Mapping[str, Any]) -> str:
    """sha256 over the file's bytes and the given options."""
    digest = hashlib.sha256(f"fathom blob {FORMAT}\n{dumps(dict(sorted(options.items())))}\n".encode())
    try:
        with open(path, "rb") as file:
            while chunk := file.read(HASH_CHUNK):
                digest.update(chunk)
    except OSError as error:
        raise UnreadableFile("file_missing", file=path.name) from error
    return digest.hexdigest()


def _make_blob(
    path: Path,
    location: Callable[[], Path],
    home: Home,
    options: Mapping[str, Any],
    engine: str,
    report: Report,
) -> None:
    with blobs.made_aside(location, home, path.name) as aside:
        report(0.05, "Reading the file")
        table, columns = stored_table(path, aside, options, report, engine)
        report(0.6, "Measuring each column")
        opened = engine_named(engine, aside / "temp", len(columns))
        with opened.open({"data": aside / "table.parquet"}) as session:
            columns = profile(session, columns, table.n_rows)
        columns, target = propose_roles(
            tuple(map(with_unit, columns)), table.n_rows, has_header=table.options.get("header", True)
        )
        write_whole(aside / "asked.json", dumps(dict(options), indent=1))
        _write_description(aside, table, columns, target)


def stored_table(
    path: Path,
    aside: Path,
    options: Mapping[str, Any],
    report: Report = lambda fraction, message: None,
    engine: str = "duckdb",
) -> tuple[TextTable, tuple[Column, ...]]:
    """Read the file and write its values as table.parquet into the folder; the columns, not measured yet.

    Raises UnreadableFile or TooLarge.
    """
    source = recognise(path)
    if OPTION in options:
        table = read_pixels(source, path, Out(folder=aside, file=path.name, as_text=False), options)
    else:
        table = (source.read_values or source.read)(path, aside, options)
    if len(table.names) < 2:
        raise UnreadableFile("one_column", file=path.name, column=table.names[0])
    if not table.declared:  # a file that states its kinds is read in one way only
        original.keep(path, aside)
    report(0.4, "Finding out what each column holds")
    return table, _store_typed(table, aside, options, engine)


def _store_typed(
    table: TextTable, aside: Path, options: Mapping[str, Any], engine: str
) -> tuple[Column, ...]:
    """Write table.parquet with every column in its kind's type."""
    out = aside / "table.parquet"
    said = options.get("kinds") or {}
    known = {
        i: Inferred(kind=table.declared[name])
        for i, name in enumerate(table.names)
        if name in table.declared and name not in said
    }
    typing = engine_named(engine, aside / "temp", len(table.names))
    with typing.open({"cells": table.path}) as session:
        known = {**known, **table.typed}
        inferred = infer(session, table.names, table.n_rows, options, known)
    columns = tuple(
        Column(name=name, kind=found.kind, unit=found.unit, statistics=found.statistics)
        for name, found in zip(table.names, inferred)
    )
    if table.holds_values:
        os.replace(table.path, out)
    else:
        with typing.open({"cells": table.path}, writes=aside) as session:
            _type_cells(session, table, columns, out)
        table.path.unlink()
    found_here = [finding for f in inferred for finding in f.findings]
    words = {i: columns[i].name for i, claim in table.typed.items() if claim.kind == "text"}
    if words := {i: name for i, name in words.items() if _may_hold_numbers(out, name)}:
        view = ", ".join(f"{identifier(name)} AS c{i}" for i, name in words.items())
        again = engine_named(engine, aside / "temp", len(words))
        with again.open({"stored": out}, {"cells": f"SELECT {ROW}, {view} FROM stored"}) as session:
            found_here += mixed_types(session, words, table.n_rows)
    write_reading(aside, [*table.findings, *found_here])
    return columns


def _may_hold_numbers(path: Path, name: str) -> bool:
    """Whether some word of the column may be a number, by the smallest one that the file states.

    A number begins with a digit, a sign or a point, all of which come before the colon.
    """
    import pyarrow.parquet

    described = pyarrow.parquet.read_metadata(path)
    i = described.schema.names.index(name)
    groups = [described.row_group(g).column(i) for g in range(described.num_row_groups)]
    return any(
        group.statistics is None or not group.statistics.has_min_max or str(group.statistics.min) < ":"
        for group in groups
        if group.statistics is None or group.statistics.null_count != group.num_values
    )


def _type_cells(session: Session, table: TextTable, columns: Sequence[Column], out: Path) -> None:
    if len(columns) > MANY_COLUMNS and table.n_rows:
        _type_many(session, table, columns, out)
        return
    items = [
        f"{_typed(f'c{i}', i, column, table)} AS {identifier(column.name)}"
        for i, column in enumerate(columns)
    ]
    session.write(f"SELECT {', '.join(items)} FROM cells", out, _width(columns))


def _typed(cell: str, position: int, column: Column, table: TextTable) -> str:
    """SQL of a cell of the column as a value; what is typed already stays."""
    return cell if position in table.typed else casting.cell_value(cell, column.kind, column.statistics)


def _width(columns: Sequence[Column]) -> int:
    """Columns by which the size of row groups is chosen: an image or a sound weighs as much as many cells."""
    return sum(CELLS_OF_FILE if column.kind in MEDIA else 1 for column in columns)


def _type_many(session: Session, table: TextTable, columns: Sequence[Column], out: Path) -> None:
    """Some rows at a time, of all columns that are written alike at once.

    Hundreds of expressions in one query take minutes to plan, and more memory than there is to run.
    """
    import pyarrow as pa
    import pyarrow.parquet

    stored = pyarrow.parquet.read_schema(table.path)
    alike: dict[tuple[str, pa.DataType], list[int]] = {}
    for i, column in enumerate(columns):
        alike.setdefault((_typed("v", i, column, table), stored.field(f"c{i}").type), []).append(i)
    cells, names = ", ".join(f"c{i}" for i in range(len(columns))), [column.name for column in columns]
    writer = None
    for batch in session.batches(f"SELECT {cells} FROM cells", max(MOST_CELLS // len(columns), 1)):
        rows, typed = pa.Table.from_batches([batch]), {}
        for (expression, _), positions in alike.items():
            with one_under_another(rows.select(positions), positions) as long:
                typed |= zip(positions, long.each(expression))
        part = pa.table([typed[i] for i in range(len(columns))], names=names)
        writer = writer or pyarrow.parquet.ParquetWriter(out, part.schema)
        writer.write_table(part)
    writer.close()


def _write_description(aside: Path, table: TextTable, columns: Sequence[Column], target: str | None) -> None:
    if table.rejects is not None and table.rejects != aside / "rejects.csv":
        os.replace(table.rejects, aside / "rejects.csv")
    for leftover in (
        *aside.glob("bare.parquet"),
        *aside.glob("text.parquet"),
        *aside.glob("below.csv"),
    ):
        leftover.unlink()
    write_description(
        aside,
        columns=columns,
        n_rows=table.n_rows,
        n_rejected=table.n_rejected,
        target=target,
        options=table.options,
    )
