"""Parallel coordinates: a line a row across several columns. Draws nothing."""

from core.data.charting import Chart, ChartRequest, ChartTable, Slot
from core.data.charting._points import sampled_rows
from core.data.engines import Session
from core.data.engines.duckdb import identifier
from core.domain import ROW, Dataset
from core.sentences import say

MOST_LINES = 1_000


def make(session: Session, dataset: Dataset, request: ChartRequest) -> ChartTable:
    """The columns by their own names, after `_row`; rows without a value in one of them are left out."""
    names = list(dict.fromkeys([*request.columns, *([request.colour] if request.colour else [])]))
    items = {str(i): identifier(name) for i, name in enumerate(names)}
    frame, n = sampled_rows(session, dataset, request, items, MOST_LINES, names)
    notes = (say("chart.sample", n=len(frame), n_rows=n),) if len(frame) < n else ()
    return ChartTable(rows=frame.set_axis([ROW, *names], axis=1), notes=notes)


chart = Chart(
    key="parallel", title="Parallel coordinates", icon=":material/stacked_line_chart:", make=make, order=70,
    takes_columns=("integer", "decimal", "boolean", "category"),
    slots=(
        Slot(name="colour", title="Colour", kinds=("integer", "decimal", "boolean", "category"), is_required=False),
    ),
)  # fmt: skip
