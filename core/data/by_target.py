"""How a column's values go together with the target: rows and the target's rate a value or bin. Judges nothing."""

import math
from typing import TYPE_CHECKING

from core.data.described import bin_labels
from core.data.engines.duckdb import identifier, literal
from core.data.profile import MAX_SHOWN, N_BINS
from core.data.stored import open_stored
from core.domain import NUMERIC_KINDS, Column, Dataset, Task

if TYPE_CHECKING:
    import pandas

OTHER, MISSING = "other values", "no value"
LONG = 3.0  # times the mean length: longer texts are counted together, else one novel would squeeze the rest


def by_value(dataset: Dataset, name: str, task: Task | None) -> "tuple[pandas.DataFrame, float | None]":
    """A row for each bin or common value of a column: label, n (rows), rate; and the rate over all rows.

    Texts, of which hardly any two are the same, are told by their length in characters.
    rate: of a binary task the share of rows with the positive class, of a regression the mean of
    the target, over the rows of that label that have a target; missing for other tasks, for
    task None, for the target itself and for labels without such rows. Rarer values and rows
    without a value come last, where there are any. Raises UnknownName for an unknown column.
    """
    import pandas as pd

    column = dataset.column(name)
    known = _labels(column)
    rate = _rate(dataset, task) if task is not None and task.target != name else "CAST(NULL AS DOUBLE)"
    with open_stored(dataset) as session:
        rows = session.query(
            f"SELECT {_place(column, len(known))} AS place, count(*) AS n, {rate} AS rate FROM data GROUP BY 1"
        ).to_pylist()
        overall = session.query(f"SELECT {rate} AS rate FROM data").column(0)[0].as_py()
    found = {row["place"]: (row["n"], row["rate"]) for row in rows}
    table = [(label, *found.get(i, (0, None))) for i, label in enumerate([*known, OTHER, MISSING])]
    kept = [row for i, row in enumerate(table) if i < len(known) or row[1]]
    return pd.DataFrame(kept, columns=["label", "n", "rate"]).astype({"rate": float}), overall


def _labels(column: Column) -> list[str]:
    if column.kind == "text":
        return _length_labels(column)
    if "histogram" in column.statistics:
        return bin_labels(column.statistics["histogram"]["edges"], column.kind)
    return [str(value) for value, _ in column.statistics.get("top", ())]


def _length_labels(column: Column) -> list[str]:
    """Spans of characters: "1 – 12", "13 – 24", …, the last "229 and more" where texts are far longer than most."""
    width, longest = _length_width(column), column.statistics.get("max_length") or 0
    n = max(1, min(N_BINS, math.ceil(longest / width)))
    spans = [(i * width + 1, (i + 1) * width) for i in range(n)]
    labels = [f"{low:,}" if low == high else f"{low:,} – {high:,}" for low, high in spans]
    if longest > n * width:
        labels[-1] = f"{spans[-1][0]:,} and more"
    return labels


def _length_width(column: Column) -> int:
    """Characters a span of _length_labels."""
    longest, mean = (column.statistics.get(key) or 0 for key in ("max_length", "mean_length"))
    return max(1, math.ceil(min(longest, LONG * mean) / N_BINS))


def _place(column: Column, n_labels: int) -> str:
    """SQL of a row's place among the labels; the two after the last are OTHER and MISSING."""
    name = identifier(column.name)
    if column.kind == "text":
        place = f"floor((length({name}) - 1) / {_length_width(column)})"
        inside = f"CAST(greatest(0, least({place}, {n_labels - 1})) AS BIGINT)"
    elif "histogram" in column.statistics:
        edges = column.statistics["histogram"]["edges"]
        low, width = edges[0], edges[1] - edges[0]
        number = f"epoch({name})" if column.kind == "date" else name
        place = f"floor((CAST({number} AS DOUBLE) - {low!r}) / {width!r})"
        inside = f"CAST(greatest(0, least({place}, {n_labels - 1})) AS BIGINT)"
    else:
        shown = f"left(CAST({name} AS VARCHAR), {MAX_SHOWN})"
        cases = " ".join(
            f"WHEN {shown} = {literal(str(value))} THEN {i}"
            for i, (value, _) in enumerate(column.statistics.get("top", ()))
        )
        inside = f"CASE {cases} ELSE {n_labels} END" if cases else f"{n_labels}"
    return f"CASE WHEN {name} IS NULL THEN {n_labels + 1} ELSE {inside} END"


def _rate(dataset: Dataset, task: Task) -> str:
    """SQL of the target's rate over a group of rows."""
    target, name = dataset.column(task.target), identifier(task.target)
    if task.kind == "regression":
        return f"avg(CAST({name} AS DOUBLE))"
    if task.kind != "binary":
        return "CAST(NULL AS DOUBLE)"
    positive = task.positive_class or ""
    # classes are text: 1 and 1.0 are both called "1"
    is_positive = (
        f"CAST({name} AS DOUBLE) = {float(positive)!r}"
        if target.kind in NUMERIC_KINDS
        else f"CAST({name} AS VARCHAR) = {literal(positive)}"
    )
    return f"avg(CASE WHEN {name} IS NULL THEN NULL WHEN {is_positive} THEN 1.0 ELSE 0.0 END)"
