"""Give missing cells a value: learned from the column, learned by group, given, or the one above."""

from collections.abc import Sequence

from core.data.engines.duckdb import literal
from core.data.steps import Applied, Columns, Ground, Params, Setting, State, Step, ref
from core.data.steps._pandas import cell, key, names, value
from core.data.steps._sql import (
    SEPARATOR,
    cast,
    column_of,
    key_of,
    parsed,
    plain_value,
    value_literal,
    with_cells,
)
from core.domain import NUMERIC_KINDS, ROW, Column, Kind, StepOutcome
from core.errors import BadInput

LEARNED = ("median", "mean", "most frequent")
MOST_GROUPS = 10_000


def _kind(column: Column, params: Params) -> Kind:
    """Means of whole numbers are seldom whole."""
    return "decimal" if params["method"] == "mean" else column.kind


def _checked(columns: Columns, params: Params) -> list[Column]:
    chosen = [column_of(columns, name) for name in params["columns"]]
    fitting = {"mean": NUMERIC_KINDS, "median": (*NUMERIC_KINDS, "date")}.get(params["method"])
    for column in chosen:
        if fitting and column.kind not in fitting:
            raise BadInput(
                "step_kind", step=step.title, column=column.name, kind=column.kind, wanted="numbers, for a mean or median"
            )  # fmt: skip
    for name in params["by"]:
        if column_of(columns, name).kind == "decimal":
            raise BadInput(
                "step_kind",
                step=step.title,
                column=name,
                kind="decimal",
                wanted="words or whole numbers, to group by",
            )
        if name in params["columns"]:
            raise BadInput("step_group_itself", step=step.title, column=name)
    return chosen


def learn(ground: Ground, columns: Columns, params: Params) -> dict:
    """{"values": {column: value}, "groups": {column: [[key, value], …]}}"""
    state: dict = {"values": {}, "groups": {}}
    if params["method"] not in LEARNED:
        return state
    for column in _checked(columns, params):
        state["values"][column.name] = _learned(ground, column, params["method"], ())
        if params["by"]:
            state["groups"][column.name] = _learned(ground, column, params["method"], params["by"])
    return state


def _learned(ground: Ground, column: Column, method: str, by: Sequence[str]):
    name, group = ref(column.name), key_of(by) if by else "''"
    where = f"FROM previous WHERE {name} IS NOT NULL AND {group} IS NOT NULL"
    if method == "most frequent":
        sql = (
            f"SELECT g, v FROM (SELECT {group} AS g, {name} AS v, row_number() OVER "
            f"(PARTITION BY {group} ORDER BY count(*) DESC, {name}) AS place {where} GROUP BY {group}, {name}) AS counted "
            "WHERE place = 1"
        )
    else:
        # a median of whole numbers or dates is one of them
        median = "quantile_cont" if column.kind == "decimal" else "quantile_disc"
        learned = f"avg({cast(name, 'decimal')})" if method == "mean" else f"{median}({name}, 0.5)"
        sql = f"SELECT {group} AS g, {learned} AS v {where} GROUP BY {group}"
    rows = ground.ask(f"SELECT * FROM ({sql}) AS learned ORDER BY g LIMIT {MOST_GROUPS + 1}")
    if not by:
        return plain_value(rows[0]["v"]) if rows else None
    if len(rows) > MOST_GROUPS:
        raise BadInput("step_many_groups", step=step.title, columns=", ".join(by), most=MOST_GROUPS)
    return [[row["g"], plain_value(row["v"])] for row in rows]


def apply(columns: Columns, params: Params, state: State) -> Applied:
    cells, joins = {}, ""
    for i, column in enumerate(_checked(columns, params)):
        name, kind = ref(column.name), _kind(column, params)
        if params["method"] == "the one above":
            cells[column.name] = (
                f"last_value({name} IGNORE NULLS) OVER (ORDER BY previous.{ROW} ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)"
            )
            continue
        options = [cast(name, kind) if kind != column.kind else name]
        groups = (state or {}).get("groups", {}).get(column.name)
        if groups:
            listed = ", ".join(f"({literal(k)}, {value_literal(v, kind)})" for k, v in groups)
            joins += (
                f" LEFT JOIN (VALUES {listed}) AS groups_{i} (g, v) ON {key_of(params['by'])} = groups_{i}.g"
            )
            options.append(f"groups_{i}.v")
        options.append(value_literal(_value(column, params, state), kind))
        cells[column.name] = f"coalesce({', '.join(options)})"
    kind = "decimal" if params["method"] == "mean" else None
    return Applied(
        items=with_cells(columns, cells, kind=kind, reads=params["by"]),
        joins=joins,
        keeps_order=not joins and params["method"] != "the one above",
    )


def _value(column: Column, params: Params, state: State):
    if params["method"] == "a value":
        return parsed(step.title, column, params["value"])
    return (state or {}).get("values", {}).get(column.name)


def says(params: Params, state: State, outcome: StepOutcome) -> tuple[str, dict]:
    from core.data.described import written

    columns, method = params["columns"], params["method"]
    said = {"n": sum(outcome.changed.values()), "columns": ", ".join(columns)}
    if method == "the one above":
        return "fill_forward", said
    if method == "a value":
        return "fill_value", said | {"value": params["value"]}
    if params["by"]:
        return "fill_groups", said | {"method": method, "by": ", ".join(params["by"])}
    if len(columns) > 1:
        return "fill_each", said | {"method": method}
    learned = (state or {}).get("values", {}).get(columns[0])
    return "fill", said | {"method": method, "value": "none" if learned is None else written(learned)}


def pandas(columns: Columns, params: Params, state: State) -> list[str]:
    lines = []
    for column in _checked(columns, params):
        name, kind = cell(column.name), _kind(column, params)
        if params["method"] == "the one above":
            lines.append(f"{name} = {name}.ffill()")
            continue
        if kind != column.kind:
            lines.append(f'{name} = {name}.astype("float64")')
        groups = (state or {}).get("groups", {}).get(column.name)
        if groups:
            listed = ", ".join(f"{k!r}: {value(v, kind)}" for k, v in groups)
            found = f"({key(params['by'], SEPARATOR)}).map({{{listed}}})"
            lines.append(f"{name} = {name}.fillna({found}.astype({name}.dtype))")
        filling = _value(column, params, state)
        if filling is not None:
            lines.append(f"{name} = {name}.fillna({value(filling, kind)})")
    return lines or [f"table = table[{names(c.name for c in columns)}]"]


step = Step(
    key="fill", title="Fill missing cells", icon=":material/format_color_fill:", order=10,
    summary="Give cells without a value the median, the mean, the most frequent value, one of yours, or the one above.",
    settings=(
        Setting(name="columns", title="Columns", kind="columns"),
        Setting(name="method", title="With", kind="choice", choices=(*LEARNED, "a value", "the one above"), default="median"),
        Setting(name="value", title="Value", kind="text", when=("method", ("a value",))),
        Setting(
            name="by", title="Of each group of", kind="columns", optional=True, when=("method", LEARNED),
            help="Rows that are alike in these columns share a value; where a group has none, that of all rows.",
        ),
    ),
    apply=apply, says=says, pandas=pandas, learn=learn, is_statistical=lambda params: params["method"] in LEARNED, invents=True,
)  # fmt: skip
