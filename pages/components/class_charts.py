"""Figures of answers that are classes, from tables. Computes nothing."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from core.figures import percent
from pages.components.charts import HEIGHT, N_COLOURS, REFERENCE, laid_out, plain
from pages.components.shades import colour_at, sequential, text_on, text_on_page

if TYPE_CHECKING:
    import plotly.graph_objects as go

DASHES = ("solid", "dash", "dot", "dashdot")
FEW_CELLS = 6  # classes up to which the cells' text can be as large as any, also on a phone
MOST_CELLS_WITH_TEXT = 12  # classes of a confusion matrix whose cells can still hold two numbers


def confusion_chart(table: pd.DataFrame, *, model: str) -> "go.Figure":
    """How often each true class (rows) was taken for each class; counts, coloured by the row's share."""
    import plotly.graph_objects as go

    classes = list(dict.fromkeys(table["true"]))
    shares = table.pivot(index="true", columns="predicted", values="share").loc[classes, classes]
    counts = table.pivot(index="true", columns="predicted", values="n").loc[classes, classes]
    labels = [plain(c) for c in classes]
    colours = sequential()
    figure = go.Figure(
        go.Heatmap(
            z=shares * 100,
            x=labels,
            y=labels,
            hoverinfo="skip",
            coloraxis="coloraxis",
            xgap=2,
            ygap=2,
        )
    )
    _add_cells(figure, table.dropna(subset="share"))
    return laid_out(
        figure,
        f"Confusion matrix: {model}",
        height=max(HEIGHT, 140 + 34 * len(classes)),
        xaxis={"title": {"text": "Predicted class"}, "type": "category", "showgrid": False},
        yaxis={
            "title": {"text": "True class"},
            "type": "category",
            "autorange": "reversed",
            "showgrid": False,
        },
        annotations=_cell_texts(counts, shares, labels, colours),
        coloraxis={
            "colorscale": [[n / (len(colours) - 1), colour] for n, colour in enumerate(colours)],
            "cmin": 0,
            "cmax": 100,
            "showscale": len(classes) > MOST_CELLS_WITH_TEXT,
            "colorbar": {"title": {"text": "% of the<br>true class"}},
        },
    )


def _add_cells(figure: "go.Figure", table: pd.DataFrame) -> None:
    """A point in each cell that nobody sees: Plotly tells a click on points alone, not on a heatmap."""
    figure.add_scatter(
        x=table["predicted"].map(plain),
        y=table["true"].map(plain),
        customdata=table[["true", "predicted", "n", "share"]],
        mode="markers",
        marker={"symbol": "square", "size": 30, "opacity": 0},
        selected={"marker": {"opacity": 0}},
        unselected={"marker": {"opacity": 0}},
        showlegend=False,
        hovertemplate="true %{y}, predicted %{x}<br>%{customdata[2]:,} rows, %{customdata[3]:.1%} of the true class<extra></extra>",
    )
    figure.update_layout(hovermode="closest", hoverdistance=-1)


def roc_chart(tables: Mapping[str, pd.DataFrame], *, positive: str | None) -> "go.Figure":
    """True against false alarms at every threshold, a line for each model (and class)."""
    figure = _lines(
        tables,
        "false_positive_rate",
        "true_positive_rate",
        "%{fullData.name}<br>at p ≥ %{customdata:.3f}: %{y:.1%} found, %{x:.1%} false alarms<extra></extra>",
    )
    _add_guessing(figure, [0, 1])
    return laid_out(
        figure,
        "ROC curve" + (f": finding “{positive}”" if positive else ", each class against the rest"),
        height=HEIGHT,
        xaxis=_share_axis("False alarms (share of the others)"),
        yaxis=_share_axis("Found (share of the class)"),
    )


def _add_guessing(figure: "go.Figure", y: list[float]) -> None:
    """The line that a model without knowledge would draw, from x = 0 to x = 1."""
    line = {"dash": "dot", "color": REFERENCE}
    figure.add_scatter(x=[0, 1], y=y, mode="lines", name="Guessing", hoverinfo="skip", line=line)


def _share_axis(title: str) -> dict:
    """From none to all, with room for a line that runs along the end."""
    return {"title": {"text": title}, "tickformat": ".0%", "range": [-0.01, 1.02]}


def precision_recall_chart(
    tables: Mapping[str, pd.DataFrame], *, positive: str | None, base_rate: float | None
) -> "go.Figure":
    """How many alarms are right against how many are found; base_rate: of an alarm for every row."""
    figure = _lines(
        tables,
        "recall",
        "precision",
        "%{fullData.name}<br>at p ≥ %{customdata:.3f}: %{x:.1%} found, %{y:.1%} of the alarms right<extra></extra>",
    )
    if base_rate is not None:
        _add_guessing(figure, [base_rate, base_rate])
    return laid_out(
        figure,
        "Precision and recall" + (f": finding “{positive}”" if positive else ", each class against the rest"),
        height=HEIGHT,
        xaxis=_share_axis("Recall (share of the class found)"),
        yaxis=_share_axis("Precision (share of alarms right)"),
    )


def probability_chart(probabilities: Mapping[str, float]) -> "go.Figure":
    """A row's class probabilities as bars, in the order given."""
    import plotly.graph_objects as go

    names = [plain(n) for n in probabilities][::-1]
    values = list(probabilities.values())[::-1]
    figure = go.Figure(
        go.Bar(
            x=values, y=names, orientation="h", text=[percent(v) for v in values], textposition="outside", cliponaxis=False,
            hovertemplate="%{y}: %{x:.2%}<extra></extra>",
        )
    )  # fmt: skip
    laid_out(
        figure,
        "Probability of each class",
        height=72 + 24 * len(names),
        # each bar says its own number, for which there is room also beside the longest
        xaxis={"range": [0, 1.2], "showticklabels": False, "showgrid": False},
        yaxis={"type": "category", "automargin": True},
    )
    return figure.update_layout(margin={"b": 8})


def _cell_texts(
    counts: pd.DataFrame, shares: pd.DataFrame, labels: Sequence[str], colours: Sequence[str]
) -> list[dict]:
    """Count and row share on every cell, readable on its shade; nothing where cells are too small."""
    if len(counts) > MOST_CELLS_WITH_TEXT:
        return []
    return [
        {
            "x": labels[column],
            "y": labels[row],
            "text": f"{n:,}" if share != share else f"{n:,}<br>{share:.0%}",
            "showarrow": False,
            "font": {
                "size": 13 if len(labels) <= FEW_CELLS else 11,
                "color": text_on_page() if share != share else text_on(colour_at(share, colours)),
            },
        }
        for row, (ns, row_shares) in enumerate(zip(counts.to_numpy(), shares.to_numpy()))
        for column, (n, share) in enumerate(zip(ns, row_shares))
    ]


def _lines(tables: Mapping[str, pd.DataFrame], x: str, y: str, hover: str) -> "go.Figure":
    """A line for each model and class: colour says which, dash says which model if there are several."""
    import plotly.graph_objects as go

    figure = go.Figure()
    for number, (title, table) in enumerate(tables.items()):
        classes = list(dict.fromkeys(table["class"]))
        for place, name in enumerate(classes):
            part = table[table["class"] == name]
            if len(classes) == 1:
                label = title
            else:
                label = f"{name} · {title}" if len(tables) > 1 else name
            figure.add_scatter(
                x=part[x],
                y=part[y],
                mode="lines",
                customdata=part["threshold"],
                hovertemplate=hover,
                name=plain(label),
                line={"dash": DASHES[(number + place // N_COLOURS) % len(DASHES)], "width": 2},
            )
    return figure
