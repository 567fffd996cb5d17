"""Figures that are looked at, in Plotly, one function a figure, from tables. Computes nothing.

Streamlit's theme gives colours and fonts, so a figure names neither; where two things differ
they also differ in dash or symbol. Nothing of a figure is read as HTML: texts are escaped.
"""

import html
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from core.prediction.export import to_csv

if TYPE_CHECKING:
    import plotly.graph_objects as go

REFERENCE = "#808890"  # lines to hold something against: 3:1 on light and on dark
DASHES = ("solid", "dash", "dot", "dashdot")
MOST_CELLS_WITH_TEXT = 12  # classes of a confusion matrix whose cells can still hold two numbers
HEIGHT = 400
# of the theme; Streamlit pads its Plotly colours to ten with "undefined", and Plotly then takes none of them
N_COLOURS = len(st.get_option("theme.light.chartCategoricalColors"))


def show(figure: "go.Figure", *, key: str, alt: str, numbers: pd.DataFrame, file_name: str) -> None:
    """Draw a figure with the numbers behind it for download."""
    st.plotly_chart(
        figure,
        key=key,
        alt=alt,
        theme="streamlit",
        config={"displaylogo": False, "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d"]},
    )
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
    for family, symbol in (("deep", "diamond"), ("classic", "circle"), ("ensemble", "square")):
        members = rows[rows["family"] == family]
        if members.empty:
            continue
        figure.add_scatter(
            x=members["value"],
            y=[_named(row) for row in members.itertuples()],
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
            hovertemplate=f"%{{y}}<br>{_text(metric)} %{{x:.4~g}} (95 %: %{{customdata[0]:.4~g}} to %{{customdata[1]:.4~g}})<extra></extra>",
        )
    for row in rows[rows["family"] == "trivial"].itertuples():
        figure.add_vline(
            x=row.value,
            line={"dash": "dot", "color": REFERENCE, "width": 1.5},
            annotation={
                "text": _text(row.title),
                "font": {"color": REFERENCE},
                "yanchor": "bottom",
                "y": 1.0,
            },
        )
    drawn = rows[rows["family"] != "trivial"]
    return _laid_out(
        figure,
        f"{metric} on the test rows, with 95 % intervals",
        height=190 + 30 * len(drawn),
        xaxis={"title": {"text": _text(axis)}},
        yaxis={
            "categoryorder": "array",
            "categoryarray": [_named(r) for r in drawn.itertuples()],
            "automargin": True,
        },
    )


def confusion_chart(table: pd.DataFrame, *, model: str) -> "go.Figure":
    """How often each true class (rows) was taken for each class; counts, coloured by the row's share."""
    import plotly.graph_objects as go

    classes = list(dict.fromkeys(table["true"]))
    shares = table.pivot(index="true", columns="predicted", values="share").loc[classes, classes]
    counts = table.pivot(index="true", columns="predicted", values="n").loc[classes, classes]
    labels = [_text(c) for c in classes]
    figure = go.Figure(
        go.Heatmap(
            z=shares * 100,
            x=labels,
            y=labels,
            customdata=counts,
            text=_cell_texts(counts, shares),
            texttemplate="%{text}",
            textfont={"size": 13},
            hovertemplate="true %{y}, predicted %{x}<br>%{customdata:,} rows, %{z:.1f} % of the true class<extra></extra>",
            coloraxis="coloraxis",
            xgap=2,
            ygap=2,
        )
    )
    return _laid_out(
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
        coloraxis={
            "cmin": 0,
            "cmax": 100,
            "showscale": len(classes) > MOST_CELLS_WITH_TEXT,
            "colorbar": {"title": {"text": "% of the<br>true class"}},
        },
    )


def _cell_texts(counts: pd.DataFrame, shares: pd.DataFrame) -> list[list[str]]:
    """Count and row share of every cell; nothing where cells are too small to hold them."""
    if len(counts) > MOST_CELLS_WITH_TEXT:
        return [[""] * len(counts)] * len(counts)
    return [
        [f"{n:,}" if share != share else f"{n:,}<br>{share:.0%}" for n, share in zip(row, row_shares)]
        for row, row_shares in zip(counts.to_numpy(), shares.to_numpy())
    ]


def roc_chart(tables: Mapping[str, pd.DataFrame], *, positive: str | None) -> "go.Figure":
    """True against false alarms at every threshold, a line for each model (and class)."""
    figure = _lines(
        tables,
        "false_positive_rate",
        "true_positive_rate",
        "%{fullData.name}<br>at p ≥ %{customdata:.3f}: %{y:.1%} found, %{x:.1%} false alarms<extra></extra>",
    )
    figure.add_scatter(
        x=[0, 1],
        y=[0, 1],
        mode="lines",
        name="Guessing",
        hoverinfo="skip",
        line={"dash": "dot", "color": REFERENCE},
    )
    return _laid_out(
        figure,
        "ROC curve" + (f": finding “{positive}”" if positive else ", each class against the rest"),
        height=HEIGHT,
        xaxis={
            "title": {"text": "False alarms (share of the others)"},
            "tickformat": ".0%",
            "range": [-0.01, 1.01],
        },
        yaxis={
            "title": {"text": "Found (share of the class)"},
            "tickformat": ".0%",
            "range": [-0.01, 1.01],
        },
    )


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
        figure.add_scatter(
            x=[0, 1],
            y=[base_rate, base_rate],
            mode="lines",
            name="Guessing",
            hoverinfo="skip",
            line={"dash": "dot", "color": REFERENCE},
        )
    return _laid_out(
        figure,
        "Precision and recall" + (f": finding “{positive}”" if positive else ", each class against the rest"),
        height=HEIGHT,
        xaxis={
            "title": {"text": "Recall (share of the class found)"},
            "tickformat": ".0%",
            "range": [-0.01, 1.01],
        },
        yaxis={
            "title": {"text": "Precision (share of alarms right)"},
            "tickformat": ".0%",
            "range": [-0.01, 1.02],
        },
    )


def predicted_actual_chart(
    tables: Mapping[str, pd.DataFrame], *, target: str, unit: str | None
) -> "go.Figure":
    """Predicted against actual values, a symbol for each model; the line is where both are equal."""
    import plotly.graph_objects as go

    figure = go.Figure()
    for number, (title, table) in enumerate(tables.items()):
        figure.add_scatter(
            x=table["actual"], y=table["predicted"], mode="markers", name=_text(title),
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
    return _laid_out(
        figure,
        "Predicted against actual",
        height=HEIGHT,
        xaxis={"title": {"text": f"Actual {_text(named)}"}},
        yaxis={"title": {"text": f"Predicted {_text(named)}"}},
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
            name=_text(title), opacity=1.0 if len(tables) == 1 else 0.6, customdata=table[["low", "high"]],
            hovertemplate="%{customdata[0]:.4~g} to %{customdata[1]:.4~g}: %{y:,} rows<extra>%{fullData.name}</extra>",
        )  # fmt: skip
    figure.add_vline(x=0, line={"dash": "dot", "color": REFERENCE})
    return _laid_out(
        figure,
        "Residuals: actual − predicted",
        height=HEIGHT,
        barmode="overlay",
        xaxis={"title": {"text": f"Error in {_text(f'{target} ({unit})' if unit else target)}"}},
        yaxis={"title": {"text": "Test rows"}},
    )


def probability_chart(probabilities: Mapping[str, float]) -> "go.Figure":
    """A row's class probabilities as bars, in the order given."""
    import plotly.graph_objects as go

    names = [_text(n) for n in probabilities][::-1]
    values = list(probabilities.values())[::-1]
    figure = go.Figure(
        go.Bar(
            x=values, y=names, orientation="h", text=[f"{v:.1%}" for v in values], textposition="auto",
            hovertemplate="%{y}: %{x:.2%}<extra></extra>",
        )
    )  # fmt: skip
    return _laid_out(
        figure,
        "Probability of each class",
        height=150 + 32 * len(names),
        xaxis={
            "range": [0, 1],
            "tickvals": [0, 0.5, 1],
            "tickformat": ".0%",
            "title": {"text": "Probability"},
        },
        yaxis={"type": "category", "automargin": True},
    )


FAMILIES = {"deep": "Network", "classic": "Classic", "ensemble": "Ensemble", "trivial": "Trivial"}


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
                name=_text(label),
                line={"dash": DASHES[(number + place // N_COLOURS) % len(DASHES)], "width": 2},
            )
    return figure


def _named(row: object) -> str:
    title = _text(row.title)
    return f"★ {title}" if row.is_recommended else title


def _ends(columns: Sequence[pd.Series]) -> list[float]:
    values = pd.concat(columns)
    return [float(values.min()), float(values.max())] if len(values) else [0.0, 1.0]


def _text(text: object) -> str:
    """Plotly reads a small HTML: a stranger's text is shown letter by letter."""
    return html.escape(str(text), quote=False)


def _laid_out(figure: "go.Figure", title: str, *, height: int, **layout: object) -> "go.Figure":
    import plotly.io

    figure.update_layout(
        colorway=plotly.io.templates["streamlit"].layout.colorway[:N_COLOURS],
        title={"text": _text(title), "font": {"size": 15}},
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
