"""Which rows are looked at: a popover that gathers filters. Applies none."""

from collections.abc import Sequence

import streamlit as st

from core.data.filters import TITLES, Filter, condition, tests_for
from core.domain import Column, Dataset
from core.errors import BadInput
from pages.components.text import escape

MOST_OFFERED = 20


def draw_filters(dataset: Dataset, filters: Sequence[Filter], *, key: str) -> tuple[Filter, ...]:
    """The filters as they are after what the person did: shown as chips, more can be added, each can go."""
    kept = list(filters)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        for place, each in enumerate(filters):
            if st.button(
                escape(in_words(each)), icon=":material/close:", key=f"{key}_filter_{place}_{hash(each)}",
                help="Remove this filter",
            ):  # fmt: skip
                kept.remove(each)
                return tuple(kept)
        with st.popover("Filter", icon=":material/filter_alt:", key=f"{key}_add_filter_{len(filters)}"):
            added = _draw_new(dataset, key=f"{key}_{len(filters)}")
    return (*kept, added) if added is not None else tuple(kept)


def in_words(asked: Filter) -> str:
    values = ", ".join(asked.values[:3]) + (", …" if len(asked.values) > 3 else "")
    return f"{asked.column} {TITLES[asked.test]} {values}".strip()


def _draw_new(dataset: Dataset, *, key: str) -> Filter | None:
    column = dataset.column(st.selectbox("Column", [c.name for c in dataset.columns], key=f"{key}_column"))
    test = st.selectbox(
        "Test", tests_for(column), format_func=lambda t: TITLES.get(t, t), key=f"{key}_test_{column.kind}"
    )
    values = _draw_values(column, test, key=f"{key}_{column.name}_{test}")
    if not st.button("Add the filter", type="primary", key=f"{key}_add"):
        return None
    asked = Filter(column=column.name, test=test, values=values)
    try:
        condition([asked], dataset)
    except BadInput as error:
        st.error(escape(error), icon=":material/error:")
        return None
    return asked


def _draw_values(column: Column, test: str, *, key: str) -> tuple[str, ...]:
    if test in ("missing", "present"):
        return ()
    if test in ("is", "is_not"):
        offered = [str(value) for value, _ in column.statistics.get("top", ())][:MOST_OFFERED]
        chosen = st.multiselect("Values", offered, accept_new_options=True, key=f"{key}_values")
        return tuple(chosen)
    placeholder = "2024-01-31" if column.kind == "date" else ""
    written = st.text_input("Value", key=f"{key}_value", placeholder=placeholder)
    return (written,) if written else ()
