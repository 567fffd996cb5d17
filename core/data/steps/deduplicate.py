"""Keep one of the rows that are alike, in all columns or in some."""

from core.data.steps import Applied, Columns, Params, Setting, State, Step, ref
from core.data.steps._pandas import names
from core.data.steps._sql import kept
from core.domain import ROW, StepOutcome


def apply(columns: Columns, params: Params, state: State) -> Applied:
    alike = ", ".join(ref(name) for name in params["columns"] or [c.name for c in columns])
    order = f"previous.{ROW}" + (" DESC" if params["keep"] == "last" else "")
    return Applied(
        items=kept(columns),
        qualify=f" QUALIFY row_number() OVER (PARTITION BY {alike} ORDER BY {order}) = 1",
        keeps_order=False,
    )


def says(params: Params, state: State, outcome: StepOutcome) -> tuple[str, dict]:
    gone = {"n": outcome.rows_before - outcome.rows_after, "keep": params["keep"]}
    if params["columns"]:
        return "deduplicate_keys", gone | {"columns": ", ".join(params["columns"])}
    return "deduplicate", gone


def pandas(columns: Columns, params: Params, state: State) -> list[str]:
    subset = f"subset={names(params['columns'])}, " if params["columns"] else ""
    return [f"table = table.drop_duplicates({subset}keep={params['keep']!r}, ignore_index=True)"]


step = Step(
    key="deduplicate", title="Remove duplicates", icon=":material/content_copy:", order=30,
    summary="Keep one of the rows that are alike.",
    settings=(
        Setting(
            name="columns", title="Alike in", kind="columns", optional=True, help="Empty: in every column.",
        ),
        Setting(name="keep", title="Keep the", kind="choice", choices=("first", "last"), default="first"),
    ),
    apply=apply, says=says, pandas=pandas, rows="changes", at_prediction="skip",
)  # fmt: skip
