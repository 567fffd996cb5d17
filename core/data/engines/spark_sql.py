"""DuckDB's SQL said in Spark's words, so that both give the same rows and types. Runs nothing, knows no session.

sqlglot writes the sentence; what it would write in words that mean something else to Spark is mended
here, in one place. A function this file has not been told about is refused rather than guessed at.
"""

import re
from collections.abc import Callable, Collection, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from core.data.engines import spark_functions as spark
from core.errors import BadInput

if TYPE_CHECKING:
    from sqlglot import exp


def translated(sql: str, *, no_decimals: Collection[str] = (), pretty: bool = False) -> str:
    """One SELECT in DuckDB's dialect, for Spark 4 with ANSI rules, UTC and TIMESTAMP_NTZ.

    no_decimals: names of columns that hold no fractions in any table: their casts need no mending.
    Raises BadInput for anything but one SELECT over tables that go by a plain name, and for a
    function that has no known like in Spark.
    """
    import sqlglot
    from sqlglot import exp

    try:
        trees = sqlglot.parse(sql, read="duckdb")
    except sqlglot.errors.SqlglotError as error:
        raise _refusal(str(error).split("\n")[0]) from None
    if len(trees) != 1 or not isinstance(trees[0], exp.Query):
        raise _refusal(sql)
    plain = {name.lower() for name in no_decimals} - _made_names(trees[0])
    for node in reversed(list(trees[0].walk(bfs=False))):  # children before their parents
        if not _is_plain_cast(node, plain):
            _mend(node)
    return _said(trees[0], pretty=pretty)


def _said(node: "exp.Expression", *, pretty: bool = False) -> str:
    import sqlglot

    return node.sql(
        dialect="spark", identify=True, pretty=pretty, unsupported_level=sqlglot.ErrorLevel.IGNORE
    )


def _made_names(tree: "exp.Expression") -> set[str]:
    """Names that the query gives to something that may hold fractions and is not the column of that name."""
    from sqlglot import exp

    def stays(alias: "exp.Alias") -> bool:
        value = alias.unalias()
        if isinstance(value, exp.Column):
            return value.name.lower() == alias.alias.lower()
        return isinstance(value, exp.Cast) and value.to.this.name in _WITHOUT_FRACTIONS

    return {alias.alias.lower() for alias in tree.find_all(exp.Alias) if not stays(alias)}


_WITHOUT_FRACTIONS = ("TEXT", "VARCHAR", "BIGINT", "BOOLEAN", "TIMESTAMP", "TIMESTAMPNTZ")


def _is_plain_cast(node: "exp.Expression", plain: Collection[str]) -> bool:
    from sqlglot import exp

    if type(node) is not exp.Cast or not isinstance(node.this, exp.Column) or _is_tried(node):
        return False
    return node.to.this.name in ("TEXT", "VARCHAR", "BIGINT") and node.this.name.lower() in plain


def _refusal(what: str) -> BadInput:
    return BadInput("spark_no_words", what=" ".join(what.split())[:120])


def _mend(node: "exp.Expression") -> None:
    from sqlglot import exp

    if isinstance(node, exp.Table) and not isinstance(node.this, exp.Identifier):
        raise _refusal(node.sql(dialect="duckdb"))
    if isinstance(node, exp.Anonymous):
        mend = _BY_NAME.get(node.name.lower())
        if mend is None:
            raise _refusal(node.sql(dialect="duckdb"))
    else:
        mend = _BY_TYPE.get(type(node).__name__)
    new = mend(node) if mend is not None else node
    if new is not node:
        node.replace(new)


def _raw(sql: str) -> "exp.Expression":
    """SQL of Spark's that is written as it stands."""
    from sqlglot import exp

    return exp.Var(this=sql)


def _by(function: Callable[..., str], *arguments: "exp.Expression") -> "exp.Expression":
    return _raw(f"({function(*map(_said, arguments))})")


def _call(name: str, *arguments: "exp.Expression") -> "exp.Expression":
    return _raw(spark.call(name, [_said(a) for a in arguments]))


def _typed(node: "exp.Expression", to: str) -> "exp.Expression":
    return _raw(f"CAST({_said(node)} AS {to})")


def _is_tried(node: "exp.Expression") -> bool:
    """Whether a failure in it is to be a missing value."""
    from sqlglot import exp

    return node.find_ancestor(exp.Try) is not None


def _number(node: Any) -> Any:
    # to Spark 0.5 is a DECIMAL(1,1), and averages and quotients of such are rounded to a few digits
    return _raw(f"{node.this}D") if not node.is_string and _POINT.fullmatch(node.this) else node


_POINT = re.compile(r"[0-9]*[.][0-9]*")


def _cast(node: Any) -> Any:
    from sqlglot import exp

    kind, value, tried = node.to.this.name, node.this, isinstance(node, exp.TryCast) or _is_tried(node)
    if kind in ("TEXT", "VARCHAR"):
        return node if value.is_string else _by(spark.text, value)
    if kind == "BIGINT":
        plain = value.is_number or isinstance(value, (exp.Null, exp.Neg))
        return node if plain else _by(spark.whole if tried else spark.rounded, value)
    if kind == "DOUBLE" and tried:
        return _by(spark.number, value)
    if kind in ("TIMESTAMP", "TIMESTAMPNTZ") and tried:
        return _by(lambda x: spark.moment(x, *_ISO), value)
    return exp.TryCast(this=value.copy(), to=node.to.copy()) if tried else node


# what CAST reads as a moment in DuckDB; a zone is left out of account
_ISO = (
    r"\\A\\s*([0-9]{1,4})-([0-9]{1,2})-([0-9]{1,2})(?:[T ]([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:[.]([0-9]{1,9}))?)?"
    r"(?:\\s*(?:Z|UTC|[+-][0-9]{2}(?::?[0-9]{2})?))?)?\\s*\\z",
    {"Y": 1, "m": 2, "d": 3, "H": 4, "M": 5, "S": 6, "f": 7},
)
_DIGITS = {"Y": 4, "m": 2, "d": 2, "H": 2, "I": 2, "M": 2, "S": 2, "f": 6}


@cache
def _format(date_format: str) -> tuple[str, Mapping[str, int]]:
    """A strptime format as a pattern within a Spark literal, and which of its groups holds which part."""
    pattern, places = r"(?iu)\\A\\s*", {}
    for piece in re.split(r"(%.)", date_format):
        if not piece.startswith("%"):
            pattern += "".join(c if c.isalnum() else f"[{_BACKSLASHED.get(c, c)}]" for c in piece)
            continue
        part = {"B": "b"}.get(piece[1], piece[1])
        if part in places or part not in "YymbdHIMSfp":
            raise _refusal(f"strptime(…, '{date_format}')")
        places[part] = len(places) + 1
        pattern += {"y": "([0-9]{2})", "b": "([a-z]+)", "p": "(am|pm)"}.get(
            part
        ) or f"([0-9]{{1,{_DIGITS[part]}}})"
    return pattern + r"\\s*\\z", places


_BACKSLASHED = {c: rf"\\{c}" for c in "[]^&-"} | {"\\": r"\\\\", "'": r"\'"}


def _strptime(node: Any) -> Any:
    text, date_format = node.expressions
    return _by(lambda x: spark.moment(x, *_format(date_format.name)), text)


def _full_match(node: Any) -> Any:
    from sqlglot import exp

    whole = exp.Literal.string(rf"\A(?:{node.expression.name})\z")
    return exp.RegexpLike(this=node.this.copy(), expression=whole)


def _replaced(node: Any) -> Any:
    modifiers = node.args.get("modifiers")
    if modifiers is None or modifiers.name != "g" or re.search(r"[\\$]", node.args["replacement"].name):
        raise _refusal(node.sql(dialect="duckdb"))  # Spark replaces every match, and says \1 otherwise
    return node


def _divided(node: Any) -> Any:
    if node.expression.name.removesuffix("D").replace(".", "", 1).strip("0").isdigit():  # by no zero
        return node
    return _by(spark.ratio, node.this, node.expression)


def _tried(name: str) -> Callable[[Any], Any]:
    return lambda node: _call(name, node.this, node.expression) if _is_tried(node) else node


def _long(node: Any) -> Any:
    return _typed(node, "BIGINT")


def _window(node: Any) -> Any:
    from sqlglot import exp

    if node.find_ancestor(exp.Qualify):  # which sqlglot makes a query of its own, where it finds windows
        return node
    return _long(node) if isinstance(node.this, (exp.RowNumber, exp.Rank, exp.DenseRank)) else node


def _date_diff(node: Any) -> Any:
    if node.text("unit").upper() != "DAY":
        raise _refusal(node.sql(dialect="duckdb"))
    return _long(_call("datediff", node.this, node.expression))  # with a unit, Spark counts whole 24 hours


def _without_materialized(node: Any) -> Any:
    node.set("materialized", None)
    return node


def _side_by_side(node: Any) -> Any:
    """Lists laid out one under another, in step: Spark lays out one list a SELECT, so they are made one."""
    from sqlglot import exp

    lists = [item for item in node.expressions if isinstance(item.unalias(), exp.Explode)]
    if lists:
        if len(lists) < len(node.expressions):
            raise _refusal(node.sql(dialect="duckdb"))
        zipped = _call("inline", _call("arrays_zip", *(item.unalias().this for item in lists)))
        names = [exp.to_identifier(item.alias, quoted=True) for item in lists]
        node.set("expressions", [exp.Aliases(this=zipped, expressions=names)])
    return node


def _element(node: Any) -> Any:
    """Nothing where a list has no such place. sqlglot counts a constant place from 0, and any other as it is."""
    (place,) = node.expressions
    if place.is_number:
        return _call("get", node.this, place)
    return _call("try_element_at", node.this, _typed(place, "INT"))


def _upper(node: Any) -> Any:
    from sqlglot import exp

    # Java would write SS
    return exp.Upper(this=_call("translate", node.this, _raw("'ß'"), _raw("'ẞ'")))


_BY_TYPE: Mapping[str, Callable[[Any], Any]] = {
    "Literal": _number,
    "Cast": _cast,
    "TryCast": _cast,
    "Try": lambda node: node.this.copy(),
    "Add": _tried("try_add"),
    "Sub": _tried("try_subtract"),
    "Mul": _tried("try_multiply"),
    "Mod": _tried("try_mod"),
    "Div": _divided,
    "Floor": lambda node: _by(lambda x: spark.floor_or_ceiling("floor", x), node.this),
    "Ceil": lambda node: _by(lambda x: spark.floor_or_ceiling("ceil", x), node.this),
    "Round": lambda node: _by(spark.round_to, node.this, node.args.get("decimals") or _raw("0")),
    "Ln": lambda node: _by(lambda x: spark.logarithm("ln", x), node.this),
    "Log": lambda node: node if node.expression else _by(lambda x: spark.logarithm("log10", x), node.this),
    "RegexpFullMatch": _full_match,
    "RegexpReplace": _replaced,
    "PercentileCont": lambda node: _call("percentile", node.this, node.expression),
    "PercentileDisc": lambda node: _by(spark.quantile_disc, node.this, node.expression),
    "TimeToUnix": lambda node: _by(spark.epoch, node.this),
    "TimestampTrunc": lambda node: _typed(node, "TIMESTAMP_NTZ"),
    "DateTrunc": lambda node: _typed(node, "TIMESTAMP_NTZ"),
    "DateDiff": _date_diff,
    "DayOfWeekIso": lambda node: _by(lambda x: f"CAST(weekday({x}) + 1 AS BIGINT)", node.this),
    "Sign": lambda node: _typed(node, "TINYINT"),
    "Upper": _upper,
    "Window": _window,
    "Bracket": _element,
    "Select": _side_by_side,
    "CTE": _without_materialized,
    **dict.fromkeys(
        ("Year", "Quarter", "Month", "WeekOfYear", "Day", "DayOfYear", "Hour", "Minute", "Second", "Length"),
        _long,
    ),
}
_BY_NAME: Mapping[str, Callable[[Any], Any]] = {
    "try_strptime": _strptime,
    "hash": lambda node: _raw(spark.row_hash([_said(a) for a in node.expressions])),
    "isfinite": lambda node: _by(spark.is_finite, node.expressions[0]),
    "list_position": lambda node: _typed(_call("array_position", *node.expressions), "INT"),
    "list_slice": lambda node: _call("slice", *node.expressions[:2], _raw("1000000")),
}
