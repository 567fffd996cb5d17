"""The table of columns, where several kinds and roles are corrected at once. Core decides what fits."""

from collections.abc import Sequence
from typing import get_args

import pandas as pd
import streamlit as st

from core.data.corrections import ROLES
from core.data.described import describe_columns, describe_figures
from core.domain import Column, Dataset, Kind
from core.prediction.export import to_csv
from pages.components.correcting import correct, draw_refused_correction, n_refused

MOST_ROWS_AT_ONCE = 26  # of a longer table a window is shown
WINDOW_HEIGHT = 950
A_PAGE = 200  # columns; more at once are slow to draw and more than anybody reads


def draw_columns(dataset: Dataset) -> None:
    """Every column with its kind and role to be corrected; what does not fit is refused and undone."""
    draw_refused_correction("table")
    columns, page = _page(dataset)
    if not columns:
        st.caption("No column's name holds that.")
        return
    table = describe_columns(dataset, columns)
    edited = st.data_editor(
        table,
        # another key forgets edits: one that was refused, and those from before the target changed
        key=f"columns_{dataset.id}_{dataset.target}_{n_refused()}_{page}",
        hide_index=True,
        disabled=["name", "missing", "distinct", "distribution", "examples"],
        height="content" if len(table) <= MOST_ROWS_AT_ONCE else WINDOW_HEIGHT,
        alt="The columns of the table with kind, role, missing values, distinct values and distribution",
        column_config={
            "name": st.column_config.TextColumn("Column", pinned=True, width=170),
            "kind": st.column_config.SelectboxColumn(
                "Kind", options=get_args(Kind), required=True, width=95,
                help="How its values are read. Click twice to correct it, or choose the column under A closer look.",
            ),
            "role": st.column_config.SelectboxColumn(
                "Role", options=ROLES, required=True, width=95,
                help="Features are learned from; the target is predicted; identifiers and ignored columns are left out.",
            ),
            "missing": st.column_config.NumberColumn("Missing", format="percent", width=80),
            "distinct": st.column_config.NumberColumn("Distinct", format="localized", width=80),
            "distribution": st.column_config.BarChartColumn(
                "Distribution", width=150, y_min=0, color="primary",
                help="Numbers and dates from small to large, words by frequency.",
            ),
            "examples": st.column_config.TextColumn("Examples", width=260),
        },
    )  # fmt: skip
    _apply(dataset, table, edited)
    st.download_button(
        "Columns as CSV", lambda: to_csv(describe_figures(dataset)), "columns.csv", "text/csv",
        icon=":material/download:", key="columns_csv", on_click="ignore",
    )  # fmt: skip


def _page(dataset: Dataset) -> tuple[Sequence[Column], str]:
    """The columns to show, and a text that tells this choice of them from others: all where they are few,
    else those whose names hold what is looked for, a page at a time."""
    columns = dataset.columns
    if len(columns) <= A_PAGE:
        return columns, ""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        wanted = st.text_input(
            "Find a column", key=f"columns_find_{dataset.id}", placeholder="Part of its name", width=280,
            icon=":material/search:",
        ).strip().casefold()  # fmt: skip
        found = [c for c in columns if wanted in c.name.casefold()]
        n_pages = max(1, -(-len(found) // A_PAGE))
        page = st.pagination(n_pages, key=f"columns_page_{dataset.id}_{wanted}") if n_pages > 1 else 1
        first = (page - 1) * A_PAGE
        shown = found[first : first + A_PAGE]
        st.caption(
            f"{first + 1:,} – {first + len(shown):,} of {len(found):,}" if shown else "", width="content"
        )
    return shown, f"{page}_{wanted}"


def _apply(dataset: Dataset, before: pd.DataFrame, edited: pd.DataFrame) -> None:
    """Say what was edited to the catalogue and draw again; a refusal is kept for that drawing."""
    changed = edited[(edited["kind"] != before["kind"]) | (edited["role"] != before["role"])]
    if changed.empty:
        return
    correct(dataset, list(zip(changed["name"], changed["kind"], changed["role"])), place="table")
