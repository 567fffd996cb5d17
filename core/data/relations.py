"""How every two columns of a table go together, measured on a seeded sample. Judges nothing, draws nothing.

Only the sample is ever in memory. What was measured lies beside the blob, so that datasets that
share a blob and kinds share it.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from core.codec import dumps, from_plain
from core.data.association import correlation_ratios, cramers_vs, pearsons, phis, ranks
from core.data.engines.duckdb import identifier
from core.data.row_sample import sampled
from core.data.stored import open_stored
from core.domain import NUMERIC_KINDS, ROW, Column, Dataset
from core.home import write_whole

if TYPE_CHECKING:
    import numpy
    import pandas

SAMPLE_ROWS = 100_000
MAX_COLUMNS = 60  # pairs grow with the square: 60 columns are 1 770
MAX_VALUES = 200  # of a category; rarer ones are one
SEED = 0

Measure = Literal["association", "pearson", "spearman", "cramers_v", "correlation_ratio", "missing_together"]
Report = Callable[[float, str], None]


@dataclass(frozen=True, kw_only=True)
class Relations:
    """names: of the columns measured, in the table's order. n_rows: of the sample.

    n_left_out: columns beyond MAX_COLUMNS. tables: by measure, a value a pair of columns, shape
    (columns, columns), None where the measure does not apply. "association" is what suits each
    pair: |Spearman|, Cramér's V or the correlation ratio, from 0 to 1.
    """

    names: tuple[str, ...]
    n_rows: int
    of_rows: int
    n_left_out: int
    tables: Mapping[str, Any]


def relations(dataset: Dataset, report: Report = lambda fraction, message: None) -> Relations:
    """The relations of the dataset's columns: as they are stored, else measured and stored."""
    known = known_relations(dataset)
    if known is not None:
        return known
    found = _measure(dataset, report)
    write_whole(_path(dataset), dumps(found))
    return found


def known_relations(dataset: Dataset) -> Relations | None:
    """The same where they have been measured already, else None."""
    try:
        return from_plain(Relations, json.loads(_path(dataset).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None


def strongest(found: Relations, measure: Measure, most: int = 30) -> "pandas.DataFrame":
    """The pairs with the largest absolute values: first, second, value."""
    import pandas as pd

    table, names = found.tables[measure], found.names
    pairs = [
        (names[i], names[j], table[i][j])
        for i in range(len(names))
        for j in range(i + 1, len(names))
        if table[i][j] is not None
    ]
    pairs.sort(key=lambda pair: -abs(pair[2]))
    return pd.DataFrame(pairs[:most], columns=["first", "second", "value"])


def _path(dataset: Dataset) -> Path:
    """Of the file beside the blob, for the kinds and the choice of columns that it depends on."""
    state = [(c.name, c.kind) for c in _chosen(dataset)]
    return Path(dataset.location) / f"relations.{hashlib.sha256(dumps(state).encode()).hexdigest()[:16]}.json"


def _chosen(dataset: Dataset) -> list[Column]:
    """Columns worth relating: those with two values and more, identifiers left out; the target among them."""
    usable = [c for c in dataset.columns if c.n_unique > 1 and c.role != "identifier"]
    first = [c for c in usable if c.name == dataset.target]
    kept = {c.name for c in [*first, *(c for c in usable if c.name != dataset.target)][:MAX_COLUMNS]}
    return [c for c in usable if c.name in kept]


def _measure(dataset: Dataset, report: Report) -> Relations:
    import numpy as np

    columns = _chosen(dataset)
    report(0.1, "Taking a sample")
    sample = _sample(dataset, columns)
    n = sample.num_rows
    report(0.3, "Relating columns")
    numeric = [i for i, c in enumerate(columns) if c.kind in (*NUMERIC_KINDS, "date")]
    worded = [i for i, c in enumerate(columns) if c.kind in ("category", "boolean")]
    values = [_numbers(sample, columns[i]) for i in numeric]
    codes = [_codes(sample, columns[i]) for i in worded]
    size = len(columns)
    tables = {name: np.full((size, size), np.nan) for name in (
        "pearson", "spearman", "cramers_v", "correlation_ratio", "missing_together")}  # fmt: skip
    if numeric:
        stacked = np.column_stack(values)
        tables["pearson"][np.ix_(numeric, numeric)] = pearsons(stacked)
        report(0.5, "Relating ranks")
        tables["spearman"][np.ix_(numeric, numeric)] = pearsons(ranks(stacked))
    report(0.7, "Relating words")
    tables["cramers_v"][np.ix_(worded, worded)] = cramers_vs(codes)
    if numeric and worded:
        ratios = correlation_ratios(codes, np.column_stack(values))
        tables["correlation_ratio"][np.ix_(worded, numeric)] = ratios
        tables["correlation_ratio"][np.ix_(numeric, worded)] = ratios.T
    report(0.9, "Looking where values are missing together")
    if columns:
        absent = np.column_stack([sample.column(c.name).is_null().to_numpy() for c in columns])
        tables["missing_together"] = phis(absent)
    association = np.abs(tables["spearman"])
    for other in ("cramers_v", "correlation_ratio"):
        association = np.where(np.isnan(association), tables[other], association)
    return Relations(
        names=tuple(c.name for c in columns),
        n_rows=n,
        of_rows=dataset.n_rows,
        n_left_out=sum(c.n_unique > 1 and c.role != "identifier" for c in dataset.columns) - size,
        tables={name: _plain(table) for name, table in {"association": association, **tables}.items()},
    )


def _sample(dataset: Dataset, columns: Sequence[Column]):
    """SAMPLE_ROWS rows by their number: the same rows every time, of a small table all."""
    names = ", ".join([ROW, *(identifier(c.name) for c in columns)])
    # a little more than wanted, since the number of rows it takes varies
    chosen = sampled(dataset.n_rows, int(1.02 * SAMPLE_ROWS), SEED)
    with open_stored(dataset) as session:
        return session.query(f"SELECT {names} FROM data WHERE {chosen} LIMIT {SAMPLE_ROWS}")


def _numbers(sample, column: Column) -> "numpy.ndarray":
    import numpy as np

    values = sample.column(column.name)
    if column.kind == "date":
        values = values.cast("timestamp[us]").cast("int64")
    return values.to_pandas().to_numpy(dtype=np.float64, na_value=np.nan)


def _codes(sample, column: Column) -> "numpy.ndarray":
    """A code a value from 0, the commonest first, -1 where it is missing."""
    import numpy as np

    encoded = sample.column(column.name).combine_chunks().dictionary_encode()
    raw = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    counts = np.bincount(raw[raw >= 0], minlength=1)
    place = np.empty(len(counts), dtype=np.int64)
    place[np.argsort(-counts, kind="stable")] = np.arange(len(counts))
    return np.where(raw < 0, -1, np.minimum(place[raw], MAX_VALUES))


def _plain(table: "numpy.ndarray") -> list[list[float | None]]:
    return [[None if v != v else round(float(v), 6) for v in row] for row in table]
