"""Spreadsheets (xlsx, xlsb, xls, ods): one sheet is one table. Knows nothing of formulas or colours."""

import datetime
import mmap
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.data.naming import generated_names, tidy_names
from core.data.sources import MAX_CELL_BYTES, MAX_COLUMNS, NO_ARCHIVE, Glance, Source
from core.data.sources._accounts import reading_findings
from core.data.sources._extent import refuse_vast
from core.data.sources._kept_aside import REASONS, KeptAside, Where, write_kept_aside
from core.data.sources._layout import find_layout, joined_names, n_notes
from core.data.text_table import Lines, TextTable
from core.domain import Finding
from core.errors import TooLarge, UnknownName, UnreadableFile

if TYPE_CHECKING:
    import python_calamine

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAX_UNPACKED_BYTES = 1 << 30
SAMPLED_ROWS = 300
LAST_ROWS = 50
BATCH_ROWS = 20_000

Row = list[str | None]
Place = tuple[int, int]  # row, from 1 as the sheet counts; column, from 0


@dataclass(frozen=True, kw_only=True)
class _Sheet:
    """rows: as texts, the first of them with the number first_row. merged: first and last cell of each."""

    name: str
    rows: list[Row]
    first_row: int = 1
    merged: tuple[tuple[Place, Place], ...] = ()
    others: tuple[str, ...] = ()


def accepts(seen: Glance) -> bool:
    if seen.head.startswith(OLE):
        return _holds(seen.path, "Workbook", "Book", "EncryptedPackage")
    if seen.archive is None:
        return False
    names = set(seen.archive.namelist())
    if {"xl/workbook.xml", "xl/workbook.bin"} & names:
        return True
    try:
        return "mimetype" in names and b"spreadsheet" in seen.archive.read("mimetype")[:200]
    except NO_ARCHIVE:
        return False


def read(path: Path, folder: Path, options: Mapping[str, Any]) -> TextTable:
    """options: sheet, the first that may be a table by default; header or header_rows; skip, rows above the names.

    Raises UnreadableFile for encrypted or damaged files, UnknownName for a sheet that is not there.
    """
    _refuse_bomb(path)
    sheet = _sheet(path, options.get("sheet"))
    begins = int(options.get("skip") or 0)
    filled = _filled(sheet, begins)
    if not filled:
        raise UnreadableFile("sheet_empty", file=path.name, sheet=sheet.name)
    width = len(filled[0][1])
    if width > MAX_COLUMNS:
        raise TooLarge("too_many_columns", n=width, most=MAX_COLUMNS, file=path.name)
    n_header = options.get("header_rows")
    if n_header is None and options.get("header") is not None:
        n_header = int(options["header"])
    sampled = [row for _, row in filled[:SAMPLED_ROWS]]
    layout = find_layout(sampled, n_header, may_have_titles=options.get("skip") is None and width > 2)
    above, below_titles = filled[: layout.first], filled[layout.first :]
    header, body = below_titles[: layout.n_header], below_titles[layout.n_header :]
    body, notes = _without_notes(body, width)
    names, findings = _names(header, sheet, width)
    if not body:
        raise UnreadableFile("header_only", file=path.name, names=", ".join(names[:10]))
    _fill_down(body, sheet)
    _write([row for _, row in body], width, folder / "text.parquet", path.name)
    kept = [*_kept(above, "above"), *_kept(notes, "below")]
    rejects = folder / "rejects.csv" if kept else None
    if rejects:
        write_kept_aside(kept, rejects)
    n_filled = len(above) + len(header) + len(body) + len(notes)
    lines = Lines(
        total=len(sheet.rows), header=len(header), rows=len(body), above=len(above), below=len(notes),
        blank=len(sheet.rows) - n_filled,
    )  # fmt: skip
    noticed = [*findings, *reading_findings(lines, (), len(body), n_header=len(header))]
    if len(sheet.others) > 0 and options.get("sheet") is None:
        noticed.append(
            Finding(
                code="other_sheets", severity="info", parameters={"sheet": sheet.name, "n": len(sheet.others)}
            )
        )
    return TextTable(
        names=names, path=folder / "text.parquet", n_rows=len(body), findings=tuple(noticed), rejects=rejects, lines=lines,
        options={
            "sheet": sheet.name, "header": bool(header), "header_rows": len(header), "skip": below_titles[0][0] - 1,
        },
        choices={"sheet": (sheet.name, *sheet.others)},
    )  # fmt: skip


def _without_notes(
    body: list[tuple[int, Row]], width: int
) -> tuple[list[tuple[int, Row]], list[tuple[int, Row]]]:
    """The rows of the table, and those that stand below it, after a blank row."""
    if len(body) <= LAST_ROWS // 10:
        return body, []
    last, number = [], body[-1][0]
    for i in range(len(body) - 1, max(len(body) - LAST_ROWS, 0) - 1, -1):
        blank = [[None] * width] * (number - body[i][0] - 1)
        number = body[i][0]
        last = [body[i][1], *blank, *last]
    n_below = sum(_n_filled(row) > 0 for row in last[len(last) - n_notes(last, width) :])
    return body[: len(body) - n_below], body[len(body) - n_below :]


def _n_filled(row: Row) -> int:
    return sum(cell is not None for cell in row)


def _filled(sheet: _Sheet, begins: int) -> list[tuple[int, Row]]:
    """The rows that are not blank with their numbers in the sheet, without the blank columns at the right."""
    rows = [
        (number, row)
        for number, row in enumerate(sheet.rows, start=sheet.first_row)
        if number > begins and any(cell is not None and cell.strip() for cell in row)
    ]
    width = max((max(i for i, cell in enumerate(row) if cell) + 1 for _, row in rows), default=0)
    return [(number, (row + [None] * width)[:width]) for number, row in rows]


def _names(
    header: Sequence[tuple[int, Row]], sheet: _Sheet, width: int
) -> tuple[tuple[str, ...], tuple[Finding, ...]]:
    """One name a column; a merged cell is the name of all the columns it lies over."""
    if not header:
        return generated_names(width), ()
    rows = {number: list(row) for number, row in header}
    is_merged = False
    for (top, left), (bottom, right) in sheet.merged:
        for number in range(top, bottom + 1):
            if number in rows and top in rows and right < width:
                is_merged = True
                rows[number][left : right + 1] = [rows[top][left]] * (right + 1 - left)
    return tidy_names(joined_names(list(rows.values()), width, spread=not is_merged))


def _fill_down(body: Sequence[tuple[int, Row]], sheet: _Sheet) -> None:
    """Give the value of cells merged over several rows of one column to each of these rows."""
    rows = {number: row for number, row in body}
    for (top, left), (bottom, right) in sheet.merged:
        if left == right and top in rows and left < len(rows[top]):
            for number in range(top + 1, bottom + 1):
                if number in rows:
                    rows[number][left] = rows[top][left]


def _kept(rows: Sequence[tuple[int, Row]], where: Where) -> list[KeptAside]:
    return [
        KeptAside(line=number, where=where, reason=REASONS[where], text=", ".join(filter(None, row)))
        for number, row in rows
    ]


def _refuse_bomb(path: Path) -> None:
    """A small archive may unpack to more than the memory holds."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
        if size > MAX_UNPACKED_BYTES:
            raise TooLarge("table_memory", file=path.name)
        refuse_vast(path)


def _sheet(path: Path, wanted: str | None) -> _Sheet:
    import python_calamine

    if _is_encrypted(path):
        raise UnreadableFile("encrypted", file=path.name)
    try:
        workbook = python_calamine.CalamineWorkbook.from_path(path)
        names = workbook.sheet_names
        if wanted is not None and wanted not in names:
            raise UnknownName("sheet", wanted, names)
        first = None
        for name in [wanted] if wanted is not None else names:
            found = _sheet_of(workbook, name)
            first = first or (found if found.rows else None)
            if wanted is None and not _may_be_table(found):
                continue  # a cover or a word to the reader
            return found
        if first is not None:
            return first
    except python_calamine.PasswordError:
        raise UnreadableFile("encrypted", file=path.name) from None
    except (python_calamine.CalamineError, OSError, ValueError, OverflowError) as error:
        detail = (str(error).splitlines() or [""])[0][:200]
        raise UnreadableFile("sheet_damaged", file=path.name, detail=detail) from None
    except BaseException as error:  # what calamine's own defects raise is no Exception
        if type(error).__name__ != "PanicException":
            raise
        raise UnreadableFile("sheet_damaged", file=path.name, detail="") from None
    return _Sheet(name=wanted or (names[0] if names else ""), rows=[])


def _sheet_of(workbook: "python_calamine.CalamineWorkbook", name: str) -> _Sheet:
    sheet = workbook.get_sheet_by_name(name)
    cells = sheet.to_python(skip_empty_area=True)
    top, left = sheet.start or (0, 0)
    merged = [
        ((first[0] + 1, first[1] - left), (last[0] + 1, last[1] - left))
        for first, last in sheet.merged_cell_ranges or ()
        if first[1] >= left
    ]
    return _Sheet(
        name=name, rows=[[_text(cell) for cell in row] for row in cells], first_row=top + 1,
        merged=tuple(merged), others=tuple(n for n in workbook.sheet_names if n != name),
    )  # fmt: skip


def _may_be_table(sheet: _Sheet) -> bool:
    return sum(_n_filled(row) > 1 for row in sheet.rows[:SAMPLED_ROWS]) > 1


def _is_encrypted(path: Path) -> bool:
    with open(path, "rb") as file:
        if file.read(8) != OLE:
            return False
    return _holds(path, "EncryptedPackage")


def _holds(path: Path, *marks: str) -> bool:
    """Whether an OLE file names one of these streams; it is looked through where it lies."""
    with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return any(content.find(mark.encode("utf-16-le")) >= 0 for mark in marks)


def _text(cell: Any) -> str | None:
    """The cell as a person would write it in a CSV file."""
    match cell:
        case "" | None:
            return None
        case bool():
            return "true" if cell else "false"
        case float():
            return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
        case datetime.datetime():
            return cell.date().isoformat() if cell.time() == datetime.time() else cell.isoformat(sep=" ")
        case datetime.date() | datetime.time():
            return cell.isoformat()
    return str(cell)


def _write(rows: Sequence[Row], width: int, out: Path, file_name: str) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema([("_row", pa.int64()), *((f"c{i}", pa.string()) for i in range(width))])
    with pq.ParquetWriter(out, schema) as writer:
        for start in range(0, len(rows), BATCH_ROWS):
            chunk = rows[start : start + BATCH_ROWS]
            for offset, row in enumerate(chunk):
                for position, cell in enumerate(row):
                    if cell is not None and len(cell) > MAX_CELL_BYTES:
                        raise TooLarge(
                            "cell_too_long", file=file_name, column=position + 1, row=start + offset + 1,
                            size=len(cell), most=MAX_CELL_BYTES,
                        )  # fmt: skip
            columns = [pa.array([row[i] for row in chunk], pa.string()) for i in range(width)]
            numbers = pa.array(range(start, start + len(chunk)), pa.int64())
            writer.write_table(pa.Table.from_arrays([numbers, *columns], schema=schema))


source = Source(
    key="excel",
    title="Excel or OpenDocument spreadsheet",
    suffixes=(".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"),
    accepts=accepts,
    read=read,
    order=20,
)
