"""Training curves as Vega-Lite, which is updated in place while they grow. Reads no file."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from core.evaluation.metrics import Metric
from core.prediction.export import to_csv
from core.runs.live import Curves, Point, Reference
from pages.components.text import escape

PARTS = ["Training", "Validation"]
GREY = "#7f8c99"  # reads on light and on dark


def draw_curves(told: Curves, metric: Metric, references: Sequence[Reference]) -> None:
    """Loss and metric side by side; the metric with the trivial and the best classic model as lines."""
    left, right = st.columns(2)
    with left:
        _draw("Loss over epochs", "Loss", told.loss, (), told.best_epoch, "curve_loss")
        st.caption("The dotted upright line is the best epoch, whose weights are kept.")
    with right:
        title = f"{metric.title} over epochs"
        _draw(title, metric.title, told.metric, references, told.best_epoch, "curve_metric")
        if references:
            levels = " · ".join(f"{r.title} {metric.show(r.value)}" for r in references)
            st.caption(f"The dotted level lines are what to beat: {escape(levels)}")
    st.download_button(
        "Numbers as CSV", lambda: to_csv(numbers(told, metric)), "curves.csv", "text/csv", key="curves_csv",
        icon=":material/download:", type="tertiary", on_click="ignore", disabled=not told.loss,
    )  # fmt: skip


def numbers(told: Curves, metric: Metric) -> pd.DataFrame:
    """A row a point of either curve, as drawn: figure, part, epoch, value."""
    points = [("loss", p) for p in told.loss] + [(metric.key, p) for p in told.metric]
    return pd.DataFrame(
        {
            "figure": [figure for figure, _ in points],
            "part": [p.part.lower() for _, p in points],
            "epoch": [p.epoch for _, p in points],
            "value": [p.value for _, p in points],
        }
    )


def _draw(
    title: str,
    axis: str,
    points: Sequence[Point],
    references: Sequence[Reference],
    best: int | None,
    key: str,
) -> None:
    frame = pd.DataFrame(
        {
            "epoch": [p.epoch for p in points],
            "part": [p.part for p in points],
            "value": [p.value for p in points],
        }
    )
    lines = {
        "mark": {"type": "line", "point": len(points) <= 4, "clip": True},
        "encoding": {
            "x": {"field": "epoch", "type": "quantitative", "title": "Epoch", "axis": {"tickMinStep": 1, "format": ",d"}},
            "y": {"field": "value", "type": "quantitative", "title": axis, "scale": {"zero": False}},
            "color": {
                "field": "part", "type": "nominal", "title": None, "scale": {"domain": PARTS},
                "legend": {"orient": "top", "symbolType": "stroke"},
            },
            "strokeDash": {
                "field": "part", "type": "nominal", "scale": {"domain": PARTS, "range": [[4, 3], [1, 0]]}, "legend": None
            },
            "tooltip": [
                {"field": "part", "title": "Rows"},
                {"field": "epoch", "format": ",.1f"},
                {"field": "value", "title": axis, "format": ",.5~r"},
            ],
        },
    }  # fmt: skip
    layers = [lines, *(_reference(r) for r in references)]
    if best is not None:
        layers.append(_best_epoch(best))
    st.vega_lite_chart(
        frame,
        {
            "title": title,
            "layer": layers,
            "height": 340,
            "padding": {"right": 16, "top": 0, "left": 0, "bottom": 0},
        },
        key=key,
        alt=_spoken(title, points),
        width="stretch",
    )


def _reference(reference: Reference) -> dict:
    """A level to beat; named below the chart, where no curve runs through the words."""
    return {
        "data": {"values": [{"value": reference.value, "model": reference.title}]},
        "mark": {"type": "rule", "strokeDash": [2, 4], "color": GREY},
        "encoding": {
            "y": {"field": "value", "type": "quantitative"},
            "tooltip": [{"field": "model", "title": "Model"}, {"field": "value", "title": "Validation"}],
        },
    }


def _best_epoch(best: int) -> dict:
    return {
        "data": {"values": [{"epoch": best}]},
        "mark": {"type": "rule", "strokeDash": [1, 3], "color": GREY},
        "encoding": {"x": {"field": "epoch", "type": "quantitative"}},
    }


def _spoken(title: str, points: Sequence[Point]) -> str:
    last = {p.part: p for p in points}
    said = ", ".join(f"{part.lower()} {p.value:.4g} at epoch {p.epoch:.0f}" for part, p in last.items())
    return f"{title}: {said or 'no points yet'}"
