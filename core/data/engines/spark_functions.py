"""What DuckDB's functions give, as expressions in Spark's SQL, where Spark's own give something else. Parses nothing.

Every argument is SQL of Spark's, and so is every result. They are written out rather than made
functions of a session: Spark cannot sort a grouped query by an aggregate beside such a function.
"""

from collections.abc import Mapping, Sequence

_NUMBER = r"\\A\\s*[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+|(?i)inf|infinity|nan)([eE][+-]?[0-9]+)?\\s*\\z"
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WHOLE_FROM = 2**53  # doubles have no fraction from there on


def double(x: str) -> str:
    return f"CAST({x} AS DOUBLE)"


def text(x: str) -> str:
    """As DuckDB prints it. Of doubles Spark prints 1.0E7, 1.0E-4 and 1.0E20 for 10000000.0, 0.0001 and 1e+20."""
    s = f"CAST({x} AS STRING)"
    exponent = f"CAST(split_part({s}, 'E', 2) AS INT)"
    plain = f"regexp_replace(regexp_replace(CAST(CAST({s} AS DECIMAL(38, 21)) AS STRING), '0+$', ''), '[.]$', '.0')"
    scientific = (
        f"concat(regexp_replace(split_part({s}, 'E', 1), '[.]0$', ''), 'e', CASE WHEN {exponent} < 0 THEN '-' ELSE '+' END, "
        f"CASE WHEN abs({exponent}) < 10 THEN '0' ELSE '' END, CAST(abs({exponent}) AS STRING))"
    )
    return (
        f"CASE WHEN typeof({x}) = 'double' THEN CASE WHEN contains({s}, 'E') THEN "
        f"CASE WHEN {exponent} BETWEEN -4 AND 15 THEN {plain} ELSE {scientific} END "
        f"ELSE lower(replace({s}, 'inity', '')) END ELSE {s} END"
    )


def row_hash(cells: Sequence[str]) -> str:
    """Another number than DuckDB's, but as equal for equal cells. A missing one changes nothing of Spark's, so
    that a, NULL and NULL, a would be alike."""
    return f"xxhash64({', '.join(f'{cell}, isnull({cell})' for cell in cells)})"


def number(x: str) -> str:
    """try_cast to DOUBLE: Java also reads 1d and 0x1p3."""
    s = f"CAST({x} AS STRING)"
    return f"CASE WHEN {s} RLIKE '{_NUMBER}' THEN try_cast({s} AS DOUBLE) END"


def whole(x: str) -> str:
    """try_cast to BIGINT: 2.5 and 1e3 are rounded and read, where Spark cuts off and gives nothing."""
    s = f"CAST({x} AS STRING)"
    return (
        f"CASE WHEN typeof({x}) = 'double' THEN try_cast(rint(try_cast({s} AS DOUBLE)) AS BIGINT) "
        f"ELSE try_cast(round(try_cast({s} AS DECIMAL(38, 9)), 0) AS BIGINT) END"
    )


def rounded(x: str) -> str:
    """CAST to BIGINT: DuckDB rounds a double to the even neighbour where Spark cuts off."""
    return f"CASE WHEN typeof({x}) = 'double' THEN CAST(rint({double(x)}) AS BIGINT) ELSE CAST({x} AS BIGINT) END"


def moment(x: str, pattern: str, places: Mapping[str, int]) -> str:
    """A TIMESTAMP_NTZ from the groups of a pattern, NULL where the text is none or there is no such day.

    pattern: as it stands within quotes. places: number of the group by letter, as in strftime: Y or y, m or b, d, …
    """

    def group(letter: str) -> str:
        return f"regexp_extract(CAST({x} AS STRING), '{pattern}', {places[letter]})"

    def part(letter: str, otherwise: str) -> str:
        found = f"try_cast({group(letter)} AS INT)" if letter in places else otherwise
        # a time of day need not be there, a date must
        return f"coalesce({found}, 0)" if letter in places and otherwise == "0" else found

    year, month, hour = part("Y", "1900"), part("m", "1"), part("H", "0")
    if "y" in places:
        year = f"{part('y', '0')} + CASE WHEN {part('y', '0')} < 69 THEN 2000 ELSE 1900 END"
    if "b" in places:
        cases = " ".join(f"WHEN '{word}' THEN {i}" for i, word in enumerate(_MONTHS, start=1))
        month = f"CASE lower(left({group('b')}, 3)) {cases} END"
    if "I" in places:
        hour = f"{part('I', '0')} % 12"
        if "p" in places:
            hour += f" + CASE WHEN lower({group('p')}) = 'pm' THEN 12 ELSE 0 END"
    second = part("S", "0")
    if "f" in places:
        digits = f"concat({group('S')}, '.', substring({group('f')}, 1, 6))"
        second = f"coalesce(try_cast({digits} AS DECIMAL(8, 6)), 0)"
    made = (
        f"try_make_timestamp_ntz({year}, {month}, {part('d', '1')}, {hour}, {part('M', '0')}, "
        f"CAST({second} AS DECIMAL(8, 6)))"
    )
    return f"CASE WHEN CAST({x} AS STRING) RLIKE '{pattern}' THEN {made} END"


def ratio(a: str, b: str) -> str:
    """a / b: infinite or nan for a zero, where Spark fails."""
    a, b = double(a), double(b)
    return (
        f"CASE WHEN {b} <> 0 THEN {a} / {b} WHEN {a} > 0 THEN double('Infinity') WHEN {a} < 0 THEN double('-Infinity') "
        f"WHEN {a} = 0 AND {b} = 0 THEN double('NaN') END"
    )


def floor_or_ceiling(name: str, x: str) -> str:
    """A double, as DuckDB gives; Spark gives a BIGINT, which ends at nineteen digits."""
    return f"CASE WHEN abs({double(x)}) < {_WHOLE_FROM} THEN CAST({name}({x}) AS DOUBLE) ELSE {double(x)} END"


def round_to(x: str, digits: str) -> str:
    """Scaled, rounded half away from zero and scaled back; Spark rounds the digits as they would be printed."""
    return f"round({double(x)} * power(10D, {digits}), 0) / power(10D, {digits})"


def logarithm(name: str, x: str) -> str:
    """-inf or nan where Spark gives no value. name: ln or log10."""
    x = double(x)
    return f"CASE WHEN {x} > 0 THEN {name}({x}) WHEN {x} = 0 THEN double('-Infinity') WHEN {x} < 0 THEN double('NaN') END"


def epoch(x: str) -> str:
    return f"unix_micros(CAST({x} AS TIMESTAMP_LTZ)) / 1e6"


def is_finite(x: str) -> str:
    return f"abs({double(x)}) < double('Infinity')"


def quantile_disc(x: str, share: str) -> str:
    """percentile_disc knows no dates: the value at that place among all, in order. They are gathered in memory."""
    return (
        f"try_element_at(sort_array(collect_list({x})), CAST(greatest(1, ceil(count({x}) * {share})) AS INT))"
    )


def call(name: str, arguments: Sequence[str]) -> str:
    return f"{name}({', '.join(arguments)})"
