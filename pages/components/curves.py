"""Training curves as Vega-Lite, which is updated in place while they grow. Reads no file."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from core.runs.live import Curves, Point, Reference

PARTS = ["Training", "Validation"]


def draw_curves(told: Curves, metric_title: str, references: Sequence[Reference]) -> None:
    """Loss and metric side by side; the metric with the trivial and the best classic model as lines."""
    left, right = st.columns(2)
    with left:
        _draw("Loss over epochs", "Loss", told.loss, (), told.best_epoch, "curve_loss")
    with right:
        _draw(
            f"{metric_title} over epochs",
            metric_title,
            told.metric,
            references,
            told.best_epoch,
            "curve_metric",
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
            "x": {"field": "epoch", "type": "quantitative", "title": "Epoch", "axis": {"tickMinStep": 1, "format": "d"}},
            "y": {"field": "value", "type": "quantitative", "title": axis, "scale": {"zero": False}},
            "color": {
                "field": "part", "type": "nominal", "title": None, "scale": {"domain": PARTS},
                "legend": {"orient": "top"},
            },
            "strokeDash": {
                "field": "part", "type": "nominal", "scale": {"domain": PARTS, "range": [[4, 3], [1, 0]]}, "legend": None
            },
            "tooltip": [
                {"field": "part", "title": "Rows"},
                {"field": "epoch", "format": ".1f"},
                {"field": "value", "title": axis, "format": ".4f"},
            ],
        },
    }  # fmt: skip
    layers = [lines, *(_reference(r, i) for i, r in enumerate(references))]
    if best is not None:
        layers.append(_best_epoch(best))
    st.vega_lite_chart(
        frame,
        {"title": title, "layer": layers, "height": 300},
        key=key,
        alt=_spoken(title, points),
        width="stretch",
    )


def _reference(reference: Reference, place: int) -> dict:
    """A level to beat, named on the line; names alternate above and below so that they can be read."""
    value = {"value": reference.value, "title": f"{reference.title} {reference.value:.3f}"}
    return {
        "data": {"values": [value]},
        "layer": [
            {
                "mark": {"type": "rule", "strokeDash": [2, 4], "color": "gray"},
                "encoding": {"y": {"field": "value", "type": "quantitative"}},
            },
            {
                "mark": {
                    "type": "text",
                    "align": "right",
                    "dx": -4,
                    "dy": -6 if place % 2 else 8,
                    "fontSize": 11,
                },
                "encoding": {
                    "y": {"field": "value", "type": "quantitative"},
                    "x": {"value": "width"},
                    "text": {"field": "title"},
                },
            },
        ],
    }


def _best_epoch(best: int) -> dict:
    return {
        "data": {"values": [{"epoch": best}]},
        "mark": {"type": "rule", "strokeDash": [1, 3], "color": "gray"},
        "encoding": {"x": {"field": "epoch", "type": "quantitative"}},
    }


def _spoken(title: str, points: Sequence[Point]) -> str:
    last = {p.part: p for p in points}
    said = ", ".join(f"{part.lower()} {p.value:.4g} at epoch {p.epoch:.0f}" for part, p in last.items())
    return f"{title}: {said or 'no points yet'}"
