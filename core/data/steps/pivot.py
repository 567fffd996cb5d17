"""A column for each value of a column, a row for each of the keys: long to wide."""

from core.data.engines.duckdb import identifier
from core.data.steps import Applied, Columns, Ground, Item, Params, Setting, State, Step, ref
from core.data.steps._pandas import cell, names, value
from core.data.steps._sql import cast, column_of, free_name, plain_column, plain_value, value_literal
from core.domain import NUMERIC_KINDS, ROW, Column, Kind, StepOutcome
from core.errors import BadInput

MOST_COLUMNS = 200
AGGREGATES = {"sum": "sum", "mean": "avg", "smallest": "min", "largest": "max", "count": "count"}


def learn(ground: Ground, columns: Columns, params: Params) -> dict:
    """{"values": the values that become columns, in order}"""
    name = ref(params["names"])
    rows = ground.ask(
        f"SELECT DISTINCT {name} AS v FROM previous WHERE {name} IS NOT NULL ORDER BY v LIMIT {MOST_COLUMNS + 1}"
    )
    if len(rows) > MOST_COLUMNS:
        raise BadInput("step_many_values", step=step.title, column=params["names"], most=MOST_COLUMNS)
    return {"values": [plain_value(row["v"]) for row in rows]}


def _kind(column: Column, aggregate: str) -> Kind:
    if aggregate == "count":
        return "integer"
    if aggregate in ("sum", "mean") and column.kind not in NUMERIC_KINDS:
        raise BadInput(
            "step_kind",
            step=step.title,
            column=column.name,
            kind=column.kind,
            wanted="numbers, for a sum or mean",
        )
    return "decimal" if aggregate == "mean" else column.kind


def _new_names(params: Params, state: State) -> list[tuple[str, object]]:
    taken, found = list(params["keys"]), []
    for v in (state or {}).get("values", ()):
        found.append((free_name(str(v).removesuffix("T00:00:00"), taken), v))
        taken.append(found[-1][0])
    return found


def apply(columns: Columns, params: Params, state: State) -> Applied:
    names_column, values = column_of(columns, params["names"]), column_of(columns, params["values"])
    if params["names"] in params["keys"]:
        raise BadInput("step_group_itself", step=step.title, column=params["names"])
    kind = _kind(values, params["aggregate"])
    keys = [column_of(columns, k) for k in params["keys"]]
    items = [Item(column=k, sql=ref(k.name), before=k.name, reads=(k.name,)) for k in keys]
    reads = (*params["keys"], names_column.name, values.name)
    for name, v in _new_names(params, state):
        mine = f"{ref(names_column.name)} = {value_literal(v, names_column.kind)}"
        sql = f"{AGGREGATES[params['aggregate']]}(CASE WHEN {mine} THEN {ref(values.name)} END)"
        # a sum of many whole numbers may exceed what a column of them can hold
        sql = f"try_cast({sql} AS BIGINT)" if kind == "integer" else cast(sql, kind)
        items.append(Item(column=plain_column(name, kind), sql=sql, reads=reads))
    listed = "".join(f", {i.sql} AS {identifier(i.column.name)}" for i in items)
    by = ", ".join(ref(k.name) for k in keys)
    select = f"SELECT min(previous.{ROW}) AS {ROW}{listed} FROM {{previous}} AS previous GROUP BY {by}"
    return Applied(items=tuple(items), select=select, keeps_order=False)


def says(params: Params, state: State, outcome: StepOutcome) -> tuple[str, dict]:
    return "pivot", {
        "keys": ", ".join(params["keys"]), "names": params["names"], "values": params["values"],
        "aggregate": params["aggregate"], "n": len((state or {}).get("values", ())),
    }  # fmt: skip


def pandas(columns: Columns, params: Params, state: State) -> list[str]:
    names_column, values = column_of(columns, params["names"]), column_of(columns, params["values"])
    kind = _kind(values, params["aggregate"])
    how = {
        "sum": "g.sum(min_count=1)", "mean": "g.mean()", "smallest": "g.min()", "largest": "g.max()", "count": "g.count()",
    }[params["aggregate"]]  # fmt: skip
    lines = [
        f"keys = {names(params['keys'])}",
        "groups = table.groupby(keys, sort=False, dropna=False)",
        "wide = table.loc[~table.duplicated(keys), keys].reset_index(drop=True)",
        "number = groups.ngroup()",
    ]
    for name, v in _new_names(params, state):
        lines += [
            f"g = {cell(values.name)}.where({cell(names_column.name)} == {value(v, names_column.kind)}).groupby(number)",
            f"wide[{name!r}] = {how}" + (".astype('float64')" if kind == "decimal" else ""),
        ]
    return [*lines, "table = wide"]


step = Step(
    key="pivot", title="Pivot", icon=":material/pivot_table_chart:", order=70,
    summary="A column for each value of a column, a row for each of the keys.",
    settings=(
        Setting(name="keys", title="A row for each", kind="columns"),
        Setting(name="names", title="A column for each", kind="column"),
        Setting(name="values", title="Filled with", kind="column"),
        Setting(name="aggregate", title="Where there are several, their", kind="choice", choices=tuple(AGGREGATES), default="sum"),
    ),
    apply=apply, says=says, pandas=pandas, learn=learn, rows="changes", at_prediction="shape",
)  # fmt: skip
