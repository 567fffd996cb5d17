"""Leave columns out of the table. Knows nothing of what is in them."""

from core.data.steps import Applied, Columns, Params, Setting, State, Step
from core.data.steps._pandas import names
from core.data.steps._sql import kept
from core.domain import StepOutcome
from core.errors import BadInput


def apply(columns: Columns, params: Params, state: State) -> Applied:
    left = [c for c in columns if c.name not in params["columns"]]
    if not left:
        raise BadInput("step_no_columns", step=step.title)
    return Applied(items=kept(left))


def says(params: Params, state: State, outcome: StepOutcome) -> tuple[str, dict]:
    return "drop", {"columns": ", ".join(params["columns"])}


def pandas(columns: Columns, params: Params, state: State) -> list[str]:
    return [f"table = table.drop(columns={names(params['columns'])})"]


step = Step(
    key="drop", title="Drop columns", icon=":material/delete:", order=20,
    summary="Leave out columns that say nothing or must not be known.",
    settings=(Setting(name="columns", title="Columns", kind="columns"),),
    apply=apply, says=says, pandas=pandas,
)  # fmt: skip
