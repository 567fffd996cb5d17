"""Put the rows of another dataset below these. Columns are told by their names."""

from core.data import casting
from core.data.engines.duckdb import identifier
from core.data.steps import Applied, Columns, Ground, Item, Params, Setting, State, Step, other_name, ref
from core.data.steps._pandas import names
from core.data.steps._sql import WORDS, cast
from core.domain import NUMERIC_KINDS, ROW, Column, Kind, StepOutcome
from core.errors import BadInput


def learn(ground: Ground, columns: Columns, params: Params) -> dict:
    """{"blob", "columns": [[name here, its name, its kind], …], "first": the number of its first row}"""
    other = ground.other(params["dataset"])
    theirs = {c.name.lower(): c for c in other.columns}
    shared = [(c.name, theirs[c.name.lower()]) for c in columns if c.name.lower() in theirs]
    if not shared:
        raise BadInput("step_nothing_shared", step=step.title, dataset=other.name)
    (row,) = ground.ask(f"SELECT max(previous.{ROW}) AS last FROM previous")
    return {
        "blob": other.blob, "name": other.name, "first": 0 if row["last"] is None else row["last"] + 1,
        "columns": [[name, c.name, c.kind] for name, c in shared],
        "left_out": len(other.columns) - len(shared),
    }  # fmt: skip


def _cells(name: str, kind: Kind, wanted: Column) -> str:
    """The other's cells in the kind they have here; NULL where they do not fit."""
    cell = f"o.{identifier(name)}"
    if kind == wanted.kind or (kind in WORDS and wanted.kind in WORDS):
        return cell
    if {kind, wanted.kind} <= set(NUMERIC_KINDS):
        return f"try_cast({cell} AS {casting.SQL_TYPES[wanted.kind]})"
    return casting.value(f"CAST({cell} AS VARCHAR)", wanted.kind, wanted.statistics)


def apply(columns: Columns, params: Params, state: State) -> Applied:
    found = {name: (their, kind) for name, their, kind in (state or {}).get("columns", [])}
    mine = "".join(f", {ref(c.name)} AS {identifier(c.name)}" for c in columns)
    theirs = "".join(
        f", {_cells(*found[c.name], c) if c.name in found else cast('NULL', c.kind)} AS {identifier(c.name)}"
        for c in columns
    )
    select = (
        f"SELECT previous.{ROW}{mine} FROM {{previous}} AS previous UNION ALL "
        f"SELECT o.{ROW} + {(state or {}).get('first', 0)} AS {ROW}{theirs} FROM {other_name(params['dataset'])} AS o"
    )
    items = tuple(Item(column=c, sql=ref(c.name), before=c.name, reads=(c.name,)) for c in columns)
    return Applied(items=items, select=select, keeps_order=False)


def says(params: Params, state: State, outcome: StepOutcome) -> tuple[str, dict]:
    known = state or {}
    said = {"n": outcome.rows_after - outcome.rows_before, "dataset": known.get("name", params["dataset"])}
    return "union", said | {"shared": len(known.get("columns", [])), "left_out": known.get("left_out", 0)}


def pandas(columns: Columns, params: Params, state: State) -> list[str]:
    found = {their: name for name, their, _ in (state or {}).get("columns", [])}
    return [
        f"more = others[{params['dataset']!r}][{names(found)}].rename(columns={found!r})",
        f"more = more.reindex(columns={names(c.name for c in columns)})",
        "for name in table.columns:",
        "    if table[name].dtype != more[name].dtype:",
        "        more[name] = number(text(more[name])) if table[name].dtype.kind in 'iuf' else text(more[name])",
        "        more[name] = more[name].astype(table[name].dtype)",
        "table = pd.concat([table, more], ignore_index=True)",
    ]


step = Step(
    key="union", title="Add rows of another dataset", icon=":material/vertical_align_bottom:", order=82,
    summary="Put the rows of another dataset below these.",
    settings=(Setting(name="dataset", title="Dataset", kind="dataset"),),
    apply=apply, says=says, pandas=pandas, learn=learn, rows="changes", at_prediction="skip",
)  # fmt: skip
