"""What cells say beyond what their column's kind can hold: infinities and time zones, counted and told. Changes no value."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from core.data import casting, dates
from core.data.engines import Session
from core.data.engines.duckdb import literal
from core.data.long_cells import is_wide, laid_out
from core.domain import NUMERIC_KINDS, Finding

if TYPE_CHECKING:
    from core.data.inference import Inferred

MOST_ZONES = 5


def told(
    session: Session, names: Sequence[str], inferred: Mapping[int, "Inferred"], n_rows: int
) -> dict[int, tuple[Finding, ...]]:
    """Findings by position in the table `cells`, for columns of text that were read as `inferred` says."""
    numbers = [i for i, one in inferred.items() if one.kind in NUMERIC_KINDS and one.soft_missing]
    days = [i for i, one in inferred.items() if one.statistics.get("date_format") == dates.ISO]
    found: dict[int, tuple[Finding, ...]] = {}
    for i in _with_some(session, numbers, casting.is_infinite(casting.present("v")), n_rows):
        found[i] = _infinite(session, names[i], i)
    for i in _with_some(session, days, f"{_zone('v')} <> ''", n_rows):
        found[i] = _zones(session, names[i], i)
    return {i: findings for i, findings in found.items() if findings}


def _with_some(session: Session, positions: Sequence[int], test: str, n_rows: int) -> Sequence[int]:
    """Of very many columns those with a cell v that passes the test, found at once; else all of them."""
    if not is_wide(len(positions), n_rows):
        return positions
    with laid_out(session, positions, [f"c{i}" for i in positions], "cells") as long:
        return sorted(long.query(f"SELECT DISTINCT i FROM cells WHERE {test}").column(0).to_pylist())


def _zone(cell: str) -> str:
    return f"regexp_extract({casting.trimmed(cell)}, {literal(dates.ZONE_PATTERN)}, 1)"


def _infinite(session: Session, name: str, i: int) -> tuple[Finding, ...]:
    p = casting.present(f"c{i}")
    odd = session.query(
        f"SELECT count(*) AS n, min(_row) AS row, min_by(p, _row) AS value FROM (SELECT {p} AS p, _row FROM cells) "
        f"WHERE {casting.is_infinite('p')}"
    ).to_pylist()[0]
    if not odd["n"]:
        return ()
    parameters = {"n": odd["n"], "value": odd["value"], "row": odd["row"] + 1}
    return (Finding(code="infinite_values", severity="warning", subject=name, parameters=parameters),)


def _zones(session: Session, name: str, i: int) -> tuple[Finding, ...]:
    """A finding that is a warning where offsets differ: then clocks do not tell which moment came first."""
    counted = session.query(
        f"SELECT z, count(*) AS n FROM (SELECT {_zone(f'c{i}')} AS z FROM cells) WHERE z <> '' GROUP BY z ORDER BY n DESC, z"
    ).to_pylist()
    if not counted:
        return ()
    shown = ", ".join(one["z"] for one in counted[:MOST_ZONES]) + (", …" if len(counted) > MOST_ZONES else "")
    parameters = {"n": sum(one["n"] for one in counted), "zones": shown}
    if len(counted) == 1:
        return (Finding(code="zone_left_out", severity="info", subject=name, parameters=parameters),)
    return (Finding(code="zones_differ", severity="warning", subject=name, parameters=parameters),)
