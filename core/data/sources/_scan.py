"""One pass of DuckDB over clean text: its cells as a Parquet file, and the lines it could not follow. Detects nothing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb

from core.data.engines.duckdb import identifier, literal, numbered, parquet_options, sealed
from core.data.inference import Inferred
from core.data.naming import is_generated
from core.data.sources import MAX_CELL_BYTES, MAX_LINE_BYTES
from core.data.sources._dialect import RUNS, Dialect
from core.data.sources._kept_aside import MOST_TEXT, KeptAside
from core.data.sources._writing import forget_rejects, write_cells
from core.domain import ROW
from core.errors import TooLarge, UnreadableFile

LAST_ROWS = 50
CHUNK = 4 << 20
MOST_REJECTS = 1_000_000


class MixedLineEnds(Exception):
    """The lines of the file end in different ways, which the scan does not follow."""


@dataclass(frozen=True, kw_only=True)
class Text:
    """Clean text to scan. name: of the file, for sentences. path: UTF-8 without stray returns.

    lines: how many it has, asked when it is scanned, since they may be counted meanwhile. width: cells of a
    row. skip: rows to pass over, blank lines counted. first_line: the number that the text's first line
    has in the file, from 1. has_underscores: some may be in it.
    """

    name: str
    path: Path
    lines: Callable[[], int]
    width: int
    skip: int = 0
    first_line: int = 1
    has_underscores: bool = True

    @property
    def n_lines(self) -> int:
        return self.lines()


@dataclass(frozen=True, kw_only=True)
class Scanned:
    """path: the cells. last: the last rows, for what comes below a table. n_feeds: line ends within cells.

    typed: by position, the columns that hold values already; where all do, they go by their names.
    """

    path: Path
    n_rows: int
    rejected: list[KeptAside]
    last: list[list[str | None]]
    n_feeds: int
    typed: Mapping[int, Inferred] = field(default_factory=dict)


def scan(
    text: Text, dialect: Dialect, folder: Path, stem: str = "text", claimed: Sequence[str] | None = None
) -> Scanned:
    """claimed: names of the columns, where these may be typed in passing.

    Raises UnreadableFile, TooLarge, or MixedLineEnds.
    """
    out = folder / f"{stem}.parquet"
    with sealed(folder / "temp", reads=[text.path], writes=folder, n_columns=text.width) as connection:
        try:
            try:
                scanned = _written(connection, text, dialect, out, claimed)
            except duckdb.OutOfMemoryException:
                if claimed is None:
                    raise
                # hundreds of columns in many forms are more than one query can hold; their text is not
                forget_rejects(connection)
                scanned = _written(connection, text, dialect, out, None)
            if scanned.typed and any(_is_blank(row) for row in scanned.last):
                # blank rows, or rows of values that say "missing", or notes below them: only the text can tell
                forget_rejects(connection)
                scanned = _written(connection, text, dialect, out, None)
        except duckdb.OutOfMemoryException:
            raise TooLarge("table_memory", file=text.name) from None
        except duckdb.Error as error:
            if "invalid state" in str(error):
                raise MixedLineEnds from None
            detail = str(error).splitlines()[0][:200]
            raise UnreadableFile("csv_refused", file=text.name, detail=detail) from None
        _refuse_long_cells(connection, out, text.name)
    return scanned


def _written(
    connection: duckdb.DuckDBPyConnection,
    text: Text,
    dialect: Dialect,
    out: Path,
    claimed: Sequence[str] | None,
) -> Scanned:
    storing = _source(text, dialect, f"store_rejects = true, rejects_limit = {MOST_REJECTS}")
    passing = _source(text, dialect, "ignore_errors = true")
    typed = write_cells(
        connection, storing, passing, out, text.width, claimed, has_underscores=text.has_underscores
    )
    rows = f"({numbered(out)})"
    n_rows = connection.execute(f"SELECT count(*) FROM {rows}").fetchone()[0]
    own = "trim(csv_line, chr(10) || chr(13))"  # blank lines before a row are told with it
    faults = connection.execute(
        "SELECT line_byte_position, any_value(error_message), "
        f"any_value(left(csv_line, {MOST_TEXT})), max(length({own}) - length(replace({own}, chr(10), ''))) "
        "FROM reject_errors GROUP BY line_byte_position ORDER BY line_byte_position"
    ).fetchall()
    last = connection.execute(
        f"SELECT CAST(COLUMNS(* EXCLUDE ({ROW})) AS VARCHAR) FROM {rows} "
        f"WHERE {ROW} >= {n_rows - LAST_ROWS} ORDER BY {ROW}"
    ).fetchall()
    rejected = _numbered(faults, text)
    n_explained = text.skip + n_rows + sum(one.n_lines for one in rejected)
    n_feeds = 0
    # where a line is a row there is nothing to look for; else cells of several lines, or blank lines
    if n_explained < text.n_lines and dialect.quote:
        n_feeds = _count_feeds(connection, passing if typed else rows, text.width)
    return Scanned(
        path=out, n_rows=n_rows, rejected=rejected, last=[list(row) for row in last], n_feeds=n_feeds, typed=typed
    )  # fmt: skip


def _source(text: Text, dialect: Dialect, errors: str) -> str:
    """SQL of the cells c0, c1, … of the text. errors: options that say what becomes of rows that do not parse."""
    columns = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(text.width))
    separator = "\t" if dialect.separator in RUNS else dialect.separator
    # a backslash before a separator is followed only where DuckDB is not strict; without quotes that loses nothing
    strict = "false" if not dialect.quote and dialect.escape else "true"
    return (
        f"read_csv({literal(str(text.path))}, auto_detect = false, header = false, skip = {text.skip}, "
        f"delim = {literal(separator)}, quote = {literal(dialect.quote)}, escape = {literal(dialect.escape)}, "
        f"columns = {{{columns}}}, strict_mode = {strict}, {errors}, "
        f"max_line_size = {MAX_LINE_BYTES}, buffer_size = {2 * MAX_LINE_BYTES})"
    )


def _is_blank(row: Sequence[str | None]) -> bool:
    return not any(cell and cell.strip() for cell in row)


def _count_feeds(connection: duckdb.DuckDBPyConnection, cells: str, width: int) -> int:
    parts = " + ".join(
        f"coalesce(sum(length(c{i}) - length(replace(c{i}, chr(10), ''))), 0)" for i in range(width)
    )
    return int(connection.execute(f"SELECT {parts} FROM {cells}").fetchone()[0])


def _numbered(faults: list[tuple], text: Text) -> list[KeptAside]:
    """The rejected rows with the number of the line each begins in, told by its place in the file."""
    kept, line, offset = [], text.first_line, 0
    if not faults:
        return kept
    with open(text.path, "rb") as file:
        for position, reason, content, n_feeds in faults:
            while offset < (position or 1) - 1:
                chunk = file.read(min(CHUNK, position - 1 - offset))
                if not chunk:
                    break
                line += chunk.count(b"\n")
                offset += len(chunk)
            content = content or ""
            n_before = content[: len(content) - len(content.lstrip("\r\n"))].count("\n")
            kept.append(
                KeptAside(
                    line=line + n_before, where="rejected", reason=_in_words(reason), text=content.strip("\r\n"),
                    n_lines=1 + (n_feeds or 0),
                )
            )  # fmt: skip
    return kept


def _in_words(reason: str) -> str:
    """DuckDB's reason without what only a programmer would ask."""
    first = reason.splitlines()[0] if reason else ""
    for theirs, ours in (
        ("Expected Number of Columns: ", "cells expected: "), (" Found: ", ", found: "),
        ("Value with unterminated quote found.", "a quotation mark is not closed"),
        ("This file is not utf-8 encoded.", ""),
    ):  # fmt: skip
        first = first.replace(theirs, ours)
    return first.strip()[:200]


def _refuse_long_cells(connection: duckdb.DuckDBPyConnection, out: Path, name: str) -> None:
    with_size = connection.execute(
        f"SELECT column_id, any_value(path_in_schema), max(total_uncompressed_size) FROM parquet_metadata({literal(str(out))}) "
        "WHERE type = 'BYTE_ARRAY' GROUP BY column_id ORDER BY column_id"
    ).fetchall()
    for position, column, size in with_size:
        if size <= MAX_CELL_BYTES:  # no cell is longer than its column's row group
            continue
        length = f"strlen({identifier(column)})"
        longest, row = connection.execute(
            f"SELECT max({length}), arg_max({ROW}, {length}) FROM ({numbered(out)})"
        ).fetchone()
        if longest is not None and longest > MAX_CELL_BYTES:
            raise TooLarge(
                "cell_too_long", file=name, column=position + 1, row=row + 1, size=longest, most=MAX_CELL_BYTES
            )  # fmt: skip


def without_last(scanned: Scanned, n: int, folder: Path) -> Scanned:
    """The same without its last n rows."""
    width, left = len(scanned.last[0]), scanned.n_rows - n
    out = folder / "shorter.parquet"
    with sealed(folder / "temp", reads=[scanned.path], writes=folder, n_columns=width) as connection:
        connection.execute(
            f"COPY (SELECT * EXCLUDE ({ROW}) FROM ({numbered(scanned.path)}) WHERE {ROW} < {left} ORDER BY {ROW}) "
            f"TO {literal(str(out))} ({parquet_options(width)})"
        )
    out.replace(scanned.path)
    return replace(scanned, n_rows=left, last=scanned.last[: len(scanned.last) - n])


def n_blank_columns(scanned: Scanned, names: Sequence[str]) -> int:
    """How many of the last columns have neither a name nor a cell, as where every line ends with a separator."""
    import pyarrow.parquet

    described = pyarrow.parquet.read_metadata(scanned.path)
    n = 0
    for i in range(len(names) - 1, 1, -1):
        groups = (described.row_group(g).column(i) for g in range(described.num_row_groups))
        if (
            i in scanned.typed
            or not is_generated(names[i])
            or any(g.statistics is None or g.statistics.null_count != g.num_values for g in groups)
        ):
            break
        n += 1
    return n
