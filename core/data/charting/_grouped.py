"""Rows grouped for a chart, with the measure of each group. Knows no kind of chart."""

from collections.abc import Mapping

from core.data.aggregate import function_sql, is_estimated
from core.data.charting import ORDERED, ChartRequest, ChartTable, Slot
from core.data.engines import Session
from core.data.engines.duckdb import identifier
from core.data.filters import condition, constant
from core.data.keys import Grouping, Key, grouping, step_for
from core.domain import NUMERIC_KINDS, Dataset
from core.sentences import say

MOST_VALUES, MOST_COLOURS, MOST_FACETS = 20, 7, 6
FEW_NUMBERS = 25  # so many different whole numbers are shown one by one
MOST_MARKS = 5_000


ALONG = (
    Slot(name="x", title="Along", kinds=ORDERED),
    Slot(name="y", title="Measure", is_required=False, is_measure=True),
    Slot(name="colour", title="Colour", is_required=False),
    Slot(name="facet", title="Panels", is_required=False),
)


def along(session: Session, dataset: Dataset, request: ChartRequest) -> ChartTable:
    """value: of each x, colour and facet, for the slots of ALONG."""
    groupings = {"x": axis(request.x, dataset, request), **sides(dataset, request)}
    return grouped(session, dataset, request, groupings, {"value": measure_sql(request, request.y, dataset)})


def axis(name: str, dataset: Dataset, request: ChartRequest, most: int = MOST_VALUES) -> Grouping:
    """A column as an axis, a colour or a facet has it: the commonest values, months, round bins."""
    column = dataset.column(name)
    if column.kind == "date":
        return grouping(Key(column=name, step=request.step or step_for(column)), dataset)
    if column.kind in NUMERIC_KINDS:
        few = min(FEW_NUMBERS, most if most < MOST_VALUES else FEW_NUMBERS)
        if column.kind == "integer" and column.n_unique <= few:
            return grouping(Key(column=name), dataset)
        return grouping(Key(column=name, bins=request.bins if most >= MOST_VALUES else most - 2), dataset)
    return grouping(Key(column=name, most=most), dataset)


def sides(dataset: Dataset, request: ChartRequest) -> dict[str, Grouping]:
    """The groupings by colour and facet, where these are asked for."""
    asked = {"colour": (request.colour, MOST_COLOURS), "facet": (request.facet, MOST_FACETS)}
    return {slot: axis(name, dataset, request, most) for slot, (name, most) in asked.items() if name}


def measure_sql(request: ChartRequest, name: str | None, dataset: Dataset) -> str:
    """SQL of the request's aggregate of a column over a group; of its number of rows without a column.

    Raises BadInput when the aggregate does not serve the column's kind.
    """
    if name is None or request.aggregate == "count":
        return "count(*)"
    column = dataset.column(name)
    if request.aggregate == "share":
        quoted = identifier(name)
        is_it = f"{quoted} = {constant(request.value or '', column)}"
        return f"avg(CASE WHEN {quoted} IS NULL THEN NULL WHEN {is_it} THEN 1.0 ELSE 0.0 END)"
    return function_sql(request.aggregate, column, dataset.n_rows)


def grouped(
    session: Session,
    dataset: Dataset,
    request: ChartRequest,
    groupings: Mapping[str, Grouping],
    figures: Mapping[str, str],
) -> ChartTable:
    """A row a group, in the groups' order, with `n` (its rows) and the figures, each given as SQL."""
    keys = {slot: g.sql for slot, g in groupings.items()}
    items = [f"{sql} AS key_{slot}" for slot, sql in keys.items()]
    items += ["count(*) AS figure_n", *(f"{sql} AS figure_{name}" for name, sql in figures.items())]
    table = session.query(
        f"SELECT {', '.join(items)} FROM data WHERE {condition(request.filters, dataset)}"
        + (f" GROUP BY {', '.join(keys.values())}" if keys else "")
        + f" LIMIT {MOST_MARKS + 1}"
    )
    notes = []
    if table.num_rows > MOST_MARKS:
        table = table.slice(0, MOST_MARKS)
        notes.append(say("chart.cut", most=MOST_MARKS))
    if request.aggregate == "median" and is_estimated("median", dataset.n_rows):
        notes.append(say("chart.approximate"))
    return ChartTable(rows=_ordered(table, groupings), groupings=groupings, notes=tuple(notes))


def _ordered(table, groupings: Mapping[str, Grouping]):
    """Groups and labels as columns called like their slots, sorted as the groups follow one another."""
    import pandas as pd

    columns = {}
    for slot, g in groupings.items():
        values = table.column(f"key_{slot}").to_pylist()
        columns[slot] = pd.Series(values, dtype=object)
        columns[f"{slot}_label"] = pd.Series([g.label(v) for v in values], dtype=object)
        columns[f"{slot}_order"] = pd.Series([g.order(v) for v in values], dtype=object)
    for name in table.column_names:
        if name.startswith("figure_"):
            columns[name.removeprefix("figure_")] = table.column(name).to_pandas()
    frame = pd.DataFrame(columns)
    orders = [f"{slot}_order" for slot in groupings]
    places = sorted(range(len(frame)), key=lambda i: tuple(frame[o].iat[i] for o in orders))
    return frame.iloc[places].drop(columns=orders).reset_index(drop=True)
