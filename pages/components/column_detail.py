"""One column looked at closely: kind and role, distribution, the target's rate along it. Computes nothing."""

import html

import pandas as pd
import streamlit as st

from core.data.asked import KINDS
from core.data.by_target import by_value
from core.data.corrections import ROLES, shown_role
from core.data.described import statistics_table
from core.data.media import MEDIA
from core.domain import Column, Dataset, Task
from pages.components.charts import REFERENCE, show
from pages.components.correcting import correct, draw_refused_correction, n_refused

MOST_LABEL = 28
MOST_TICKS = 7


def draw_column(dataset: Dataset, task: Task | None) -> None:
    """A chosen column's chart beside its figures. task: what is predicted, where that is known."""
    names = [c.name for c in dataset.columns if c.kind not in MEDIA]  # those have a gallery
    if not names:
        return
    telling = [
        c.name for c in dataset.columns_with("feature") if c.name in names and c.name != dataset.target
    ]
    first = telling[0] if telling else dataset.target or names[0]
    name = st.selectbox("Column", names, index=names.index(first), key=f"detail_{dataset.id}", width=360)
    column = dataset.column(name)
    _draw_correction(dataset, column)
    table, overall = by_value(dataset, name, task)
    left, right = st.columns([3, 2])
    with left:
        show(
            column_figure(table, overall, column, task), key="detail", alt=_title(column, task if overall is not None else None), numbers=table,
            file_name="distribution",
        )  # fmt: skip
    with right:
        st.dataframe(
            pd.DataFrame(statistics_table(column, dataset.n_rows), columns=["Figure", "Value"]),
            hide_index=True, height="content", key="detail_figures", alt="Figures of the chosen column",
        )  # fmt: skip


def _draw_correction(dataset: Dataset, column: Column) -> None:
    """The column's kind and role, each to be corrected by choosing another."""
    role = shown_role(dataset, column)
    # a key a state: what was corrected in the table, or refused, is shown here as it is
    key = f"{dataset.id}_{column.name}_{column.kind}_{role}_{n_refused()}"
    with st.container(horizontal=True, gap="medium"):
        kind = st.selectbox(
            "Kind", KINDS, index=KINDS.index(column.kind), key=f"kind_{key}", width=170,
            help="How its values are read. Choose another to correct it.",
        )  # fmt: skip
        chosen = st.selectbox(
            "Role", ROLES, index=ROLES.index(role), key=f"role_{key}", width=170,
            help="Features are learned from; the target is predicted; identifiers and ignored columns are left out.",
        )  # fmt: skip
    draw_refused_correction("detail")
    if (kind, chosen) != (column.kind, role):
        correct(dataset, [(column.name, kind, chosen)], place="detail")


def column_figure(table: pd.DataFrame, overall: float | None, column: Column, task: Task | None):
    """Rows a bin or value as bars; below them the target's rate, where there is one."""
    from plotly.subplots import make_subplots

    labels, places = [_text(label) for label in table["label"]], list(range(len(table)))
    has_rate = task is not None and overall is not None
    figure = make_subplots(
        rows=2 if has_rate else 1, cols=1, shared_xaxes=True, vertical_spacing=0.08,
        row_heights=[0.55, 0.45] if has_rate else None,
    )  # fmt: skip
    figure.add_bar(
        x=places, y=table["n"], customdata=labels, hovertemplate="%{customdata}<br>%{y:,} rows<extra></extra>",
        row=1, col=1,
    )  # fmt: skip
    figure.update_yaxes(title_text="Rows", row=1, col=1)
    if has_rate:
        _add_rate(figure, table, overall, labels, column, task)
    ticks = places[:: max(1, -(-len(places) // MOST_TICKS))]
    figure.update_xaxes(
        tickvals=ticks, ticktext=[labels[i] for i in ticks], title_text=_with_unit(column),
        row=2 if has_rate else 1, col=1,
    )  # fmt: skip
    figure.update_layout(
        title={"text": _text(_title(column, task if has_rate else None), 60), "font": {"size": 15}}, showlegend=False,
        height=460 if has_rate else 340, margin={"l": 8, "r": 8, "t": 48, "b": 8},
        bargap=0.05 if _in_bins(column) else 0.3,
    )  # fmt: skip
    return figure


def _add_rate(
    figure, table: pd.DataFrame, overall: float, labels: list[str], column: Column, task: Task
) -> None:
    form = ".1%" if task.kind == "binary" else ",.4~g"
    figure.add_scatter(
        # a line leads from bin to bin; between words it would say nothing
        x=list(range(len(table))), y=table["rate"], mode="lines+markers" if _in_bins(column) else "markers",
        marker={"size": 8}, customdata=labels, row=2, col=1,
        hovertemplate=f"%{{customdata}}<br>%{{y:{form}}}<extra></extra>",
    )  # fmt: skip
    figure.add_hline(
        y=overall, row=2, col=1, line={"dash": "dot", "color": REFERENCE},
        annotation={"text": "all rows", "font": {"color": REFERENCE}},
    )  # fmt: skip
    figure.update_yaxes(
        title_text=_text(_rate_title(task)), tickformat=".0%" if task.kind == "binary" else None,
        rangemode="tozero" if task.kind == "binary" else "normal", row=2, col=1,
    )  # fmt: skip


def _in_bins(column: Column) -> bool:
    """Whether its labels follow one another, as spans of numbers, days or lengths do."""
    return column.kind == "text" or "histogram" in column.statistics


def _title(column: Column, task: Task | None) -> str:
    what = f"length of {column.name}" if column.kind == "text" else column.name
    return f"Rows by {what}" if task is None else f"Rows, and {_rate_title(task)}, by {what}"


def _rate_title(task: Task) -> str:
    return f"{task.target} = {task.positive_class}" if task.kind == "binary" else f"mean {task.target}"


def _with_unit(column: Column) -> str:
    name = _text(column.name)
    if column.kind == "text":
        return f"Length of {name} (characters)"
    return f"{name} ({_text(column.unit)})" if column.unit else name


def _text(text: object, most: int = MOST_LABEL) -> str:
    """A stranger's text as a label: not too long, and letter by letter, since Plotly reads a small HTML."""
    whole = str(text)
    return html.escape(whole if len(whole) <= most else f"{whole[: most - 1]}…", quote=False)
