"""What does it say? Suggested charts, charts of one's own, group-by and SQL over the chosen dataset."""

from functools import partial

import streamlit as st

from pages.components.chart_builder import draw_builder
from pages.components.frame import dataset_picker, go, head
from pages.components.group_by import draw_group_by
from pages.components.sql_console import draw_console
from pages.components.suggested_charts import draw_suggested

BUILDER = "Chart"
VIEW = "view"
VIEWS = {
    "Suggested": partial(draw_suggested, builder=BUILDER),
    BUILDER: draw_builder,
    "Group by": draw_group_by,
    "SQL": draw_console,
}


def main() -> None:
    head("Explore", "What does it say?")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        dataset = dataset_picker()
        if dataset is None:
            return
        if st.button(
            "Train a network", type="primary", icon=":material/arrow_forward:", icon_position="right", key="to_train"
        ):  # fmt: skip
            st.session_state["train_view"] = "form"
            go("train.py")
    # not bound to the URL: Streamlit lets no page be left for whose address holds a bound name
    st.session_state.setdefault(VIEW, _view_in_url())
    tabs = st.tabs(list(VIEWS), key=VIEW, on_change=keep_view)
    keep_view()
    for tab, draw in zip(tabs, VIEWS.values()):
        if tab.open:
            with tab:
                draw(dataset)


def keep_view() -> None:
    """Let the URL say which view is open, so that F5 and a colleague see the same."""
    if st.query_params.get(VIEW) != st.session_state[VIEW]:
        st.query_params[VIEW] = st.session_state[VIEW]


def _view_in_url() -> str:
    asked = st.query_params.get(VIEW)
    return asked if asked in VIEWS else next(iter(VIEWS))


main()
