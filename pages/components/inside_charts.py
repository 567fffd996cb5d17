"""Figures of what goes on inside a model, from tables. Computes nothing."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from pages.components.charts import HEIGHT, REFERENCE, laid_out, plain
from pages.components.shades import sequential

SYMBOLS = ("circle", "diamond", "square", "triangle-up", "cross", "star", "triangle-down", "pentagon")


def words_chart(table: pd.DataFrame, *, about: str) -> Any:
    """table: place, word, weight, the strongest first."""
    import plotly.graph_objects as go

    rows = table.iloc[::-1]
    figure = go.Figure()
    figure.add_bar(
        x=rows["weight"],
        y=[f"{plain(word)} ({place})" for word, place in zip(rows["word"], rows["place"])],
        orientation="h",
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


def landscape_chart(found: Mapping[str, Any], *, target: str) -> Any:
    """found: method, numbers, x, y, truth, is_right, as a job of kind "landscape" answers."""
    import plotly.graph_objects as go

    table = pd.DataFrame({k: found[k] for k in ("x", "y", "truth", "numbers")})
    figure = go.Figure()
    if found["is_right"] is None:
        figure.add_scattergl(
            x=table["x"], y=table["y"], mode="markers", customdata=table[["numbers", "truth"]], showlegend=False,
            marker={
                "size": 7, "color": table["truth"], "colorscale": list(sequential()), "showscale": True,
                "colorbar": {"title": {"text": plain(target)}},
            },
            hovertemplate="row %{customdata[0]:,}: %{customdata[1]:.5~g}<extra></extra>",
        )  # fmt: skip
    else:
        table["is_right"] = found["is_right"]
        for place, (name, rows) in enumerate(table.groupby("truth", sort=False)):
            figure.add_scattergl(
                x=rows["x"], y=rows["y"], mode="markers", name=plain(name),
                customdata=rows[["numbers", "is_right"]].assign(
                    is_right=rows["is_right"].map({True: "right", False: "wrong"})
                ),
                marker={
                    "symbol": SYMBOLS[place % len(SYMBOLS)],
                    "size": rows["is_right"].map({True: 6, False: 11}),
                    "opacity": 0.75,
                },
                hovertemplate=f"{plain(name)}, row %{{customdata[0]:,}}, %{{customdata[1]}}<extra></extra>",
            )  # fmt: skip
    return laid_out(
        figure,
        "Test rows as the last layer sees them",
        height=520,
        xaxis={
            "showticklabels": False,
            "title": {"text": "rows that look alike to the network lie together"},
        },
        yaxis={"showticklabels": False},
    )
