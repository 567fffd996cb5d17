"""Figures of cells and of many columns: heat maps, correlations, parallel coordinates. Computes no figure."""

import pandas as pd

from core.data.charting import ChartRequest, ChartTable
from core.domain import NUMERIC_KINDS, ROW, Dataset
from pages.components.chart_axes import Panels, places, short
from pages.components.chart_titles import axis_title, measure_title
from pages.components.charts import plain

MOST_CELLS_WITH_TEXT = 12
# from one side through the background to the other: orange and blue are told apart by the colour-blind
DIVERGING = [[0.0, "#C75A00"], [0.5, "rgba(128,136,144,0.12)"], [1.0, "#0072B2"]]


def heatmap(request: ChartRequest, table: ChartTable, dataset: Dataset) -> Panels:
    import plotly.graph_objects as go

    rows = table.rows.assign(mark=range(len(table.rows)))
    across, down = (places(rows, slot, table.groupings[slot]) for slot in ("x", "y"))
    rows = rows.assign(at_x=across.at, at_y=down.at).dropna(subset=["at_x", "at_y"])
    cells = rows.pivot_table(index="at_y", columns="at_x", values="value", dropna=False)
    title = measure_title(request, request.z, dataset)
    form = ".1%" if request.aggregate == "share" else ",.4~g"
    panels = Panels([""], None)
    panels.add(
        go.Heatmap(
            z=cells, x=list(cells.columns), y=list(cells.index), hoverinfo="skip", coloraxis="coloraxis", xgap=1,
            ygap=1,
        )
    )  # fmt: skip
    panels.add(
        # cells cannot be chosen; marks that nobody sees lie upon them
        go.Scatter(
            x=rows["at_x"], y=rows["at_y"], mode="markers", marker={"size": 18, "symbol": "square", "opacity": 0},
            customdata=rows[["mark", "x_label", "y_label", "value", "n"]], showlegend=False,
            hovertemplate=f"%{{customdata[1]}}<br>%{{customdata[2]}}<br>%{{customdata[3]:{form}}}"
            " · %{customdata[4]:,} rows<extra></extra>",
            selected={"marker": {"opacity": 0.9, "size": 8}}, unselected={"marker": {"opacity": 0}},
        )
    )  # fmt: skip
    panels.figure.update_layout(coloraxis={"colorbar": {"title": {"text": short(title, 30)}, "tickformat": ".0%" if form == ".1%" else None}})  # fmt: skip
    panels.axes(
        across.layout | {"title": {"text": plain(axis_title(request.x, dataset))}, "showgrid": False},
        down.layout | {"title": {"text": plain(axis_title(request.y, dataset))}, "showgrid": False},
    )
    return panels


def correlation(request: ChartRequest, table: ChartTable, dataset: Dataset) -> Panels:
    import plotly.graph_objects as go

    names = list(dict.fromkeys(table.rows["x"]))
    cells = table.rows.pivot(index="y", columns="x", values="value").loc[names, names]
    texts = cells.map(lambda v: "" if v != v else f"{v:.2f}")
    panels = Panels([""], None)
    panels.add(
        go.Heatmap(
            z=cells, x=[short(n) for n in names], y=[short(n) for n in names], xgap=1, ygap=1, coloraxis="coloraxis",
            text=texts, texttemplate="%{text}" if len(names) <= MOST_CELLS_WITH_TEXT else None,
            hovertemplate="%{y} and %{x}: %{z:.3f}<extra></extra>",
        )
    )  # fmt: skip
    panels.figure.update_layout(
        coloraxis={
            "cmin": -1, "cmax": 1, "colorscale": DIVERGING, "colorbar": {"title": {"text": "Correlation"}},
        }
    )  # fmt: skip
    panels.axes(
        {"type": "category", "showgrid": False},
        {"type": "category", "autorange": "reversed", "showgrid": False},
    )
    return panels


def parallel(request: ChartRequest, table: ChartTable, dataset: Dataset) -> Panels:
    import plotly.graph_objects as go

    rows = table.rows.drop(columns=ROW)
    line = {}
    if request.colour:
        codes, _ = _numbers(rows[request.colour], dataset, request.colour)
        line = {"color": codes, "colorscale": "Cividis"}
    panels = Panels([""], None)
    trace = go.Parcoords(
        dimensions=[_dimension(rows[name], dataset, name) for name in request.columns],
        line=line,
        labelangle=-12,
    )
    panels.figure = go.Figure(trace)
    return panels


def _dimension(values: pd.Series, dataset: Dataset, name: str) -> dict[str, object]:
    numbers, words = _numbers(values, dataset, name)
    ticks = {"tickvals": list(range(len(words))), "ticktext": [short(w, 16) for w in words]} if words else {}
    return {"label": short(name, 18), "values": numbers, **ticks}


def _numbers(values: pd.Series, dataset: Dataset, name: str) -> tuple[pd.Series, list[str]]:
    """The values as numbers; words as their places, with the words."""
    if dataset.column(name).kind in NUMERIC_KINDS:
        return values.astype(float), []
    words = sorted(values.astype(str).unique())
    return values.astype(str).map({word: i for i, word in enumerate(words)}), words
