"""How many cells the sheets of a zipped spreadsheet stretch over, before anybody lays them out. Reads no value.

A reader lays a sheet out as a rectangle: two cells in opposite corners, or one cell said to be repeated,
take gigabytes. What is written is streamed through here first, whatever the parts of the archive
are called.
"""

import re
import xml.parsers.expat
import zipfile
from pathlib import Path
from typing import BinaryIO

from core.data.sources._binary_sheet import follow_binary
from core.errors import TooLarge, UnreadableFile

MAX_CELLS = 20_000_000
CHUNK = 1 << 20
MARKS = (b"sheetData", b"table-row")  # what holds the rows in Office Open XML and in OpenDocument
_BINARY_SHEET = re.compile(r"xl/worksheets/[^/]*[.]bin")
_REFERENCE = re.compile(r"\$?([A-Za-z]{1,7})\$?([0-9]{1,10})")
_VALUES = ("value", "value-type", "string-value", "date-value", "time-value", "boolean-value", "formula")


def refuse_vast(path: Path) -> None:
    """Raises TooLarge when a sheet of the archive stretches over more than MAX_CELLS cells, and
    UnreadableFile when what is written cannot be followed."""
    try:
        with zipfile.ZipFile(path) as archive:
            for entry in archive.infolist():
                if _BINARY_SHEET.fullmatch(entry.filename):
                    with archive.open(entry) as part:
                        follow_binary(part, _Extent(path.name).fill)
                    continue
                with archive.open(entry) as part:
                    holds_rows = _holds_rows(part)
                if holds_rows:
                    with archive.open(entry) as part:
                        _Extent(path.name).follow(part)
    except (
        zipfile.BadZipFile, xml.parsers.expat.ExpatError, ValueError, OSError, RuntimeError, NotImplementedError,
    ) as error:  # fmt: skip
        raise UnreadableFile("sheet_damaged", file=path.name, detail=f"{str(error)[:200]}.") from None


def _holds_rows(part: BinaryIO) -> bool:
    """Raises ValueError for a part that declares words of its own, which may stand for gigabytes."""
    seen = b""
    while chunk := part.read(CHUNK):
        seen = seen[-32:] + chunk.replace(b"\0", b"")  # without what UTF-16 puts between the letters
        if b"<!ENTITY" in seen:
            _refuse_entity()
        if any(mark in seen for mark in MARKS):
            return True
    return False


class _Extent:
    """The rectangle around the filled cells of the sheet being followed. Rows and columns count from 1."""

    def __init__(self, file: str):
        self.file = file
        self._begin_sheet()

    def follow(self, part: BinaryIO) -> None:
        parser = xml.parsers.expat.ParserCreate()
        parser.StartElementHandler = self._start
        parser.EntityDeclHandler = _refuse_entity
        parser.buffer_text = True
        parser.ParseFile(part)

    def _begin_sheet(self) -> None:
        self.row, self.column = 0, 0  # the last ones of the row and of the cell being read
        self.first_row = self.first_column = 1 << 62
        self.last_row = self.last_column = 0

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        match name.rpartition(":")[2]:
            case "c":
                if (reference := attributes.get("r")) is None:
                    self.column += 1
                else:
                    self.row, self.column = _place(reference)
            case "v" | "is" | "f":
                self.fill(self.row, self.column)
            case "row":
                self.row = int(attributes["r"]) if "r" in attributes else self.row + 1
                self.column = 0
            case "sheetData" | "table":
                self._begin_sheet()
            case "table-row":
                self.row += _repeated(attributes, "number-rows-repeated")
                self.column = 0
            case "table-cell" | "covered-table-cell":
                self.column += _repeated(attributes, "number-columns-repeated")
                if any(key.rpartition(":")[2] in _VALUES for key in attributes):
                    self._fill_to_here()
            case "p":
                self._fill_to_here()

    def _fill_to_here(self) -> None:
        """Repeated cells and rows fill all that lies before them, too: there readers start at the corner."""
        self.fill(1, 1)
        self.fill(self.row, self.column)

    def fill(self, row: int, column: int) -> None:
        self.first_row, self.last_row = min(self.first_row, row), max(self.last_row, row)
        self.first_column, self.last_column = min(self.first_column, column), max(self.last_column, column)
        n = (self.last_row - self.first_row + 1) * (self.last_column - self.first_column + 1)
        if n > MAX_CELLS:
            raise TooLarge(
                "sheet_too_large", file=self.file, n=n, most=MAX_CELLS, row=self.last_row, column=self.last_column
            )  # fmt: skip


def _place(reference: str) -> tuple[int, int]:
    """Row and column of 'AB12', from 1."""
    found = _REFERENCE.fullmatch(reference)
    if found is None:
        raise ValueError(f"a cell is said to lie at '{reference[:20]}'")
    column = 0
    for letter in found[1].upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(found[2]), column


def _repeated(attributes: dict[str, str], word: str) -> int:
    """How often a row or cell is said to be repeated: once where nothing is said."""
    return max((int(value) for key, value in attributes.items() if key.rpartition(":")[2] == word), default=1)


def _refuse_entity(*_: object) -> None:
    raise ValueError("it declares words of its own, as no spreadsheet does")
