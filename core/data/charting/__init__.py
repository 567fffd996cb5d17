"""What a chart is: a request in plain values, and the small table it needs, computed in the engine. Draws nothing."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from core.data.engines import Session
from core.data.filters import Filter
from core.data.keys import Grouping, Step
from core.domain import NUMERIC_KINDS, Dataset, Kind
from core.errors import BadInput
from core.registry import Registry

if TYPE_CHECKING:
    import pandas

Aggregate = Literal["count", "mean", "median", "sum", "min", "max", "share"]
SlotName = Literal["x", "y", "z", "colour", "facet"]
ANY: tuple[Kind, ...] = ("integer", "decimal", "boolean", "category", "date", "text")
ORDERED: tuple[Kind, ...] = (*NUMERIC_KINDS, "date")
MAX_COLUMNS = 20


@dataclass(frozen=True, kw_only=True)
class ChartRequest:
    """One chart of one dataset. x, y, z, colour, facet: names of columns, as the kind has slots for them.

    columns: of a chart of many columns. aggregate: of the measure over a group's rows; "share" is that
    of the rows whose measure is `value`. step: of dates; None is found out. bins: about so many for numbers.
    is_overview: draws fewer of the rows where each has a mark, so that several charts on a page are there soon.
    """

    kind: str
    x: str | None = None
    y: str | None = None
    z: str | None = None
    colour: str | None = None
    facet: str | None = None
    columns: tuple[str, ...] = ()
    aggregate: Aggregate = "count"
    value: str | None = None
    step: Step | None = None
    bins: int = 30
    filters: tuple[Filter, ...] = ()
    is_overview: bool = False


@dataclass(frozen=True, kw_only=True)
class Slot:
    """A place for a column. kinds: that serve there. is_measure: an aggregate of it is drawn; without a
    column the rows are counted."""

    name: SlotName
    title: str
    kinds: tuple[Kind, ...] = ANY
    is_required: bool = True
    is_measure: bool = False


@dataclass(frozen=True, kw_only=True)
class ChartTable:
    """rows: one a mark, at most a few thousand. groupings: what the columns of that name in `rows` are
    groups of; beside each lies <name>_label. A column `_row` instead says that marks are single rows.
    notes: sentences on what is left out or estimated."""

    rows: "pandas.DataFrame"
    groupings: Mapping[str, Grouping] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A kind of chart. make(session, dataset, request): its table; the request has been checked.

    takes_columns: kinds of the columns it takes many of, or none. has_bins, has_step: whether these
    of the request mean something.
    """

    key: str
    title: str
    icon: str
    slots: tuple[Slot, ...]
    make: Callable[[Session, Dataset, ChartRequest], ChartTable]
    takes_columns: tuple[Kind, ...] = ()
    has_bins: bool = False
    has_step: bool = False
    order: int = 0


CHARTS: Registry[Chart] = Registry(sys.modules[__name__], "chart")


def checked(request: ChartRequest, dataset: Dataset) -> Chart:
    """The request's kind of chart. Raises UnknownName or BadInput when the request does not fit the dataset."""
    chart = CHARTS[request.kind]
    for slot in chart.slots:
        name = getattr(request, slot.name)
        if name is None:
            if slot.is_required:
                raise BadInput("chart_slot_empty", chart=chart.title, slot=slot.title)
            continue
        column = dataset.column(name)
        kinds = ANY if slot.is_measure else slot.kinds
        if column.kind not in kinds:
            raise BadInput(
                "chart_slot_kind", chart=chart.title, slot=slot.title, column=name, kind=column.kind,
                kinds=", ".join(slot.kinds),
            )  # fmt: skip
    if chart.takes_columns:
        if not 2 <= len(request.columns) <= MAX_COLUMNS:
            raise BadInput("chart_columns", chart=chart.title, n=len(request.columns), most=MAX_COLUMNS)
        for name in request.columns:
            if dataset.column(name).kind not in chart.takes_columns:
                raise BadInput(
                    "chart_slot_kind", chart=chart.title, slot="Columns", column=name,
                    kind=dataset.column(name).kind, kinds=", ".join(chart.takes_columns),
                )  # fmt: skip
    if not 2 <= request.bins <= 100:
        raise BadInput("key_bins", n=request.bins, most=100)
    return chart


def chart_table(dataset: Dataset, request: ChartRequest) -> ChartTable:
    """Raises UnknownName or BadInput when the request does not fit the dataset."""
    from core.data.stored import open_stored

    chart = checked(request, dataset)
    with open_stored(dataset) as session:
        return chart.make(session, dataset, request)
