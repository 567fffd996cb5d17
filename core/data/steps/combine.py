"""Join the texts of several columns into one new column."""

from core.data.engines.duckdb import literal
from core.data.steps import Applied, Columns, Item, Params, Setting, State, Step
from core.data.steps._pandas import cell, names
from core.data.steps._sql import as_text, free_name, kept, plain_column
from core.domain import StepOutcome


def _name(columns: Columns, params: Params) -> str:
    left = [c.name for c in columns if params["keep"] or c.name not in params["columns"]]
    return free_name(params["name"] or " ".join(params["columns"]), left)


def apply(columns: Columns, params: Params, state: State) -> Applied:
    left = kept(c for c in columns if params["keep"] or c.name not in params["columns"])
    texts = ", ".join(as_text(name) for name in params["columns"])
    # missing ones are left out; where all are, so is the result
    sql = f"nullif(concat_ws({literal(params['separator'])}, {texts}), '')"
    new = Item(column=plain_column(_name(columns, params), "category"), sql=sql, reads=params["columns"])
    return Applied(items=(*left, new))


def says(params: Params, state: State, outcome: StepOutcome) -> tuple[str, dict]:
    return "combine", {"columns": ", ".join(params["columns"]), "n": sum(outcome.changed.values())}


def pandas(columns: Columns, params: Params, state: State) -> list[str]:
    name = _name(columns, params)
    lines = [
        f"texts = pd.DataFrame({{i: text(table[name]) for i, name in enumerate({names(params['columns'])})}})",
        f"joined = texts.apply(lambda row: {params['separator']!r}.join(row.dropna()), axis=1).astype('str')",
    ]
    if not params["keep"]:
        lines.append(f"table = table.drop(columns={names(params['columns'])})")
    return [*lines, f"{cell(name)} = joined.replace('', None)"]


step = Step(
    key="combine", title="Combine columns", icon=":material/merge:", order=50, summary="Put the texts of several columns into one.",
    settings=(
        Setting(name="columns", title="Columns", kind="columns", low=2),
        Setting(name="separator", title="Between them", kind="text", default=" "),
        Setting(name="name", title="Name of the new column", kind="text", optional=True),
        Setting(name="keep", title="Keep the old ones", kind="boolean", default=True),
    ),
    apply=apply, says=says, pandas=pandas,
)  # fmt: skip
