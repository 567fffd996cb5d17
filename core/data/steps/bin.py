"""Put numbers into bins: of equal width, of equal counts, or between given edges."""

from collections.abc import Sequence

from core.data.engines.duckdb import literal
from core.data.steps import Applied, Columns, Ground, Item, Params, Setting, State, Step, ref
from core.data.steps._pandas import cell
from core.data.steps._sql import cast, free_name, kept, plain_column
from core.domain import NUMERIC_KINDS, StepOutcome
from core.errors import BadInput


def learn(ground: Ground, columns: Columns, params: Params) -> dict:
    """{"edges": inner edges, rising}: none for a column without values."""
    if params["method"] == "edges of mine":
        return {"edges": sorted(set(params["edges"]))}
    number, n = cast(ref(params["column"]), "decimal"), params["bins"]
    if params["method"] == "equal counts":
        shares = [i / n for i in range(1, n)]
        (row,) = ground.ask(f"SELECT quantile_cont({number}, {shares!r}) AS q FROM previous")
        return {"edges": sorted(set(row["q"] or ()))}
    (row,) = ground.ask(f"SELECT min({number}) AS low, max({number}) AS high FROM previous")
    if row["low"] is None or row["low"] == row["high"]:
        return {"edges": []}
    width = row["high"] / n - row["low"] / n
    return {"edges": sorted({row["low"] + width * i for i in range(1, n)})}


def labels(edges: Sequence[float]) -> list[str]:
    """One more than there are edges, in order; numbered, so that they also sort in order."""
    if not edges:
        return ["all"]
    shown = [f"{e:.6g}" for e in edges]
    if len(set(shown)) < len(shown):
        shown = [repr(float(e)) for e in edges]
    spans = [f"below {shown[0]}", *(f"{a} to {b}" for a, b in zip(shown, shown[1:])), f"from {shown[-1]}"]
    digits = len(str(len(spans)))
    return [f"{i:0{digits}}: {span}" for i, span in enumerate(spans, start=1)]


def _edges(state: State, params: Params) -> list[float]:
    return (state or {}).get("edges", sorted(set(params["edges"])))


def _name(columns: Columns, params: Params) -> str:
    left = [c.name for c in columns if params["keep"] or c.name != params["column"]]
    return free_name(f"{params['column']} bin" if params["keep"] else params["column"], left)


def apply(columns: Columns, params: Params, state: State) -> Applied:
    name, edges = params["column"], _edges(state, params)
    if params["method"] == "edges of mine" and not params["edges"]:
        raise BadInput("step_setting_missing", step=step.title, setting="Edges")
    number, words = cast(ref(name), "decimal"), labels(edges)
    cases = "".join(f" WHEN {number} < CAST({e!r} AS DOUBLE) THEN {literal(w)}" for e, w in zip(edges, words))
    new = Item(
        column=plain_column(_name(columns, params), "category"),
        sql=f"CASE WHEN {ref(name)} IS NULL THEN NULL{cases} ELSE {literal(words[-1])} END", reads=(name,),
    )  # fmt: skip
    return Applied(items=(*kept(c for c in columns if params["keep"] or c.name != name), new))


def says(params: Params, state: State, outcome: StepOutcome) -> tuple[str, dict]:
    edges = ", ".join(f"{e:.6g}" for e in _edges(state, params)[:20]) or "none"
    return "bin", {"column": params["column"], "method": params["method"], "edges": edges}


def pandas(columns: Columns, params: Params, state: State) -> list[str]:
    edges = _edges(state, params)
    new, old = cell(_name(columns, params)), cell(params["column"])
    lines = [
        f"numbers = {old}.astype('float64')",
        f"words = np.array({labels(edges)!r}, dtype=object)[np.searchsorted({edges!r}, numbers, side='right')]",
    ]
    if not params["keep"]:
        lines.append(f"table = table.drop(columns=[{params['column']!r}])")
    return [*lines, f"{new} = pd.Series(words).where(numbers.notna()).astype('str')"]


step = Step(
    key="bin", title="Bin numbers", icon=":material/bar_chart:", order=55, summary="Put numbers into a few ranges.",
    settings=(
        Setting(name="column", title="Column", kind="column", kinds=NUMERIC_KINDS),
        Setting(
            name="method", title="Bins of", kind="choice", choices=("equal width", "equal counts", "edges of mine"),
            default="equal counts",
        ),
        Setting(
            name="bins", title="How many", kind="integer", default=5, low=2, high=100,
            when=("method", ("equal width", "equal counts")),
        ),
        Setting(
            name="edges", title="Edges", kind="numbers", default=(), high=100, when=("method", ("edges of mine",)),
            help="The numbers at which a new bin begins, such as 18, 30, 65.",
        ),
        Setting(name="keep", title="Keep the numbers", kind="boolean", default=True),
    ),
    apply=apply, says=says, pandas=pandas, learn=learn, is_statistical=lambda params: params["method"] != "edges of mine",
)  # fmt: skip
