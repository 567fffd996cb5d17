"""Where the marks of a chart lie: places and ticks of groups, and panels side by side. Computes no figure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from core.data.keys import Grouping
from pages.components.charts import N_COLOURS, plain

if TYPE_CHECKING:
    import plotly.graph_objects as go

MOST_BINS_NAMED = 8
MOST_LABEL = 24
SLANTED_LABEL = 18  # letters that still leave a slanted label room below the chart
LETTERS_ACROSS = 60  # that fit side by side below a chart of half a page
COLUMNS = 3  # of panels beside each other


@dataclass(frozen=True, kw_only=True)
class Places:
    """at: where each row of the table lies on the axis. layout: of that axis. is_continuous: a line may
    lead from one to the next."""

    at: pd.Series
    layout: dict[str, Any]
    is_continuous: bool


def places(rows: pd.DataFrame, slot: str, group: Grouping, n_panels: int = 1) -> Places:
    """Dates and single numbers lie where they are; bins and words one after the other, with their labels."""
    values, labels = rows[slot], rows[f"{slot}_label"]
    title = {"title": {"text": plain(group.column.name)}}
    if group.key.step is not None:
        return Places(at=pd.to_datetime(values), layout=title, is_continuous=True)
    present = values.dropna()
    if group.is_ordered and not group.is_binned and len(present):
        return Places(at=values.astype(float), layout=title, is_continuous=True)
    if group.is_binned:
        last = int(present.max()) if len(present) else 0
        at = values.map(lambda v: last + 2 if v is None or v != v else int(v)).astype(int)
    else:
        order = {label: i for i, label in enumerate(dict.fromkeys(labels))}
        at = labels.map(order)
    shown = pd.DataFrame({"at": at, "label": labels}).drop_duplicates("at").sort_values("at")
    if group.is_binned:  # some of them say enough
        shown = shown.iloc[:: max(1, -(-len(shown) // max(3, MOST_BINS_NAMED // n_panels)))]
    layout = title | named(list(shown["at"]), list(shown["label"]), is_below=slot == "x", n_panels=n_panels)
    return Places(at=at, layout=layout, is_continuous=group.is_binned)


def named(at: Sequence[float], labels: Sequence[str], *, is_below: bool, n_panels: int = 1) -> dict[str, Any]:
    """Ticks that all have their label: slanted below a chart where they would not fit side by side."""
    # Plotly leaves out a label that reaches beyond the figure, unless it is told not to
    ticks = {"tickmode": "array", "tickvals": list(at), "ticklabeloverflow": "allow", "automargin": True}
    if not is_below or sum(len(short(t)) + 2 for t in labels) * n_panels <= LETTERS_ACROSS:
        return ticks | {"ticktext": [short(t) for t in labels]}
    # upright they need the least room
    angle = -45 if len(labels) * n_panels <= 24 else -90
    return ticks | {"ticktext": [short(t, SLANTED_LABEL) for t in labels], "tickangle": angle}


def colour_of(number: int) -> str:
    """The theme's colour of that number: the same in every panel, where Plotly would count on."""
    import plotly.io

    return plotly.io.templates["streamlit"].layout.colorway[:N_COLOURS][number % N_COLOURS]


def short(text: object, most: int = MOST_LABEL) -> str:
    whole = str(text)
    return plain(whole if len(whole) <= most else f"{whole[: most - 1]}…")


class Panels:
    """A figure of one panel for each label, all on the same scales."""

    def __init__(self, labels: Sequence[str], name: str | None):
        from plotly.subplots import make_subplots

        self.labels = list(labels) or [""]
        self.n_rows = -(-len(self.labels) // COLUMNS)
        titles = [short(f"{name}: {label}", 40) for label in self.labels] if name else None
        self.figure: go.Figure = make_subplots(
            rows=self.n_rows, cols=min(COLUMNS, len(self.labels)), shared_xaxes="all", shared_yaxes="all",
            subplot_titles=titles, horizontal_spacing=0.03, vertical_spacing=0.16 if self.n_rows > 1 else 0.0,
        )  # fmt: skip
        self._named: set[str] = set()

    def add(self, trace: Any, label: str = "") -> None:
        """A trace in a label's panel; in the legend once, however many panels have it."""
        place = self.labels.index(label) if label in self.labels else 0
        if trace.name:
            trace.update(legendgroup=trace.name, showlegend=trace.name not in self._named)
            self._named.add(trace.name)
        self.figure.add_trace(trace, row=place // COLUMNS + 1, col=place % COLUMNS + 1)

    def axes(self, x: dict[str, Any], y: dict[str, Any]) -> None:
        """The same axes in every panel, named at the left and at the bottom."""
        below = {k: v for k, v in x.items() if k != "title"}
        beside = {k: v for k, v in y.items() if k != "title"}
        self.figure.update_xaxes(**below)
        self.figure.update_yaxes(**beside)
        for place in range(len(self.labels)):
            row, column = place // COLUMNS + 1, place % COLUMNS + 1
            if place + COLUMNS >= len(self.labels):
                self.figure.update_xaxes(title=x.get("title"), showticklabels=True, row=row, col=column)
            if column == 1:
                self.figure.update_yaxes(title=y.get("title"), row=row, col=column)
