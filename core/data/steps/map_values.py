"""Write other values for some of a column's: misspelt ones, codes, groups of rare ones."""

from core.data.steps import Applied, Columns, Params, Setting, State, Step, ref
from core.data.steps._pandas import cell, value
from core.data.steps._sql import as_text, column_of, fits, parsed, value_literal, with_cells
from core.domain import Column, Kind, StepOutcome


def _kind(column: Column, params: Params) -> Kind:
    """The column's own where every new value fits it, else words."""
    return (
        column.kind if all(not new or fits(new, column.kind) for _, new in params["values"]) else "category"
    )


def _plain(new: str, column: Column, kind: Kind):
    return parsed(step.title, Column(name=column.name, kind=kind), new) if new else None


def apply(columns: Columns, params: Params, state: State) -> Applied:
    column = column_of(columns, params["column"])
    kind = _kind(column, params)
    name = ref(column.name)
    cases = " ".join(
        f"WHEN {name} = {value_literal(parsed(step.title, column, old), column.kind)} "
        f"THEN {value_literal(_plain(new, column, kind), kind)}"
        for old, new in params["values"]
    )
    others = (name if kind == column.kind else as_text(column.name)) if params["others"] == "stay" else "NULL"
    return Applied(items=with_cells(columns, {column.name: f"CASE {cases} ELSE {others} END"}, kind=kind))


def says(params: Params, state: State, outcome: StepOutcome) -> tuple[str, dict]:
    shown = ", ".join(f"{old} → {new or 'missing'}" for old, new in params["values"][:5])
    if len(params["values"]) > 5:
        shown += ", …"
    code = "map_values" if params["others"] == "stay" else "map_values_only"
    return code, {"column": params["column"], "values": shown, "n": sum(outcome.changed.values())}


def pandas(columns: Columns, params: Params, state: State) -> list[str]:
    column = column_of(columns, params["column"])
    kind, name = _kind(column, params), cell(column.name)
    first_wins = reversed(params["values"])
    pairs = ", ".join(
        f"{value(parsed(step.title, column, old), column.kind)}: {value(_plain(new, column, kind), kind)}"
        for old, new in first_wins
    )
    others = "stays.get(v, v)" if kind == column.kind else "stays.get(v, w)"
    dtype = {"integer": "Int64", "decimal": "float64", "boolean": "boolean", "date": "datetime64[us]"}.get(
        kind, "str"
    )
    other = others if params["others"] == "stay" else "stays.get(v)"
    return [
        f"stays = {{{pairs}}}",
        f"{name} = pd.Series([None if pd.isna(v) else {other} for v, w in zip({name}, text({name}))], dtype='object').astype({dtype!r})",
    ]


step = Step(
    key="map_values", title="Map values", icon=":material/find_replace:", order=28,
    summary="Write other values for some: misspelt ones, codes, groups of rare ones.",
    settings=(
        Setting(name="column", title="Column", kind="column"),
        Setting(name="values", title="Values", kind="pairs", help="A value, and what to write instead; nothing for missing."),
        Setting(name="others", title="All other values", kind="choice", choices=("stay", "become missing"), default="stay"),
    ),
    apply=apply, says=says, pandas=pandas,
)  # fmt: skip
