"""Spreadsheets (xlsx, xlsb, xls, ods): one sheet is one table. Knows nothing of formulas or colours."""

import datetime
import mmap
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from core.data.naming import generated_names, tidy_names
from core.data.sources import MAX_CELL_BYTES, MAX_COLUMNS, Source
from core.data.sources._dialect import has_header, n_preamble
from core.data.sources._extent import refuse_vast
from core.data.text_table import TextTable
from core.domain import Finding
from core.errors import TooLarge, UnknownName, UnreadableFile

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAX_UNPACKED_BYTES = 1 << 30
HEADER_ROWS = 300
BATCH_ROWS = 20_000

Row = list[str | None]


def accepts(path: Path, head: bytes) -> bool:
    if head.startswith(OLE):
        return _holds(path, "Workbook", "Book", "EncryptedPackage")
    if not head.startswith(b"PK\x03\x04"):
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            if {"xl/workbook.xml", "xl/workbook.bin"} & names:
                return True
            return "mimetype" in names and b"spreadsheet" in archive.read("mimetype")[:200]
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError):
        return False


def read(path: Path, folder: Path, options: Mapping[str, Any]) -> TextTable:
    """options: sheet, the first with any rows by default; header.

    Raises UnreadableFile for encrypted or damaged files, UnknownName for a sheet that is not there.
    """
    _refuse_bomb(path)
    sheet_name, cells, n_sheets = _sheet(path, options.get("sheet"))
    rows = _trimmed([[_text(cell) for cell in row] for row in cells])
    if not rows:
        raise UnreadableFile("sheet_empty", file=path.name, sheet=sheet_name)
    sampled = [[cell or "" for cell in row] for row in rows[:HEADER_ROWS]]
    skipped = _n_titles(sampled)
    rows, sampled = rows[skipped:], sampled[skipped:]
    width = len(rows[0])
    if width > MAX_COLUMNS:
        raise TooLarge("too_many_columns", n=width, most=MAX_COLUMNS, file=path.name)
    header = options.get("header")
    if header is None:
        header = has_header(sampled)
    names, findings = tidy_names(rows[0]) if header else (generated_names(width), ())
    body = rows[1:] if header else rows
    if not body:
        raise UnreadableFile("header_only", file=path.name, names=", ".join(names[:10]))
    _write(body, width, folder / "text.parquet", path.name)
    noticed = list(findings)
    if skipped:
        noticed.append(Finding(code="skipped_lines", severity="info", parameters={"n": skipped}))
    if not header:
        noticed.append(Finding(code="no_header", severity="info"))
    if n_sheets > 1 and options.get("sheet") is None:
        noticed.append(
            Finding(code="other_sheets", severity="info", parameters={"sheet": sheet_name, "n": n_sheets - 1})
        )
    return TextTable(
        names=names, path=folder / "text.parquet", n_rows=len(body),
        options={"sheet": sheet_name, "header": bool(header)}, findings=tuple(noticed),
    )  # fmt: skip


def _refuse_bomb(path: Path) -> None:
    """A small archive may unpack to more than the memory holds."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
        if size > MAX_UNPACKED_BYTES:
            raise TooLarge("table_memory", file=path.name)
        refuse_vast(path)


def _sheet(path: Path, wanted: str | None) -> tuple[str, list[list[Any]], int]:
    import python_calamine

    if _is_encrypted(path):
        raise UnreadableFile("encrypted", file=path.name)
    try:
        workbook = python_calamine.CalamineWorkbook.from_path(path)
        names = workbook.sheet_names
        if wanted is not None and wanted not in names:
            raise UnknownName("sheet", wanted, names)
        for name in [wanted] if wanted is not None else names:
            cells = workbook.get_sheet_by_name(name).to_python(skip_empty_area=True)
            if cells:
                return name, cells, len(names)
    except python_calamine.PasswordError:
        raise UnreadableFile("encrypted", file=path.name) from None
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        detail = (str(error).splitlines() or [""])[0][:200]
        raise UnreadableFile("sheet_damaged", file=path.name, detail=detail) from None
    return wanted or (names[0] if names else ""), [], len(names)


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


def _trimmed(rows: Sequence[Row]) -> list[Row]:
    """Without blank rows, and without the blank columns at the right."""
    filled = [row for row in rows if any(cell is not None and cell.strip() for cell in row)]
    width = max((max(i for i, cell in enumerate(row) if cell) + 1 for row in filled), default=0)
    return [(row + [None] * width)[:width] for row in filled]


def _n_titles(sampled: list[list[str]]) -> int:
    """Rows of a single cell above the table."""
    if len(sampled[0]) < 3:
        return 0
    ragged = [[*row[: max((i for i, cell in enumerate(row) if cell), default=0) + 1]] for row in sampled]
    return min(
        n_preamble([r if sum(map(bool, r)) < 2 else full for r, full in zip(ragged, sampled)]),
        len(sampled) - 1,
    )


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
