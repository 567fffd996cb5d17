"""A row for each of several columns: wide to long."""

from core.data.casting import SQL_TYPES
from core.data.engines.duckdb import identifier, literal
from core.data.steps import Applied, Columns, Item, Params, Setting, State, Step, ref
from core.data.steps._pandas import names
from core.data.steps._sql import cast, column_of, free_name, plain_column
from core.domain import NUMERIC_KINDS, ROW, Kind, StepOutcome


def _kind(columns: Columns, params: Params) -> Kind:
    kinds = {column_of(columns, name).kind for name in params["columns"]}
    if len(kinds) == 1:
        return kinds.pop()
    return "decimal" if kinds <= set(NUMERIC_KINDS) else "text"


def _new_names(columns: Columns, params: Params) -> tuple[str, str]:
    left = [c.name for c in columns if c.name not in params["columns"]]
    name = free_name(params["names"], left)
    return name, free_name(params["values"], [*left, name])


def apply(columns: Columns, params: Params, state: State) -> Applied:
    left = [c for c in columns if c.name not in params["columns"]]
    kind, melted = _kind(columns, params), params["columns"]
    name, value = _new_names(columns, params)
    same = "".join(f", {ref(c.name)} AS {identifier(c.name)}" for c in left)
    # each table row becomes len(melted) rows, one after another
    branches = [
        f"SELECT previous.{ROW} * {len(melted)} + {i} AS {ROW}{same}, CAST({literal(old)} AS {SQL_TYPES['category']}) AS "
        f"{identifier(name)}, {cast(ref(old), kind)} AS {identifier(value)} FROM {{previous}} AS previous"
        for i, old in enumerate(melted)
    ]
    items = [Item(column=c, sql=ref(c.name), before=c.name, reads=(c.name,)) for c in left]
    items.append(Item(column=plain_column(name, "category"), sql=""))
    items.append(Item(column=plain_column(value, kind), sql="", reads=melted))
    return Applied(items=tuple(items), select=" UNION ALL ".join(branches), keeps_order=False)


def says(params: Params, state: State, outcome: StepOutcome) -> tuple[str, dict]:
    return "melt", {
        "columns": ", ".join(params["columns"]),
        "names": params["names"],
        "values": params["values"],
    }


def pandas(columns: Columns, params: Params, state: State) -> list[str]:
    left = [c.name for c in columns if c.name not in params["columns"]]
    name, value = _new_names(columns, params)
    kind = _kind(columns, params)
    dtype = {"integer": "Int64", "decimal": "float64", "boolean": "boolean", "date": None}.get(kind, "str")
    as_kind = "table[name]" if dtype is None else f"text(table[name]).astype({dtype!r})"
    if dtype != "str":
        as_kind = "table[name]" if dtype is None else f"table[name].astype({dtype!r})"
    return [
        f"melted = {names(params['columns'])}",
        f"rows = [table[{names(left)}].assign(**{{{name!r}: name, {value!r}: {as_kind}}}) for name in melted]",
        "table = pd.concat(rows).sort_index(kind='stable').reset_index(drop=True)",
    ]


step = Step(
    key="melt", title="Melt", icon=":material/table_rows_narrow:", order=72, summary="A row for each of several columns.",
    settings=(
        Setting(name="columns", title="Columns to become rows", kind="columns", low=2),
        Setting(name="names", title="Column for their names", kind="text", default="name"),
        Setting(name="values", title="Column for their values", kind="text", default="value"),
    ),
    apply=apply, says=says, pandas=pandas, rows="changes", at_prediction="shape",
)  # fmt: skip
