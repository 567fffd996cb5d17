"""A new column from an expression over others. Lets through scalar functions of a list, and nothing else."""

from core.data.steps import Applied, Columns, Item, Params, Setting, State, Step, _formula
from core.data.steps._pandas import cell
from core.data.steps._sql import cast, free_name, kept, plain_column
from core.domain import Column, StepOutcome


def _new(columns: Columns, params: Params) -> Column:
    formula = _formula.read(params["expression"], columns, step.title)
    return plain_column(free_name(params["name"], [c.name for c in columns]), formula.kind)


def apply(columns: Columns, params: Params, state: State) -> Applied:
    formula = _formula.read(params["expression"], columns, step.title)
    sql = f"TRY({formula.sql})"  # a logarithm of -1 is a missing cell, not the end of the recipe
    if formula.kind == "decimal":
        number = cast(sql, "decimal")
        sql = f"CASE WHEN isfinite({number}) THEN {number} END"
    else:
        sql = cast(sql, formula.kind)
    new = Item(column=_new(columns, params), sql=sql, reads=formula.reads)
    return Applied(items=(*kept(columns), new))


def says(params: Params, state: State, outcome: StepOutcome) -> tuple[str, dict]:
    return "formula", {
        "name": params["name"],
        "expression": params["expression"],
        "n": sum(outcome.changed.values()),
    }


def pandas(columns: Columns, params: Params, state: State) -> list[str]:
    formula, new = _formula.read(params["expression"], columns, step.title), _new(columns, params)
    dtype = {"integer": "Int64", "decimal": "float64", "boolean": "boolean", "date": "datetime64[us]"}.get(
        new.kind, "str"
    )
    lines = [f"{cell(new.name)} = pd.Series({formula.python}, index=table.index).astype({dtype!r})"]
    if new.kind == "decimal":
        lines.append(f"{cell(new.name)} = {cell(new.name)}.replace([np.inf, -np.inf], np.nan)")
    return lines


step = Step(
    key="formula", title="Formula column", icon=":material/function:", order=48, summary="A new column computed from others.",
    settings=(
        Setting(name="name", title="Name of the new column", kind="text"),
        Setting(
            name="expression", title="Formula", kind="text",
            help='Such as sales / quantity, round(price * 1.19, 2) or upper("first name"). Names with blanks in double quotes.',
        ),
    ),
    apply=apply, says=says, pandas=pandas,
)  # fmt: skip
