"""How two versions of a table differ: rows, columns, and each column's values. Draws nothing.

A column's drift is its population stability index (PSI) between the versions: over the tenths of the
earlier one for numbers and dates, over its commonest values for the rest. Below 0.1 little has changed,
above 0.25 much (Siddiqi 2006, Credit Risk Scorecards, chapter 9).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.data.catalog import Catalog
from core.data.described import missing_share
from core.data.engines import Session
from core.data.engines.duckdb import identifier, literal
from core.domain import NUMERIC_KINDS, Column, Dataset
from core.sentences import say

SOME, MUCH = 0.1, 0.25
N_BINS = 10
MOST_VALUES = 50
MOST_COLUMNS = 500
MISSING_MOVED = 0.05  # of all rows
SMOOTHING = 0.5  # rows, so that a bin without any does not make the index infinite
NAMED = 5


@dataclass(frozen=True, kw_only=True)
class ColumnDrift:
    """psi: None where the values are not compared: texts, and columns of another kind than before.

    missing_before, missing_after: shares of the rows. moved: more than chance would do.
    """

    name: str
    kind: str
    psi: float | None
    missing_before: float
    missing_after: float
    moved: bool


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """retyped: (name, kind before, kind after). columns: those that both have, the most moved first."""

    n_before: int
    n_after: int
    added: tuple[str, ...]
    removed: tuple[str, ...]
    retyped: tuple[tuple[str, str, str], ...]
    columns: tuple[ColumnDrift, ...]

    @property
    def sentence(self) -> str:
        change = self.n_after - self.n_before
        rows = "rows_same" if not change else "rows_more" if change > 0 else "rows_fewer"
        said = [say(f"drift.{rows}", n=abs(change), n_after=self.n_after)]
        for key, names in (
            ("added", self.added),
            ("removed", self.removed),
            ("retyped", [name for name, _, _ in self.retyped]),
            ("moved", [c.name for c in self.columns if c.moved]),
        ):
            if names:
                said.append(say(f"drift.{key}", n=len(names), names=_listed(names)))
        if not any(c.moved for c in self.columns):
            said.append(say("drift.still"))
        return " ".join(said)


def compare(before: Dataset, after: Dataset, catalog: Catalog) -> Comparison:
    """The differences; values are compared in the first MOST_COLUMNS columns that both have."""
    old = {c.name: c for c in before.columns}
    new = {c.name: c for c in after.columns}
    shared = [name for name in new if name in old]
    with catalog.open(before) as earlier, catalog.open(after) as later:
        drifts = [
            _drift(old[name], new[name], before, after, earlier, later) for name in shared[:MOST_COLUMNS]
        ]
    return Comparison(
        n_before=before.n_rows,
        n_after=after.n_rows,
        added=tuple(name for name in new if name not in old),
        removed=tuple(name for name in old if name not in new),
        retyped=tuple((n, old[n].kind, new[n].kind) for n in shared if old[n].kind != new[n].kind),
        columns=tuple(sorted(drifts, key=lambda d: (not d.moved, -(d.psi or 0)))),
    )


def _drift(
    old: Column, new: Column, before: Dataset, after: Dataset, earlier: Session, later: Session
) -> ColumnDrift:
    shares = missing_share(old, before.n_rows), missing_share(new, after.n_rows)
    index, moved = None, abs(shares[0] - shares[1]) > MISSING_MOVED
    if old.kind == new.kind and old.kind != "text" and old.role != "identifier":
        numeric = old.kind in (*NUMERIC_KINDS, "date")
        counts = _binned(old, earlier, later) if numeric else _counted(old, earlier, later)
        if counts is not None:
            index = psi(*counts)
            moved = moved or index > max(SOME, _by_chance(*counts))
    return ColumnDrift(
        name=new.name,
        kind=new.kind,
        psi=index,
        missing_before=shares[0],
        missing_after=shares[1],
        moved=moved,
    )


def psi(before: Sequence[int], after: Sequence[int]) -> float:
    """Population stability index of two histograms over the same bins; both hold something."""
    n = [sum(counts) + SMOOTHING * len(counts) for counts in (before, after)]
    shares = [((b + SMOOTHING) / n[0], (a + SMOOTHING) / n[1]) for b, a in zip(before, after)]
    return sum((a - b) * math.log(a / b) for b, a in shares)


def _by_chance(before: Sequence[int], after: Sequence[int]) -> float:
    """What two samples of one distribution seldom exceed: three times the index's mean then.

    Source: Yurdakul and Naranjo (2020), Journal of Risk Model Validation 14(4): (bins - 1)(1/n + 1/m).
    """
    return 3 * (len(before) - 1) * (1 / sum(before) + 1 / sum(after))


def _binned(column: Column, earlier: Session, later: Session) -> tuple[list[int], list[int]] | None:
    """Counts in the tenths of the earlier version; None where one of both has no value."""
    name = identifier(column.name)
    value = f"epoch({name})" if column.kind == "date" else f"CAST({name} AS DOUBLE)"
    steps = ", ".join(str(i / N_BINS) for i in range(1, N_BINS))
    edges = _row(earlier, f"SELECT approx_quantile({value}, [{steps}]) FROM data")[0]
    if not edges:
        return None
    edges = sorted({float(edge) for edge in edges if edge is not None and math.isfinite(edge)})
    below = ", ".join(f"count(*) FILTER ({value} <= {edge!r})" for edge in edges)
    found = []
    for session in (earlier, later):
        *up_to, n = _row(session, f"SELECT {below}{',' if below else ''} count({name}) FROM data")
        found.append([b - a for a, b in zip([0, *up_to], [*up_to, n])])
    return (found[0], found[1]) if sum(found[0]) and sum(found[1]) else None


def _counted(column: Column, earlier: Session, later: Session) -> tuple[list[int], list[int]] | None:
    """Counts of the earlier version's commonest values, and of all others."""
    text = f"CAST({identifier(column.name)} AS VARCHAR)"
    top = earlier.query(
        f"SELECT {text} AS v, count(*) AS n FROM data WHERE {text} IS NOT NULL GROUP BY 1 "
        f"ORDER BY 2 DESC, 1 LIMIT {MOST_VALUES}"
    ).to_pydict()
    if not top["v"]:
        return None
    known = ", ".join(literal(v) for v in top["v"])
    counts = later.query(f"SELECT {text} AS v, count(*) AS n FROM data WHERE {text} IN ({known}) GROUP BY 1")
    seen = dict(zip(*counts.to_pydict().values()))
    found = [list(top["n"]), [seen.get(v, 0) for v in top["v"]]]
    for counted, session in zip(found, (earlier, later)):
        counted.append(_row(session, f"SELECT count({text}) FROM data")[0] - sum(counted))
    return (found[0], found[1]) if sum(found[0]) and sum(found[1]) else None


def _row(session: Session, sql: str) -> list[Any]:
    return [values[0] for values in session.query(sql).to_pydict().values()]


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMED:,} more" if len(names) > NAMED else ""
    return ", ".join(f"'{name}'" for name in names[:NAMED]) + more
