"""Boxes: the quartiles of a number, one box a group. Draws nothing."""

from core.data.aggregate import function_sql
from core.data.charting import Chart, ChartRequest, ChartTable, Slot
from core.data.charting._grouped import axis, grouped
from core.data.engines import Session
from core.domain import NUMERIC_KINDS, Dataset

FIGURES = ("q05", "q25", "median", "q75", "q95", "mean", "min", "max")


def make(session: Session, dataset: Dataset, request: ChartRequest) -> ChartTable:
    """Quantiles, mean, smallest and largest of y for each x and facet."""
    slots = {"x": request.x, "facet": request.facet}
    groupings = {slot: axis(name, dataset, request, most=12) for slot, name in slots.items() if name}
    column = dataset.column(request.y)
    figures = {key: function_sql(key, column, dataset.n_rows) for key in FIGURES}
    return grouped(session, dataset, request, groupings, figures)


chart = Chart(
    key="box", title="Box", icon=":material/candlestick_chart:", make=make, order=50, has_step=True,
    slots=(
        Slot(name="y", title="Numbers", kinds=NUMERIC_KINDS),
        Slot(name="x", title="A box for each", is_required=False),
        Slot(name="facet", title="Panels", is_required=False),
    ),
)  # fmt: skip
