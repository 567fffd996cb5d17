"""Group by several keys, and figures of each group, computed in the engine. Draws nothing."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from core.data.engines import Session
from core.data.engines.duckdb import identifier
from core.data.filters import Filter, condition
from core.data.keys import Grouping, Key, grouping
from core.data.naming import tidy_names
from core.data.profile import EXACT_ROWS
from core.data.stored import open_stored
from core.domain import NUMERIC_KINDS, Column, Dataset, Kind
from core.errors import BadInput, UnknownName

if TYPE_CHECKING:
    import pandas

# quantiles are exact as long as their values fit in memory: up to there they are also four times as quick
EXACT_QUANTILE_ROWS = 12_000_000
MAX_KEYS, MAX_FIGURES = 6, 60
BATCH_ROWS = 65_536
MAX_EXPORT = 2_000_000
ROWS = "rows"
_ANY: tuple[Kind, ...] = ("integer", "decimal", "boolean", "category", "date", "text")
_NUMBERS: tuple[Kind, ...] = (*NUMERIC_KINDS, "boolean")

FunctionKey = Literal[
    "mean", "median", "max", "min", "sum", "std", "q05", "q25", "q75", "q95", "count", "missing", "distinct"
]


@dataclass(frozen=True, kw_only=True)
class Function:
    """A figure of a column. kinds: of column it serves. sql: {x} is the column as a number, {raw} as it is.
    approximate: cheaper SQL where there are more than exact_rows, or None."""

    title: str
    kinds: tuple[Kind, ...]
    sql: str
    approximate: str | None = None
    exact_rows: int = EXACT_ROWS


def _quantile(title: str, share: float) -> Function:
    return Function(
        title=title, kinds=_NUMBERS, sql=f"quantile_cont({{x}}, {share})",
        approximate=f"approx_quantile({{x}}, {share})",
        exact_rows=EXACT_QUANTILE_ROWS,
    )  # fmt: skip


FUNCTIONS: Mapping[str, Function] = {
    "mean": Function(title="mean", kinds=_NUMBERS, sql="avg({x})"),
    "median": _quantile("median", 0.5),
    "max": Function(title="max", kinds=(*NUMERIC_KINDS, "date"), sql="max({raw})"),
    "min": Function(title="min", kinds=(*NUMERIC_KINDS, "date"), sql="min({raw})"),
    "sum": Function(title="sum", kinds=_NUMBERS, sql="sum({x})"),
    # the square of a larger number overflows, and the whole query would fail for it
    "std": Function(
        title="standard deviation", kinds=_NUMBERS, sql="stddev_samp(CASE WHEN abs({x}) < 1e150 THEN {x} END)"
    ),
    "q05": _quantile("5 % quantile", 0.05),
    "q25": _quantile("25 % quantile", 0.25),
    "q75": _quantile("75 % quantile", 0.75),
    "q95": _quantile("95 % quantile", 0.95),
    "count": Function(title="values", kinds=_ANY, sql="count({raw})"),
    "missing": Function(title="missing", kinds=_ANY, sql="count(*) - count({raw})"),
    "distinct": Function(
        title="distinct", kinds=_ANY, sql="count(DISTINCT {raw})", approximate="approx_count_distinct({raw})"
    ),
}


@dataclass(frozen=True, kw_only=True)
class GroupBy:
    """sort: "" follows the keys; "rows" or "<function> <measure>" the figure, the largest first unless
    `ascending`. Functions that do not serve a measure's kind are left out for it."""

    keys: tuple[Key, ...]
    measures: tuple[str, ...] = ()
    functions: tuple[FunctionKey, ...] = ("mean", "median", "max", "min")
    filters: tuple[Filter, ...] = ()
    sort: str = ""
    ascending: bool = False


@dataclass(frozen=True, kw_only=True)
class Grouped:
    """table: the keys' columns, rows, and a column a figure. n_groups: of all, also those left out.
    is_approximate: quantiles and distinct counts are estimated, as there are many rows."""

    table: "pandas.DataFrame"
    n_groups: int
    is_approximate: bool


def is_estimated(key: str, n_rows: int) -> bool:
    """Whether a figure of so many rows is an estimate."""
    return FUNCTIONS[key].approximate is not None and n_rows > FUNCTIONS[key].exact_rows


def function_sql(key: str, column: Column, n_rows: int) -> str:
    """SQL of a figure of a column over a group. Raises UnknownName, BadInput when it does not serve its kind."""
    if key not in FUNCTIONS:
        raise UnknownName("figure", key, FUNCTIONS)
    function = FUNCTIONS[key]
    if column.kind not in function.kinds:
        raise BadInput("figure_kind", figure=function.title, column=column.name, kind=column.kind)
    name = identifier(column.name)
    number = (
        f"CAST(CAST({name} AS INTEGER) AS DOUBLE)" if column.kind == "boolean" else f"CAST({name} AS DOUBLE)"
    )
    sql = function.approximate if is_estimated(key, n_rows) and function.approximate else function.sql
    return sql.format(x=number, raw=name)


def figures(asked: GroupBy, dataset: Dataset) -> dict[str, str]:
    """The figures asked for by "<function> <measure>", each with its SQL, in order."""
    found = {}
    for measure in dict.fromkeys(asked.measures):
        column = dataset.column(measure)
        for key in dict.fromkeys(asked.functions):
            if key not in FUNCTIONS or column.kind in FUNCTIONS[key].kinds:
                found[f"{key} {measure}"] = function_sql(key, column, dataset.n_rows)
    if len(found) > MAX_FIGURES:
        raise BadInput("group_figures", n=len(found), most=MAX_FIGURES)
    return found


def figure_title(figure: str) -> str:
    """ "mean of sales" for "mean sales"."""
    function, _, measure = figure.partition(" ")
    return ROWS if figure == ROWS else f"{FUNCTIONS[function].title} of {measure}"


def group_rows(dataset: Dataset, asked: GroupBy, most: int = 1_000) -> Grouped:
    """The first `most` groups.

    Raises UnknownName for a column or figure that does not exist, BadInput for a key, figure or filter
    that does not fit its column.
    """
    sql, groupings, names = _select(dataset, asked)
    with open_stored(dataset) as session:
        table = session.query(f"{sql} LIMIT {int(most)}")
    n_groups = table.column("n_groups")[0].as_py() if table.num_rows else 0
    return Grouped(
        table=_labelled(table, groupings, names),
        n_groups=n_groups,
        is_approximate=any(is_estimated(f, dataset.n_rows) for f in asked.functions),
    )


@contextmanager
def all_groups(dataset: Dataset, asked: GroupBy) -> "Iterator[Iterator[pandas.DataFrame]]":
    """Every group, up to MAX_EXPORT, as frames one after another. Raises like group_rows."""
    sql, groupings, names = _select(dataset, asked)
    with open_stored(dataset) as session:
        yield _frames(session, f"{sql} LIMIT {MAX_EXPORT}", groupings, names)


def _frames(
    session: Session, sql: str, groupings: list[Grouping], names: list[str]
) -> "Iterator[pandas.DataFrame]":
    import pyarrow as pa

    is_empty = True
    for batch in session.batches(sql, BATCH_ROWS):
        is_empty = False
        yield _labelled(pa.Table.from_batches([batch]), groupings, names)
    if is_empty:
        yield _labelled(session.query(sql), groupings, names)


def _select(dataset: Dataset, asked: GroupBy) -> tuple[str, list[Grouping], list[str]]:
    """The SELECT without its LIMIT, the groupings, and the names of its columns but the last."""
    if not 1 <= len(asked.keys) <= MAX_KEYS:
        raise BadInput("group_keys", n=len(asked.keys), most=MAX_KEYS)
    groupings = [grouping(key, dataset) for key in asked.keys]
    wanted = figures(asked, dataset)
    n_keys = len(groupings)
    columns = [g.sql for g in groupings] + ["count(*)", *wanted.values()]
    names = [_key_title(g) for g in groupings] + [figure_title(f) for f in (ROWS, *wanted)]
    places = ", ".join(f"{i + 1} NULLS LAST" for i in range(n_keys))
    if asked.sort:
        figure_places = {f: n_keys + 1 + i for i, f in enumerate((ROWS, *wanted))}
        if asked.sort not in figure_places:
            raise UnknownName("figure", asked.sort, figure_places)
        places = f"{figure_places[asked.sort]} {'ASC' if asked.ascending else 'DESC'} NULLS LAST, {places}"
    listed = ", ".join(f"{sql} AS figure_{i}" for i, sql in enumerate(columns))
    sql = (
        # in a query of its own: a column of the table may be called like a figure here
        f"SELECT *, count(*) OVER () AS n_groups FROM (SELECT {listed} FROM data "
        f"WHERE {condition(asked.filters, dataset)} GROUP BY {', '.join(g.sql for g in groupings)}) AS groups "
        f"ORDER BY {places}"
    )
    return sql, groupings, list(tidy_names(names)[0])


def _key_title(group: Grouping) -> str:
    return f"{group.column.name} ({group.key.step})" if group.key.step else group.column.name


def _labelled(table, groupings: list[Grouping], names: list[str]) -> "pandas.DataFrame":
    """The engine's rows with groups as people read them; plain numbers stay numbers."""
    from core.data.frames import exact_frame

    frame = exact_frame(table.select(range(len(names))))
    for place, group in enumerate(groupings):
        if not (group.column.kind in NUMERIC_KINDS and not group.is_binned):
            frame.isetitem(place, [group.label(v) for v in table.column(place).to_pylist()])
    return frame.set_axis(names, axis=1)
