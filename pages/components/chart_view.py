"""A chart with what belongs to it: notes, its numbers as CSV, the rows behind chosen marks. Computes nothing."""

import hashlib

import streamlit as st

from core.codec import dumps
from core.data.charting import ChartRequest, ChartTable, chart_table
from core.data.charting.marks import rows_behind
from core.domain import ROW, Dataset
from core.prediction.export import to_csv, without_noise
from pages.components.chart_figures import BY_BOX, figure_of
from pages.components.chart_titles import chart_title
from pages.components.text import escape

MOST_SHOWN = 1_000
MOST_IN_FILE = 100_000
MOST_KEPT = 24  # tables of charts that a session need not compute again
UNCHOSEN = ("parallel", "correlation")  # their marks stand for no rows that could be chosen


def draw_chart(dataset: Dataset, request: ChartRequest, *, key: str) -> None:
    """The chart, and below it the rows behind the marks chosen in it.

    Raises UnknownName or BadInput when the request does not fit the dataset.
    """
    table = table_of(dataset, request)
    if table.rows.empty:
        st.info("No row passes the filters.", icon=":material/filter_alt_off:")
        return
    # a key a chart: marks chosen in one must never come to mean those of another
    mark = hashlib.sha256(dumps([dataset.id, dataset.blob, request]).encode()).hexdigest()[:12]
    figure = figure_of(request, table, dataset)
    title = chart_title(request, dataset)
    can_choose = request.kind not in UNCHOSEN
    event = st.plotly_chart(
        figure, key=f"{key}_{mark}", alt=title, theme="streamlit", config={"displayModeBar": False},
        on_select="rerun" if can_choose else "ignore", selection_mode=("points", "box"),
    )  # fmt: skip
    for note in table.notes:
        st.caption(escape(note))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(
            "Numbers as CSV", data=lambda: to_csv(_numbers(table)), file_name=f"{request.kind}.csv", mime="text/csv",
            key=f"{key}_{mark}_csv", icon=":material/download:", type="tertiary", on_click="ignore",
        )  # fmt: skip
        if can_choose:
            how = "Drag over points" if request.kind in BY_BOX else "Click a mark, with Shift for several,"
            st.caption(f"{how} to see the rows behind them.")
    if can_choose:
        chosen = _marks(event)
        if chosen:
            draw_rows_behind(dataset, request, table, chosen, key=f"{key}_{mark}")


def table_of(dataset: Dataset, request: ChartRequest) -> ChartTable:
    """The chart's table, kept for this session: choosing marks draws the page again, but asks nothing anew."""
    kept = st.session_state.setdefault("chart_tables", {})
    name = dumps([dataset.id, dataset.blob, [c.kind for c in dataset.columns], request])
    if name not in kept:
        with st.spinner("Computing the chart", show_time=True):
            kept[name] = chart_table(dataset, request)
        while len(kept) > MOST_KEPT:
            del kept[next(iter(kept))]
    return kept[name]


def draw_rows_behind(
    dataset: Dataset, request: ChartRequest, table: ChartTable, marks: list[int], *, key: str
) -> None:
    rows, n = rows_behind(dataset, request, table, marks, MOST_SHOWN)
    with st.container(border=True, key=f"{key}_behind"):
        of_marks = "1 mark" if len(marks) == 1 else f"{len(marks):,} marks"
        said = "1 row" if n == 1 else f"{n:,} rows"
        st.markdown(f"**{said}** behind {of_marks}")
        st.dataframe(rows, hide_index=True, key=f"{key}_rows", alt="The rows behind the chosen marks")
        if n > len(rows):
            most = f" The file holds the first {MOST_IN_FILE:,}." if n > MOST_IN_FILE else ""
            st.caption(f"The first {len(rows):,} are shown.{most}")
        st.download_button(
            "These rows as CSV",
            data=lambda: to_csv(rows_behind(dataset, request, table, marks, MOST_IN_FILE)[0]),
            file_name="rows.csv", mime="text/csv", key=f"{key}_rows_csv", icon=":material/download:",
            on_click="ignore",
        )  # fmt: skip


def _marks(event) -> list[int]:
    """The places of the chosen marks, which come from the browser: whatever is no place is passed over."""
    marks = []
    for point in (event or {}).get("selection", {}).get("points", []):
        carried = point.get("customdata")
        first = carried[0] if isinstance(carried, (list, tuple)) and carried else carried
        if isinstance(carried, dict):
            first = next(iter(carried.values()), None)
        if isinstance(first, (int, float)) and first == int(first):
            marks.append(int(first))
    return list(dict.fromkeys(marks))


def _numbers(table: ChartTable):
    """The table with labels instead of the engine's groups."""
    raw = [slot for slot in table.groupings if f"{slot}_label" in table.rows]
    rows = table.rows.drop(columns=raw)
    rows = rows.rename(columns={f"{slot}_label": slot for slot in ("x", "y", "colour", "facet")})
    return without_noise(rows) if ROW not in rows else rows
