"""Which character separates cells, how they are quoted and whether a header comes first, from a sample."""

import csv
import io
import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from core.data.casting import MISSING_TOKENS
from core.data.dates import looks_like_date

SEPARATORS = (",", ";", "\t", "|")
NO_SEPARATOR = "\x1f"  # "unit separator": stands in where there is one column only
SAMPLE_ROWS = 300
HEADER_ROWS = 60
_NUMBER = re.compile(r"[(]?[+-]?[$€£¥]?\s*[+-]?(\d[\d,]*\.?\d*|\.\d+)([eE][+-]?\d+)?\s*[%$€£¥]?[)]?|\d+,\d+")

Rows = list[list[str]]


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """quote: the quoting character, or "" when quotes are ordinary characters. escape: what makes a
    quote within quotes ordinary: itself doubled, or a backslash."""

    separator: str
    quote: str = '"'
    escape: str = '"'


def detect_dialect(sample: str, separator: str | None = None) -> Dialect:
    """The dialect under which the sample's rows agree best on how many cells they have."""
    candidates = [separator] if separator else SEPARATORS
    quotes = ['"', ""] if '"' in sample else ['"']
    escape = "\\" if '\\"' in sample and '""' not in sample else '"'
    best, best_score = Dialect(separator=separator or NO_SEPARATOR, escape=escape), 0.0
    for candidate, quote in itertools.product(candidates, quotes):
        dialect = Dialect(separator=candidate, quote=quote, escape=escape)
        score = _agreement(parse(sample, dialect))
        if score > best_score + 1e-9:
            best, best_score = dialect, score
    return best


def parse(sample: str, dialect: Dialect, n_rows: int = SAMPLE_ROWS) -> Rows:
    """The first rows of the sample, blank ones left out."""
    reader = csv.reader(
        io.StringIO(sample, newline=""),
        delimiter=dialect.separator,
        quotechar=dialect.quote or None,
        quoting=csv.QUOTE_MINIMAL if dialect.quote else csv.QUOTE_NONE,
        doublequote=dialect.escape == dialect.quote,
        escapechar="\\" if dialect.quote and dialect.escape == "\\" else None,
    )
    rows = []
    try:
        for row in itertools.islice(reader, n_rows):
            if row:
                rows.append(row)
    except csv.Error:  # a cell beyond the csv module's limit: judge by the rows before it
        pass
    return rows


def modal_width(rows: Rows) -> int:
    """How many cells most rows have; the wider of two equally common widths."""
    widths = Counter(len(row) for row in rows)
    return max(widths, key=lambda width: (widths[width], width))


def _agreement(rows: Rows) -> float:
    """Between 0 and 1: the share of rows with the commonest width, a little more for wider rows."""
    if not rows:
        return 0.0
    width = modal_width(rows)
    share = sum(len(row) == width for row in rows) / len(rows)
    if width < 2 or share < 0.5:
        return 0.0
    return share * (1 - 0.1 / width)


def n_preamble(rows: Rows) -> int:
    """Leading rows that are titles or notes: narrower than the table, with one filled cell at most."""
    width = modal_width(rows)
    for position, row in enumerate(rows[:20]):
        if len(row) >= width - 1 > 0 and sum(bool(cell.strip()) for cell in row) > 1 or width == 1:
            return position
    return 0


def has_header(rows: Sequence[Sequence[str | None]]) -> bool:
    """Whether the first row names the columns rather than being one of the table's rows.

    Each column whose first cell is text above numbers or dates speaks for it; a number above
    numbers, or a text that occurs again below, against it. Without evidence, names must all be
    filled, short and distinct.
    """
    first, below = [(cell or "").strip() for cell in rows[0]], rows[1:HEADER_ROWS]
    if len(first) > 2 and first in ([str(i + start) for i in range(len(first))] for start in (0, 1)):
        return True
    evidence = 0
    for position, name in enumerate(first):
        cells = [(row[position] or "").strip() for row in below if position < len(row)]
        cells = [cell for cell in cells if cell.lower() not in MISSING_TOKENS]
        if not name or not cells:
            continue
        n_values = sum(_is_value(cell) for cell in cells)
        if _is_value(name) or name.lower() in MISSING_TOKENS:
            evidence -= 2 if n_values > 0.8 * len(cells) else 1
        elif n_values > 0.8 * len(cells):
            evidence += 2
        elif name in cells:
            evidence -= 1
    if evidence:
        return evidence > 0
    return (
        all(first)
        and len(set(first)) == len(first)
        and all(len(name) <= 80 for name in first)
        and not any(_is_value(name) for name in first)
    )


def _is_value(cell: str) -> bool:
    return _NUMBER.fullmatch(cell) is not None or looks_like_date(cell)
