"""Written forms of dates: which of them fit some texts. Converts nothing itself."""

import itertools
import re
from collections.abc import Sequence
from functools import cache, lru_cache

from core.data import months

ISO = "iso"  # year first with hyphens, time and zone optional; a zone is left out of account
WORDS = "words"  # day, the month's name in one of several languages, year: 5. März 2024, 12 de agosto de 2023
COMPACT = ("%Y%m%d", "%Y%m%d%H%M%S")  # digits alone, which may be a number or a code as well

_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_LONG_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
_PATTERNS = {
    "%Y": r"[12][0-9]{3}",
    "%y": r"[0-9]{2}",
    "%m": r"(0?[1-9]|1[0-2])",
    "%d": r"(0?[1-9]|[12][0-9]|3[01])",
    "%b": f"({_MONTHS})",
    "%B": f"({_LONG_MONTHS})",
    "%H": r"([01]?[0-9]|2[0-3])",
    "%I": r"(0?[1-9]|1[0-2])",
    "%M": r"[0-5][0-9]",
    "%S": r"[0-5][0-9]",
    "%f": r"[0-9]{1,6}",
    "%p": r"(am|pm)",
}
_ISO_PATTERN = (
    r"[12][0-9]{3}-(0?[1-9]|1[0-2])-(0?[1-9]|[12][0-9]|3[01])"
    r"([Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,9})?)?( ?([Zz]|[+-][0-9]{2}(:?[0-9]{2})?))?)?"
)
_COMPACT_PATTERNS = {
    "%Y%m%d": r"(19|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])",
    "%Y%m%d%H%M%S": r"(19|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])([01][0-9]|2[0-3])([0-5][0-9]){2}",
}
# what follows the clock in an ISO text with a zone; "-05" at the end of a day alone is no zone
ZONE_PATTERN = r":[0-9]{2}(?:[.][0-9]+)? ?([Zz]|[+-][0-9]{2}(?::?[0-9]{2})?)$"
# month first before day first: where every value fits both, the first one is taken, and a finding says so
_DAYS = (
    "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日",
    "%m/%d/%Y", "%d/%m/%Y", "%d.%m.%Y", "%m-%d-%Y", "%d-%m-%Y",
    "%d-%b-%Y", "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%d/%b/%Y",
    "%m/%d/%y", "%d/%m/%y", "%d.%m.%y", "%m-%d-%y", "%d-%m-%y", "%d-%b-%y", "%d %b %y",
)  # fmt: skip
_TIMES = ("", " %H:%M", " %H:%M:%S", "T%H:%M:%S", " %H:%M:%S.%f", " %I:%M %p", " %I:%M:%S %p")
FORMATS: tuple[str, ...] = (
    ISO,
    *(day + time for time, day in itertools.product(_TIMES, _DAYS)),
    "%Y-%m",
    "%Y/%m",
    "%b %Y",
    "%B %Y",
    WORDS,
    *COMPACT,
)

LEAST_COMPACT, LEAST_MONTHS = 5, 2
# words of a name, apart from others by a mark or an inner capital: orderDate, dt_start, Buchungstag
_DATE_NAME = re.compile(
    r"(?i:date|datum|fecha|日期|時間|时间|day$|tag$)|(?:^|[^A-Za-z])(?i:data|dt|jour|dia|giorno|dag|ymd|yyyymmdd|time|timestamp)(?![a-z])"
)


@cache
def pattern(date_format: str) -> str:
    """A regular expression, for RE2 and Python alike, of lower-case texts in that format."""
    if date_format == ISO:
        return _ISO_PATTERN
    if date_format == WORDS:
        return months.PATTERN
    if date_format in COMPACT:
        return _COMPACT_PATTERNS[date_format]
    pieces = re.split(r"(%[A-Za-z])", date_format)
    return "".join(
        _PATTERNS[p] if p in _PATTERNS else re.escape(p.lower()).replace(r"\ ", " ") for p in pieces
    )


@cache
def _compiled(date_format: str) -> re.Pattern[str]:
    return re.compile(pattern(date_format), re.IGNORECASE)


_ANY = re.compile(r"(?=.*[0-9])(?=.*[-/. 年])[\w:./\-, +º°]{6,40}")
_DIGITS = re.compile(r"[12][0-9]{7}([0-9]{6})?")


def fitting_formats(texts: Sequence[str]) -> list[str]:
    """The formats that every one of the texts is written in, in order of preference."""
    if texts and _DIGITS.fullmatch(texts[0]):
        forms = COMPACT
    elif texts and _ANY.fullmatch(texts[0]):
        forms = FORMATS
    else:
        return []
    return [f for f in forms if all(_compiled(f).fullmatch(text) for text in texts)]


@lru_cache(maxsize=10_000)
def looks_like_date(text: str) -> bool:
    return _ANY.fullmatch(text) is not None and any(_compiled(f).fullmatch(text) for f in FORMATS)


def are_convincing(texts: Sequence[str], name: str) -> bool:
    """Whether digits that fit a compact format are dates rather than numbers or codes, by a column's name or their spread.

    A run of order numbers may look like the days of one month; it does not leap from the 31st to the 1st.
    """
    if _DATE_NAME.search(name):
        return True
    return len(texts) >= LEAST_COMPACT and len({text[:6] for text in texts}) >= LEAST_MONTHS


def is_day_month_twin(a: str, b: str) -> bool:
    """Whether two formats differ only in which of day and month comes first."""
    swapped = a.replace("%d", "%_").replace("%m", "%d").replace("%_", "%m")
    return a != b and swapped == b


def spoken(date_format: str) -> str:
    """The format as people write it: DD/MM/YYYY."""
    if date_format == ISO:
        return "YYYY-MM-DD"
    if date_format == WORDS:
        return "D Month YYYY"
    for code, words in (
        ("%Y", "YYYY"), ("%y", "YY"), ("%m", "MM"), ("%d", "DD"), ("%b", "Mon"), ("%B", "Month"), ("%H", "HH"),
        ("%I", "HH"), ("%M", "MM"), ("%S", "SS"), ("%f", "ffffff"), ("%p", "AM/PM"),
    ):  # fmt: skip
        date_format = date_format.replace(code, words)
    return date_format
