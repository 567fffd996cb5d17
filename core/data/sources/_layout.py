"""Where in the first rows of a file the table begins, and what its columns are called. Reads no file.

Above a table there may be titles and notes, over its columns several rows of names; a name that spans
columns stands over the first of them, and the cells beside it are blank.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from core.data.casting import MISSING_TOKENS
from core.data.dates import looks_like_date
from core.data.numbers import FORMS

MAX_TITLES = 40
MAX_HEADER_ROWS = 5
BODY_ROWS = 60
MANY_COUNTED = 10
JOINED = " / "
# the words before the figures of all rows together
TOTALS = frozenset(
    ("total", "totals", "grand total", "sum", "overall", "total general", "totale", "summe", "gesamt", "gesamtsumme",
     "insgesamt", "合计", "总计", "总和", "合計", "總計", "итого")
)  # fmt: skip
_NUMBER = re.compile(r"[(]?[+-]?[$€£¥]?\s*[+-]?(\d[\d,]*\.?\d*|\.\d+)([eE][+-]?\d+)?\s*[%$€£¥]?[)]?|\d+,\d+")
_YEAR = re.compile(r"(19|20)[0-9]{2}([./-][0-9]{2,4})?")

Row = Sequence[str | None]


@dataclass(frozen=True, kw_only=True)
class Layout:
    """first: the row in which the table begins; n_header: how many rows of names it has. width: of its rows."""

    first: int
    n_header: int
    width: int


def modal_width(rows: Sequence[Row]) -> int:
    """How many cells most rows have; the wider of two equally common widths."""
    widths = Counter(len(row) for row in rows)
    return max(widths, key=lambda width: (widths[width], width))


def find_layout(rows: Sequence[Row], n_header: int | None = None, *, may_have_titles: bool = True) -> Layout:
    """rows: the first ones, each with all its cells. n_header: where somebody said how many rows hold names.

    may_have_titles: False where somebody said at which line the table begins.
    """
    first = n_titles(rows) if may_have_titles else 0
    below = rows[first:]
    width = modal_width(below[1:] or below)
    if n_header is None:
        n_header = n_header_rows(below, width)
    return Layout(first=first, n_header=min(n_header, len(below)), width=width)


def n_titles(rows: Sequence[Row]) -> int:
    """Leading rows that are titles or notes: narrower than the table, or with one filled cell at most."""
    width = modal_width(rows)
    if width == 1:
        return 0
    top = rows[:MAX_TITLES]
    begins = next((i for i, row in enumerate(top) if len(row) >= width - 1 and _n_filled(row) > 1), 0)
    # rows of two cells above a blank one belong to the title of a wider table
    for i, row in enumerate(top):
        if (
            i >= begins
            and _n_filled(row) == 0
            and width > 2
            and all(_n_filled(r) <= 2 for r in top[begins:i])
        ):
            after = next((k for k in range(i, len(top)) if _n_filled(top[k]) > 2), None)
            if after is None or (width <= 4 and not _begins_table(rows[after:])):
                return begins
            return after
    return begins


def _begins_table(rows: Sequence[Row]) -> bool:
    """Whether the first row has a different word in each cell, above a table of which that can be said."""
    first = [(cell or "").strip() for cell in rows[0]]
    return len(rows) > 1 and len(set(first)) == len(first) and not any(not c or is_value(c) for c in first)


def n_header_rows(rows: Sequence[Row], width: int) -> int:
    """How many of the first rows hold names rather than values."""
    columns = _value_columns(rows, width)
    last = max(
        (i for i, row in enumerate(rows[:MAX_HEADER_ROWS]) if _is_over_values(row, columns)), default=0
    )
    if last > 0 and len(rows) > last + 1 and all(_may_be_names(row) for row in rows[:last]):
        if _is_over_values(rows[last + 1], columns, least=1) and _may_be_names(rows[last + 1]):
            return last + 2  # the columns at the left are named in a row of their own
        return last + 1
    return int(has_header(rows))


def _value_columns(rows: Sequence[Row], width: int) -> list[int]:
    """The columns that hold numbers or dates below whatever is on top."""
    body = rows[MAX_HEADER_ROWS:BODY_ROWS]
    found = []
    for i in range(width):
        cells = [cell for row in body if i < len(row) and _says(cell := (row[i] or "").strip())]
        if len(cells) >= 2 and sum(map(is_value, cells)) >= 0.9 * len(cells):
            found.append(i)
    return found


def _is_over_values(row: Row, columns: Sequence[int], least: int = 0) -> bool:
    """Whether the row has words, and nothing else, over columns of numbers or dates.

    least: over how many; over at least two and half of them unless it is given.
    """
    cells = [(row[i] or "").strip() for i in columns if i < len(row)]
    said = [cell for cell in cells if _says(cell)]
    return len(said) >= (least or max(2, 0.5 * len(columns))) and not any(map(is_value, said))


def _may_be_names(row: Row) -> bool:
    """Whether every filled cell is a word or a year, as in the upper rows of a header."""
    said = [cell for cell in ((cell or "").strip() for cell in row) if cell]
    return bool(said) and all(not is_value(cell) or _YEAR.fullmatch(cell) for cell in said)


def has_header(rows: Sequence[Row]) -> bool:
    """Whether the first row names the columns rather than being one of the table's rows.

    Each column whose first cell is text above numbers or dates speaks for it; a number above
    numbers, or a text that occurs again below, against it. Without evidence, names must all be
    filled, short and distinct.
    """
    first, below = [(cell or "").strip() for cell in rows[0]], rows[1:BODY_ROWS]
    if _counts(first) or _names_years(first, below):
        return True
    evidence = 0
    for position, name in enumerate(first):
        cells = [(row[position] or "").strip() for row in below if position < len(row)]
        cells = [cell for cell in cells if _says(cell)]
        if not name or not cells:
            continue
        n_values = sum(map(is_value, cells))
        if is_value(name) or not _says(name):
            evidence -= 2 if n_values > 0.8 * len(cells) else 1
        elif n_values > 0.8 * len(cells):
            evidence += 2
        elif name in cells:
            evidence -= 1
    if evidence:
        return evidence > 0
    # a column without a name counts for nothing where it has no cells either
    names = [
        name for i, name in enumerate(first) if name or not below or any(i < len(r) and r[i] for r in below)
    ]
    return (
        len(names) > 0
        and all(names)
        and len(set(names)) == len(names)
        and all(len(name) <= 80 for name in names)
        and not any(is_value(name) for name in names)
    )


def _counts(first: Sequence[str]) -> bool:
    """Whether the first row counts its columns, 0, 1, 2 or 1, 2, 3, perhaps beside a name or two.

    Few numbers beside a name may be the ranks of the first row; not so below the blank corner of an index.
    """
    numbers = [name for name in first if name.isascii() and name.isdigit()]
    others = [name for name in first if name not in numbers]
    least = 3 if not any(others) else MANY_COUNTED
    return (
        len(numbers) >= max(least, len(first) - 3)
        and not any(map(is_value, others))
        and any(numbers == [str(i + start) for i in range(len(numbers))] for start in (0, 1))
    )


def _names_years(first: Sequence[str], below: Sequence[Row]) -> bool:
    """Whether the first row counts years over columns of anything else: Year, 2000, 2001, 2002."""
    years = [i for i, name in enumerate(first) if _YEAR.fullmatch(name)]
    named = [first[i] for i in years]
    if len(years) < 3 or len(years) < 0.5 * len(first) or sorted(set(named)) not in (named, named[::-1]):
        return False
    cells = [(row[i] or "").strip() for row in below for i in years if i < len(row)]
    return sum(_YEAR.fullmatch(cell) is not None for cell in cells) < 0.5 * len(cells)


def joined_names(rows: Sequence[Row], width: int, *, spread: bool = True) -> list[str]:
    """One name a column of all the header's rows: "2019 / Sales" where 2019 spans several columns.

    spread: whether a blank cell stands for the name at its left; not where it is known what spans what.
    """
    fitted = [_fitted(row, width) for row in rows]
    filled = []
    for depth, row in enumerate(fitted):
        lower, row_names, before = fitted[depth + 1 :] if spread else [], [], ""
        for i, cell in enumerate(row):
            # a blank cell belongs to the name at its left only where something below tells them apart
            before = cell or (before if any(other[i] for other in lower) else "")
            row_names.append(before)
        filled.append(row_names)
    return [JOINED.join(dict.fromkeys(row[i] for row in filled if row[i])) for i in range(width)]


def _fitted(row: Row, width: int) -> list[str]:
    """The cells, as many as the table's rows have: R leaves out the name of the row names."""
    cells = [" ".join((cell or "").split()) for cell in row]
    if len(cells) == width - 1:
        return ["", *cells]
    return (cells + [""] * width)[:width]


def n_notes(rows: Sequence[Row], width: int) -> int:
    """Rows at the end of a file that are no rows of the table: blank ones, and the notes below a blank one.

    rows: the last ones. A note fills one cell of a table of three columns or more, or it is a total.
    """
    n_blank = 0
    while n_blank < len(rows) and _n_filled(rows[-1 - n_blank]) == 0:
        n_blank += 1
    if width < 3:
        return n_blank
    end = len(rows)
    for i in range(len(rows) - 1, -1, -1):
        if _n_filled(rows[i]) == 0:
            end = i
        elif _n_filled(rows[i]) > 1 and not _is_total(rows[i]):
            break
    return max(n_blank, len(rows) - end if end > 0 else 0)


def _is_total(row: Row) -> bool:
    first = next(cell for cell in row if cell and cell.strip())
    return first.strip(" :：").lower() in TOTALS


def _n_filled(row: Row) -> int:
    return sum(bool(cell and cell.strip()) for cell in row)


def _says(cell: str) -> bool:
    return cell.lower() not in MISSING_TOKENS


@lru_cache(maxsize=50_000)
def is_value(cell: str) -> bool:
    """Whether a cell holds a number, in whatever form, or a date."""
    if _NUMBER.fullmatch(cell) is not None or looks_like_date(cell):
        return True
    return any(c.isdigit() for c in cell[:30]) and any(form.fits(cell) for form in FORMS.values())
