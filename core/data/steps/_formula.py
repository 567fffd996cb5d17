"""A person's expression over columns: read, held against a list of what is allowed, and written again.

Nothing of the text reaches the engine as it was typed: what is parsed is checked node by node and
written anew, names of columns quoted. Reads no table.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from core.data.casting import SQL_TYPES
from core.data.engines.duckdb import identifier, in_memory
from core.data.steps._pandas import cell
from core.domain import Column, Kind
from core.errors import BadInput

MOST_NODES = 500


@dataclass(frozen=True, kw_only=True)
class Formula:
    """sql: over `previous`; python: over `table`; kind: of its values; reads: the columns in it."""

    sql: str
    python: str
    kind: Kind
    reads: tuple[str, ...]


def read(expression: str, columns: Sequence[Column], step: str) -> Formula:
    """Raises BadInput saying what of the expression cannot be read or is not allowed."""
    return _read(expression, tuple((c.name, c.kind) for c in columns), step)


@lru_cache(maxsize=256)
def _read(expression: str, columns: tuple[tuple[str, Kind], ...], step: str) -> Formula:
    import sqlglot
    from sqlglot import exp

    try:
        trees = sqlglot.parse(expression, read="duckdb")
    except (sqlglot.errors.SqlglotError, RecursionError):
        raise BadInput("formula_unreadable", step=step, expression=expression[:200]) from None
    if len(trees) != 1 or trees[0] is None:
        raise BadInput("formula_unreadable", step=step, expression=expression[:200])
    tree, known = trees[0], {name.lower(): name for name, _ in columns}
    nodes = list(tree.walk())
    if len(nodes) > MOST_NODES:
        raise BadInput("formula_unreadable", step=step, expression=expression[:200])
    allowed, reads = {getattr(exp, name) for name in _ALLOWED}, {}
    for node in nodes:
        if type(node) not in allowed:
            raise BadInput("formula_not_allowed", step=step, what=node.sql(dialect="duckdb")[:80])
        if isinstance(node, exp.Column):
            name = known.get(node.name.lower())
            if name is None or node.table:
                shown = ", ".join(list(known.values())[:20])
                raise BadInput("step_column", step=step, column=node.sql(dialect="duckdb")[:80], known=shown)
            node.set("this", exp.to_identifier(name, quoted=True))
            node.set("table", exp.to_identifier("previous"))
            reads[name] = None
        if isinstance(node, exp.DateDiff) and node.text("unit").upper() not in ("", "DAY"):
            raise BadInput("formula_not_allowed", step=step, what=node.sql(dialect="duckdb")[:80])
        if isinstance(node, exp.DataType) and node.this.name not in _TYPES:
            raise BadInput("formula_not_allowed", step=step, what=node.sql(dialect="duckdb")[:80])
    sql = tree.sql(dialect="duckdb")
    python = _Python(dict(columns), step).write(tree)
    return Formula(sql=sql, python=python, kind=_kind(sql, columns, step), reads=tuple(reads))


def _kind(sql: str, columns: tuple[tuple[str, Kind], ...], step: str) -> Kind:
    """The kind of an expression's values, asked of the engine over a table without rows."""
    import duckdb

    empty = ", ".join(f"CAST(NULL AS {SQL_TYPES[kind]}) AS {identifier(name)}" for name, kind in columns)
    with in_memory() as connection:
        try:
            found = str(connection.sql(f"SELECT {sql} AS v FROM (SELECT {empty}) AS previous").types[0])
        except duckdb.Error as error:
            detail = str(error).split("\n")[0].split(": ", 1)[-1][:200]
            raise BadInput("formula_does_not_fit", step=step, detail=detail) from None
    if found in ("BOOLEAN", "VARCHAR"):
        return "boolean" if found == "BOOLEAN" else "category"
    if found.startswith(("TIMESTAMP", "DATE")):
        return "date"
    if found.endswith("INT") or found.endswith("INTEGER"):
        return "integer"
    if found in ("DOUBLE", "FLOAT") or found.startswith("DECIMAL"):
        return "decimal"
    raise BadInput("formula_does_not_fit", step=step, detail=f"its values would be of type {found}")


_TYPES = ("BIGINT", "INT", "DOUBLE", "VARCHAR", "TEXT", "BOOLEAN", "TIMESTAMP", "TIMESTAMPNTZ", "DATE")
_CASTS = {"BIGINT": "Int64", "INT": "Int64", "DOUBLE": "float64", "BOOLEAN": "boolean"}
_BINARY = {
    "Add": "+", "Sub": "-", "Mul": "*", "EQ": "==", "NEQ": "!=", "GT": ">", "GTE": ">=", "LT": "<", "LTE": "<=",
    "And": "&", "Or": "|",
}  # fmt: skip
_NUMPY = {
    "Abs": "abs",
    "Ceil": "ceil",
    "Floor": "floor",
    "Sqrt": "sqrt",
    "Exp": "exp",
    "Ln": "log",
    "Sign": "sign",
}
_PARTS = {
    "Year": "year",
    "Month": "month",
    "Day": "day",
    "Quarter": "quarter",
    "Hour": "hour",
    "Minute": "minute",
}


class _Python:
    """Writes a checked expression as pandas; what it cannot write was not allowed."""

    def __init__(self, kinds: dict[str, Kind], step: str):
        self.kinds, self.step = kinds, step

    def write(self, node: Any) -> str:
        name = type(node).__name__
        if name in _BINARY:
            return f"({self.write(node.this)} {_BINARY[name]} {self.write(node.expression)})"
        if name in _NUMPY:
            return f"np.{_NUMPY[name]}(decimal({self.write(node.this)}))"
        if name in _PARTS:
            return f'{self.write(node.this)}.dt.{_PARTS[name]}.astype("Int64")'
        return _WRITERS[name](self, node)

    def list(self, nodes: Sequence[Any]) -> str:
        return ", ".join(self.write(n) for n in nodes)


def _literal(py: _Python, node: Any) -> str:
    if node.is_string:
        return repr(node.this)
    return repr(float(node.this)) if any(c in node.this for c in ".eE") else node.this.lstrip("0") or "0"


def _cast(py: _Python, node: Any) -> str:
    to, inner = node.to.this.name, py.write(node.this)
    if to in ("VARCHAR", "TEXT"):
        return f"text(cells({inner}))"
    if to in ("TIMESTAMP", "TIMESTAMPNTZ", "DATE"):
        return f"pd.to_datetime(cells({inner}))"
    return f"cells({inner}).astype({_CASTS[to]!r})"


def _case(py: _Python, node: Any) -> str:
    """CASE WHEN, and if(): the last branch first, so that the earlier ones lie over it."""
    branches = node.args["ifs"] if type(node).__name__ == "Case" else [node]
    default = node.args.get("default") if type(node).__name__ == "Case" else node.args.get("false")
    made = py.write(default) if default is not None else "None"
    subject = py.write(node.this) if type(node).__name__ == "Case" and node.this is not None else None
    for branch in reversed(branches):
        condition = py.write(branch.this)
        if subject is not None:
            condition = f"({subject} == {condition})"
        made = f"either({condition}, {py.write(branch.args['true'])}, {made})"
    return made


def _substring(py: _Python, node: Any) -> str:
    start, length = node.args["start"].this, node.args.get("length")
    first = int(start) - 1
    last = "" if length is None else str(first + int(length.this))
    return f"text(cells({py.write(node.this)})).str[{first}:{last}]"


def _round(py: _Python, node: Any) -> str:
    digits = node.args.get("decimals")
    scale = f"10.0 ** {py.write(digits)}" if digits is not None else "1.0"
    return f"half_up(decimal({py.write(node.this)}), {scale})"


def _log(py: _Python, node: Any) -> str:
    if node.expression is None:
        return f"np.log10(decimal({py.write(node.this)}))"
    return f"(np.log(decimal({py.write(node.expression)})) / np.log(decimal({py.write(node.this)})))"


def _days(py: _Python, node: Any) -> str:
    later, earlier = (
        f"pd.to_datetime(cells({py.write(n)})).dt.normalize()" for n in (node.this, node.expression)
    )
    return f'({later} - {earlier}).dt.days.astype("Int64")'


def _in(py: _Python, node: Any) -> str:
    return f"cells({py.write(node.this)}).isin([{py.list(node.expressions)}])"


_WRITERS: dict[str, Callable[[_Python, Any], str]] = {
    "Column": lambda py, n: cell(n.name),
    "Literal": _literal,
    "Boolean": lambda py, n: repr(bool(n.this)),
    "Null": lambda py, n: "None",
    "Paren": lambda py, n: f"({py.write(n.this)})",
    "Neg": lambda py, n: f"(-{py.write(n.this)})",
    "Not": lambda py, n: f"(~truths({py.write(n.this)}))",
    "Div": lambda py, n: f"(decimal({py.write(n.this)}) / decimal({py.write(n.expression)}))",
    "Mod": lambda py, n: f"remainder({py.write(n.this)}, {py.write(n.expression)})",
    "Pow": lambda py, n: f"(decimal({py.write(n.this)}) ** decimal({py.write(n.expression)}))",
    "Is": lambda py, n: f"cells({py.write(n.this)}).isna()",
    "In": _in,
    "Between": lambda py, n: (
        f"(({py.write(n.this)} >= {py.write(n.args['low'])}) & ({py.write(n.this)} <= {py.write(n.args['high'])}))"
    ),
    "Case": _case,
    "If": _case,
    "Coalesce": lambda py, n: f"first_present({py.list([n.this, *n.expressions])})",
    "Nullif": lambda py, n: (
        f"cells({py.write(n.this)}).mask(cells({py.write(n.this)}) == {py.write(n.expression)})"
    ),
    "Greatest": lambda py, n: f"rowwise(max, {py.list([n.this, *n.expressions])})",
    "Least": lambda py, n: f"rowwise(min, {py.list([n.this, *n.expressions])})",
    "Round": _round,
    "Log": _log,
    "Cast": _cast,
    "Lower": lambda py, n: f"text(cells({py.write(n.this)})).str.lower()",
    "Upper": lambda py, n: f"text(cells({py.write(n.this)})).str.upper()",
    "Trim": lambda py, n: f"text(cells({py.write(n.this)})).str.strip(' ')",
    "Length": lambda py, n: f'text(cells({py.write(n.this)})).str.len().astype("Int64")',
    "Substring": _substring,
    "Left": lambda py, n: f"text(cells({py.write(n.this)})).str[:{py.write(n.expression)}]",
    "DateDiff": _days,
    "DPipe": lambda py, n: f"(text(cells({py.write(n.this)})) + text(cells({py.write(n.expression)})))",
}
_ALLOWED = (*_BINARY, *_NUMPY, *_PARTS, *_WRITERS, "Identifier", "DataType", "Var")
