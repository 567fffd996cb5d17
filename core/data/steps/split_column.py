"""Cut a column's texts at a separator into several columns; the last takes the rest."""

from core.data.casting import BLANKS
from core.data.engines.duckdb import literal
from core.data.steps import Applied, Columns, Item, Params, Setting, State, Step, ref
from core.data.steps._pandas import cell
from core.data.steps._sql import WORDS, free_name, kept, plain_column
from core.domain import StepOutcome

MOST_PIECES = 1_000_000  # a cell holds no more letters


def _names(columns: Columns, params: Params) -> list[str]:
    taken = [c.name for c in columns]
    for part in range(1, params["parts"] + 1):
        taken.append(free_name(f"{params['column']} {part}", taken))
    return taken[len(columns) :]


def apply(columns: Columns, params: Params, state: State) -> Applied:
    name, separator, n = params["column"], literal(params["separator"]), params["parts"]
    left = kept(c for c in columns if params["keep"] or c.name != name)
    items = []
    for part, new in enumerate(_names(columns, params), start=1):
        piece = f"split_part({ref(name)}, {separator}, {part})"
        if part == n:
            piece = f"array_to_string(list_slice(string_split({ref(name)}, {separator}), {n}, {MOST_PIECES}), {separator})"
        sql = f"nullif(trim({piece}, {literal(BLANKS)}), '')"
        items.append(Item(column=plain_column(new, "category"), sql=sql, reads=(name,)))
    return Applied(items=(*left, *items))


def says(params: Params, state: State, outcome: StepOutcome) -> tuple[str, dict]:
    return "split_column", {
        "column": params["column"],
        "parts": params["parts"],
        "separator": params["separator"],
    }


def pandas(columns: Columns, params: Params, state: State) -> list[str]:
    name, n = params["column"], params["parts"]
    lines = [f"pieces = {cell(name)}.str.split({params['separator']!r}, n={n - 1}, regex=False)"]
    for part, new in enumerate(_names(columns, params)):
        lines.append(
            f"{cell(new)} = pieces.str[{part}].astype('str').str.strip({BLANKS!r}).replace('', None)"
        )
    return lines if params["keep"] else [*lines, f"table = table.drop(columns=[{name!r}])"]


step = Step(
    key="split_column", title="Split a column", icon=":material/call_split:", order=52,
    summary="Cut texts at a separator into several columns.",
    settings=(
        Setting(name="column", title="Column", kind="column", kinds=WORDS),
        Setting(name="separator", title="At", kind="text", default=" "),
        Setting(name="parts", title="Into", kind="integer", default=2, low=2, high=10),
        Setting(name="keep", title="Keep the old one", kind="boolean", default=True),
    ),
    apply=apply, says=says, pandas=pandas,
)  # fmt: skip
