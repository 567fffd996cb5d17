"""DuckDB's SQL said in Spark's words, so that both give the same rows and types. Runs nothing, knows no session.

sqlglot writes the sentence; what it would write in words that mean something else to Spark is mended
here, in one place. A function this file has not been told about is refused rather than guessed at.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from core.data.engines.spark_functions import FUNCTIONS
from core.errors import BadInput

if TYPE_CHECKING:
    from sqlglot import exp


@dataclass(frozen=True, kw_only=True)
class Translated:
    """sql: one SELECT for Spark. functions: keys of FUNCTIONS that it calls and that must exist before."""

    sql: str
    functions: tuple[str, ...]


def translated(sql: str, *, pretty: bool = False) -> Translated:
    """One SELECT in DuckDB's dialect, for Spark 4 with ANSI rules, UTC and TIMESTAMP_NTZ.

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
    holder = exp.Subquery(this=trees[0])  # so that the tree's own root can be replaced, too
    nodes = list(holder.this.walk(bfs=False))
    for node in reversed(nodes):  # children before their parents
        _mend(node)
    tree = holder.this
    text = tree.sql(
        dialect="spark", identify=True, pretty=pretty, unsupported_level=sqlglot.ErrorLevel.IGNORE
    )
    called = {node.name for node in tree.find_all(exp.Anonymous)}
    return Translated(sql=text, functions=tuple(key for key in FUNCTIONS if key in called))


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


def call(name: str, *arguments: Any) -> "exp.Expression":
    """A call that is written as it is. arguments: expressions, or SQL of constants."""
    from sqlglot import exp

    return exp.Anonymous(
        this=name,
        expressions=[a.copy() if isinstance(a, exp.Expression) else exp.Var(this=str(a)) for a in arguments],
    )


def _typed(node: "exp.Expression", to: str) -> "exp.Expression":
    from sqlglot import exp

    return exp.Cast(this=node.copy(), to=exp.DataType.build(to, dialect="spark"))


def _text(value: "exp.Expression") -> "exp.Expression":
    """A value as Spark prints it."""
    return _typed(value, "STRING")


def _is_tried(node: "exp.Expression") -> bool:
    """Whether a failure in it is to be a missing value."""
    from sqlglot import exp

    return node.find_ancestor(exp.Try) is not None


def _number(node: Any) -> Any:
    # to Spark 0.5 is a DECIMAL(1,1), and averages and quotients of such are rounded to a few digits
    return call_var(f"{node.this}D") if not node.is_string and _POINT.fullmatch(node.this) else node


_POINT = re.compile(r"[0-9]*[.][0-9]*")


def call_var(text: str) -> "exp.Expression":
    from sqlglot import exp

    return exp.Var(this=text)


def _cast(node: Any) -> Any:
    from sqlglot import exp

    kind, value, tried = node.to.this.name, node.this, isinstance(node, exp.TryCast) or _is_tried(node)
    if kind in ("TEXT", "VARCHAR"):
        return node if value.is_string else call("fathom_text", call("typeof", value), _text(value))
    if kind == "BIGINT" and tried:
        return call("fathom_whole", call("typeof", value), _text(value))
    if kind == "BIGINT" and isinstance(value, (exp.Column, exp.Mul, exp.Case, exp.Paren, exp.Greatest)):
        # DuckDB rounds to the even neighbour where Spark cuts off
        whole = exp.Case(default=node.copy())
        rounded = _typed(call("rint", _typed(value, "DOUBLE")), "BIGINT")
        return whole.when(call("typeof", value).eq(exp.Literal.string("double")), rounded)
    if kind == "DOUBLE" and tried:
        return call("fathom_number", _text(value))
    if kind in ("TIMESTAMP", "TIMESTAMPNTZ") and tried:
        return _moment(_text(value), _ISO)
    return exp.TryCast(this=value.copy(), to=node.to.copy()) if tried else node


# what CAST reads as a moment in DuckDB; a zone is left out of account
_ISO = (
    r"\\A\\s*([0-9]{1,4})-([0-9]{1,2})-([0-9]{1,2})(?:[T ]([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:[.]([0-9]{1,9}))?)?"
    r"(?:\\s*(?:Z|UTC|[+-][0-9]{2}(?::?[0-9]{2})?))?)?\\s*\\z",
    {"Y": 1, "m": 2, "d": 3, "H": 4, "M": 5, "S": 6, "f": 7},
)
_DIGITS = {"Y": 4, "m": 2, "d": 2, "H": 2, "I": 2, "M": 2, "S": 2, "f": 6}


def _moment(text: "exp.Expression", written: tuple[str, Mapping[str, int]]) -> "exp.Expression":
    pattern, places = written
    return call("fathom_moment", text, f"'{pattern}'", *(places.get(part, 0) for part in "YymbdHIMSfp"))


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
    return _moment(text, _format(date_format.name))


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
    if node.expression.is_number and node.expression.name.strip("0.D"):
        return node
    return call("fathom_ratio", node.this, node.expression)  # infinite for a zero, where Spark fails


def _tried(name: str) -> Callable[[Any], Any]:
    return lambda node: call(name, node.this, node.expression) if _is_tried(node) else node


def _long(node: Any) -> Any:
    return _typed(node, "BIGINT")


def _window(node: Any) -> Any:
    from sqlglot import exp

    return _long(node) if isinstance(node.this, (exp.RowNumber, exp.Rank, exp.DenseRank)) else node


def _date_diff(node: Any) -> Any:
    if node.text("unit").upper() != "DAY":
        raise _refusal(node.sql(dialect="duckdb"))
    return _long(call("datediff", node.this, node.expression))  # with a unit, Spark counts whole 24 hours


def _quantile_disc(node: Any) -> Any:
    """percentile_disc knows no dates: the value at that place among all, in order."""
    values, share = node.this, node.expression
    place = _typed(
        call("greatest", "1", call("ceil", _typed(call("count", values), "DOUBLE") * share.copy())), "INT"
    )
    return call("try_element_at", call("sort_array", call("collect_list", values)), place)


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
        zipped = call("inline", call("arrays_zip", *(item.unalias().this for item in lists)))
        names = [exp.to_identifier(item.alias, quoted=True) for item in lists]
        node.set("expressions", [exp.Aliases(this=zipped, expressions=names)])
    return node


def _upper(node: Any) -> Any:
    from sqlglot import exp

    # Java would write SS
    return exp.Upper(this=call("translate", node.this, "'ß'", "'ẞ'"))


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
    "Floor": lambda node: call("fathom_floor", node.this),
    "Ceil": lambda node: call("fathom_ceiling", node.this),
    "Round": lambda node: (
        call("fathom_round", node.this, node.args["decimals"])
        if node.args.get("decimals")
        else call("fathom_round", node.this, "0")
    ),
    "Log": lambda node: node if node.expression is not None else call("fathom_log10", node.this),
    "Ln": lambda node: call("fathom_ln", node.this),
    "RegexpFullMatch": _full_match,
    "RegexpReplace": _replaced,
    "PercentileCont": lambda node: call("percentile", node.this, node.expression),
    "PercentileDisc": _quantile_disc,
    "TimeToUnix": lambda node: call("fathom_epoch", node.this),
    "TimestampTrunc": lambda node: _typed(node, "TIMESTAMP_NTZ"),
    "DateTrunc": lambda node: _typed(node, "TIMESTAMP_NTZ"),
    "DateDiff": _date_diff,
    "DayOfWeekIso": lambda node: _long(call("weekday", node.this) + 1),
    "Sign": lambda node: _typed(node, "TINYINT"),
    "Upper": _upper,
    "Window": _window,
    "Select": _side_by_side,
    "CTE": _without_materialized,
    **dict.fromkeys(
        ("Year", "Quarter", "Month", "WeekOfYear", "Day", "DayOfYear", "Hour", "Minute", "Second", "Length"),
        _long,
    ),
}
_BY_NAME: Mapping[str, Callable[[Any], Any]] = {
    "try_strptime": _strptime,
    "isfinite": lambda node: call("fathom_is_finite", node.expressions[0]),
    "list_position": lambda node: _typed(call("array_position", *node.expressions), "INT"),
    "list_slice": lambda node: call("slice", node.expressions[0], node.expressions[1], "1000000"),
}
