"""Read columns as another kind: words as numbers, dates or truth values, and back."""

from collections.abc import Mapping
from dataclasses import replace

from core.data import casting, dates, months, numbers
from core.data.steps import Applied, Columns, Ground, Params, Setting, State, Step, ref
from core.data.steps._pandas import cell
from core.data.steps._sql import WORDS, as_text, cast, column_of, plain_column, with_cells
from core.domain import NUMERIC_KINDS, Column, Kind, StepOutcome

KINDS: tuple[Kind, ...] = ("decimal", "integer", "date", "boolean", "category", "text")
SAMPLE = 1_000


def _forms(ground: Ground, column: Column, kind: Kind) -> list[Mapping[str, str]]:
    """The ways in which a column's texts may be written, the plain one first."""
    if column.kind == "integer" and kind == "date":  # 20240305
        return [{"date_format": f} for f in dates.COMPACT]
    if column.kind not in WORDS:
        return [{}]
    if kind in NUMERIC_KINDS:
        return [{}, *({"number_format": f} for f in casting.WRITTEN_FORMATS)]
    if kind != "date":
        return [{}]
    rows = ground.ask(
        f"SELECT DISTINCT {ref(column.name)} AS v FROM previous WHERE {ref(column.name)} IS NOT NULL ORDER BY v LIMIT {SAMPLE}"
    )
    found = dict.fromkeys(f for row in rows for f in dates.fitting_formats([row["v"]]))
    return [{"date_format": f} for f in dates.FORMATS if f in found] or [{"date_format": dates.ISO}]


def learn(ground: Ground, columns: Columns, params: Params) -> dict:
    """{"written": {column: how its texts are written}}: the first form that the most texts fit."""
    kind, written = params["kind"], {}
    for name in params["columns"]:
        column = column_of(columns, name)
        if params["date_format"] and kind == "date":
            written[name] = {"date_format": params["date_format"]}
            continue
        forms = _forms(ground, column, kind)
        if len(forms) > 1:
            counts = ", ".join(
                f"count({casting.value(as_text(name), kind, f)}) AS n{i}" for i, f in enumerate(forms)
            )
            counted = list(ground.ask(f"SELECT {counts} FROM previous")[0].values())
            forms = [forms[counted.index(max(counted))]]
        written[name] = dict(forms[0])
    return {"written": written}


def _cells(column: Column, kind: Kind, written: Mapping[str, str]) -> str:
    name = ref(column.name)
    if column.kind == kind or (column.kind in WORDS and kind in WORDS):
        return name
    if kind in WORDS:
        return as_text(column.name)
    if column.kind in WORDS:
        return casting.value(name, kind, written)
    if kind == "boolean":
        return (
            f"CASE WHEN {name} = 1 THEN TRUE WHEN {name} = 0 THEN FALSE END"
            if column.kind in NUMERIC_KINDS
            else cast("NULL", kind)
        )
    if column.kind == "integer" and kind == "date":
        return casting.value(as_text(column.name), kind, written)
    if column.kind == "date" or kind == "date":
        return cast("NULL", kind)
    if kind == "integer" and column.kind == "decimal":
        return f"CASE WHEN {name} = floor({name}) AND abs({name}) < 9e18 THEN {cast(name, kind)} END"
    return cast(name, kind)


def apply(columns: Columns, params: Params, state: State) -> Applied:
    written = (state or {}).get("written", {})
    items = []
    for item in with_cells(columns, {}):
        column = item.column
        if column.name in params["columns"]:
            sql = _cells(column, params["kind"], written.get(column.name, {}))
            (item,) = with_cells((column,), {column.name: sql}, kind=params["kind"])
            if column.kind == params["kind"]:
                item = with_cells((column,), {})[0]
            elif column.kind in WORDS and params["kind"] in WORDS:
                item = with_cells((plain_column(column.name, params["kind"]),), {})[0]
        items.append(item)
    return Applied(items=tuple(items))


def reads_as(column: Column, params: Params, state: State) -> Column | None:
    if column.name not in params["columns"] or column.kind not in WORDS or params["kind"] in WORDS:
        return None
    written = (state or {}).get("written", {}).get(column.name, {})
    return replace(plain_column(column.name, params["kind"]), statistics=written)


def says(params: Params, state: State, outcome: StepOutcome) -> tuple[str, dict]:
    said = {
        "columns": ", ".join(params["columns"]),
        "kind": params["kind"],
        "n": sum(outcome.changed.values()),
    }
    lost = sum(outcome.lost.values())
    return ("convert_lost", said | {"lost": lost}) if lost else ("convert", said)


def pandas(columns: Columns, params: Params, state: State) -> list[str]:
    lines, kind = [], params["kind"]
    for name in params["columns"]:
        column = column_of(columns, name)
        form = (state or {}).get("written", {}).get(name, {})
        made = _python(column, kind, form)
        if made is not None:
            lines.append(f"{cell(name)} = {made}")
    return lines or ["table = table.copy()"]


def _python(column: Column, kind: Kind, form: Mapping[str, str]) -> str | None:
    name = cell(column.name)
    if column.kind == kind or (column.kind in WORDS and kind in WORDS):
        return None
    if kind in WORDS:
        return f"text({name})"
    if column.kind not in WORDS:
        if kind == "boolean" and column.kind in NUMERIC_KINDS:
            return f'{name}.map({{0: False, 1: True}}).astype("boolean")'
        if column.kind == "integer" and kind == "date":
            return f'pd.to_datetime(text({name}), format={form["date_format"]!r}, errors="coerce")'
        if kind in ("boolean", "date") or column.kind == "date":
            empty = (
                "datetime64[us]"
                if kind == "date"
                else {"boolean": "boolean", "integer": "Int64"}.get(kind, "float64")
            )
            return f'pd.Series([None] * len(table), dtype="{empty}")'
        if kind == "integer" and column.kind == "decimal":
            return f'{name}.where({name} == {name}.round()).astype("Int64")'
        return f'{name}.astype("{"Int64" if kind == "integer" else "float64"}")'
    if kind == "boolean":
        return f"truth({name})"
    if kind == "date":
        written = form.get("date_format", dates.ISO)
        if written == dates.WORDS:
            return f"worded_date({name}, {months.PATTERN!r}, {months.NAMES!r})"
        how = '"ISO8601"' if written == dates.ISO else repr(written)
        return f'pd.to_datetime({name}, format={how}, errors="coerce")'
    number_format = form.get("number_format", "plain")
    number = f"number({name})"
    if number_format != "plain":
        written = numbers.FORMS[number_format]
        scale = (
            f", powers={dict(numbers.SCALES)!r}, currencies={numbers.CURRENCIES!r}" if written.scaled else ""
        )
        number = f"number({name}, {written.pattern!r}, decimal={written.decimal!r}{scale})"
    return (
        f'{number}.pipe(lambda n: n.where(n == n.round())).astype("Int64")' if kind == "integer" else number
    )


step = Step(
    key="convert", title="Convert type", icon=":material/swap_horiz:", order=15,
    summary="Read columns as numbers, dates, truth values or words. What does not fit becomes missing, and is counted.",
    settings=(
        Setting(name="columns", title="Columns", kind="columns"),
        Setting(name="kind", title="To", kind="choice", choices=KINDS, default="decimal"),
        Setting(
            name="date_format", title="Dates are written as", kind="text", optional=True, when=("kind", ("date",)),
            help="Such as %d/%m/%Y; empty: found out.",
        ),
    ),
    apply=apply, says=says, pandas=pandas, learn=learn, reads_as=reads_as,
)  # fmt: skip
