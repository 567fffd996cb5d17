"""Take from personal data what tells people apart: mask it, hash it with a key, or make it coarser."""

import secrets

from core.data.engines.duckdb import literal
from core.data.steps import Applied, Columns, Ground, Params, Setting, State, Step, ref
from core.data.steps._pandas import cell
from core.data.steps._sql import WORDS, as_text, cast, column_of, with_cells
from core.domain import NUMERIC_KINDS, StepOutcome

HASH_LENGTH = 16  # hexadecimal digits: among a million values two agree with odds of 1 in 30 million


def learn(ground: Ground, columns: Columns, params: Params) -> dict:
    """{"salt"}: random, and kept as long as the step is, so that equal values stay equal."""
    return {"salt": (ground.before or {}).get("salt") or secrets.token_hex(16)}


def apply(columns: Columns, params: Params, state: State) -> Applied:
    salt, items = (state or {}).get("salt", ""), []
    for column in columns:
        if column.name not in params["columns"]:
            items += with_cells((column,), {})
            continue
        kind, sql = column.kind, ref(column.name)
        text = as_text(column.name)
        if params["method"] == "hash":
            kind, sql = "category", f"left(sha256({literal(salt)} || {text}), {HASH_LENGTH})"
        elif params["method"] == "mask":
            shown = params["shown"]
            kind = "category"
            sql = f"concat(repeat('*', greatest(length({text}) - {shown}, 0)), right({text}, {shown}))"
            sql = f"CASE WHEN {ref(column.name)} IS NULL THEN NULL ELSE {sql} END"
        elif column.kind in WORDS:
            sql = f"left({sql}, {params['letters']})"
        elif column.kind == "date":
            sql = cast(f"date_trunc({literal(params['period'])}, {sql})", "date")
        elif column.kind in NUMERIC_KINDS:
            step_width = repr(params["width"])
            sql = cast(f"floor({cast(sql, 'decimal')} / {step_width}) * {step_width}", column.kind)
        items += with_cells((column,), {column.name: sql}, kind=kind)
    return Applied(items=tuple(items))


def says(params: Params, state: State, outcome: StepOutcome) -> tuple[str, dict]:
    return f"protect_{params['method']}", {
        "columns": ", ".join(params["columns"]),
        "n": sum(outcome.changed.values()),
    }


# what says() may make of the method
CODES = ("protect_hash", "protect_mask", "protect_generalise")


def pandas(columns: Columns, params: Params, state: State) -> list[str]:
    lines = []
    for name in params["columns"]:
        column, own = column_of(columns, name), cell(name)
        if params["method"] == "hash":
            salt = (state or {}).get("salt", "")
            lines.append(
                f"{own} = text({own}).map(lambda v: hashlib.sha256(({salt!r} + v).encode()).hexdigest()[:{HASH_LENGTH}], "
                "na_action='ignore').astype('str')"
            )
        elif params["method"] == "mask":
            shown = params["shown"]
            lines.append(
                f"{own} = text({own}).map(lambda v: '*' * max(len(v) - {shown}, 0) + v[max(len(v) - {shown}, 0):], "
                "na_action='ignore').astype('str')"
            )
        elif column.kind in WORDS:
            lines.append(f"{own} = {own}.str[:{params['letters']}]")
        elif column.kind == "date":
            lines.append(f"{own} = {own}.dt.to_period({params['period'][0].upper()!r}).dt.start_time")
        elif column.kind in NUMERIC_KINDS:
            dtype = "Int64" if column.kind == "integer" else "float64"
            made = f"np.floor({own}.astype('float64') / {params['width']!r}) * {params['width']!r}"
            lines.append(f"{own} = ({made}).astype('{dtype}')")
    return lines or ["table = table.copy()"]


step = Step(
    key="protect", title="Protect personal data", icon=":material/shield_person:", order=60,
    summary="Mask, hash or coarsen what tells people apart.",
    settings=(
        Setting(name="columns", title="Columns", kind="columns"),
        Setting(
            name="method", title="How", kind="choice", choices=("mask", "hash", "generalise"), default="hash",
            help="Mask: stars but for the last letters. Hash: equal values stay equal, nobody can read them. Generalise: coarser.",
        ),
        Setting(name="shown", title="Letters left at the end", kind="integer", default=2, low=0, high=50, when=("method", ("mask",))),
        Setting(
            name="letters", title="Words: letters left at the beginning", kind="integer", default=3, low=1, high=100,
            when=("method", ("generalise",)),
        ),
        Setting(
            name="width", title="Numbers: rounded down to steps of", kind="decimal", default=10.0, low=1e-6, high=1e12,
            when=("method", ("generalise",)),
        ),
        Setting(
            name="period", title="Dates: down to the", kind="choice", choices=("year", "quarter", "month", "week", "day"),
            default="year", when=("method", ("generalise",)),
        ),
    ),
    apply=apply, says=says, pandas=pandas, learn=learn, hides=True,
)  # fmt: skip
