"""Figures of answers that are numbers, from tables. Computes nothing."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from pages.components.charts import HEIGHT, REFERENCE, laid_out, plain

if TYPE_CHECKING:
    import plotly.graph_objects as go


def predicted_actual_chart(
    tables: Mapping[str, pd.DataFrame], *, target: str, unit: str | None
) -> "go.Figure":
    """Predicted against actual values, a symbol for each model; the line is where both are equal."""
    import plotly.graph_objects as go

    figure = go.Figure()
    for number, (title, table) in enumerate(tables.items()):
        figure.add_scatter(
            x=table["actual"], y=table["predicted"], mode="markers", name=plain(title),
            marker={"size": 6, "opacity": 0.6, "symbol": ("circle", "x")[number % 2]},
            hovertemplate="actual %{x:.5~g}, predicted %{y:.5~g}<extra></extra>",
        )  # fmt: skip
    ends = _ends([t[c] for t in tables.values() for c in ("actual", "predicted")])
    figure.add_scatter(
        x=ends,
        y=ends,
        mode="lines",
        name="Exact",
        hoverinfo="skip",
        line={"dash": "dot", "color": REFERENCE},
    )
    named = f"{target} ({unit})" if unit else target
    return laid_out(
        figure,
        "Predicted against actual",
        height=HEIGHT,
        xaxis={"title": {"text": f"Actual {plain(named)}"}},
        yaxis={"title": {"text": f"Predicted {plain(named)}"}},
    )


def residual_chart(tables: Mapping[str, pd.DataFrame], *, target: str, unit: str | None) -> "go.Figure":
    """How large errors (actual − predicted) are and how often: bars, a colour for each model.

    tables: low, high, n by the model's title.
    """
    import plotly.graph_objects as go

    figure = go.Figure()
    for table, title in zip(tables.values(), tables):
        figure.add_bar(
            x=(table["low"] + table["high"]) / 2, y=table["n"], width=table["high"] - table["low"],
            name=plain(title), opacity=1.0 if len(tables) == 1 else 0.6, customdata=table[["low", "high"]],
            hovertemplate="%{customdata[0]:.4~g} to %{customdata[1]:.4~g}: %{y:,} rows<extra>%{fullData.name}</extra>",
        )  # fmt: skip
    figure.add_vline(x=0, line={"dash": "dot", "color": REFERENCE})
    return laid_out(
        figure,
        "Residuals: actual − predicted",
        height=HEIGHT,
        barmode="overlay",
        xaxis={"title": {"text": f"Error in {plain(f'{target} ({unit})' if unit else target)}"}},
        yaxis={"title": {"text": "Test rows"}},
    )


def _ends(columns: Sequence[pd.Series]) -> list[float]:
    values = pd.concat(columns)
    return [float(values.min()), float(values.max())] if len(values) else [0.0, 1.0]
