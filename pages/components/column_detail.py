"""One column looked at closely: its distribution, the target's rate along it, its figures. Computes nothing."""

import pandas as pd
import plotly.graph_objects as go
import streamlit as st
from plotly.subplots import make_subplots

from core.data.by_target import by_value
from core.data.described import statistics_table
from core.domain import Column, Dataset, Task
from core.prediction.export import to_csv

MOST_LABEL = 32


def draw_column(dataset: Dataset, task: Task | None) -> None:
    """A chosen column's chart beside its figures. task: what is predicted, where that is known."""
    names = [c.name for c in dataset.columns]
    first = next(
        (i for i, c in enumerate(dataset.columns) if c.role == "feature" and c.name != dataset.target), 0
    )
    name = st.selectbox("Column", names, index=first, key=f"detail_{dataset.id}", width=360)
    column = dataset.column(name)
    table = by_value(dataset, name, task)
    left, right = st.columns([3, 2])
    with left:
        title = (
            f"Rows by {column.name}"
            if table["rate"].isna().all()
            else f"Rows and {_rate_title(task)} by {column.name}"
        )
        st.plotly_chart(
            column_figure(table, column, task), key="detail_chart", alt=title, config={"displaylogo": False}
        )
        st.download_button(
            "These numbers as CSV", lambda: to_csv(table), "distribution.csv", "text/csv", icon=":material/download:",
            key="detail_csv", on_click="ignore",
        )  # fmt: skip
    with right:
        st.dataframe(
            pd.DataFrame(statistics_table(column, dataset.n_rows), columns=["Figure", "Value"]),
            hide_index=True, height="content", key="detail_figures", alt="Figures of the chosen column",
        )  # fmt: skip


def column_figure(table: pd.DataFrame, column: Column, task: Task | None) -> go.Figure:
    """Rows a bin or value as bars; below them the target's rate where there is one."""
    labels = [_short(label) for label in table["label"]]
    has_rate = not table["rate"].isna().all()
    figure = make_subplots(
        rows=2 if has_rate else 1, cols=1, shared_xaxes=True, vertical_spacing=0.08,
        row_heights=[0.55, 0.45] if has_rate else None,
    )  # fmt: skip
    places = list(range(len(labels)))
    figure.add_bar(
        x=places, y=table["n"], customdata=labels, hovertemplate="%{customdata}<br>%{y:,} rows<extra></extra>",
        row=1, col=1,
    )  # fmt: skip
    figure.update_yaxes(title_text="Rows", row=1, col=1)
    if has_rate:
        share = task.kind == "binary"
        figure.add_scatter(
            x=places, y=table["rate"], mode="markers+lines", customdata=labels, row=2, col=1,
            hovertemplate=f"%{{customdata}}<br>%{{y:{'.1%' if share else ',.4g'}}}<extra></extra>",
        )  # fmt: skip
        figure.update_yaxes(
            title_text=_short(_rate_title(task)), tickformat=".0%" if share else None, rangemode="tozero", row=2, col=1
        )  # fmt: skip
    figure.update_xaxes(
        tickvals=_ticks(places), ticktext=[labels[i] for i in _ticks(places)],
        title_text=_short(column.name), row=2 if has_rate else 1, col=1,
    )  # fmt: skip
    figure.update_layout(
        title=_short(f"Rows by {column.name}", 60), showlegend=False, height=440 if has_rate else 340,
        margin={"t": 50, "b": 10}, bargap=0.05 if "histogram" in column.statistics else 0.2,
    )  # fmt: skip
    return figure


def _rate_title(task: Task) -> str:
    return (
        f"share of {task.target} = {task.positive_class}"
        if task.kind == "binary"
        else f"mean of {task.target}"
    )


def _ticks(places: list[int]) -> list[int]:
    step = max(1, -(-len(places) // 10))
    return places[::step]


def _short(text: str, most: int = MOST_LABEL) -> str:
    """A stranger's text as a label of Plotly, which takes tags and entities for markup."""
    cut = text if len(text) <= most else f"{text[: most - 1]}…"
    return cut.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
