"""From a cell's text to a value of a kind, as SQL expressions: the one cast for files old and new.

Expressions are in DuckDB's dialect and give NULL where a text does not fit. Decides no kind.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from core.data import dates, months, numbers
from core.data.engines.duckdb import literal
from core.domain import Kind

BLANKS = " \t\r\n\u00a0\u3000\ufeff"
MISSING_TOKENS = frozenset(
    ("", "na", "n/a", "nan", "<na>", "nat", "null", "?", "#n/a", "(null)", "-", "--", ".")
)
INFINITE_TOKENS = frozenset(("inf", "+inf", "-inf", "infinity", "+infinity", "-infinity"))
# missing only where everything else is a number or a date: "None" is an answer in a column of words
SOFT_MISSING_TOKENS = INFINITE_TOKENS | {"none", "#div/0!", "#value!"}

PLAIN_PATTERN = r"[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?"
WRITTEN_FORMATS: tuple[str, ...] = tuple(numbers.FORMS)
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
    "image": "BLOB",
    "sound": "BLOB",
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


def is_infinite(text: str) -> str:
    return f"lower({text}) IN ({listed(INFINITE_TOKENS)})"


def number(text: str, number_format: str) -> str:
    """A finite DOUBLE. number_format: "plain", or a key of `core.data.numbers.FORMS`: 5 for "5 %", 12000 for "1.2万"."""
    if number_format == "plain":
        cast = f"try_cast({text} AS DOUBLE)"
        return f"CASE WHEN {is_plain_number(text, cast)} THEN {cast} END"
    form = numbers.FORMS[number_format]
    digits = f"regexp_replace({text}, '[^0-9{form.decimal}]', '', 'g')"
    if form.decimal == ",":
        digits = f"replace({digits}, ',', '.')"
    if form.scaled:  # as an exponent: 2.3万 is 23000 and not what multiplying two doubles gives
        digits = f"({digits} || {_exponent(text)})"
    below_zero = f"regexp_matches({text}, '[({numbers.MINUS}]')"
    return (
        f"CASE WHEN regexp_full_match({text}, {literal(form.pattern)}) "
        f"THEN try_cast({digits} AS DOUBLE) * CASE WHEN {below_zero} THEN -1 ELSE 1 END END"
    )


def is_plain_number(text: str, cast: str) -> str:
    """Whether a text that the engine could cast is a finite number as others write them.

    The cast also takes 1_000 and inf, which no other program would write for a number.
    """
    return f"abs({cast}) <= 1.7976931348623157e308 AND NOT contains({text}, '_')"


def _exponent(text: str) -> str:
    """SQL of "e4" for a text with 万 in it; "e0" for one without any such word."""
    bare = f"regexp_replace({text}, {literal(numbers.CURRENCIES)}, '', 'g')"
    word = f"regexp_extract({bare}, {literal('|'.join(numbers.SCALES))})"
    cases = " ".join(f"WHEN {literal(word)} THEN 'e{power}'" for word, power in numbers.SCALES.items())
    return f"CASE {word} {cases} ELSE 'e0' END"


def currency(text: str) -> str:
    """SQL of the currency an amount is written with, '' where there is none."""
    return f"regexp_extract({text}, {literal(numbers.CURRENCIES)})"


def fits_number(text: str, number_format: str) -> bool:
    """Whether one present text is a number in that format."""
    if number_format == "plain":
        return re.fullmatch(PLAIN_PATTERN, text) is not None
    return numbers.FORMS[number_format].fits(text)


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
    """A TIMESTAMP: the clock as it is written, whatever zone stands behind it."""
    if date_format == dates.WORDS:
        return _worded_date(f"lower({text})")
    parsed = (
        f"try_cast({text} AS TIMESTAMP)"
        if date_format == dates.ISO
        else f"try_strptime({text}, {literal(date_format)})"
    )
    return f"CASE WHEN regexp_full_match(lower({text}), {literal(dates.pattern(date_format).lower())}) THEN {parsed} END"


def _worded_date(text: str) -> str:
    """The date of a text in lower case with a month's name; the first of the month where it has no day."""
    day, month, year, clock = (
        f"regexp_extract({text}, {literal(months.PATTERN)}, {group})" for group in range(1, 5)
    )
    number = " ".join(
        f"WHEN {month} IN ({listed(names)}) THEN '{i}'" for i, names in enumerate(months.NAMES, start=1)
    )
    parts = (
        f"{year} || '-' || CASE {number} END || '-' || CASE {day} WHEN '' THEN '1' ELSE {day} END || ' ' || "
        f"CASE length({clock}) WHEN 0 THEN '0:00:00' WHEN 4 THEN {clock} || ':00' WHEN 5 THEN {clock} || ':00' "
        f"ELSE {clock} END"
    )
    return (
        f"CASE WHEN regexp_full_match({text}, {literal(months.PATTERN)}) "
        f"THEN try_strptime({parts}, '%Y-%m-%d %H:%M:%S') END"
    )


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
        case "image" | "sound":  # as text a file is its bytes in base64
            return f"TRY(from_base64({text}))"
    return text


def cell_value(cell: str, kind: Kind, statistics: Mapping[str, Any]) -> str:
    """A raw cell as a value of the kind; NULL where it is missing or does not fit."""
    # a missing token is no number, date or truth value: only words need to be told from it
    words = kind in ("category", "text")
    return value(present(cell) if words else trimmed(cell), kind, statistics)


def listed(tokens: Iterable[str]) -> str:
    return ", ".join(literal(token) for token in sorted(tokens))
