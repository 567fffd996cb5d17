"""Which character separates cells and how they are quoted, from a sample. Knows no header and no kinds."""

import csv
import io
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from core.data.sources._layout import is_value, modal_width

SEPARATORS = (",", ";", "\t", "|")
RARE_SEPARATORS = (
    ":", "~", "^", "#", "&", "*", "@", "!", "¦", "§", "¬", "\x01", "\x02", "\x1e", "，", "；", "、",
)  # fmt: skip
NO_SEPARATOR = "\x1f"  # "unit separator": stands in where there is one column only
# what no single character says: any run of blanks, runs of two or more, and a character twice
BLANKS, WIDE_BLANKS = "blanks", "wide blanks"
TWICE = {mark * 2: re.compile(re.escape(mark * 2)) for mark in "|:~^#@"}
RUNS = {BLANKS: re.compile(r"[ \t]+"), WIDE_BLANKS: re.compile(r"[ \t]{2,}|\t"), **TWICE}
SAMPLE_ROWS = 300
JUDGED_ROWS = 60

Rows = list[list[str]]


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """separator: a character, or the name of a run of blanks. quote: the quoting character, or "" when
    quotes are ordinary characters. escape: what makes the next character ordinary: the quote itself,
    doubled, or a backslash; without quotes, a backslash before a separator, or "" for none."""

    separator: str
    quote: str = '"'
    escape: str = '"'


def detect_dialect(sample: str, separator: str | None = None, quote: str | None = None) -> Dialect:
    """The dialect under which the sample's rows agree best on how many cells they have."""
    quotes = [quote] if quote is not None else _likely_quotes(sample)
    if separator in RUNS:
        return Dialect(separator=separator, quote=quotes[0], escape=_escapes(sample, quotes[0])[0])
    candidates = [separator] if separator else [*SEPARATORS, *(s for s in RARE_SEPARATORS if s in sample)]
    first = Dialect(
        separator=separator or NO_SEPARATOR, quote=quotes[0], escape=_escapes(sample, quotes[0])[0]
    )
    best, best_score = first, 0.0
    for candidate, mark in itertools.product(candidates, quotes):
        for escape in _escapes(sample, mark, candidate):
            dialect = Dialect(separator=candidate, quote=mark, escape=escape)
            score = _agreement(parse(sample, dialect), is_rare=candidate in RARE_SEPARATORS and not separator)
            if score > best_score + 1e-9:
                best, best_score = dialect, score
    if best_score == 0 and separator is None:
        return _runs_of_blanks(sample, first) or first
    return best if separator else _twice(sample, best)


def _twice(sample: str, dialect: Dialect) -> Dialect:
    """The separator as two of its characters, where between them there is never anything."""
    if dialect.separator * 2 not in TWICE:
        return dialect
    rows = parse(sample, dialect)
    is_twice = all(len(row) > 2 and len(row) % 2 and not any(row[1::2]) for row in rows)
    return replace(dialect, separator=dialect.separator * 2) if is_twice else dialect


def _likely_quotes(sample: str) -> list[str]:
    """The single quote only where it stands around cells, as an apostrophe does not."""
    around = {
        mark: len(
            re.findall(
                rf"(?:^|[^\w\s{mark}]|\t) ?{mark}[^{mark}\n]*{mark}(?=$|[^\w\s]|\t)", sample[:65536], re.M
            )
        )
        for mark in "\"'"
    }
    if around["'"] > max(2, around['"']):
        return ["'", '"', ""] if '"' in sample else ["'", ""]
    return ['"', ""] if '"' in sample or "\\" in sample else ['"']


def is_quoted_on_purpose(sample: str, dialect: Dialect) -> bool:
    """Whether quotes stand around cells, from one separator to the next, more often than alone."""
    mark, separator = (
        re.escape(dialect.quote),
        re.escape(" " if dialect.separator in (BLANKS, WIDE_BLANKS) else dialect.separator),
    )
    around = re.findall(rf"(?:^|{separator}) ?{mark}[^{mark}\n]*{mark} ?(?={separator}|$)", sample, re.M)
    return len(around) * 4 > sample.count(dialect.quote) > 0


def _escapes(sample: str, quote: str, separator: str | None = None) -> list[str]:
    if not quote:
        return ["", "\\"] if separator and f"\\{separator}" in sample else [""]
    if f"\\{quote}" in sample and quote * 2 not in sample:
        return ["\\"]
    return [quote, "\\"] if f"\\{quote}" in sample else [quote]


def _runs_of_blanks(sample: str, first: Dialect) -> Dialect | None:
    """Blanks as separators, where every line agrees and some columns hold numbers or dates."""
    lines = [line for line in sample.splitlines()[:SAMPLE_ROWS] if line.strip()]
    for name in (WIDE_BLANKS, BLANKS):
        rows = [re.split(RUNS[name], line.strip()) for line in lines]
        width = modal_width(rows) if rows else 0
        if len(rows) < 2 or width < 2 or sum(len(row) == width for row in rows) < 0.9 * len(rows):
            continue
        if any(sum(is_value(r[i]) for r in rows if len(r) == width) > 0.6 * len(rows) for i in range(width)):
            return Dialect(separator=name, quote=first.quote, escape=first.escape)
    return None


def parse(sample: str, dialect: Dialect, n_rows: int = SAMPLE_ROWS) -> Rows:
    """The first rows of the sample, blank ones left out."""
    return [row for _, row in itertools.islice(numbered_rows(sample, dialect), n_rows) if row]


def numbered_rows(sample: str, dialect: Dialect) -> Iterator[tuple[int, list[str]]]:
    """Each row, a blank line as an empty one, with the line of the sample that it begins in, from 0."""
    reader = csv.reader(
        io.StringIO(sample, newline=""),
        delimiter="\t" if dialect.separator in RUNS else dialect.separator,
        quotechar=dialect.quote or None,
        quoting=csv.QUOTE_MINIMAL if dialect.quote else csv.QUOTE_NONE,
        doublequote=dialect.escape == dialect.quote,
        escapechar="\\" if dialect.escape == "\\" else None,
        skipinitialspace=dialect.separator not in "\t ",
    )
    begins = 0
    try:
        for row in reader:
            yield begins, row
            begins = reader.line_num
    except csv.Error:  # a cell beyond the csv module's limit: judge by the rows before it
        return


def with_tabs(text: str, dialect: Dialect) -> str:
    """Whole lines whose separators are runs of blanks, with tabs instead; what is quoted stays."""
    quoted = f"{dialect.quote}[^{dialect.quote}\n]*{dialect.quote}" if dialect.quote else r"(?!)"
    at_ends = re.compile(r"^[ \t]+|[ \t]+$", re.MULTILINE)
    either = re.compile(f"({quoted})|{RUNS[dialect.separator].pattern}")
    return either.sub(lambda found: found[1] or "\t", at_ends.sub("", text))


def _agreement(rows: Rows, *, is_rare: bool) -> float:
    """Between 0 and 1: the share of rows with the commonest width, a little more for wider rows and for
    cells that are numbers or dates. A character that is rarely a separator needs all rows to agree."""
    if not rows:
        return 0.0
    width = modal_width(rows)
    share = sum(len(row) == width for row in rows) / len(rows)
    if width < 2 or share < 0.5:
        return 0.0
    if is_rare and (len(rows) < 3 or len(rows[0]) != width or share < 0.98 or not _has_values(rows, width)):
        return 0.0
    return share * (1 - 0.1 / width) * (0.9 + 0.1 * _value_share(rows)) * (0.8 if is_rare else 1.0)


def _value_share(rows: Sequence[Sequence[str]]) -> float:
    cells = [cell.strip() for row in rows[:JUDGED_ROWS] for cell in row[:200] if cell.strip()]
    return sum(is_value(cell) for cell in cells) / len(cells) if cells else 0.0


def _has_values(rows: Rows, width: int) -> bool:
    """Whether some column holds numbers or dates and another one words, so that it is no time of day."""
    body = rows[1:JUDGED_ROWS]
    shares = [
        sum(is_value(row[i].strip()) for row in body if len(row) == width) / len(body) for i in range(width)
    ]
    return max(shares) > 0.8 and (min(shares) < 0.5 or not all(map(is_value, rows[0])))
