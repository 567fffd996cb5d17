"""Figures of what goes on inside a model, from tables. Computes nothing."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from core.domain import Task
from core.explanation.film import EpochMaps
from pages.components.chart_axes import colour_of
from pages.components.charts import HEIGHT, REFERENCE, laid_out, plain
from pages.components.shades import sequential

STEP_MS = 350  # from one epoch to the next while it plays
SYMBOLS = ("circle", "diamond", "square", "triangle-up", "cross", "star", "triangle-down", "pentagon")


def words_chart(table: pd.DataFrame, *, about: str) -> Any:
    """table: place, word, weight, the strongest first. Coloured as the words are in the text above it."""
    import plotly.graph_objects as go

    rows = table.iloc[::-1]
    figure = go.Figure()
    figure.add_bar(
        x=rows["weight"],
        y=[f"{plain(word)} ({place})" for word, place in zip(rows["word"], rows["place"])],
        orientation="h",
        marker={"color": [colour_of(0 if weight > 0 else 1) for weight in rows["weight"]]},
        hovertemplate="%{y}: %{x:+.3g}<extra></extra>",
    )
    figure.add_vline(x=0, line={"color": REFERENCE, "width": 1})
    return laid_out(
        figure,
        f"Words for (right) and against (left) {about}",
        height=130 + 24 * len(rows),
        xaxis={"title": {"text": "What the word adds"}},
        yaxis={"automargin": True},
    )


def attention_chart(words: Sequence[str], looks: Sequence[Sequence[float]]) -> Any:
    """looks: (words, words), rows look at columns."""
    import plotly.graph_objects as go

    names = [f"{plain(word)} ({place})" for place, word in enumerate(words, start=1)]
    figure = go.Figure(
        go.Heatmap(
            z=looks, x=names, y=names, colorscale=list(sequential()),
            hovertemplate="%{y} looks at %{x}: %{z:.0%}<extra></extra>", colorbar={"tickformat": ".0%"},
        )
    )  # fmt: skip
    return laid_out(
        figure,
        "Where each word looks",
        height=max(HEIGHT, 160 + 18 * len(words)),
        xaxis={"title": {"text": "… at this word"}, "tickangle": -60, "automargin": True},
        yaxis={"title": {"text": "This word looks …"}, "autorange": "reversed", "automargin": True},
    )


def kinds_chart(worth: Sequence[Mapping[str, Any]], *, metric: str) -> Any:
    """worth: kind, columns, value, whole, a kind each."""
    import plotly.graph_objects as go

    figure = go.Figure()
    figure.add_bar(
        x=[w["value"] for w in worth],
        y=[plain(w["kind"].capitalize()) for w in worth],
        orientation="h",
        customdata=[plain(", ".join(w["columns"])[:120]) for w in worth],
        hovertemplate="Without %{y}: %{x:.4~g}<br>%{customdata}<extra></extra>",
    )
    figure.add_vline(
        x=worth[0]["whole"],
        line={"dash": "dot", "color": REFERENCE},
        annotation={"text": "with everything", "font": {"color": REFERENCE}, "yanchor": "bottom", "y": 1.0},
    )
    return laid_out(
        figure,
        f"{metric} on validation rows without each kind",
        height=150 + 34 * len(worth),
        xaxis={"title": {"text": plain(metric)}},
        yaxis={"automargin": True, "autorange": "reversed"},
    )


def losses_chart(table: pd.DataFrame, *, metric: str) -> Any:
    """table: kind, columns, lost, low, high, a kind each."""
    import plotly.graph_objects as go

    figure = go.Figure()
    figure.add_scatter(
        x=table["lost"],
        y=[plain(kind.capitalize()) for kind in table["kind"]],
        error_x={
            "type": "data", "symmetric": False, "array": table["high"] - table["lost"],
            "arrayminus": table["lost"] - table["low"], "thickness": 1.5, "width": 4,
        },
        mode="markers",
        marker={"size": 11, "symbol": "diamond"},
        customdata=table[["low", "high"]].assign(columns=[plain(c[:120]) for c in table["columns"]]),
        hovertemplate="Without %{y}: %{x:.4~g} lost (95 %: %{customdata[0]:.4~g} to %{customdata[1]:.4~g})<br>%{customdata[2]}<extra></extra>",
    )  # fmt: skip
    figure.add_vline(x=0, line={"dash": "dot", "color": REFERENCE})
    return laid_out(
        figure,
        f"{metric} lost without each kind",
        height=150 + 34 * len(table),
        xaxis={"title": {"text": plain(f"{metric} lost")}},
        yaxis={"automargin": True, "autorange": "reversed"},
    )


def landscape_chart(found: Mapping[str, Any], *, task: Task) -> Any:
    """found: method, numbers, x, y, truth, is_right, as a job of kind "landscape" answers."""
    import plotly.graph_objects as go

    table = pd.DataFrame({k: found[k] for k in ("x", "y", "truth", "numbers")})
    return laid_out(
        go.Figure(_marks(table, found["is_right"], task, go.Scattergl)),
        "Test rows as the last layer sees them",
        height=520,
        xaxis={
            "showticklabels": False,
            "title": {"text": "rows that look alike to the network lie together"},
        },
        yaxis={"showticklabels": False},
    )


def film_chart(found: EpochMaps, *, task: Task) -> Any:
    """The rows' places in one epoch after another, with a slider and a button that plays them; the kept one at first."""
    import plotly.graph_objects as go

    epochs = list(found.maps)
    # on axes that hold every epoch, the first ones are a dot
    shown = found.best_epoch if found.best_epoch in found.maps else epochs[-1]
    named = {e: _epoch_name(e, found.best_epoch) for e in epochs}
    figure = go.Figure(
        data=_points(found, shown, task),
        frames=[go.Frame(data=_points(found, e, task), name=named[e]) for e in epochs],
    )
    moved = {"mode": "immediate", "frame": {"duration": STEP_MS, "redraw": False}, "transition": {"duration": STEP_MS, "easing": "linear"}}  # fmt: skip
    laid_out(figure, "Validation rows as the last layer sees them, epoch by epoch", height=560)
    for axis, place in ((figure.layout.xaxis, 0), (figure.layout.yaxis, 1)):
        values = [m[:, place] for m in found.maps.values()]
        low, high = min(v.min() for v in values), max(v.max() for v in values)
        room = 0.05 * max(high - low, 1e-6)
        axis.update(range=[low - room, high + room], autorange=False, showticklabels=False, zeroline=False)
    figure.update_layout(
        sliders=[
            {
                "active": epochs.index(shown), "len": 0.76, "x": 0.2, "y": 0, "pad": {"t": 26, "b": 0},
                "currentvalue": {"prefix": "Epoch ", "xanchor": "left"},
                "steps": [{"label": named[e], "method": "animate", "args": [[named[e]], moved]} for e in epochs],
            }
        ],
        updatemenus=[
            {
                "type": "buttons", "x": 0, "xanchor": "left", "y": 0, "yanchor": "top", "pad": {"t": 40}, "showactive": False,
                "buttons": [{"label": "▶ Play", "method": "animate", "args": [None, {**moved, "fromcurrent": False}]}],
            }
        ],
    )  # fmt: skip
    return figure


def _listed(table: pd.DataFrame) -> list[list[Any]]:
    """As lists: of an array of numbers a browser sends back something else when a point is chosen."""
    return [list(row) for row in table.itertuples(index=False)]


def _epoch_name(epoch: int, best: int) -> str:
    if not epoch:
        return "0 (start, kept)" if best == 0 else "0 (start)"
    return f"{epoch} (kept)" if epoch == best else str(epoch)


def _points(found: EpochMaps, epoch: int, task: Task) -> list[Any]:
    """The traces of one epoch: in every epoch as many, with the same rows in the same order."""
    import plotly.graph_objects as go

    places = found.maps[epoch]
    table = pd.DataFrame(
        {"x": places[:, 0], "y": places[:, 1], "truth": found.truth, "numbers": found.rows + 1}
    )
    return _marks(table, found.is_right, task, go.Scatter)  # WebGL does not move marks from place to place


def _marks(
    table: pd.DataFrame, is_right: Sequence[bool] | None, task: Task, trace: Callable[..., Any]
) -> list[Any]:
    """Rows by their class, in the colours that it has in other figures, the wrong ones larger; or by their number where is_right is None.

    table: x, y, truth, numbers, a row each. trace: of Plotly's scatter traces the one to draw with.
    """
    if is_right is None:
        return [
            trace(
                x=table["x"], y=table["y"], mode="markers", customdata=_listed(table[["numbers", "truth"]]), showlegend=False,
                marker={
                    "size": 7, "color": table["truth"], "colorscale": list(sequential()), "showscale": True,
                    "colorbar": {"title": {"text": plain(task.target)}},
                },
                hovertemplate="row %{customdata[0]:,}: %{customdata[1]:.5~g}<extra></extra>",
            )
        ]  # fmt: skip
    table = table.assign(is_right=is_right, said=["right" if r else "wrong" for r in is_right])
    return [
        trace(
            x=rows["x"], y=rows["y"], mode="markers", name=plain(name), customdata=_listed(rows[["numbers", "said"]]),
            marker={
                "symbol": SYMBOLS[place % len(SYMBOLS)], "color": colour_of(place), "opacity": 0.75,
                "size": rows["is_right"].map({True: 7, False: 12}),
            },
            hovertemplate=f"{plain(name)}, row %{{customdata[0]:,}}, %{{customdata[1]}}<extra></extra>",
        )
        for place, name in enumerate(task.classes)
        if len(rows := table[table["truth"] == name])
    ]  # fmt: skip
