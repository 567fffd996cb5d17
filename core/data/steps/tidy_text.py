"""Make words that mean the same look the same: blanks, case, full-width letters."""

from core.data.casting import BLANKS
from core.data.engines.duckdb import literal
from core.data.steps import Applied, Columns, Params, Setting, State, Step, ref
from core.data.steps._pandas import cell
from core.data.steps._sql import WORDS, with_cells
from core.domain import StepOutcome

# full-width forms of ASCII, as Chinese and Japanese keyboards write them
WIDE = "".join(chr(code) for code in range(0xFF01, 0xFF5F)) + "\u3000"
NARROW = "".join(chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)) + " "


def apply(columns: Columns, params: Params, state: State) -> Applied:
    cells = {}
    for name in params["columns"]:
        sql = ref(name)
        if params["width"]:
            sql = f"translate({sql}, {literal(WIDE)}, {literal(NARROW)})"
        if params["blanks"]:
            sql = f"regexp_replace({sql}, {literal(f'[{BLANKS}]+')}, ' ', 'g')"
        if params["trim"]:
            sql = f"trim({sql}, {literal(BLANKS)})"
        if params["case"] != "as it is":
            sql = f"{params['case']}({sql})"
        cells[name] = f"nullif({sql}, '')"
    return Applied(items=with_cells(columns, cells))


def says(params: Params, state: State, outcome: StepOutcome) -> tuple[str, dict]:
    done = {
        "blanks around them left out": params["trim"],
        "blanks within made one": params["blanks"],
        "full-width letters made ordinary": params["width"],
        f"all in {params['case']} case": params["case"] != "as it is",
    }
    what = ", ".join(words for words, on in done.items() if on) or "nothing done"
    return "tidy_text", {
        "columns": ", ".join(params["columns"]),
        "n": sum(outcome.changed.values()),
        "what": what,
    }


def pandas(columns: Columns, params: Params, state: State) -> list[str]:
    lines = []
    for name in params["columns"]:
        call = cell(name)
        if params["width"]:
            call += f".str.translate(str.maketrans({WIDE!r}, {NARROW!r}))"
        if params["blanks"]:
            call += f".str.replace({f'[{BLANKS}]+'!r}, ' ', regex=True)"
        if params["trim"]:
            call += f".str.strip({BLANKS!r})"
        if params["case"] != "as it is":
            call += f".str.{params['case']}()"
        lines.append(f"{cell(name)} = ({call}).replace('', None)")
    return lines


step = Step(
    key="tidy_text", title="Tidy text", icon=":material/format_clear:", order=18,
    summary="Make words that mean the same look the same.",
    settings=(
        Setting(name="columns", title="Columns", kind="columns", kinds=WORDS),
        Setting(name="trim", title="No blanks around", kind="boolean", default=True),
        Setting(name="blanks", title="One blank within", kind="boolean", default=True),
        Setting(name="width", title="Full-width letters to ordinary ones", kind="boolean", default=False),
        Setting(name="case", title="Case", kind="choice", choices=("as it is", "lower", "upper"), default="as it is"),
    ),
    apply=apply, says=says, pandas=pandas,
)  # fmt: skip
