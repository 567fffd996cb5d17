"""Build a chart: its kind, a column for every slot, aggregate, bins and filters. Draws no figure itself."""

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from core.data.charting import ANY, CHARTS, Aggregate, Chart, ChartRequest, Slot, checked
from core.data.charting.map import coordinates
from core.data.keys import STEPS
from core.domain import NUMERIC_KINDS, Column, Dataset
from core.errors import BadInput
from pages.components.chart_view import draw_chart
from pages.components.filter_form import draw_filters
from pages.components.shared_link import forget_link, from_link, into_link
from pages.components.text import escape

LINK = "chart"
AGGREGATES: dict[Aggregate, str] = {
    "count": "number of rows", "mean": "mean", "median": "median", "sum": "sum", "min": "smallest",
    "max": "largest", "share": "share with a value",
}  # fmt: skip
OF_NUMBERS: tuple[Aggregate, ...] = ("mean", "median", "sum", "min", "max")
# Streamlit takes None for a box in which nothing was chosen yet, and then asks to "Choose an option"
NOTHING = ""
BINS = (10, 20, 30, 50, 100)
MOST_AT_FIRST = 6  # columns of a chart that takes many


def draw_builder(dataset: Dataset) -> None:
    request = _asked(dataset)
    new = _draw_form(dataset, request)
    new = replace(new, filters=draw_filters(dataset, new.filters, key="chart"))
    into_link(LINK, new)
    if new != request:
        st.rerun()
    try:
        draw_chart(dataset, new, key="chart")
    except BadInput as error:
        st.warning(escape(error), icon=":material/edit:")


def open_in_builder(request: ChartRequest) -> None:
    into_link(LINK, request)


def _asked(dataset: Dataset) -> ChartRequest:
    """What the link asks for, where it fits this dataset; else a chart to begin with."""
    try:
        request = from_link(LINK, ChartRequest)
        if request is not None:
            checked(request, dataset)
            return request
    except BadInput as error:
        st.warning(f"The chart of the link cannot be drawn: {escape(error)}", icon=":material/link_off:")
        forget_link(LINK)
    return default_request(dataset)


def default_request(dataset: Dataset) -> ChartRequest:
    """A histogram of the target, or of the first number; bars of the first column without any."""
    names = [dataset.target] if dataset.target else []
    names += [c.name for c in dataset.columns if c.role == "feature"] + [c.name for c in dataset.columns]
    for name in names:
        if dataset.column(name).kind in NUMERIC_KINDS:
            return ChartRequest(kind="histogram", x=name)
    return ChartRequest(kind="bar", x=names[0])


def _draw_form(dataset: Dataset, request: ChartRequest) -> ChartRequest:
    offered = [k for k, chart in CHARTS.items() if _can(chart, dataset)]
    kind = st.pills(
        "Chart", offered, default=request.kind if request.kind in offered else offered[0], required=True,
        format_func=lambda k: f"{CHARTS[k].icon} {CHARTS[k].title}", key=f"chart_kind_{dataset.id}_{request.kind}",
    )  # fmt: skip
    chart = CHARTS[kind]
    if kind != request.kind:
        request = _carried_over(chart, request, dataset)
    fields: dict[str, object] = {}
    base = f"chart_{dataset.id}_{kind}"
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        for slot in chart.slots:
            fields[slot.name] = _draw_slot(
                dataset, slot, getattr(request, slot.name), key=f"{base}_{slot.name}"
            )
            if slot.is_measure:
                fields |= _draw_aggregate(dataset, request, fields[slot.name], key=base)
        if chart.takes_columns:
            names = [c.name for c in dataset.columns if c.kind in chart.takes_columns]
            fields["columns"] = tuple(
                st.multiselect(
                    "Columns", names, default=[n for n in request.columns if n in names], max_selections=20,
                    key=_key(f"{base}_columns", request.columns),
                )
            )  # fmt: skip
        shown = [dataset.column(v) for k, v in fields.items() if k in ("x", "y", "colour", "facet") and v]
        if chart.has_bins and any(c.kind in NUMERIC_KINDS for c in shown):
            fields["bins"] = _draw_bins(request.bins, key=base)
        if chart.has_step and any(c.kind == "date" for c in shown):
            fields["step"] = _draw_step(request.step, key=base)
    return ChartRequest(kind=kind, filters=request.filters, **fields)


def _draw_slot(dataset: Dataset, slot: Slot, value: str | None, *, key: str) -> str | None:
    names = _fitting(dataset, slot)
    if not slot.is_required:
        names = [NOTHING, *names]
    nothing = "rows" if slot.is_measure else "–"
    chosen = st.selectbox(
        slot.title, names, index=names.index(value) if value in names else 0,
        format_func=lambda n: n or nothing, key=_key(key, value), width=190,
    )  # fmt: skip
    return chosen or None


def _draw_aggregate(
    dataset: Dataset, request: ChartRequest, name: str | None, *, key: str
) -> dict[str, object]:
    if name is None:
        return {"aggregate": "count"}
    column = dataset.column(name)
    fitting = _aggregates(column)
    asked = _aggregate_for(dataset, request, name)
    aggregate = st.selectbox(
        "as", fitting, index=fitting.index(asked), format_func=lambda a: AGGREGATES.get(a, a),
        key=_key(f"{key}_aggregate_{name}", request.aggregate), width=170,
    )  # fmt: skip
    fields: dict[str, object] = {"aggregate": aggregate}
    if aggregate == "share":
        values = _values(column)
        at = values.index(request.value) if request.value in values else 0
        fields["value"] = st.selectbox(
            "of", values, index=at, key=_key(f"{key}_value_{name}", request.value), width=150
        )
    return fields


def _aggregates(column: Column) -> list[Aggregate]:
    """What a column can be measured as, the likeliest first."""
    if column.kind in NUMERIC_KINDS:
        return ["mean", "median", "sum", "min", "max", "count", "share"]
    return ["count"] if column.kind == "date" else ["share", "count"]


def _aggregate_for(dataset: Dataset, request: ChartRequest, name: str) -> Aggregate:
    """What is asked for of the same measure; of another one only what makes sense of both.

    A measure just chosen is measured, not counted: else nothing would change in the chart.
    """
    fitting = _aggregates(dataset.column(name))
    fits = request.aggregate in fitting
    is_same = any(getattr(request, s.name) == name for s in CHARTS[request.kind].slots if s.is_measure)
    return request.aggregate if fits and (is_same or request.aggregate in OF_NUMBERS) else fitting[0]


def _draw_bins(bins: int, *, key: str) -> int:
    options = sorted({*BINS, bins})
    return st.selectbox("Bins", options, index=options.index(bins), key=_key(f"{key}_bins", bins), width=90)


def _draw_step(step: str | None, *, key: str) -> str | None:
    options = [NOTHING, *STEPS]
    chosen = st.selectbox(
        "Dates by", options, index=options.index(step or NOTHING), format_func=lambda s: s or "as fits",
        key=_key(f"{key}_step", step), width=120,
    )  # fmt: skip
    return chosen or None


def _key(name: str, value: object) -> str:
    """A widget a value it begins with: one that came from a link or a suggestion is taken up."""
    return f"{name}_{value}"


def _values(column: Column) -> list[str]:
    if column.kind in NUMERIC_KINDS:
        return [str(v) for v in dict.fromkeys(column.statistics.get("examples", ()))] or ["0"]
    return [str(value) for value, _ in column.statistics.get("top", ())] or [""]


def _fitting(dataset: Dataset, slot: Slot) -> list[str]:
    kinds = ANY if slot.is_measure else slot.kinds
    return [c.name for c in dataset.columns if c.kind in kinds]


def _can(chart: Chart, dataset: Dataset) -> bool:
    """Whether the dataset has columns for every slot that needs one."""
    if chart.key == "map" and coordinates(dataset) is None:
        return False
    n_many = sum(c.kind in chart.takes_columns for c in dataset.columns)
    return all(_fitting(dataset, s) for s in chart.slots if s.is_required) and (
        not chart.takes_columns or n_many >= 2
    )


def _carried_over(chart: Chart, before: ChartRequest, dataset: Dataset) -> ChartRequest:
    """Another kind of chart with the columns of the one before where they fit, and others where not."""
    fields: dict[str, object] = {}
    for slot in chart.slots:
        value, fitting = getattr(before, slot.name), _fitting(dataset, slot)
        if value not in fitting:
            value = _proposed(fitting, dataset, taken=set(fields.values())) if slot.is_required else None
        fields[slot.name] = value
    if chart.key == "map":
        fields["x"], fields["y"] = coordinates(dataset)
    if chart.takes_columns:
        fields["columns"] = _several(chart, dataset)
    measure = next((fields[slot.name] for slot in chart.slots if slot.is_measure), None)
    return ChartRequest(
        kind=chart.key, filters=before.filters, bins=before.bins, step=before.step,
        aggregate=_aggregate_for(dataset, before, measure) if measure else "count",
        value=before.value if measure else None, **fields,
    )  # fmt: skip


def _proposed(fitting: Sequence[str], dataset: Dataset, taken: set[object]) -> str:
    free = [n for n in fitting if n not in taken] or list(fitting)
    useful = [n for n in free if dataset.column(n).role == "feature"]
    return (useful or free)[0]


def _several(chart: Chart, dataset: Dataset) -> tuple[str, ...]:
    fitting = [c.name for c in dataset.columns if c.kind in chart.takes_columns and c.role == "feature"]
    # numbers tell more side by side than words do
    fitting.sort(key=lambda n: dataset.column(n).kind not in NUMERIC_KINDS)
    many = fitting or [c.name for c in dataset.columns if c.kind in chart.takes_columns]
    return tuple(many[: 12 if chart.key == "correlation" else MOST_AT_FIRST])
