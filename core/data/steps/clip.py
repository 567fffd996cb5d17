"""Bring extreme numbers back to a bound, or take them for missing. The bounds are learned."""

import math

from core.data.steps import Applied, Columns, Ground, Params, Setting, State, Step, ref
from core.data.steps._pandas import cell
from core.data.steps._sql import cast, column_of, plain_value, value_literal, with_cells
from core.domain import NUMERIC_KINDS, StepOutcome
from core.errors import BadInput


def learn(ground: Ground, columns: Columns, params: Params) -> dict:
    """{"bounds": {column: [low, high] or None}}: None for a column without values."""
    low, high = (0.25, 0.75) if params["method"] == "interquartile range" else (params["low"], params["high"])
    if not low < high:
        raise BadInput("step_bounds", step=step.title, low=low, high=high)
    bounds = {}
    for name in params["columns"]:
        whole = column_of(columns, name).kind == "integer"
        (row,) = ground.ask(
            f"SELECT quantile_cont({cast(ref(name), 'decimal')}, [{low!r}, {high!r}]) AS q FROM previous"
        )
        if row["q"] is None:
            bounds[name] = None
            continue
        lower, upper = row["q"]
        if params["method"] == "interquartile range":
            reach = params["reach"] * (upper - lower)
            lower, upper = lower - reach, upper + reach
        if whole and abs(lower) < 2**53 and abs(upper) < 2**53:
            lower, upper = math.floor(lower), math.ceil(upper)
        found = [plain_value(lower), plain_value(upper)]
        bounds[name] = None if None in found else found
    return {"bounds": bounds}


def _bounds(state: State, name: str) -> list | None:
    return (state or {}).get("bounds", {}).get(name)


def apply(columns: Columns, params: Params, state: State) -> Applied:
    cells = {}
    for name in params["columns"]:
        bounds = _bounds(state, name)
        if bounds is not None:
            low, high = (value_literal(b, column_of(columns, name).kind) for b in bounds)
            to_low, to_high = (low, high) if params["action"] == "bring to the bound" else ("NULL", "NULL")
            cells[name] = (
                f"CASE WHEN {ref(name)} < {low} THEN {to_low} WHEN {ref(name)} > {high} THEN {to_high} ELSE {ref(name)} END"
            )
    return Applied(items=with_cells(columns, cells))


def says(params: Params, state: State, outcome: StepOutcome) -> tuple[str, dict]:
    from core.data.described import written

    said = {"n": sum(outcome.changed.values()), "columns": ", ".join(params["columns"])}
    code = "clip" if params["action"] == "bring to the bound" else "clip_missing"
    spans = [
        f"{written(low)} – {written(high)}"
        for low, high in filter(None, (_bounds(state, name) for name in params["columns"]))
    ]
    return code, said | {"bounds": "; ".join(spans[:5]) or "none"}


def pandas(columns: Columns, params: Params, state: State) -> list[str]:
    lines = []
    for name in params["columns"]:
        bounds = _bounds(state, name)
        if bounds is None:
            continue
        low, high = bounds
        if params["action"] == "bring to the bound":
            lines.append(f"{cell(name)} = {cell(name)}.clip({low!r}, {high!r})")
        else:
            lines.append(f"{cell(name)} = {cell(name)}.where({cell(name)}.between({low!r}, {high!r}))")
    return lines or ["table = table.copy()"]


step = Step(
    key="clip", title="Clip outliers", icon=":material/compress:", order=40,
    summary="Bring numbers far from the rest back to a bound, or take them for missing.",
    settings=(
        Setting(name="columns", title="Columns", kind="columns", kinds=NUMERIC_KINDS),
        Setting(
            name="method", title="Bounds from", kind="choice", choices=("interquartile range", "quantiles"),
            default="interquartile range",
        ),
        Setting(
            name="reach", title="Times the range", kind="decimal", default=1.5, low=0.0, high=100.0,
            when=("method", ("interquartile range",)),
        ),
        Setting(name="low", title="Lower share", kind="decimal", default=0.01, low=0.0, high=1.0, when=("method", ("quantiles",))),
        Setting(name="high", title="Upper share", kind="decimal", default=0.99, low=0.0, high=1.0, when=("method", ("quantiles",))),
        Setting(
            name="action", title="What lies beyond", kind="choice", choices=("bring to the bound", "take for missing"),
            default="bring to the bound",
        ),
    ),
    apply=apply, says=says, pandas=pandas, learn=learn, is_statistical=lambda params: True,
)  # fmt: skip
