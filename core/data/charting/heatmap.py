"""Heat maps: a measure for every pair of two groups; of numbers, all rows counted in two-dimensional bins. Draws nothing."""

from core.data.charting import Chart, ChartRequest, ChartTable, Slot
from core.data.charting._grouped import axis, grouped, measure_sql
from core.data.engines import Session
from core.domain import Dataset


def make(session: Session, dataset: Dataset, request: ChartRequest) -> ChartTable:
    """value: of each x and y."""
    groupings = {"x": axis(request.x, dataset, request), "y": axis(request.y, dataset, request)}
    return grouped(session, dataset, request, groupings, {"value": measure_sql(request, request.z, dataset)})


chart = Chart(
    key="heatmap", title="Heat map", icon=":material/grid_on:", make=make, order=80, has_bins=True,
    has_step=True,
    slots=(
        Slot(name="x", title="Across"),
        Slot(name="y", title="Down"),
        Slot(name="z", title="Measure", is_required=False, is_measure=True),
    ),
)  # fmt: skip
