"""Boxes: the quartiles of a number, one box a group. Draws nothing."""

from dataclasses import replace

from core.data.aggregate import function_sql, is_estimated
from core.data.charting import Chart, ChartRequest, ChartTable, Slot
from core.data.charting._grouped import axis, grouped
from core.data.engines import Session
from core.data.engines.duckdb import identifier
from core.domain import NUMERIC_KINDS, Dataset

QUANTILES = {"q05": 0.05, "q25": 0.25, "median": 0.5, "q75": 0.75, "q95": 0.95}
FIGURES = ("mean", "min", "max")
MOST_BOXES = 12  # of words; the rest is one more


def make(session: Session, dataset: Dataset, request: ChartRequest) -> ChartTable:
    """Quantiles, mean, smallest and largest of y for each x and facet."""
    slots = {"x": request.x, "facet": request.facet}
    groupings = {slot: axis(name, dataset, request, most=MOST_BOXES) for slot, name in slots.items() if name}
    column = dataset.column(request.y)
    figures = {key: function_sql(key, column, dataset.n_rows) for key in FIGURES}
    # all quantiles at once: the values of a group are gathered once for them
    quantile = "approx_quantile" if is_estimated("median", dataset.n_rows) else "quantile_cont"
    shares = ", ".join(map(str, QUANTILES.values()))
    figures["quantiles"] = f"{quantile}(CAST({identifier(request.y)} AS DOUBLE), [{shares}])"
    table = grouped(session, dataset, request, groupings, figures)
    lists = table.rows["quantiles"]
    found = {key: [None if q is None else q[place] for q in lists] for place, key in enumerate(QUANTILES)}
    rows = table.rows.drop(columns="quantiles").assign(**found)
    return replace(table, rows=rows.astype(dict.fromkeys(QUANTILES, float)))


chart = Chart(
    key="box", title="Box", icon=":material/candlestick_chart:", make=make, order=50, has_step=True,
    slots=(
        Slot(name="y", title="Numbers", kinds=NUMERIC_KINDS),
        Slot(name="x", title="A box for each", is_required=False),
        Slot(name="facet", title="Panels", is_required=False),
    ),
)  # fmt: skip
