"""What cells say beyond what their column's kind can hold: infinities and time zones, counted and told. Changes no value."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from core.data import casting, dates
from core.data.engines import Session
from core.data.engines.duckdb import literal
from core.domain import NUMERIC_KINDS, Finding

if TYPE_CHECKING:
    from core.data.inference import Inferred

MOST_ZONES = 5


def told(
    session: Session, names: Sequence[str], inferred: Mapping[int, "Inferred"]
) -> dict[int, tuple[Finding, ...]]:
    """Findings by position in the table `cells`, for columns of text that were read as `inferred` says."""
    found: dict[int, tuple[Finding, ...]] = {}
    for i, one in inferred.items():
        if one.kind in NUMERIC_KINDS and one.soft_missing:
            found[i] = _infinite(session, names[i], i)
        elif one.kind == "date" and one.statistics.get("date_format") == dates.ISO:
            found[i] = _zones(session, names[i], i)
    return {i: findings for i, findings in found.items() if findings}


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
    zone = f"regexp_extract({casting.trimmed(f'c{i}')}, {literal(dates.ZONE_PATTERN)}, 1)"
    counted = session.query(
        f"SELECT z, count(*) AS n FROM (SELECT {zone} AS z FROM cells) WHERE z <> '' GROUP BY z ORDER BY n DESC, z"
    ).to_pylist()
    if not counted:
        return ()
    shown = ", ".join(one["z"] for one in counted[:MOST_ZONES]) + (", …" if len(counted) > MOST_ZONES else "")
    parameters = {"n": sum(one["n"] for one in counted), "zones": shown}
    if len(counted) == 1:
        return (Finding(code="zone_left_out", severity="info", subject=name, parameters=parameters),)
    return (Finding(code="zones_differ", severity="warning", subject=name, parameters=parameters),)
