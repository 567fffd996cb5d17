"""Kinds that the beginning of a table suggests, and SQL that holds every later cell to them. Reads no file.

A claim says what `core.data.inference` would find if it saw every cell. Its SQL gives a cell's
value, or fails naming the column at the first cell that breaks the claim: that column is then
read as text and judged by all its cells. So a large table is read once where its beginning
tells the truth, and the result is the same where it does not.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from core.data import casting, dates, numbers
from core.data.engines import Session
from core.data.engines.duckdb import literal
from core.data.inference import Inferred, read_alone, sample_values
from core.data.naming import is_generated

SAMPLE_ROWS = 5_000
LONGEST_TOKEN = max(map(len, casting.MISSING_TOKENS))
AFTER_ASCII = "\x7f"
_BROKEN = re.compile(r"claim about column ([0-9]+) is broken")
# Words as most are: neither end a blank, and no beginning that a token for "missing" has. Trimming, the
# dearest step of all, would change nothing, and looking the token up would find none.
_NOT_BLANK = f"[^{casting.BLANKS}]"
_PLAIN_WORD = (
    rf"(?s)[^{casting.BLANKS}nN?#(.<\-](.*{_NOT_BLANK})?|[nN][^aAuU/{casting.BLANKS}](.*{_NOT_BLANK})?"
)


def claims(session: Session, names: Sequence[str], n_rows: int) -> dict[int, Inferred]:
    """What each column can only be, by position, from the table `cells` of a table's first n_rows rows.

    Left out, so that all their cells decide, are columns that can be read two ways or whose sample
    does not rule out another kind, numbers in any but the plain form, whose unit is read from their
    cells, and columns without name and cell, of which a table may be rid.
    """
    found = read_alone(session, names, range(len(names)), n_rows)
    samples = sample_values(session, [i for i in found if found[i].kind in ("decimal", "text")], n_rows)
    return {
        # what a sample had to be told about is for whoever has seen every cell
        i: replace(one, findings=())
        for i, one in found.items()
        if one.other is None
        and not one.soft_missing
        and one.statistics.get("date_format") not in dates.COMPACT
        and "number_format" not in one.statistics
        and not (one.is_empty and is_generated(names[i]))
        and (i not in samples or any(_rules_out(text, one) for text in samples[i]))
    }


def _rules_out(text: str, claim: Inferred) -> bool:
    """Whether one value alone keeps its column from being anything but the words or decimals of the claim."""
    if claim.kind == "decimal":
        return not numbers.FORMS[numbers.TWINS["plain"]].fits(text)
    is_number = casting.fits_number(text, "plain") or any(form.fits(text) for form in numbers.FORMS.values())
    return not is_number and not dates.fitting_formats([text])


def broken(message: str) -> int | None:
    """Position of the column whose claim an engine's error says is broken; None for another error."""
    match = _BROKEN.search(message)
    return None if match is None else int(match.group(1))


def casts(claim: Inferred, cell: str) -> str | None:
    """SQL of a raw cell's value where it is written in the commonest way, garbage or NULL elsewhere, for `held`.

    Computed beside the cell rather than within `held`, where two branches would each compute it.
    """
    if claim.kind == "integer":
        return f"try_cast({cell} AS BIGINT)"
    if claim.kind == "decimal":
        return f"try_cast({cell} AS DOUBLE)"
    if _is_iso(claim):
        return f"try_cast({cell} AS TIMESTAMP)"
    return None


def held(cell: str, claim: Inferred, position: int, cast: str, *, has_underscores: bool = True) -> str:
    """SQL of a raw cell's value under the claim; NULL where it is missing.

    cast: name of what `casts` gives. has_underscores: some may be in the text, where the engine takes
    1_000 for a number, which no other program would.
    The cheap test comes first and serves nearly every cell; the next one says the same in full.
    """
    text = casting.trimmed(cell)
    missing = f"lower({text}) IN ({casting.listed(casting.MISSING_TOKENS)})"
    breaks = f"error('the claim about column {position} is broken')"
    match claim.kind:
        case "integer" | "decimal" | "date":
            # what is lost besides is counted and told, by whoever sees every cell
            missing = f"{missing} OR ({casting.is_soft_missing(text)} AND NOT {casting.is_infinite(text)})"
            full = f"coalesce({_full(text, claim)}, {breaks})"
            quick = " ".join(
                f"WHEN {test} THEN {cast}" for test in _usual(cell, claim, cast, has_underscores)
            )
            return f"CASE {quick} WHEN {cell} IS NULL OR {missing} THEN NULL ELSE {full} END"
        case "boolean":
            quick = f"CASE {cell} WHEN 'true' THEN TRUE WHEN 'false' THEN FALSE END"
            full = casting.boolean(text)
        case _ if claim.is_empty:
            quick = full = "CAST(NULL AS VARCHAR)"
        case _:
            plain = f"WHEN {_is_long_word(cell)} THEN {cell} WHEN {is_plain_word(cell)} THEN {cell}"
            return f"CASE {plain} ELSE {casting.present(cell)} END"
    return f"coalesce({quick}, CASE WHEN {cell} IS NULL OR {missing} THEN NULL ELSE coalesce({full}, {breaks}) END)"


def is_plain_word(cell: str) -> str:
    """Whether a cell's value is the cell as it stands; NULL for one without content."""
    return f"regexp_full_match({cell}, {literal(_PLAIN_WORD)})"


def _is_long_word(cell: str) -> str:
    """Whether a cell is too long for a token of "missing", between two characters of ASCII that are not blank.

    Turned round, as looking up the last character takes twice as long.
    """
    ends = (f"{end} >= '!' AND {end} < {literal(AFTER_ASCII)}" for end in (cell, f"reverse({cell})"))
    return f"strlen({cell}) > {LONGEST_TOKEN} AND {' AND '.join(ends)}"


def _usual(cell: str, claim: Inferred, cast: str, has_underscores: bool) -> tuple[str, ...]:
    """SQL of tests for the commonest ways of writing a value, each of which says that the cast is the value."""
    if claim.kind == "integer":
        # written as the engine would write it: no leading zero, exponent, point or underscore
        return (f"CAST({cast} AS VARCHAR) = {cell}",)
    if claim.kind == "decimal":
        # a fraction, or a point, says that it is no code of digits, infinity or integer beyond any type
        pointed = f"contains({cell}, '.') AND {casting.is_plain_number(cell, cast)}"
        return (pointed,) if has_underscores else (f"{cast} <> floor({cast})", pointed)
    if _is_iso(claim):
        # ten characters that the engine takes for a moment, the fifth a hyphen, leave no room for another form
        day = f"strlen({cell}) = 10 AND {cell} LIKE '2___-%' AND {cast} IS NOT NULL"
        years = f"{cast} >= TIMESTAMP '1000-01-01' AND {cast} < TIMESTAMP '3000-01-01'"
        return day, f"{years} AND CAST({cast} AS VARCHAR) = {cell}"
    return ()


def _is_iso(claim: Inferred) -> bool:
    return claim.kind == "date" and claim.statistics["date_format"] == dates.ISO


def _full(text: str, claim: Inferred) -> str:
    """SQL of the value of any text that inference counts for the kind, NULL for others."""
    if claim.kind == "date":
        value = casting.date(text, claim.statistics["date_format"])
        zone = f"regexp_matches({text}, {literal(dates.ZONE_PATTERN)})"
        return f"CASE WHEN NOT {zone} THEN {value} END" if _is_iso(claim) else value
    is_code = f"regexp_full_match({text}, '{casting.CODE_PATTERN}')"
    digits = f"regexp_full_match({text}, '{casting.WHOLE_PATTERN}')"
    as_integer = f"try_cast({text} AS BIGINT)"
    if claim.kind == "integer":
        return f"CASE WHEN {digits} AND NOT {is_code} THEN {as_integer} END"
    number = casting.number(text, "plain")
    return f"CASE WHEN NOT {is_code} AND NOT ({digits} AND {as_integer} IS NULL) THEN {number} END"
