"""Histograms: how many rows lie in each bin of a number or date. Draws nothing."""

from core.data.charting import ORDERED, Chart, ChartRequest, ChartTable, Slot
from core.data.charting._grouped import axis, grouped, sides
from core.data.engines import Session
from core.domain import Dataset


def make(session: Session, dataset: Dataset, request: ChartRequest) -> ChartTable:
    """value: rows of each bin, colour and facet."""
    groupings = {"x": axis(request.x, dataset, request), **sides(dataset, request)}
    return grouped(session, dataset, request, groupings, {"value": "count(*)"})


chart = Chart(
    key="histogram", title="Histogram", icon=":material/equalizer:", make=make, order=40, has_bins=True,
    has_step=True,
    slots=(
        Slot(name="x", title="Numbers or dates", kinds=ORDERED),
        Slot(name="colour", title="Colour", is_required=False),
        Slot(name="facet", title="Panels", is_required=False),
    ),
)  # fmt: skip
