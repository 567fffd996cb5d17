"""Text with separated cells: CSV, TSV and their kin. Decides no column's kind."""

import csv as csv_format
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb

from core.data.engines.duckdb import identifier, literal, sealed
from core.data.naming import generated_names, tidy_names
from core.data.sources import MAX_CELL_BYTES, MAX_COLUMNS, Source
from core.data.sources._dialect import (
    NO_SEPARATOR,
    Dialect,
    detect_dialect,
    has_header,
    modal_width,
    n_preamble,
    parse,
)
from core.data.sources._encoding import Survey, survey, transcode, wide_encoding
from core.data.sources._signatures import not_a_table
from core.data.sources._writing import Claiming, write_cells
from core.data.text_table import TextTable
from core.domain import Finding
from core.errors import FathomError, TooLarge, UnreadableFile

SAMPLE_CHARACTERS = 1 << 20
MAX_LINE_BYTES = 16 << 20
MAX_REJECTED_SHARE = 0.2
MIN_TYPED_BYTES = 8 << 20  # a smaller file is soon read twice
MAX_TYPED_COLUMNS = 500


def accepts(path: Path, head: bytes) -> bool:
    if not_a_table(head) is not None:
        return False
    if wide_encoding(head) is not None:
        return True
    # control characters other than blanks mean a binary file; zeros may be UTF-16, or a fault to name
    controls = sum(byte < 32 and byte not in b"\0\t\n\r\f\x1b\x1f" for byte in head[:4096])
    return controls <= len(head[:4096]) // 100


def read_values(path: Path, folder: Path, options: Mapping[str, Any]) -> TextTable:
    """As `read`; columns of a large file are typed in passing where all cells are as its first rows suggest."""
    return read(path, folder, options, typed=path.stat().st_size >= MIN_TYPED_BYTES)


def read(path: Path, folder: Path, options: Mapping[str, Any], *, typed: bool = False) -> TextTable:
    """options: encoding, separator, quote, header; what is not given is detected.

    Raises UnreadableFile or TooLarge.
    """
    found = survey(path, options.get("encoding"))
    plain = path
    if not found.is_plain:
        plain = folder / "utf8.csv"
        transcode(path, plain, found)
    try:
        return _read_plain(path.name, plain, folder, options, found, typed)
    finally:
        if plain != path:
            plain.unlink()


def _read_plain(
    name: str, plain: Path, folder: Path, options: Mapping[str, Any], found: Survey, typed: bool
) -> TextTable:
    sample = _sample(plain)
    dialect = detect_dialect(sample, options.get("separator"))
    if options.get("quote") is not None:
        dialect = replace(dialect, quote=options["quote"])
    rows = parse(sample, dialect)
    if not any(cell.strip() for row in rows for cell in row):
        raise UnreadableFile("file_blank", file=name)
    skipped = n_preamble(rows)
    rows = rows[skipped:]
    width = modal_width(rows[1:] or rows)
    if max(width, len(rows[0])) > MAX_COLUMNS:
        raise TooLarge("too_many_columns", n=max(width, len(rows[0])), most=MAX_COLUMNS, file=name)
    header = options.get("header")
    if header is None:
        header = has_header(rows)
    names, findings = tidy_names(_fitted(rows[0], width)) if header else (generated_names(width), ())
    claiming = Claiming(names, options.get("date_formats")) if typed and width <= MAX_TYPED_COLUMNS else None
    skip = skipped + bool(header)
    table = _parse(plain, folder, dialect, width=width, skip=skip, name=name, claiming=claiming)
    if table.n_rejected and dialect.quote and '"' in sample:
        # a lone quotation mark in free text opens a cell that never ends: read marks as characters
        bare = replace(dialect, quote="", escape="")
        other = _parse(plain, folder, bare, width=width, skip=skip, name=name, claiming=claiming, stem="bare")
        if other.n_rejected < table.n_rejected:
            table, dialect = other, bare
    if table.n_rows == 0 and not table.n_rejected:
        raise UnreadableFile("header_only", file=name, names=", ".join(names[:10]))
    if table.n_rejected > MAX_REJECTED_SHARE * (table.n_rows + table.n_rejected):
        raise UnreadableFile(
            "too_many_rejected", file=name, n=table.n_rejected, n_rows=table.n_rows + table.n_rejected,
            expected=width, **_first_reject(table),
        )  # fmt: skip
    return replace(
        table,
        names=names,
        options={
            "encoding": found.encoding,
            "separator": "" if dialect.separator == NO_SEPARATOR else dialect.separator,
            "quote": dialect.quote,
            "header": bool(header),
        },
        findings=(*findings, *_reading_findings(table, found, skipped, bool(header))),
    )


def _sample(plain: Path) -> str:
    with open(plain, encoding="utf-8-sig", errors="replace", newline="") as file:
        text = file.read(SAMPLE_CHARACTERS)
        if file.read(1):  # the last line is cut short
            text = text[: text.rfind("\n") + 1] or text
    return text


def _fitted(row: list[str], width: int) -> list[str]:
    """The header's cells, as many as the rows have: R leaves out the name of the row names."""
    if len(row) == width - 1:
        return ["", *row]
    return (row + [""] * width)[:width]


def _parse(
    plain: Path,
    folder: Path,
    dialect: Dialect,
    *,
    width: int,
    skip: int,
    name: str,
    claiming: Claiming | None,
    stem: str = "text",
) -> TextTable:
    out, rejects = folder / f"{stem}.parquet", folder / f"{stem}-rejects.csv"
    columns = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(width))
    scan = (
        f"read_csv({literal(str(plain))}, auto_detect = false, header = false, skip = {skip}, "
        f"delim = {literal(dialect.separator)}, quote = {literal(dialect.quote)}, "
        f"escape = {literal(dialect.escape if dialect.quote else '')}, columns = {{{columns}}}, "
        f"strict_mode = true, {{errors}}, "
        f"max_line_size = {MAX_LINE_BYTES}, buffer_size = {2 * MAX_LINE_BYTES})"
    )
    with sealed(folder / "temp", reads=[plain], writes=folder, n_columns=width) as connection:
        try:
            typed = write_cells(connection, scan, out, width, claiming)
        except duckdb.OutOfMemoryException:
            raise TooLarge("table_memory", file=name) from None
        except duckdb.Error as error:
            raise UnreadableFile("csv_refused", file=name, detail=str(error).splitlines()[0][:200]) from None
        n_rows = connection.execute(f"SELECT count(*) FROM read_parquet({literal(str(out))})").fetchone()[0]
        rejected = connection.execute(
            "SELECT line, any_value(csv_line), any_value(error_message) FROM reject_errors GROUP BY line ORDER BY line"
        ).fetchall()
        _refuse_long_cells(connection, out, name)
    n_rejected = 0
    if rejected:
        with open(rejects, "w", encoding="utf-8", newline="") as file:
            writer = csv_format.writer(file)
            writer.writerow(["line", "reason", "text"])
            for line, text, reason in rejected:
                writer.writerow([line, reason, text])
                # an unclosed quotation mark swallows many lines into one faulty record
                n_rejected += max(1, len((text or "").strip("\n").split("\n")))
    return TextTable(
        names=(),
        path=out,
        n_rows=n_rows,
        typed=typed,
        rejects=rejects if rejected else None,
        n_rejected=n_rejected,
    )


def _refuse_long_cells(connection: duckdb.DuckDBPyConnection, out: Path, name: str) -> None:
    with_size = connection.execute(
        f"SELECT column_id, any_value(path_in_schema), max(total_uncompressed_size) FROM parquet_metadata({literal(str(out))}) "
        "WHERE type = 'BYTE_ARRAY' GROUP BY column_id"
    ).fetchall()
    # no cell is longer than its column's row group
    large = [(position, identifier(column)) for position, column, size in with_size if size > MAX_CELL_BYTES]
    if not large:
        return
    table = f"read_parquet({literal(str(out))}, file_row_number = true)"
    lengths = connection.execute(
        f"SELECT {', '.join(f'max(strlen({column}))' for _, column in large)} FROM {table}"
    ).fetchone()
    for (position, column), longest in zip(large, lengths):
        if longest is not None and longest > MAX_CELL_BYTES:
            row = connection.execute(
                f"SELECT min(file_row_number) FROM {table} WHERE strlen({column}) = {longest}"
            ).fetchone()[0]
            raise TooLarge(
                "cell_too_long",
                file=name,
                column=position + 1,
                row=row + 1,
                size=longest,
                most=MAX_CELL_BYTES,
            )


def _first_reject(table: TextTable) -> dict[str, object]:
    if table.rejects is None:
        raise FathomError("internal", detail="rejected rows without their file")
    with open(table.rejects, encoding="utf-8", newline="") as file:
        first = next(csv_format.DictReader(file))
    return {"line": int(first["line"]), "reason": first["reason"]}


def _reading_findings(table: TextTable, found: Survey, skipped: int, header: bool) -> list[Finding]:
    findings = []
    if table.n_rejected:
        findings.append(
            Finding(
                code="rejected_rows",
                severity="warning",
                parameters={"n": table.n_rejected, "n_rows": table.n_rows, **_first_reject(table)},
            )
        )
    if found.lossy:
        findings.append(
            Finding(code="replaced_characters", severity="warning", parameters={"encoding": found.encoding})
        )
    if skipped:
        findings.append(Finding(code="skipped_lines", severity="info", parameters={"n": skipped}))
    if not header:
        findings.append(Finding(code="no_header", severity="info", parameters={}))
    return findings


source = Source(
    key="csv",
    title="CSV, TSV or other separated text",
    suffixes=(".csv", ".tsv", ".tab", ".txt", ".psv", ".data"),
    accepts=accepts,
    read=read,
    read_values=read_values,
    order=100,
)
