"""Bars: a measure of every group. Draws nothing."""

from core.data.charting import ANY, Chart, ChartRequest, ChartTable, Slot
from core.data.charting._grouped import axis, grouped, measure_sql, sides
from core.data.engines import Session
from core.domain import Dataset


def make(session: Session, dataset: Dataset, request: ChartRequest) -> ChartTable:
    """value: of each x, colour and facet."""
    groupings = {"x": axis(request.x, dataset, request), **sides(dataset, request)}
    return grouped(session, dataset, request, groupings, {"value": measure_sql(request, request.y, dataset)})


chart = Chart(
    key="bar", title="Bar", icon=":material/bar_chart:", make=make, order=10, has_bins=True, has_step=True,
    slots=(
        Slot(name="x", title="Along", kinds=ANY),
        Slot(name="y", title="Measure", is_required=False, is_measure=True),
        Slot(name="colour", title="Colour", is_required=False),
        Slot(name="facet", title="Panels", is_required=False),
    ),
)  # fmt: skip
