"""From a cell's text to a value of a kind, as SQL expressions: the one cast for files old and new.

Expressions are in DuckDB's dialect and give NULL where a text does not fit. Decides no kind.
"""

import re
from collections.abc import Mapping
from typing import Any, Literal

from core.data import dates
from core.data.engines.duckdb import literal
from core.domain import Kind

NumberFormat = Literal["plain", "grouped", "percent", "decimal_comma"]

BLANKS = " \t\r\n\u00a0\u3000\ufeff"
MISSING_TOKENS = frozenset(
    ("", "na", "n/a", "nan", "<na>", "nat", "null", "?", "#n/a", "(null)", "-", "--", ".")
)
# missing only where everything else is a number or a date: "None" is an answer in a column of words
SOFT_MISSING_TOKENS = frozenset(
    ("none", "inf", "+inf", "-inf", "infinity", "-infinity", "#div/0!", "#value!")
)

_SYMBOLS = "$€£¥￥₩₹"
NUMBER_PATTERNS: Mapping[NumberFormat, str] = {
    "plain": r"[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?",
    "grouped": rf"[+-]?[{_SYMBOLS}]? ?[+-]?([0-9]{{1,3}}(,[0-9]{{3}})+|[0-9]+)?([.][0-9]*)? ?[{_SYMBOLS}]?",
    "percent": r"[+-]?([0-9]{1,3}(,[0-9]{3})+|[0-9]+)?([.][0-9]*)? ?%",
    "decimal_comma": rf"[+-]?[{_SYMBOLS}]? ?[+-]?([0-9]{{1,3}}([.][0-9]{{3}})+|[0-9]+)(,[0-9]+)? ?[{_SYMBOLS}]?",
}
WRITTEN_FORMATS: tuple[NumberFormat, ...] = ("percent", "grouped", "decimal_comma")
# an integer type's range ends at 19 digits, and a leading zero says that the digits are a code
WHOLE_PATTERN = r"[+-]?[0-9]+"
CODE_PATTERN = r"[+-]?0[0-9]+"

SQL_TYPES: Mapping[Kind, str] = {
    "integer": "BIGINT",
    "decimal": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "TIMESTAMP",
    "category": "VARCHAR",
    "text": "VARCHAR",
}


def trimmed(cell: str) -> str:
    """The cell without blanks around it."""
    return f"trim({cell}, {literal(BLANKS)})"


def present(cell: str) -> str:
    """The cell without blanks around it; NULL where it says that the value is missing."""
    text = trimmed(cell)
    return f"CASE WHEN lower({text}) IN ({listed(MISSING_TOKENS)}) THEN NULL ELSE {text} END"


def is_soft_missing(text: str) -> str:
    return f"lower({text}) IN ({listed(SOFT_MISSING_TOKENS)})"


def number(text: str, number_format: NumberFormat) -> str:
    """A finite DOUBLE. Grouped: thousands commas and a currency sign; percent: 5 for "5 %"."""
    if number_format == "plain":
        # the cast also takes 1_000 and inf, which no other program would write for a number
        cast = f"try_cast({text} AS DOUBLE)"
        return (
            f"CASE WHEN abs({cast}) <= 1.7976931348623157e308 AND NOT contains({text}, '_') THEN {cast} END"
        )
    cleaned = f"regexp_replace({text}, '[,% {_SYMBOLS}]', '', 'g')"
    if number_format == "decimal_comma":
        cleaned = f"replace(regexp_replace({text}, '[. {_SYMBOLS}]', '', 'g'), ',', '.')"
    return (
        f"CASE WHEN regexp_full_match({text}, {literal(NUMBER_PATTERNS[number_format])}) "
        f"THEN try_cast({cleaned} AS DOUBLE) END"
    )


def fits_number(text: str, number_format: NumberFormat) -> bool:
    """Whether one present text is a number in that format."""
    return re.fullmatch(NUMBER_PATTERNS[number_format], text) is not None and any(c.isdigit() for c in text)


def whole(text: str) -> str:
    """A BIGINT, from digits; 3.0 counts: so other programs write a 3 beside a missing value."""
    return (
        f"CASE WHEN regexp_full_match({text}, '{WHOLE_PATTERN}([.]0*)?') THEN try_cast({text} AS BIGINT) END"
    )


def boolean(text: str) -> str:
    """A BOOLEAN from the words true and false alone: what makes a column one without being asked."""
    return f"CASE lower({text}) WHEN 'true' THEN TRUE WHEN 'false' THEN FALSE END"


def truth(text: str) -> str:
    """A BOOLEAN where somebody says that a column holds truth values: more words count than for a guess."""
    return (
        f"CASE WHEN lower({text}) IN ('true', 'yes', '1', 't', 'y') THEN TRUE "
        f"WHEN lower({text}) IN ('false', 'no', '0', 'f', 'n') THEN FALSE END"
    )


def date(text: str, date_format: str) -> str:
    parsed = (
        f"try_cast({text} AS TIMESTAMP)"
        if date_format == dates.ISO
        else f"try_strptime({text}, {literal(date_format)})"
    )
    return f"CASE WHEN regexp_full_match(lower({text}), {literal(dates.pattern(date_format).lower())}) THEN {parsed} END"


def value(text: str, kind: Kind, statistics: Mapping[str, Any]) -> str:
    """A text that is present, as a value of the kind; NULL where it does not fit.

    statistics: of the column: its number_format and date_format say how values are written.
    """
    match kind:
        case "integer":
            number_format = statistics.get("number_format", "plain")
            if number_format == "plain":
                return whole(text)
            as_double = number(text, number_format)
            return f"CASE WHEN {as_double} = floor({as_double}) THEN try_cast({as_double} AS BIGINT) END"
        case "decimal":
            return number(text, statistics.get("number_format", "plain"))
        case "boolean":
            return truth(text)
        case "date":
            return date(text, statistics.get("date_format", dates.ISO))
    return text


def cell_value(cell: str, kind: Kind, statistics: Mapping[str, Any]) -> str:
    """A raw cell as a value of the kind; NULL where it is missing or does not fit."""
    # a missing token is no number, date or truth value: only words need to be told from it
    words = kind in ("category", "text")
    return value(present(cell) if words else trimmed(cell), kind, statistics)


def listed(tokens: frozenset[str]) -> str:
    return ", ".join(literal(token) for token in sorted(tokens))
