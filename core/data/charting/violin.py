"""Violins: the shape of a number's distribution, from counts in fine bins, one violin a group. Draws nothing."""

from core.data.charting import Chart, ChartRequest, ChartTable, Slot
from core.data.charting._grouped import axis, grouped
from core.data.engines import Session
from core.data.keys import Key, grouping
from core.domain import NUMERIC_KINDS, Dataset

MOST_GROUPS = 8


def make(session: Session, dataset: Dataset, request: ChartRequest) -> ChartTable:
    """value: rows of each bin of y and each x."""
    groupings = {"x": axis(request.x, dataset, request, MOST_GROUPS)} if request.x else {}
    groupings["y"] = grouping(Key(column=request.y, bins=request.bins), dataset)
    return grouped(session, dataset, request, groupings, {"value": "count(*)"})


chart = Chart(
    key="violin", title="Violin", icon=":material/blur_on:", make=make, order=60, has_bins=True, has_step=True,
    slots=(
        Slot(name="y", title="Numbers", kinds=NUMERIC_KINDS),
        Slot(name="x", title="A violin for each", is_required=False),
    ),
)  # fmt: skip
