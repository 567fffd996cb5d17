"""The most telling charts for the target, each with its reason. Finds none itself."""

from dataclasses import replace

import streamlit as st

from core.codec import dumps
from core.data.suggestions import Suggestion, Suggestions, suggest
from core.domain import Dataset
from core.errors import BadInput
from pages.components.chart_builder import open_in_builder
from pages.components.chart_view import draw_chart
from pages.components.text import escape

IN_ROW = 2


def draw_suggested(dataset: Dataset, builder: str) -> None:
    """builder: name of the view in which a chart is opened."""
    try:
        suggestions = _suggestions(dataset)
    except BadInput as error:
        st.info(escape(error), icon=":material/info:")
        return
    if not suggestions.found:
        st.info(
            f"No column goes together with **{escape(dataset.target)}** more than chance would have it.",
            icon=":material/info:",
        )
        return
    said = f"What goes together with **{escape(dataset.target)}**, the closest first"
    if suggestions.n < suggestions.n_rows:
        said += f", found on {suggestions.n:,} of {suggestions.n_rows:,} rows chosen at random"
    st.markdown(f"{said}. Together is not because: what causes what, no chart can say.")
    places = list(enumerate(suggestions.found))
    alone = len(places) % IN_ROW  # the closest has a row of its own rather than the last a gap beside it
    rows = [places[:alone], *(places[i : i + IN_ROW] for i in range(alone, len(places), IN_ROW))]
    for row in filter(None, rows):
        for column, (place, suggestion) in zip(st.columns(len(row)), row):
            with column.container(border=True, key=f"suggested_{place}", height="stretch"):
                _draw(dataset, suggestion, place, builder)


def _draw(dataset: Dataset, suggestion: Suggestion, place: int, builder: str) -> None:
    st.markdown(f"**{escape(suggestion.reason)}**")
    st.caption(f"Association {suggestion.strength:.2f} of 1")
    draw_chart(dataset, suggestion.request, key=f"suggested_{place}")
    st.button(
        "Open in the chart builder", icon=":material/open_in_new:", key=f"open_suggested_{place}",
        on_click=_open, args=(suggestion, builder),
    )  # fmt: skip


def _open(suggestion: Suggestion, builder: str) -> None:
    open_in_builder(replace(suggestion.request, is_overview=False))
    st.session_state["view"] = builder


def _suggestions(dataset: Dataset) -> Suggestions:
    """Kept for this session until target or columns are others."""
    name = dumps(
        [dataset.id, dataset.blob, dataset.target, [(c.name, c.kind, c.role) for c in dataset.columns]]
    )
    kept = st.session_state.get("suggestions", (None, None))
    if kept[0] != name:
        with st.spinner("Looking for what goes together with the target", show_time=True):
            kept = st.session_state["suggestions"] = (name, suggest(dataset))
    return kept[1]
