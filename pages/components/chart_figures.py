"""Chart requests and their tables as Plotly figures, a function a kind. Computes no figure.

Every mark that can be chosen carries its place in the table as the first of its custom data.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import pandas as pd

from core.data.charting import ChartRequest, ChartTable
from core.domain import Dataset
from pages.components.chart_axes import Panels, colour_of, named, places, short
from pages.components.chart_matrices import correlation, heatmap, parallel
from pages.components.chart_titles import axis_title, chart_title, measure_title
from pages.components.charts import HEIGHT, N_COLOURS, laid_out, plain

if TYPE_CHECKING:
    import plotly.graph_objects as go

SYMBOLS = ("circle", "diamond", "square", "cross", "x", "triangle-up", "star", "pentagon")
DASHES = ("solid", "dash", "dot", "dashdot")
ALL = ""
# Streamlit lets marks be chosen either by a drag or by a click: many points are dragged over, the rest clicked
BY_BOX = ("scatter", "map")


def figure_of(request: ChartRequest, table: ChartTable, dataset: Dataset) -> "go.Figure":
    """The figure, with its title."""
    panels = FIGURES[request.kind](request, table, dataset)
    many = len(panels.labels) > 1
    figure = laid_out(
        panels.figure, _short_title(chart_title(request, dataset)),
        height=HEIGHT if panels.n_rows == 1 else 280 * panels.n_rows + 60, dragmode="select" if request.kind in BY_BOX else "zoom",
    )  # fmt: skip
    figure.update_layout(
        margin={"t": 84 if many else 56}, clickmode="event" if request.kind in BY_BOX else "event+select"
    )
    if request.kind == "parallel":  # its axes bring their names and numbers, which need room of their own
        figure.update_layout(margin={"t": 110, "l": 70, "r": 70}, height=HEIGHT + 60)
    return figure


def _short_title(title: str) -> str:
    return title if len(title) <= 110 else f"{title[:109]}…"


def _parts(table: ChartTable) -> list[tuple[str, str, pd.DataFrame]]:
    """Panel, colour and rows of each trace, in the groups' order."""
    rows = table.rows.assign(mark=range(len(table.rows)))
    columns = {slot: f"{slot}_label" for slot in ("facet", "colour")}
    panels = list(dict.fromkeys(rows[columns["facet"]])) if columns["facet"] in rows else [ALL]
    colours = list(dict.fromkeys(rows[columns["colour"]])) if columns["colour"] in rows else [ALL]
    parts = []
    for panel in panels:
        for colour in colours:
            part = rows
            if columns["facet"] in rows:
                part = part[part[columns["facet"]] == panel]
            if columns["colour"] in rows:
                part = part[part[columns["colour"]] == colour]
            parts.append((panel, colour, part))
    return parts


def _panels(request: ChartRequest, table: ChartTable) -> Panels:
    labels = list(dict.fromkeys(table.rows["facet_label"])) if "facet_label" in table.rows else [ALL]
    return Panels(labels, request.facet)


def _measured(request: ChartRequest, table: ChartTable, dataset: Dataset) -> Panels:
    """Bars, lines and areas: value along x."""
    import plotly.graph_objects as go

    panels = _panels(request, table)
    along = places(table.rows, "x", table.groupings["x"], min(3, len(panels.labels)))
    is_share = request.aggregate == "share" and request.kind != "histogram"
    form = ".1%" if is_share else ",.4~g"
    title = "Rows" if request.kind == "histogram" else measure_title(request, request.y, dataset)
    colours = list(dict.fromkeys(table.rows["colour_label"])) if "colour_label" in table.rows else [ALL]
    for panel, colour, part in _parts(table):
        at, number = along.at.loc[part.index], colours.index(colour)
        looks = {
            "x": at, "y": part["value"], "name": short(colour), "customdata": part[["mark", "x_label", "n"]],
            "hovertemplate": f"%{{customdata[1]}}<br>%{{y:{form}}} · %{{customdata[2]:,}} rows"
            f"<extra>{short(colour)}</extra>",
        }  # fmt: skip
        if request.kind in ("bar", "histogram"):
            trace = go.Bar(**looks, marker={"color": colour_of(number)})
        else:
            trace = go.Scatter(
                **looks, mode="lines+markers", marker={"size": 6, "symbol": SYMBOLS[number % len(SYMBOLS)]},
                line={"dash": DASHES[number // N_COLOURS % len(DASHES)], "width": 2, "color": colour_of(number)},
                stackgroup="all" if request.kind == "area" else None,
            )  # fmt: skip
        panels.add(trace, panel)
    # averages and shares must not be piled up
    adds_up = request.kind == "histogram" or request.y is None or request.aggregate in ("count", "sum")
    panels.figure.update_layout(
        barmode="stack" if adds_up else "group",
        bargap=0.05 if table.groupings["x"].is_binned else 0.25,
    )
    value_axis = {"title": {"text": short(title, 48)}, "tickformat": ".0%" if is_share else None}
    if request.kind in ("bar", "histogram", "area"):
        value_axis["rangemode"] = "tozero"
    panels.axes(along.layout | {"title": {"text": plain(axis_title(request.x, dataset))}}, value_axis)
    return panels


def _boxes(request: ChartRequest, table: ChartTable, dataset: Dataset) -> Panels:
    import plotly.graph_objects as go

    panels = _panels(request, table)
    along = places(table.rows, "x", table.groupings["x"]) if request.x else None
    for panel, _, part in _parts(table):
        at = along.at.loc[part.index] if along else pd.Series(0, index=part.index)
        label = part["x_label"] if along else pd.Series("all rows", index=part.index)
        panels.add(
            go.Box(
                x=at, q1=part["q25"], median=part["median"], q3=part["q75"], lowerfence=part["q05"],
                upperfence=part["q95"], showlegend=False, hoverinfo="skip", marker={"color": colour_of(0)},
            ),
            panel,
        )  # fmt: skip
        panels.add(
            # boxes made of quantiles cannot be chosen; the diamond at their mean can
            go.Scatter(
                x=at, y=part["mean"], mode="markers", marker={"symbol": "diamond", "size": 9, "color": colour_of(1)}, showlegend=False,
                customdata=part.assign(label=label)[["mark", "label", "n", "q05", "q25", "median", "q75", "q95"]],
                hovertemplate="%{customdata[1]}: %{customdata[2]:,} rows<br>mean %{y:,.4~g}, median %{customdata[5]:,.4~g}"
                "<br>half of them %{customdata[4]:,.4~g} to %{customdata[6]:,.4~g}"
                "<br>nine of ten %{customdata[3]:,.4~g} to %{customdata[7]:,.4~g}<extra></extra>",
            ),
            panel,
        )  # fmt: skip
    x_axis = along.layout if along else {"showticklabels": False}
    panels.axes(x_axis, {"title": {"text": plain(axis_title(request.y, dataset))}})
    return panels


def _violins(request: ChartRequest, table: ChartTable, dataset: Dataset) -> Panels:
    """Each as wide as its share of rows in a bin, mirrored."""
    import plotly.graph_objects as go

    panels = Panels([ALL], None)
    upward = places(table.rows, "y", table.groupings["y"])
    rows = table.rows.assign(mark=range(len(table.rows)), at=upward.at)
    labels = list(dict.fromkeys(rows["x_label"])) if request.x else ["all rows"]
    for number, label in enumerate(labels):
        part = rows[rows["x_label"] == label] if request.x else rows
        part = part[part["y"].notna()].sort_values("at")
        if part.empty:
            continue
        share = part["value"] / part["value"].sum()
        half = 0.45 * share / share.max()
        # a bin without rows is where the violin has no width
        every = pd.RangeIndex(int(part["at"].min()) - 1, int(part["at"].max()) + 2)
        width = pd.Series(half.to_numpy(), index=part["at"]).reindex(every, fill_value=0.0)
        panels.add(
            go.Scatter(
                x=[*(number + width), *(number - width[::-1])], y=[*every, *every[::-1]], fill="toself", mode="lines",
                line={"width": 1, "color": colour_of(0)}, hoverinfo="skip", showlegend=False, name=short(label),
            )
        )  # fmt: skip
        panels.add(
            go.Scatter(
                x=[number] * len(part), y=part["at"], mode="markers", marker={"size": 5, "opacity": 0.55, "color": colour_of(1)},
                showlegend=False, customdata=part.assign(label=label)[["mark", "label", "y_label", "n"]],
                hovertemplate="%{customdata[1]}<br>%{customdata[2]}: %{customdata[3]:,} rows<extra></extra>",
            )
        )  # fmt: skip
    panels.figure.update_traces(showlegend=False)
    x_axis = named(list(range(len(labels))), labels, is_below=True)
    if request.x:
        x_axis["title"] = {"text": plain(axis_title(request.x, dataset))}
    panels.axes(x_axis, upward.layout | {"title": {"text": plain(axis_title(request.y, dataset))}})
    return panels


def _points(request: ChartRequest, table: ChartTable, dataset: Dataset) -> Panels:
    import plotly.graph_objects as go

    panels = _panels(request, table)
    colours = list(dict.fromkeys(table.rows["colour_label"])) if "colour_label" in table.rows else [ALL]
    many = len(table.rows) > 1_000
    for panel, colour, part in _parts(table):
        number = colours.index(colour)
        symbol = SYMBOLS[number % len(SYMBOLS)]
        panels.add(
            go.Scatter(
                x=part["x"], y=part["y"], mode="markers", name=short(colour), customdata=part[["mark"]],
                marker={"size": 5 if many else 8, "opacity": 0.5 if many else 0.75, "symbol": symbol, "color": colour_of(number)},
                hovertemplate=f"%{{x:,.5~g}}, %{{y:,.5~g}}<extra>{short(colour)}</extra>",
            ),
            panel,
        )  # fmt: skip
    x_axis = {"title": {"text": plain(axis_title(request.x, dataset))}}
    y_axis = {"title": {"text": plain(axis_title(request.y, dataset))}}
    if request.kind == "map" and len(table.rows):
        import math

        # a degree of longitude is shorter than one of latitude, by the cosine of the latitude
        middle = float(table.rows["y"].astype(float).mean())
        y_axis |= {"scaleanchor": "x", "scaleratio": 1 / max(0.1, math.cos(math.radians(middle)))}
        x_axis |= {"ticksuffix": "°"}
        y_axis |= {"ticksuffix": "°"}
    panels.axes(x_axis, y_axis)
    return panels


FIGURES: Mapping[str, Callable[[ChartRequest, ChartTable, Dataset], Panels]] = {
    "bar": _measured, "line": _measured, "area": _measured, "histogram": _measured, "box": _boxes,
    "violin": _violins, "scatter": _points, "map": _points, "heatmap": heatmap, "correlation": correlation,
    "parallel": parallel,
}  # fmt: skip
