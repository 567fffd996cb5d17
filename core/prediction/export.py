"""Tables on their way out: CSV that is safe to open in a spreadsheet. Knows no model."""

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

# a cell of text that begins like this is a formula to a spreadsheet (CWE-1236)
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def harmless(table: pd.DataFrame) -> pd.DataFrame:
    """The table with an apostrophe before every text cell and name that a spreadsheet would run.

    Numbers stay numbers, negative ones too.
    """
    safe = table.copy()
    for position, name in enumerate(table.columns):
        column = table.iloc[:, position]
        if not pd.api.types.is_numeric_dtype(column.dtype) and not pd.api.types.is_datetime64_any_dtype(
            column.dtype
        ):
            safe.isetitem(position, column.map(_harmless_cell))
    safe.columns = [_harmless_cell(name) for name in table.columns]
    return safe


def _harmless_cell(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell


def to_csv(table: pd.DataFrame) -> bytes:
    """A small table as CSV in UTF-8 with the mark that makes Excel read it as such."""
    return harmless(table).to_csv(index=False).encode("utf-8-sig")


def write_csv(tables: Iterable[pd.DataFrame], path: Path) -> int:
    """Write tables one after another under one header; the rows written. All or nothing is left."""
    aside = path.with_name(f".{path.name}.part")
    n = 0
    try:
        with open(aside, "w", encoding="utf-8", newline="") as file:
            for table in tables:
                harmless(table).to_csv(file, index=False, header=n == 0 and file.tell() == 0)
                n += len(table)
        aside.replace(path)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
    return n
