"""Functions that Spark lacks or means otherwise, written in its own SQL to do what DuckDB does. Translates no query."""

from collections.abc import Mapping

# how a double is printed: Spark writes 1.0E7 and 1.0E-4 where DuckDB writes 10000000.0 and 0.0001, and
# beyond sixteen digits 1.0E20 where DuckDB writes 1e+20
_EXPONENT = "CAST(split_part(s, 'E', 2) AS INT)"
_PLAIN = (
    "regexp_replace(regexp_replace(CAST(CAST(s AS DECIMAL(38, 21)) AS STRING), '0+$', ''), '[.]$', '.0')"
)
_SCIENTIFIC = (
    "concat(regexp_replace(split_part(s, 'E', 1), '[.]0$', ''), 'e', "
    f"CASE WHEN {_EXPONENT} < 0 THEN '-' ELSE '+' END, "
    f"CASE WHEN abs({_EXPONENT}) < 10 THEN '0' ELSE '' END, CAST(abs({_EXPONENT}) AS STRING))"
)
_FLOATS = "kind IN ('double', 'float')"
_NUMBER = r"\\A\\s*[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+|(?i)inf|infinity|nan)([eE][+-]?[0-9]+)?\\s*\\z"
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def _group(place: str) -> str:
    return f"regexp_extract(s, pattern, {place})"


def _part(place: str) -> str:
    """The number in a group of the pattern, NULL where the text does not match it."""
    return f"try_cast({_group(place)} AS INT)"


_MONTH_CASES = " ".join(f"WHEN '{word}' THEN {i}" for i, word in enumerate(_MONTHS, start=1))
_FRACTION = f"concat({_group('p_second')}, '.', substring({_group('p_fraction')}, 1, 6))"

# name → parameters, type of the result, expression
FUNCTIONS: Mapping[str, tuple[str, str, str]] = {
    "fathom_text": (
        "kind STRING, s STRING", "STRING",
        f"CASE WHEN {_FLOATS} AND contains(s, 'E') THEN "
        f"CASE WHEN {_EXPONENT} BETWEEN -4 AND 15 THEN {_PLAIN} ELSE {_SCIENTIFIC} END "
        f"WHEN {_FLOATS} AND s LIKE '%Inf%' THEN lower(replace(s, 'inity', '')) WHEN {_FLOATS} AND s = 'NaN' THEN 'nan' "
        "ELSE s END",
    ),
    # Java also reads 1d and 0x1p3, and cuts 2.5 off where DuckDB rounds it
    "fathom_number": ("s STRING", "DOUBLE", f"CASE WHEN s RLIKE '{_NUMBER}' THEN try_cast(s AS DOUBLE) END"),
    "fathom_whole": (
        "kind STRING, s STRING", "BIGINT",
        f"CASE WHEN {_FLOATS} THEN try_cast(rint(try_cast(s AS DOUBLE)) AS BIGINT) "
        "ELSE try_cast(round(try_cast(s AS DECIMAL(38, 9)), 0) AS BIGINT) END",
    ),
    "fathom_moment": (
        "s STRING, pattern STRING, p_year INT, p_short_year INT, p_month INT, p_word INT, p_day INT, p_hour INT, "
        "p_half_hour INT, p_minute INT, p_second INT, p_fraction INT, p_half INT", "TIMESTAMP_NTZ",
        "CASE WHEN s RLIKE pattern THEN try_make_timestamp_ntz("
        f"CASE WHEN p_year > 0 THEN {_part('p_year')} WHEN p_short_year > 0 THEN {_part('p_short_year')} + "
        f"CASE WHEN {_part('p_short_year')} < 69 THEN 2000 ELSE 1900 END ELSE 1900 END, "
        f"CASE WHEN p_month > 0 THEN {_part('p_month')} WHEN p_word > 0 THEN "
        f"CASE lower(left({_group('p_word')}, 3)) {_MONTH_CASES} END ELSE 1 END, "
        f"CASE WHEN p_day > 0 THEN {_part('p_day')} ELSE 1 END, "
        f"CASE WHEN p_half_hour > 0 THEN {_part('p_half_hour')} % 12 + "
        f"CASE WHEN p_half > 0 AND lower({_group('p_half')}) = 'pm' THEN 12 ELSE 0 END "
        f"WHEN p_hour > 0 THEN coalesce({_part('p_hour')}, 0) ELSE 0 END, "
        f"CASE WHEN p_minute > 0 THEN coalesce({_part('p_minute')}, 0) ELSE 0 END, "
        "CASE WHEN p_second > 0 THEN coalesce(try_cast("
        f"CASE WHEN p_fraction > 0 THEN {_FRACTION} ELSE {_group('p_second')} END AS DECIMAL(8, 6)), 0) ELSE 0 END) END",
    ),
    # Spark fails where DuckDB answers inf or nan
    "fathom_ratio": (
        "a DOUBLE, b DOUBLE", "DOUBLE",
        "CASE WHEN b <> 0 THEN a / b WHEN a > 0 THEN double('Infinity') WHEN a < 0 THEN double('-Infinity') "
        "WHEN a = 0 AND b = 0 THEN double('NaN') END",
    ),
    # whole numbers to Spark, doubles to DuckDB; from 2^53 on doubles are whole
    "fathom_floor": (
        "x DOUBLE", "DOUBLE", "CASE WHEN abs(x) < 9007199254740992 THEN CAST(floor(x) AS DOUBLE) ELSE x END",
    ),
    "fathom_ceiling": (
        "x DOUBLE", "DOUBLE", "CASE WHEN abs(x) < 9007199254740992 THEN CAST(ceil(x) AS DOUBLE) ELSE x END",
    ),
    # DuckDB scales, rounds half away from zero, and scales back; Spark rounds the digits as printed
    "fathom_round": ("x DOUBLE, n INT", "DOUBLE", "round(x * power(10D, n), 0) / power(10D, n)"),
    # no value to Spark where DuckDB answers -inf or nan
    **{
        f"fathom_{name}": (
            "x DOUBLE", "DOUBLE",
            f"CASE WHEN x > 0 THEN {name}(x) WHEN x = 0 THEN double('-Infinity') WHEN x < 0 THEN double('NaN') END",
        )
        for name in ("ln", "log10")
    },
    "fathom_epoch": ("t TIMESTAMP_NTZ", "DOUBLE", "unix_micros(CAST(t AS TIMESTAMP_LTZ)) / 1e6"),
    "fathom_is_finite": ("x DOUBLE", "BOOLEAN", "abs(x) < double('Infinity')"),
}  # fmt: skip


def definition(name: str) -> str:
    """The statement that makes a function of FUNCTIONS for the time of a session. Wants Spark 4."""
    parameters, result, expression = FUNCTIONS[name]
    return f"CREATE OR REPLACE TEMPORARY FUNCTION {name}({parameters}) RETURNS {result} RETURN {expression}"
