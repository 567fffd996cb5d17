"""Tables on their way out: CSV that is safe to open in a spreadsheet. Knows no model."""

import csv
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO

import pandas as pd

# a cell of text that begins like this is a formula to some spreadsheet (CWE-1236), also full-width
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
NUMBER = re.compile(r"[+-]?([0-9]+[.,]?[0-9]*|[.,][0-9]+)([eE][+-]?[0-9]+)? ?%?")
# a number as programs write it; 007 is a code, and 1,5 would be two cells
PLAIN_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")
# where a spreadsheet whose separator is not the comma begins another cell: to it our quotation marks
# stand inside one and protect nothing
INNER_CELL = r"""[;\t\r\n|]"*[=+\-@＝＋－＠]"""
_INNER_CELL = re.compile(r"""([;\t\r\n|]"*)([=+\-@＝＋－＠][^;\t\r\n|"]*)""")
MARK = b"\xef\xbb\xbf"  # makes a spreadsheet read UTF-8 as such


def harmless(table: pd.DataFrame) -> pd.DataFrame:
    """The table with an apostrophe before every text cell and name that a spreadsheet would run.

    Numbers stay numbers, negative ones too, also those that are held as text.
    """
    safe = table.copy(deep=False)
    for place in range(table.shape[1]):
        column = table.iloc[:, place]
        if pd.api.types.is_string_dtype(column.dtype) and column.dtype != object:
            dangerous = column.str.startswith(FORMULA_STARTS) | column.str.contains(INNER_CELL)
            dangerous = dangerous.fillna(False).to_numpy(bool)
            if dangerous.any():
                safe.isetitem(place, column.where(~dangerous, column.map(_harmless_cell)))
        elif column.dtype == object or isinstance(column.dtype, pd.CategoricalDtype):
            safe.isetitem(place, column.astype(object).map(_harmless_cell))
    safe.columns = [_harmless_cell(name) for name in table.columns]
    return safe


def _harmless_cell(cell: object) -> object:
    if not isinstance(cell, str):
        return cell
    safe = _INNER_CELL.sub(_harmless_inner, cell)
    if cell.startswith(FORMULA_STARTS) and not NUMBER.fullmatch(cell):
        return f"'{safe}"
    return safe


def _harmless_inner(found: re.Match[str]) -> str:
    before, begun = found.groups()
    return found.group() if NUMBER.fullmatch(begun) else f"{before}'{begun}"


def _written(table: pd.DataFrame, file: IO[str] | None = None, *, header: bool = True) -> str | None:
    """A harmless table as CSV, its text in quotation marks and its numbers as short as they are.

    A number is one however it is held: a cell of text that is a plain number is written as it
    stands, without quotation marks.
    """
    safe = harmless(table)
    for place in range(safe.shape[1]):
        column = safe.iloc[:, place]
        if column.dtype == "float32":
            # as the shortest text that is this float32; pandas would quote text, and lengthen floats
            safe.isetitem(place, column.astype(str).astype("float64"))
        elif pd.api.types.is_string_dtype(column.dtype) or isinstance(column.dtype, pd.CategoricalDtype):
            safe.isetitem(place, _bare_numbers(column))
    return safe.to_csv(file, index=False, header=header, na_rep=NOTHING, quoting=csv.QUOTE_NONNUMERIC)


class _Bare(str):
    """A text that the CSV writer takes for a number: what can be converted to one gets no quotation marks."""

    def __float__(self) -> float:
        return float(str(self))


NOTHING = _Bare("")  # a missing cell is no text either


def _bare_numbers(column: pd.Series) -> pd.Series:
    cells = column.to_numpy(object)
    bare = [_Bare(c) if isinstance(c, str) and PLAIN_NUMBER.fullmatch(c) else c for c in cells]
    return pd.Series(bare, index=column.index, dtype=object)


def without_noise(table: pd.DataFrame) -> pd.DataFrame:
    """A table of computed figures to the 15 digits that a float surely has: beyond lies only what adding leaves.

    Not for values as somebody stored them, which may have 17.
    """
    floats = table.select_dtypes("float64").columns
    return table.assign(**{name: [float(f"{v:.15g}") for v in table[name]] for name in floats})


def to_csv(table: pd.DataFrame) -> bytes:
    """A small table as CSV in UTF-8 with the mark that makes Excel read it as such."""
    return MARK + _written(table).encode("utf-8")


def write_csv(tables: Iterable[pd.DataFrame], path: Path) -> int:
    """Write tables one after another under one header; the rows written. All or nothing is left."""
    aside = path.with_name(f".{path.name}.part")
    n = 0
    try:
        with open(aside, "w", encoding="utf-8", newline="") as file:
            for number, table in enumerate(tables):
                _written(table, file, header=number == 0)
                n += len(table)
        aside.replace(path)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
    return n


def for_spreadsheet(path: Path) -> bytes:
    """A written CSV file with the mark before it, for a download that a spreadsheet will open."""
    return MARK + path.read_bytes()


def preview(path: Path, n_rows: int, numbers: Sequence[str]) -> pd.DataFrame:
    """The first rows of a written CSV file, cells as they are written, the columns `numbers` as numbers."""
    head = pd.read_csv(path, nrows=n_rows, dtype=str, keep_default_na=False, na_values=[""])
    return head.assign(**{name: pd.to_numeric(head[name]) for name in numbers})
