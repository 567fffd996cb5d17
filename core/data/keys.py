"""What rows are grouped by: a column's values, its dates by month or year, its numbers in bins. Counts nothing."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, get_args

from core.data.by_target import MISSING, OTHER
from core.data.described import written
from core.data.engines.duckdb import identifier, literal
from core.data.profile import MAX_SHOWN
from core.domain import NUMERIC_KINDS, Column, Dataset
from core.errors import BadInput

Step = Literal["hour", "day", "week", "month", "quarter", "year"]
STEPS: tuple[Step, ...] = get_args(Step)
STEP_DAYS: dict[Step, float] = {
    "hour": 1 / 24, "day": 1, "week": 7, "month": 30.4, "quarter": 91.3, "year": 365.25,
}  # fmt: skip
MOST_STEPS = 120  # points a line of dates has at most when nobody says otherwise
MAX_BINS = 200


@dataclass(frozen=True, kw_only=True)
class Key:
    """step: of dates; None takes every moment for itself. bins: about so many for numbers; None takes
    every number for itself. most: values of words kept apart, the commonest; the rest is one group."""

    column: str
    step: Step | None = None
    bins: int | None = None
    most: int | None = None


@dataclass(frozen=True, kw_only=True)
class Grouping:
    """A key over a dataset. sql: of a row's group. label, order: of such a value; condition: SQL that is
    true for its rows. width: of a bin of numbers."""

    key: Key
    column: Column
    sql: str
    label: Callable[[Any], str]
    order: Callable[[Any], Any]
    condition: Callable[[Any], str]
    width: float | None = None
    is_binned: bool = False

    @property
    def is_ordered(self) -> bool:
        """Whether its groups follow one another, as dates and numbers do."""
        return self.column.kind in (*NUMERIC_KINDS, "date")


def grouping(key: Key, dataset: Dataset) -> Grouping:
    """Raises UnknownName for an unknown column, BadInput for a step of something that is no date, and the like."""
    column = dataset.column(key.column)
    if key.step is not None and column.kind != "date":
        raise BadInput("key_step", column=column.name, kind=column.kind)
    if key.bins is not None and not 1 <= key.bins <= MAX_BINS:
        raise BadInput("key_bins", n=key.bins, most=MAX_BINS)
    if column.kind == "date" and key.step is not None:
        return _dates(key, column)
    if column.kind in NUMERIC_KINDS and key.bins is not None:
        return _bins(key, column)
    kept = None if key.most is None else commonest(column, key.most)
    return _values(key, column) if kept is None else _commonest(key, column, kept)


def commonest(column: Column, most: int) -> list[str] | None:
    """The values of a column of words that are kept apart where there are more than `most`; None where all are."""
    if column.kind not in ("category", "text") or column.n_unique <= most:
        return None
    return [str(value) for value, _ in column.statistics.get("top", ())][:most] or None


def step_for(column: Column) -> Step:
    """The finest step that leaves a line of dates readable."""
    low, high = column.statistics.get("min"), column.statistics.get("max")
    if low is None or high is None:
        return "day"
    days = (datetime.fromisoformat(high) - datetime.fromisoformat(low)) / timedelta(days=1)
    fine_enough = [step for step in STEPS if days / STEP_DAYS[step] <= MOST_STEPS]
    # dates without a time of day have nothing within the day
    return next((s for s in fine_enough if s != "hour" or days <= 2), "year")


def nice_width(span: float, n: int) -> float:
    """A width of 1, 2, 2.5 or 5 times a power of ten of which about n make up the span."""
    if not math.isfinite(span) or span <= 0:
        return 1.0
    rough = span / max(n, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    return next(f for f in (1, 2, 2.5, 5, 10) if f * power >= rough * 0.999) * power


def _values(key: Key, column: Column) -> Grouping:
    name = identifier(column.name)
    is_number = column.kind in NUMERIC_KINDS

    def condition(value: Any) -> str:
        return f"{name} IS NULL" if _is_missing(value) else f"{name} = {_constant(value, column)}"

    def order(value: Any) -> Any:
        if _is_missing(value):
            return (1, 0, "")
        return (0, value, "") if is_number or column.kind == "date" else (0, 0, str(value))

    def label(value: Any) -> str:
        if _is_missing(value):
            return MISSING
        if is_number:
            return written(int(value) if float(value) == int(float(value)) else float(value))
        if column.kind == "boolean":
            return "true" if value else "false"
        return str(value).removesuffix(" 00:00:00") if column.kind == "date" else str(value)

    return Grouping(key=key, column=column, sql=name, label=label, order=order, condition=condition)


def _commonest(key: Key, column: Column, kept: list[str]) -> Grouping:
    name = identifier(column.name)
    # statistics cut long values off, so that these are compared as far as they are known
    shown = f"left({name}, {MAX_SHOWN})" if any(len(v) >= MAX_SHOWN for v in kept) else name
    listed = ", ".join(map(literal, kept))
    # a place in a list is found several times as fast as one of twenty comparisons; 0 is everything else
    place = f"coalesce(list_position([{listed}], {shown}), 0)"
    sql = f"CASE WHEN {name} IS NULL THEN NULL ELSE CAST({place} AS INTEGER) END"

    def condition(value: Any) -> str:
        if _is_missing(value):
            return f"{name} IS NULL"
        if value == 0:
            return f"{name} IS NOT NULL AND {shown} NOT IN ({listed})"
        return f"{shown} = {literal(kept[int(value) - 1])}"

    def label(value: Any) -> str:
        return MISSING if _is_missing(value) else kept[int(value) - 1] if value else OTHER

    def order(value: Any) -> Any:
        return len(kept) + 2 if _is_missing(value) else int(value) or len(kept) + 1

    return Grouping(key=key, column=column, sql=sql, label=label, order=order, condition=condition)


def _dates(key: Key, column: Column) -> Grouping:
    name = identifier(column.name)
    # a TIMESTAMP on every engine: date_trunc gives a DATE here for some steps
    sql = f"CAST(date_trunc('{key.step}', {name}) AS TIMESTAMP)"

    def condition(value: Any) -> str:
        if _is_missing(value):
            return f"{name} IS NULL"
        return f"{sql} = TIMESTAMP {literal(value.isoformat(' '))}"

    def label(value: Any) -> str:
        if _is_missing(value):
            return MISSING
        match key.step:
            case "year":
                return f"{value:%Y}"
            case "quarter":
                return f"{value:%Y} Q{(value.month + 2) // 3}"
            case "month":
                return f"{value:%Y-%m}"
            case "hour":
                return f"{value:%Y-%m-%d %H:00}"
        return f"{value:%Y-%m-%d}"

    def order(value: Any) -> Any:
        return (1, 0) if _is_missing(value) else (0, value)

    return Grouping(key=key, column=column, sql=sql, label=label, order=order, condition=condition)


def _bins(key: Key, column: Column) -> Grouping:
    """Bins of a round width. What lies far outside the middle nine tenths is one bin at either end, so
    that a few giants do not press everybody else into one bar."""
    name, statistics = identifier(column.name), column.statistics
    low, high = float(statistics.get("min") or 0.0), float(statistics.get("max") or 0.0)
    spread = float(statistics.get("q95", high) or 0.0) - float(statistics.get("q05", low) or 0.0)
    if spread > 0:
        first = max(low, float(statistics["q05"]) - spread)
        last = min(high, float(statistics["q95"]) + spread)
    else:
        first, last = low, high
    width = nice_width(last - first, key.bins)
    if column.kind == "integer":
        width = max(1.0, float(math.ceil(width)))
    bottom, top = math.floor(first / width), math.floor(last / width)
    sql = f"CAST(greatest({bottom}, least({top}, floor(CAST({name} AS DOUBLE) / {width!r}))) AS BIGINT)"
    is_open_below, is_open_above = low < bottom * width, high >= (top + 1) * width

    def label(value: Any) -> str:
        if _is_missing(value):
            return MISSING
        place = int(value)
        begin, end = (_edge(place * width, column), _edge((place + 1) * width, column))
        if place == bottom and is_open_below:
            return f"< {end}"
        if place == top and is_open_above:
            return f"≥ {begin}"
        return begin if column.kind == "integer" and width == 1 else f"{begin} – {end}"

    def order(value: Any) -> Any:
        return (1, 0) if _is_missing(value) else (0, int(value))

    def condition(value: Any) -> str:
        if _is_missing(value):
            return f"{name} IS NULL"
        # greatest and least leave missing values out: without the first half these would lie in the last bin
        return f"{name} IS NOT NULL AND {sql} = {int(value)}"

    return Grouping(
        key=key, column=column, sql=f"CASE WHEN {name} IS NULL THEN NULL ELSE {sql} END", label=label,
        order=order, condition=condition, width=width, is_binned=True,
    )  # fmt: skip


def _edge(value: float, column: Column) -> str:
    # years and codes read badly with a comma in them
    if column.kind == "integer" and 1_000 <= abs(value) < 10_000:
        return str(int(value))
    return written(int(value) if value == int(value) else float(f"{value:.10g}"))


def _is_missing(value: Any) -> bool:
    return value is None or value != value


def _constant(value: Any, column: Column) -> str:
    from core.data.filters import constant

    return constant(value.isoformat(" ") if column.kind == "date" else value, column)
