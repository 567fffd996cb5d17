"""Figures of a search, in Plotly: courses, importance, parallel coordinates. Computes nothing of a trial."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.studies.search.trials import Trial
from pages.components.charts import REFERENCE, laid_out, plain

if TYPE_CHECKING:
    import plotly.graph_objects as go

SCALE = [[0.0, REFERENCE], [0.6, REFERENCE], [1.0, "#e8710a"]]  # both ends read on light and on dark
WIDE = 10.0  # times from least to most, beyond which an axis moves in powers


def course_chart(trials: Sequence[Trial], best: Trial, metric: str) -> "go.Figure":
    """The best value so far of every trial over its epochs; the best trial thick, those left off dotted."""
    import plotly.graph_objects as go

    figure = go.Figure()
    for trial in sorted(trials, key=lambda t: t.number == best.number):
        is_best = trial.number == best.number
        line = {"width": 3} if is_best else {"width": 1.2, "color": REFERENCE, "dash": "dot" if trial.state == "pruned" else "solid"}  # fmt: skip
        figure.add_scatter(
            x=list(range(1, len(trial.course) + 1)), y=list(trial.course), mode="lines", line=line,
            name=f"Trial {trial.number + 1}", opacity=1.0 if is_best else 0.55,
            hovertemplate=f"trial {trial.number + 1}, epoch %{{x}}: %{{y:.4~g}}<extra></extra>",
        )  # fmt: skip
    return laid_out(
        figure, f"{metric} on the validation rows, best so far", height=380, showlegend=False,
        xaxis={"title": {"text": "Epoch"}}, yaxis={"title": {"text": plain(metric)}},
    )  # fmt: skip


def importance_chart(table: pd.DataFrame) -> "go.Figure":
    """table: setting, share; the most important at the top."""
    import plotly.graph_objects as go

    rows = table.iloc[::-1]
    figure = go.Figure()
    figure.add_bar(
        x=rows["share"], y=[plain(s) for s in rows["setting"]], orientation="h",
        hovertemplate="%{y}: %{x:.0%}<extra></extra>",
    )  # fmt: skip
    return laid_out(
        figure, "How much each setting mattered", height=380,
        xaxis={"title": {"text": "Share of the differences"}, "tickformat": ".0%"}, yaxis={"automargin": True},
    )  # fmt: skip


def parallel_chart(table: pd.DataFrame, metric: str, greater_is_better: bool) -> "go.Figure":
    """A line a trial across its settings, coloured by the metric, which is the last axis.

    A setting a trial does not have, such as the decay of another optimiser, stands at its axis's lower end.
    """
    import plotly.graph_objects as go

    axes = [_axis(name, table[name]) for name in table.columns if name != "Trial"]
    figure = go.Figure(
        go.Parcoords(
            line={"color": table[metric], "colorscale": SCALE, "reversescale": not greater_is_better},
            dimensions=axes,
        )
    )
    figure = laid_out(figure, "Every trial across its settings", height=420)
    figure.update_layout(margin={"l": 60, "r": 60, "t": 110, "b": 30})
    return figure


def _axis(name: str, values: pd.Series) -> dict:
    numbers = pd.to_numeric(values, errors="coerce") if not _is_words(values) else None
    if numbers is not None:
        numbers = numbers.fillna(numbers.min())
        if numbers.min() > 0 and numbers.max() > WIDE * numbers.min():
            return _in_powers(name, numbers)
        return {"label": plain(name), "values": numbers}
    words = values.map(lambda v: "–" if v is None or v != v else str(v))
    known = sorted(set(words))
    return {
        "label": plain(name), "values": words.map(known.index), "tickvals": list(range(len(known))),
        "ticktext": [plain(w) for w in known],
    }  # fmt: skip


def _in_powers(name: str, numbers: pd.Series) -> dict:
    low, high = numbers.min(), numbers.max()
    marks = np.geomspace(low, high, 5)
    return {
        "label": plain(name), "values": np.log10(numbers), "range": [np.log10(low), np.log10(high)],
        "tickvals": np.log10(marks), "ticktext": [f"{m:.3g}" for m in marks],
    }  # fmt: skip


def _is_words(values: pd.Series) -> bool:
    return any(isinstance(v, (str, bool)) for v in values)
