"""Give columns other names."""

from core.data.steps import Applied, Columns, Item, Params, Setting, State, Step, ref
from core.data.steps._sql import renamed
from core.domain import ROW, StepOutcome
from core.errors import BadInput


def _new_names(columns: Columns, params: Params) -> dict[str, str]:
    wanted = {old: " ".join(new.split())[:200] for old, new in params["names"]}
    taken = [wanted.get(c.name, c.name) for c in columns]
    for old, new in wanted.items():
        if not new or new.lower() == ROW or [t.lower() for t in taken].count(new.lower()) > 1:
            raise BadInput("step_name", step=step.title, column=old, name=new)
    return wanted


def apply(columns: Columns, params: Params, state: State) -> Applied:
    new = _new_names(columns, params)
    return Applied(
        items=tuple(
            Item(column=renamed(c, new.get(c.name, c.name)), sql=ref(c.name), before=c.name, reads=(c.name,))
            for c in columns
        )
    )


def says(params: Params, state: State, outcome: StepOutcome) -> tuple[str, dict]:
    return "rename", {"names": ", ".join(f"{old} → {' '.join(new.split())}" for old, new in params["names"])}


def pandas(columns: Columns, params: Params, state: State) -> list[str]:
    return [f"table = table.rename(columns={_new_names(columns, params)!r})"]


step = Step(
    key="rename", title="Rename columns", icon=":material/edit:", order=25, summary="Give columns names that people understand.",
    settings=(
        Setting(name="names", title="Names", kind="pairs", asks_names=True, help="A column, and what it is to be called."),
    ),
    apply=apply, says=says, pandas=pandas,
)  # fmt: skip
