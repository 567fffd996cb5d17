"""Look values up in another dataset by a key, and put them beside each row. Never makes more rows of one."""

from core.data.engines.duckdb import identifier
from core.data.steps import Applied, Columns, Ground, Item, Params, Setting, State, Step, other_name
from core.data.steps._pandas import cell, names
from core.data.steps._sql import SEPARATOR, as_text, column_of, free_name, kept, plain_column
from core.domain import ROW, StepOutcome


def learn(ground: Ground, columns: Columns, params: Params) -> dict:
    """What is taken from the other table: {"blob", "columns": [[its name, kind, name here], …]}."""
    other = ground.other(params["dataset"])
    keys = [other.column(theirs).name for _, theirs in params["keys"]]
    wanted = params["columns"] or [c.name for c in other.columns if c.name not in keys]
    taken, found = [c.name for c in columns], []
    for column in (other.column(name) for name in wanted):
        found.append([column.name, column.kind, free_name(column.name, taken)])
        taken.append(found[-1][2])
    return {"blob": other.blob, "columns": found, "name": other.name}


def apply(columns: Columns, params: Params, state: State) -> Applied:
    found = (state or {}).get("columns", [])
    mine = [column_of(columns, own).name for own, _ in params["keys"]]
    theirs = [identifier(their) for _, their in params["keys"]]
    picked = "".join(f", o.{identifier(name)} AS v{i}" for i, (name, _, _) in enumerate(found))
    keys = ", ".join(f"CAST(o.{name} AS VARCHAR) AS k{i}" for i, name in enumerate(theirs))
    by = ", ".join(f"CAST(o.{name} AS VARCHAR)" for name in theirs)
    # of several rows with one key the first is taken: a look-up that multiplied rows would weigh some more
    lookup = (
        f"SELECT {keys}{picked} FROM {other_name(params['dataset'])} AS o "
        f"QUALIFY row_number() OVER (PARTITION BY {by} ORDER BY o.{ROW}) = 1"
    )
    on = " AND ".join(f"{as_text(name)} = found.k{i}" for i, name in enumerate(mine))
    items = [
        Item(column=plain_column(new, kind), sql=f"found.v{i}", reads=tuple(mine))
        for i, (_, kind, new) in enumerate(found)
    ]
    return Applied(
        items=(*kept(columns), *items), joins=f" LEFT JOIN ({lookup}) AS found ON {on}", keeps_order=False
    )


def says(params: Params, state: State, outcome: StepOutcome) -> tuple[str, dict]:
    return "join", {
        "dataset": (state or {}).get("name", params["dataset"]),
        "columns": ", ".join(new for _, _, new in (state or {}).get("columns", [])[:10]) or "nothing",
        "keys": ", ".join(own if own == their else f"{own} = {their}" for own, their in params["keys"]),
        "n": max(outcome.changed.values(), default=0),
    }


def pandas(columns: Columns, params: Params, state: State) -> list[str]:
    separator = repr(SEPARATOR)
    mine = f" + {separator} + ".join(f"text({cell(own)})" for own, _ in params["keys"])
    theirs = f" + {separator} + ".join(f"text(other[{their!r}])" for _, their in params["keys"])
    found = (state or {}).get("columns", [])
    lines = [
        f"other = others[{params['dataset']!r}]",
        f"other = other.assign(**{{'found by': {theirs}}}).dropna(subset=['found by']).drop_duplicates('found by')",
        f"found = other.set_index('found by')[{names(name for name, _, _ in found)}].reindex({mine})",
    ]
    return [*lines, *(f"{cell(new)} = found[{name!r}].array" for name, _, new in found)]


step = Step(
    key="join", title="Look up in another dataset", icon=":material/join_left:", order=80,
    summary="Put values of another dataset beside each row, found by a key.",
    settings=(
        Setting(name="dataset", title="Dataset", kind="dataset"),
        Setting(
            name="keys", title="Where", kind="pairs", asks_names=True, help="A column here, and the one there that holds the same.",
        ),
        Setting(name="columns", title="Columns to take", kind="words", optional=True, help="Empty: all."),
    ),
    apply=apply, says=says, pandas=pandas, learn=learn,
)  # fmt: skip
