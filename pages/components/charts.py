"""Figures that are looked at, in Plotly, one function a figure, from tables: what they share, and scores. Computes nothing.

Streamlit's theme gives colours and fonts, so a figure names neither; where two things differ
they also differ in dash or symbol. Nothing of a figure is read as HTML: texts are escaped.
"""

import html
from collections.abc import Callable
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from core.prediction.export import to_csv

if TYPE_CHECKING:
    import plotly.graph_objects as go

REFERENCE = "#808890"  # lines to hold something against: 3:1 on light and on dark
FAMILIES = {"deep": "Network", "classic": "Classic", "ensemble": "Ensemble", "trivial": "Trivial"}
SYMBOLS = {"deep": "diamond", "classic": "circle", "ensemble": "square"}
HEIGHT = 400
# those of the theme that differ: it lists ten, as Streamlit pads fewer with "undefined" and Plotly then takes none
N_COLOURS = len(set(st.get_option("theme.light.chartCategoricalColors") or ())) or 10


def show(
    figure: "go.Figure",
    *,
    key: str,
    alt: str,
    numbers: pd.DataFrame,
    file_name: str,
    explanation: str | None = None,
    on_points: Callable[[list], None] | None = None,
) -> None:
    """Draw a figure with the numbers behind it for download, and in a sentence how to read it.

    on_points: what a click on the figure does, with the points that are chosen then; None for nothing.
    """
    choice = {}
    if on_points:
        choice = {"on_select": lambda: on_points(st.session_state[key].selection.points), "selection_mode": "points"}  # fmt: skip
    # Plotly's row of buttons would lie on the title of a narrow figure
    st.plotly_chart(figure, key=key, alt=alt, theme="streamlit", config={"displayModeBar": False}, **choice)
    if explanation:
        st.caption(explanation)
    st.download_button(
        "Numbers as CSV",
        data=lambda: to_csv(numbers),
        file_name=f"{file_name}.csv",
        mime="text/csv",
        key=f"{key}_csv",
        icon=":material/download:",
        type="tertiary",
        on_click="ignore",
    )


def interval_chart(table: pd.DataFrame, *, metric: str, unit: str | None) -> "go.Figure":
    """Every model's metric with its 95 % interval, the best at the top.

    table: title, value, low, high, family, is_champion, is_recommended; the trivial models are
    drawn as a line across.
    """
    import plotly.graph_objects as go

    axis = f"{metric} ({unit})" if unit else metric
    figure = go.Figure()
    rows = table.iloc[::-1]  # Plotly draws from the bottom up
    for family, symbol in SYMBOLS.items():
        members = rows[rows["family"] == family]
        if members.empty:
            continue
        figure.add_scatter(
            x=members["value"],
            y=[named(row) for row in members.itertuples()],
            error_x={
                "type": "data",
                "symmetric": False,
                "array": members["high"] - members["value"],
                "arrayminus": members["value"] - members["low"],
                "thickness": 1.5,
                "width": 4,
            },
            mode="markers",
            marker={"size": 11, "symbol": symbol},
            name=FAMILIES[family],
            customdata=members[["low", "high"]],
            hovertemplate=f"%{{y}}<br>{plain(metric)} %{{x:.4~g}} (95 %: %{{customdata[0]:.4~g}} to %{{customdata[1]:.4~g}})<extra></extra>",
        )
    for row in rows[rows["family"] == "trivial"].itertuples():
        figure.add_vline(
            x=row.value,
            line={"dash": "dot", "color": REFERENCE, "width": 1.5},
            annotation={
                "text": plain(row.title),
                "font": {"color": REFERENCE},
                "yanchor": "bottom",
                "y": 1.0,
            },
        )
    drawn = rows[rows["family"] != "trivial"]
    return laid_out(
        figure,
        f"{metric} on the test rows, with 95 % intervals",
        height=190 + 30 * len(drawn),
        xaxis={"title": {"text": plain(axis)}},
        yaxis={
            "categoryorder": "array",
            "categoryarray": [named(r) for r in drawn.itertuples()],
            "automargin": True,
        },
    )


def named(row: object) -> str:
    title = plain(row.title)
    return f"★ {title}" if row.is_recommended else title


def plain(text: object) -> str:
    """Plotly reads a small HTML: a stranger's text is shown letter by letter."""
    return html.escape(str(text), quote=False)


def laid_out(figure: "go.Figure", title: str, *, height: int, **layout: object) -> "go.Figure":
    import plotly.io

    figure.update_layout(
        colorway=plotly.io.templates["streamlit"].layout.colorway[:N_COLOURS],
        title={"text": plain(title), "font": {"size": 15}},
        height=height,
        margin={"l": 8, "r": 8, "t": 56, "b": 90 if len(figure.data) > 1 else 48},
        legend={
            "orientation": "h",
            "yref": "container",
            "y": 0,
            "yanchor": "bottom",
            "x": 0,
            "xanchor": "left",
        },
        hoverlabel={"align": "left"},
        **layout,
    )
    return figure
