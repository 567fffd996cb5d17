"""The table of columns, where kinds and roles are corrected. Draws and passes on; core decides what fits."""

import pandas as pd
import streamlit as st

from core.data.corrections import ROLES, shown_role, with_role
from core.data.described import describe_columns, describe_figures
from core.domain import Dataset, RecipeStep
from core.errors import BadInput
from core.prediction.export import to_csv
from pages.components import session
from pages.components.recipe_change import add_step
from pages.components.text import escape

KINDS = ("integer", "decimal", "boolean", "category", "date", "text")
MOST_ROWS_AT_ONCE = 26  # of a longer table a window is shown
WINDOW_HEIGHT = 950


def draw_columns(dataset: Dataset) -> None:
    """Every column with its kind and role to be corrected; what does not fit is refused and undone."""
    refused = st.session_state.pop("columns_refused", None)
    if refused:
        st.error(escape(refused), icon=":material/undo:")
    table = describe_columns(dataset)
    edited = st.data_editor(
        table,
        # another key forgets edits: one that was refused, and those from before the target changed
        key=f"columns_{dataset.id}_{dataset.target}_{st.session_state.get('n_refused', 0)}",
        hide_index=True,
        disabled=["name", "missing", "distinct", "distribution", "examples"],
        height="content" if len(table) <= MOST_ROWS_AT_ONCE else WINDOW_HEIGHT,
        alt="The columns of the table with kind, role, missing values, distinct values and distribution",
        column_config={
            "name": st.column_config.TextColumn("Column", pinned=True, width=170),
            "kind": st.column_config.SelectboxColumn(
                "Kind", options=KINDS, required=True, width=95,
                help="How its values are read. Click twice to correct it.",
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


def _apply(dataset: Dataset, before: pd.DataFrame, edited: pd.DataFrame) -> None:
    """Say what was edited to the catalogue and draw again; a refusal is kept for that drawing."""
    changed = edited[(edited["kind"] != before["kind"]) | (edited["role"] != before["role"])]
    if changed.empty:
        return
    try:
        for name, kind, role in zip(changed["name"], changed["kind"], changed["role"]):
            if kind != dataset.column(name).kind and dataset.recipe:
                # a later step has to find the column in that kind, so the recipe has to say it
                add_step(dataset, RecipeStep(step="convert", params={"columns": [name], "kind": kind}))
                break
            dataset = session.catalog().with_kinds(dataset, {name: kind})
            if role != shown_role(dataset, name):
                dataset = session.catalog().update(with_role(dataset, name, role))
    except BadInput as error:
        st.session_state["columns_refused"] = str(error)
        st.session_state["n_refused"] = st.session_state.get("n_refused", 0) + 1
    st.rerun()
