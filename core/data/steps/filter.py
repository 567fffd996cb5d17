"""Keep the rows whose cell in one column compares as asked. Takes no SQL from anybody."""

from core.data.engines.duckdb import literal
from core.data.steps import Applied, Columns, Params, Setting, State, Step, ref
from core.data.steps._pandas import cell, value
from core.data.steps._sql import WORDS, as_text, column_of, kept, parsed, value_literal
from core.domain import Column, StepOutcome
from core.errors import BadInput

ORDERED = {"less than": "<", "at most": "<=", "at least": ">=", "greater than": ">"}
COMPARISONS = ("is", "is not", *ORDERED, "contains", "begins with", "is one of", "is missing", "is there")
WITHOUT_VALUE = ("is missing", "is there", "is one of")


def _value(column: Column, params: Params):
    if params["value"] is None:
        raise BadInput("step_setting_missing", step=step.title, setting="Value")
    return parsed(step.title, column, params["value"])


def apply(columns: Columns, params: Params, state: State) -> Applied:
    return Applied(items=kept(columns), where=f" WHERE {_condition(columns, params)}")


def _condition(columns: Columns, params: Params) -> str:
    column, comparison = column_of(columns, params["column"]), params["comparison"]
    name = ref(column.name)
    match comparison:
        case "is missing":
            return f"{name} IS NULL"
        case "is there":
            return f"{name} IS NOT NULL"
        case "is one of":
            found = [value_literal(parsed(step.title, column, v), column.kind) for v in params["values"]]
            return f"{name} IN ({', '.join(found)})"
        case "contains" | "begins with":
            if params["value"] is None:
                raise BadInput("step_setting_missing", step=step.title, setting="Value")
            function = "contains" if comparison == "contains" else "starts_with"
            return f"{function}({as_text(column.name)}, {literal(params['value'])})"
        case "is":
            return f"{name} = {value_literal(_value(column, params), column.kind)}"
        case "is not":
            return f"{name} IS DISTINCT FROM {value_literal(_value(column, params), column.kind)}"
    if column.kind == "boolean":
        raise BadInput(
            "step_kind",
            step=step.title,
            column=column.name,
            kind=column.kind,
            wanted="numbers, words or dates",
        )
    return f"{name} {ORDERED[comparison]} {value_literal(_value(column, params), column.kind)}"


def says(params: Params, state: State, outcome: StepOutcome) -> tuple[str, dict]:
    said = {"column": params["column"], "comparison": params["comparison"]}
    said |= {"n": outcome.rows_before - outcome.rows_after}
    if params["comparison"] in ("is missing", "is there"):
        return "filter_presence", said
    given = ", ".join(params["values"]) if params["comparison"] == "is one of" else params["value"]
    return "filter", said | {"value": given}


def pandas(columns: Columns, params: Params, state: State) -> list[str]:
    column, comparison = column_of(columns, params["column"]), params["comparison"]
    name = cell(column.name)
    match comparison:
        case "is missing":
            kept_rows = f"{name}.isna()"
        case "is there":
            kept_rows = f"{name}.notna()"
        case "is one of":
            given = ", ".join(value(parsed(step.title, column, v), column.kind) for v in params["values"])
            kept_rows = f"{name}.isin([{given}])"
        case "contains":
            kept_rows = f"text({name}).str.contains({params['value']!r}, regex=False)"
        case "begins with":
            kept_rows = f"text({name}).str.startswith({params['value']!r})"
        case _:
            sign = {"is": "==", "is not": "!="}.get(comparison) or ORDERED[comparison]
            kept_rows = f"{name} {sign} {value(_value(column, params), column.kind)}"
    missing = comparison == "is not"  # a missing cell is not that value
    if column.kind in WORDS and comparison in ORDERED:
        kept_rows = kept_rows.replace(name, f"{name}.fillna('')", 1) + f" & {name}.notna()"
        kept_rows = "(" + kept_rows.replace(" & ", ") & ", 1)
    return [f"table = table[({kept_rows}).fillna({missing}).astype(bool)].reset_index(drop=True)"]


step = Step(
    key="filter", title="Keep rows", icon=":material/filter_alt:", order=35, summary="Keep the rows that are to be looked at.",
    settings=(
        Setting(name="column", title="Where", kind="column"),
        Setting(name="comparison", title="Comparison", kind="choice", choices=COMPARISONS, default="is"),
        Setting(
            name="value", title="Value", kind="text", optional=True, help="A date as 2024-01-31.",
            when=("comparison", tuple(c for c in COMPARISONS if c not in WITHOUT_VALUE)),
        ),
        Setting(name="values", title="Values", kind="words", help="Separated by commas.", when=("comparison", ("is one of",))),
    ),
    apply=apply, says=says, pandas=pandas, rows="changes", at_prediction="skip",
)  # fmt: skip
