"""Correlations: Spearman's rank correlation of every two numbers, on a seeded sample. Draws nothing."""

from core.data.charting import Chart, ChartRequest, ChartTable
from core.data.charting._points import sampled_rows
from core.data.engines import Session
from core.data.engines.duckdb import identifier
from core.domain import NUMERIC_KINDS, ROW, Dataset
from core.sentences import say

MOST_ROWS = 20_000


def make(session: Session, dataset: Dataset, request: ChartRequest) -> ChartTable:
    """x, y (names of columns) and value, from -1 to 1, for every pair."""
    import pandas as pd

    names = list(dict.fromkeys(request.columns))
    items = {str(i): f"CAST({identifier(name)} AS DOUBLE)" for i, name in enumerate(names)}
    frame, n = sampled_rows(session, dataset, request, items, MOST_ROWS)
    matrix = frame.drop(columns=ROW).corr(method="spearman").to_numpy()
    rows = [(a, b, matrix[i, j]) for i, a in enumerate(names) for j, b in enumerate(names)]
    notes = (say("chart.sample_measured", n=len(frame), n_rows=n),) if len(frame) < n else ()
    return ChartTable(rows=pd.DataFrame(rows, columns=["x", "y", "value"]), notes=notes)


chart = Chart(
    key="correlation", title="Correlations", icon=":material/apps:", make=make, order=90,
    takes_columns=NUMERIC_KINDS, slots=(),
)  # fmt: skip
