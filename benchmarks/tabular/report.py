"""Results of the tables benchmark as a table, as comparisons with intervals, and as a paragraph. Measures nothing."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from core.evaluation.metrics import METRICS

N_DRAWS = 2_000
TOOLS = ("autogluon", "flaml", "h2o")
Cell = tuple[str, int]  # a table and a seed


@dataclass(frozen=True, kw_only=True)
class Result:
    """One system on one table with one seed. asked: what was run for it, which may have told of several systems;
    value: of the table's metric on the test rows, or None with the error; model: which of ours it was; cores, day: of
    the machine, and when."""

    asked: str
    system: str
    table: str
    seed: int
    budget_s: float
    metric: str
    value: float | None = None
    fit_s: float = 0.0
    predict_s: float = 0.0
    model: str = ""
    error: str = ""
    cores: int = 0
    day: str = ""

    def but(self, **changes) -> "Result":
        return replace(self, **changes)


def told(results: Sequence[Result]) -> str:
    """Scores, seconds, failures and comparisons, to be read in a terminal."""
    systems, tables = _distinct(r.system for r in results), _distinct(r.table for r in results)
    lines = ["", "Mean over seeds of the metric on the test rows (seconds to fit / to predict)", ""]
    cells = [["table", "metric", *systems]]
    for table in tables:
        own = [r for r in results if r.table == table]
        cells.append([table, own[0].metric, *(_cell([r for r in own if r.system == s]) for s in systems)])
    widths = [max(len(row[i]) for row in cells) for i in range(len(cells[0]))]
    lines += ["  ".join(c.ljust(w) for c, w in zip(row, widths)).rstrip() for row in cells]
    failed = [f"  {r.table} {r.seed} {r.system}: {r.error}" for r in results if r.value is None]
    lines += ["", "Without an answer:", *failed] if failed else []
    return "\n".join([*lines, "", *comparisons(results)])


def comparisons(results: Sequence[Result]) -> list[str]:
    """What the benchmark is for, a sentence each, with 95 % intervals from draws of tables × seeds."""
    values = {(r.system, r.table, r.seed): r for r in results}
    said = []
    rivals = [t for t in TOOLS if any(r.system == t and r.value is not None for r in results)]
    if rivals:
        ranked = ("recommended", *rivals)
        cells = _shared(results, ranked)
        ranks = {s: [_rank(values, ranked, s, cell) for cell in cells] for s in ranked}
        said += [f"Mean rank of {s} among {len(ranked)}: {_mean(ranks[s])}." for s in ranked if cells]
    for system, rival in (
        *(("recommended", t) for t in rivals),
        ("our networks", "our boosting"),
        ("realmlp", "realmlp_td"),
    ):
        cells = _shared(results, (system, rival))
        if not cells:
            continue
        pairs = [(values[(system, *c)], values[(rival, *c)]) for c in cells]
        ahead = [_ahead(_goodness(own), _goodness(other)) for own, other in pairs]
        line = f"{system} against {rival}: ahead on {_mean(ahead, '.0%')} of {len(cells)}"
        answered = [p for p in pairs if None not in (p[0].value, p[1].value)]
        if answered:
            line += f"; relative gain {_mean([_gain(*p) for p in answered], '+.2%')} of {len(answered)}"
            if system == "realmlp":
                ratios = [own.fit_s / other.fit_s for own, other in answered]
                line += f"; {_mean(ratios)} times as long to fit"
        said.append(f"{line}.")
    return said


def paragraph(results: Sequence[Result]) -> str:
    """What docs/LOG.md keeps: dated, with every mean."""
    systems = _distinct(r.system for r in results)
    rows = []
    for table in _distinct(r.table for r in results):
        own = [r for r in results if r.table == table]
        shown = ", ".join(f"{s} {_cell([r for r in own if r.system == s])}" for s in systems)
        rows.append(f"- {table} ({own[0].metric}): {shown}")
    n_seeds, budget_s = len({r.seed for r in results}), results[0].budget_s
    head = f"**{time.strftime('%Y-%m-%d')}, `make bench-tables`.** {n_seeds} seed(s), {budget_s:.0f} s, value (seconds to fit / to predict)."
    return "\n".join([head, " ".join(comparisons(results)), "", *rows])


def append_to_log(path: Path, text: str) -> None:
    """As the newest paragraph, which comes first."""
    head, line, rest = path.read_text(encoding="utf-8").partition("the newest first, failures included.\n\n")
    path.write_text(f"{head}{line}{text}\n\n{rest}", encoding="utf-8")


def _distinct(values) -> list:
    return list(dict.fromkeys(values))


def _cell(results: Sequence[Result]) -> str:
    answered = [r for r in results if r.value is not None]
    if not answered:
        return "–"
    mean: Callable[[str], float] = lambda name: float(np.mean([getattr(r, name) for r in answered]))  # noqa: E731
    value = METRICS[answered[0].metric].show(mean("value"))
    return f"{value} ({mean('fit_s'):.0f} / {mean('predict_s'):.1f})"


def _shared(results: Sequence[Result], systems: Sequence[str]) -> list[Cell]:
    """Tables and seeds on which all of them were tried and one at least has an answer."""
    tried = {(r.system, r.table, r.seed) for r in results}
    cells = _distinct((r.table, r.seed) for r in results if r.value is not None and r.system in systems)
    return [c for c in cells if all((s, *c) in tried for s in systems)]


def _goodness(result: Result) -> float:
    """Greater is better; without an answer there is nothing worse."""
    if result.value is None:
        return -np.inf
    return result.value if METRICS[result.metric].greater_is_better else -result.value


def _rank(values: dict, systems: Sequence[str], system: str, cell: Cell) -> float:
    own = _goodness(values[(system, *cell)])
    others = [_goodness(values[(s, *cell)]) for s in systems if s != system]
    return 1 + sum(_ahead(other, own) for other in others)


def _ahead(own: float, other: float) -> float:
    """1 if it is better, a half if they are equal."""
    return float(own > other) + 0.5 * float(own == other)


def _gain(result: Result, rival: Result) -> float:
    """By how much of the rival's value it is better; both have one."""
    return (_goodness(result) - _goodness(rival)) / abs(rival.value)


def _mean(values: Sequence[float], form: str = ".2f") -> str:
    """The mean with its interval."""
    rng, values = np.random.default_rng(0), np.asarray(values, np.float64)
    draws = values[rng.integers(0, len(values), (N_DRAWS, len(values)))].mean(axis=1)
    low, high = np.quantile(draws, [0.025, 0.975])
    return f"{values.mean():{form}} ({low:{form}} to {high:{form}})"
