"""Scores fold by fold, in Plotly. Computes nothing."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from core.evaluation.spread import Spread
from pages.components.charts import FAMILIES, REFERENCE, SYMBOLS, laid_out, named, plain

if TYPE_CHECKING:
    import plotly.graph_objects as go


def fold_chart(
    table: pd.DataFrame, spreads: Mapping[str, Spread], *, metric: str, unit: str | None
) -> "go.Figure":
    """A line a model: small marks for its folds, a large one for their mean, a bar for the spread.

    table: title, family, is_recommended, fold, value; a row a model and fold, the best model first. spreads: by title.
    """
    import plotly.graph_objects as go

    figure = go.Figure()
    order = [named(row) for row in table.drop_duplicates("title").iloc[::-1].itertuples()]
    for family, symbol in SYMBOLS.items():
        members = table[table["family"] == family]
        if members.empty:
            continue
        models = list(members.drop_duplicates("title").itertuples())
        own = [spreads[row.title] for row in models]
        figure.add_scatter(
            x=[s.mean for s in own],
            y=[named(row) for row in models],
            error_x={
                "type": "data",
                "array": [s.deviation for s in own],
                "thickness": 1.5,
                "width": 4,
            },
            mode="markers",
            marker={"size": 11, "symbol": symbol},
            name=FAMILIES[family],
            customdata=[[s.deviation, s.n] for s in own],
            hovertemplate=f"%{{y}}<br>{plain(metric)} %{{x:.4~g}} ± %{{customdata[0]:.2~g}} over %{{customdata[1]}} folds<extra></extra>",
        )
    # after the means, which take the theme's colours in the order of the figure
    figure.add_scatter(
        x=table["value"],
        y=[named(row) for row in table.itertuples()],
        mode="markers",
        marker={"size": 11, "symbol": "line-ns-open", "color": REFERENCE, "line": {"width": 1.5}},
        name="One fold",
        customdata=table[["fold"]],
        hovertemplate=f"%{{y}}<br>fold %{{customdata[0]}}: {plain(metric)} %{{x:.4~g}}<extra></extra>",
    )
    return laid_out(
        figure,
        f"{metric} on the rows that each fold left out",
        height=190 + 30 * len(order),
        xaxis={"title": {"text": plain(f"{metric} ({unit})" if unit else metric)}},
        yaxis={"categoryorder": "array", "categoryarray": order, "automargin": True},
    )
