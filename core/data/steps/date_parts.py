"""Take parts of a date into columns of their own. Reads no text: convert it to dates first."""

from core.data.steps import Applied, Columns, Item, Params, Setting, State, Step, ref
from core.data.steps._pandas import cell
from core.data.steps._sql import cast, free_name, kept, plain_column
from core.domain import StepOutcome

# part → SQL and Python; Monday is 1
PARTS = {
    "year": ("year({})", "{}.dt.year"),
    "quarter": ("quarter({})", "{}.dt.quarter"),
    "month": ("month({})", "{}.dt.month"),
    "week": ("weekofyear({})", "{}.dt.isocalendar().week"),
    "day": ("day({})", "{}.dt.day"),
    "weekday": ("isodow({})", "{}.dt.day_of_week + 1"),
    "day of year": ("dayofyear({})", "{}.dt.dayofyear"),
    "hour": ("hour({})", "{}.dt.hour"),
    "minute": ("minute({})", "{}.dt.minute"),
}


def _names(columns: Columns, params: Params) -> dict[str, str]:
    taken, chosen = [c.name for c in columns], {}
    for part in params["parts"]:
        chosen[part] = free_name(f"{params['column']} {part}", [*taken, *chosen.values()])
    return chosen


def apply(columns: Columns, params: Params, state: State) -> Applied:
    name = params["column"]
    before = kept(c for c in columns if params["keep"] or c.name != name)
    made = tuple(
        Item(
            column=plain_column(new, "integer"),
            sql=cast(PARTS[part][0].format(ref(name)), "integer"),
            reads=(name,),
        )
        for part, new in _names(columns, params).items()
    )
    return Applied(items=(*before, *made))


def says(params: Params, state: State, outcome: StepOutcome) -> tuple[str, dict]:
    return "date_parts", {"column": params["column"], "parts": ", ".join(params["parts"])}


def pandas(columns: Columns, params: Params, state: State) -> list[str]:
    lines = [
        f'{cell(new)} = ({PARTS[part][1].format(cell(params["column"]))}).astype("Int64")'
        for part, new in _names(columns, params).items()
    ]
    return lines if params["keep"] else [*lines, f"table = table.drop(columns=[{params['column']!r}])"]


step = Step(
    key="date_parts", title="Parts of a date", icon=":material/calendar_month:", order=45,
    summary="Year, month, weekday, hour … of a date as columns of their own.",
    settings=(
        Setting(name="column", title="Date", kind="column", kinds=("date",)),
        Setting(name="parts", title="Parts", kind="choices", choices=tuple(PARTS), default=("year", "month", "weekday")),
        Setting(name="keep", title="Keep the date", kind="boolean", default=True),
    ),
    apply=apply, says=says, pandas=pandas,
)  # fmt: skip
