"""What is in each column of a typed table, measured in few passes of SQL. Judges nothing.

The SQL is DuckDB's dialect in plain functions, over a table called `data`. A column may be called
like one of our aliases: GROUP BY takes the column then and ORDER BY the alias, so that neither
names one where both could be meant.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from core.data.engines import Session
from core.data.engines.duckdb import DISTINCT_AT_ONCE, column_by_column, identifier
from core.data.long_cells import is_wide, laid_out
from core.data.media import MEDIA
from core.domain import NUMERIC_KINDS, Column, Kind

if TYPE_CHECKING:
    import pyarrow

WIDE_CHUNK = 1_000  # where a query has one expression for all of them
EXACT_ROWS = 1_000_000  # above, distinct values and quantiles are estimated
N_BINS = 20
N_TOP = 20
QUANTILES = {"q05": 0.05, "q25": 0.25, "median": 0.5, "q75": 0.75, "q95": 0.95}
MAX_SHOWN = 200  # characters of a value that statistics repeat
KEPT = (
    "date_format",
    "number_format",
    *(f"{medium.word}s" for medium in MEDIA.values()),
)  # what reading the file found out of a column


def profile(session: Session, columns: Sequence[Column], n_rows: int) -> tuple[Column, ...]:
    """The columns with n_missing, n_unique and statistics measured over all rows.

    statistics: for numbers min, max, mean, std, q05 … q95, histogram {edges, counts}; for words and
    truth values top [[value, count], …] and mean_length; for dates min, max (ISO) and histogram
    with edges in seconds since 1970; examples (≤ 3) for all but files. What reading the file found
    out (formats, sizes of files) is kept. "approximate": True where n_unique is an estimate. Words of many long or mostly
    different values become kind "text", others "category".
    """
    exact = n_rows <= EXACT_ROWS
    profiled: list[Column] = []
    step = WIDE_CHUNK if is_wide(min(WIDE_CHUNK, len(columns)), n_rows) else DISTINCT_AT_ONCE
    for start in range(0, len(columns), step):
        chunk = columns[start : start + step]
        measured = _summaries(session, chunk, exact, n_rows)
        bins = _histograms(session, chunk, measured, n_rows)
        tops = _tops(session, chunk, n_rows)
        examples = _examples(session, chunk)
        for i, column in enumerate(chunk):
            statistics = dict(measured[i])
            n_present = statistics.pop("n_present")
            n_unique = min(statistics.pop("n_unique"), n_present)
            if not exact:
                statistics["approximate"] = True
            if i in bins:
                statistics["histogram"] = bins[i]
            if i in tops:
                statistics["top"] = tops[i]
            statistics["examples"] = examples[i]
            kept = {k: column.statistics[k] for k in KEPT if k in column.statistics}
            kind = column.kind
            if kind in ("category", "text"):
                kind = words_kind(n_present, n_unique, statistics.get("mean_length") or 0.0)
            profiled.append(
                replace(
                    column, kind=kind, n_missing=n_rows - n_present, n_unique=n_unique,
                    statistics={**kept, **statistics},
                )
            )  # fmt: skip
    return tuple(profiled)


def words_kind(n_present: int, n_unique: int, mean_length: float) -> Kind:
    """Text when values are long or nearly all different, so that no value says much by itself."""
    if n_unique > 20 and (mean_length > 40 or (n_unique > 50 and n_unique > 0.5 * n_present)):
        return "text"
    return "category"


def _summary(position: int, column: Column, exact: bool) -> dict[str, str]:
    """SQL of every statistic that one aggregate gives."""
    name = identifier(column.name)
    told_by = (
        f"md5({name})" if column.kind in MEDIA else name
    )  # whole files need not be held to be told apart
    distinct = f"count(DISTINCT {told_by})" if exact else f"approx_count_distinct({told_by})"
    sql = {"n_present": f"count({name})", "n_unique": distinct}
    if column.kind in NUMERIC_KINDS:
        as_double = f"CAST({name} AS DOUBLE)"
        quantile = "quantile_cont" if exact else "approx_quantile"
        sql |= {"min": f"min({name})", "max": f"max({name})", "mean": f"avg({as_double})"}
        # the square of a larger number overflows, and the whole query would fail for it
        sql["std"] = f"stddev_samp(CASE WHEN abs({as_double}) < 1e150 THEN {as_double} END)"
        sql["quantiles"] = f"{quantile}({as_double}, [{', '.join(map(str, QUANTILES.values()))}])"
    elif column.kind == "date":
        sql |= {"min": f"min({name})", "max": f"max({name})"}
    elif column.kind == "boolean":
        sql["mean"] = f"avg(CASE WHEN {name} THEN 1.0 ELSE 0.0 END)"
    elif column.kind not in MEDIA:
        sql |= {"mean_length": f"avg(length({name}))", "max_length": f"max(length({name}))"}
    return {key: f"{expression} AS {key}_{position}" for key, expression in sql.items()}


def _long_groups(columns: Sequence[Column]) -> dict[str, list[int]]:
    """Places of the columns by how their values are stored: one long table holds one type."""
    groups: dict[str, list[int]] = {}
    for i, column in enumerate(columns):
        groups.setdefault("text" if column.kind == "category" else column.kind, []).append(i)
    return groups


def _summaries(session: Session, columns: Sequence[Column], exact: bool, n_rows: int) -> list[dict[str, Any]]:
    if is_wide(len(columns), n_rows):
        return _long_summaries(session, columns, exact)
    wanted = [_summary(i, column, exact) for i, column in enumerate(columns)]
    expressions = ", ".join(sql for summary in wanted for sql in summary.values())
    row = session.query(f"SELECT {expressions} FROM data").to_pylist()[0]
    return [_figures({key: row[f"{key}_{i}"] for key in summary}) for i, summary in enumerate(wanted)]


def _long_summaries(session: Session, columns: Sequence[Column], exact: bool) -> list[dict[str, Any]]:
    measured: list[dict[str, Any]] = [{} for _ in columns]
    for places in _long_groups(columns).values():
        summary = _summary(0, replace(columns[places[0]], name="v"), exact)
        with laid_out(session, places, [identifier(columns[i].name) for i in places], "data") as long:
            rows = long.query(f"SELECT i, {', '.join(summary.values())} FROM cells GROUP BY i").to_pylist()
        for row in rows:
            measured[row["i"]] = _figures({key: row[f"{key}_0"] for key in summary})
    return measured


def _figures(row: Mapping[str, Any]) -> dict[str, Any]:
    """The aggregates of one column, its quantiles by their names."""
    statistics = {key: _plain(value) for key, value in row.items()}
    if (quantiles := statistics.pop("quantiles", None)) is not None:
        statistics |= dict(zip(QUANTILES, quantiles))
    return statistics


def _histograms(
    session: Session, columns: Sequence[Column], measured: Sequence[Mapping[str, Any]], n_rows: int
) -> dict[int, dict[str, list[float]]]:
    """Counts in at most N_BINS bins of equal width between minimum and maximum."""
    names, parts, edges, places = [], [], {}, {}
    for i, column in enumerate(columns):
        low, high = measured[i].get("min"), measured[i].get("max")
        if low is None or high is None:
            continue
        position = f"CAST({identifier(column.name)} AS DOUBLE)"
        if column.kind == "date":
            position = f"CAST(epoch({identifier(column.name)}) AS DOUBLE)"
            low, high = _epoch(low), _epoch(high)
        low, width, n_bins = _bins(float(low), float(high), column.kind)
        edges[i] = [low + width * k for k in range(n_bins + 1)]
        places[i] = (position, width, low / width, n_bins)
        names.append(identifier(column.name))
        parts.append(
            f"SELECT {i} AS i, least(CAST(floor({position} / {width!r} - {low / width!r}) AS BIGINT), {n_bins - 1}) AS bin, "
            f"count(*) AS n FROM part WHERE {identifier(column.name)} IS NOT NULL GROUP BY 2"
        )
    histograms = {i: {"edges": e, "counts": [0] * (len(e) - 1)} for i, e in edges.items()}
    if parts:
        if is_wide(len(parts), n_rows):
            table = _long_bins(session, places)
        else:
            table = session.query(column_by_column(names, parts, "data", n_rows))
        for i, position, n in zip(*(table.column(k).to_pylist() for k in range(3))):
            histograms[i]["counts"][max(position, 0)] += n
    return histograms


def _long_bins(session: Session, places: Mapping[int, tuple[str, float, float, int]]) -> "pyarrow.Table":
    """The same counts from one long table; places: SQL of the number, width, low / width, bins, by column."""
    own, widths, lows, most = (
        f"[{', '.join(map(repr, values))}][i + 1]"
        for values in (list(places), *list(zip(*places.values()))[1:])
    )
    with laid_out(session, range(len(places)), [place[0] for place in places.values()], "data") as long:
        return long.query(
            f"SELECT {own} AS i, least(CAST(floor(v / {widths} - {lows}) AS BIGINT), {most} - 1) AS bin, "
            "count(*) AS n FROM cells WHERE v IS NOT NULL GROUP BY 1, 2"
        )


def _bins(low: float, high: float, kind: Kind) -> tuple[float, float, int]:
    """Lower edge, width and number of bins; a bin for each whole number where these are few."""
    if kind == "integer" and high - low < N_BINS:
        return low - 0.5, 1.0, int(high - low) + 1
    width = high / N_BINS - low / N_BINS
    if width <= 0 or not math.isfinite(width) or low + width == low:
        return low - 0.5, max(high - low, 1.0), 1
    return low, width, N_BINS


def _tops(session: Session, columns: Sequence[Column], n_rows: int) -> dict[int, list[list[Any]]]:
    """The commonest values of words and truth values, each with its count."""
    names, parts = [], []
    for i, column in enumerate(columns):
        if column.kind in ("category", "text", "boolean"):
            name = identifier(column.name)
            shown = f"left(CAST({name} AS VARCHAR), {MAX_SHOWN})"
            names.append(name)
            parts.append(
                f"SELECT {i} AS i, {shown} AS value, count(*) AS n FROM part "
                f"WHERE {name} IS NOT NULL GROUP BY {name} ORDER BY count(*) DESC, part.{name} LIMIT {N_TOP}"
            )
    tops: dict[int, list[list[Any]]] = {}
    if parts:
        if is_wide(len(parts), n_rows):
            table = _long_tops(session, columns)
        else:
            table = session.query(column_by_column(names, parts, "data", n_rows))
        for i, value, n in zip(*(table.column(k).to_pylist() for k in range(3))):
            tops.setdefault(i, []).append([value, n])
    for top in tops.values():
        top.sort(key=lambda pair: (-pair[1], pair[0]))
    return tops


def _long_tops(session: Session, columns: Sequence[Column]) -> "pyarrow.Table":
    """The same from one long table."""
    worded = {i: c for i, c in enumerate(columns) if c.kind in ("category", "text", "boolean")}
    cells = [f"CAST({identifier(c.name)} AS VARCHAR)" for c in worded.values()]
    with laid_out(session, list(worded), cells, "data") as long:
        return long.query(
            f"SELECT i, left(v, {MAX_SHOWN}) AS value, n FROM (SELECT i, v, count(*) AS n FROM cells WHERE v IS NOT NULL "
            f"GROUP BY i, v) QUALIFY row_number() OVER (PARTITION BY i ORDER BY n DESC, v) <= {N_TOP}"
        )


def _examples(session: Session, columns: Sequence[Column]) -> list[list[Any]]:
    """Up to three different values near the beginning."""
    names = ", ".join("NULL" if column.kind in MEDIA else identifier(column.name) for column in columns)
    head = session.query(f"SELECT {names} FROM data WHERE _row < 50 ORDER BY _row")
    examples = []
    for values in head.columns:
        distinct = dict.fromkeys(_plain(v) for v in values.to_pylist() if v is not None)
        examples.append([v[:MAX_SHOWN] if isinstance(v, str) else v for v in list(distinct)[:3]])
    return examples


def _plain(value: Any) -> Any:
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _epoch(iso: str) -> float:
    return datetime.fromisoformat(iso).replace(tzinfo=UTC).timestamp()
