"""New rows of text cast to columns that are known already, as the stored table's cells were. Guesses no kind."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.data import casting
from core.data.frames import exact_frame
from core.data.media import MEDIA, Medium, Unusable
from core.domain import Column

if TYPE_CHECKING:
    import pandas
    import pyarrow

MAX_PROBLEMS = 10_000


@dataclass(frozen=True, kw_only=True)
class CellProblem:
    """A cell that does not fit its column's kind and became missing. row: from 0, in the frame's order."""

    row: int
    column: str
    value: str


def typed(
    frame: "pandas.DataFrame", columns: Sequence[Column]
) -> tuple["pandas.DataFrame", tuple[CellProblem, ...]]:
    """The given columns of a frame of text in their kinds' types, and the cells that did not fit.

    frame: shape (n, any), texts or None; every column must be in it. Returns a frame of shape
    (n, len(columns)) with the same index, typed as `Catalog.read` types them, and at most
    MAX_PROBLEMS problems, in order of row.
    """
    import pyarrow as pa

    from core.data.engines.duckdb import in_memory

    if not columns:
        return frame[[]], ()
    texts = [pa.array(frame[c.name], pa.string(), from_pandas=True) for c in columns]
    names = [f"c{i}" for i in range(len(columns))]
    raw = pa.Table.from_arrays([pa.array(range(len(frame)), pa.int64()), *texts], ["_row", *names])
    cells = ", ".join(f"{casting.present(name)} AS {name}" for name in names)
    values = ", ".join(f"{casting.value(n, c.kind, c.statistics)} AS {n}" for n, c in zip(names, columns))
    with in_memory() as connection:
        connection.register("raw", raw)
        connection.execute(f"CREATE TEMP TABLE present AS SELECT _row, {cells} FROM raw")
        present = connection.sql("SELECT * FROM present ORDER BY _row").to_arrow_table()
        fitting = connection.sql(f"SELECT _row, {values} FROM present ORDER BY _row").to_arrow_table()
    result = exact_frame(fitting.select(names)).set_axis([c.name for c in columns], axis=1)
    problems = [*_problems(present, fitting, columns, names)]
    for column in columns:
        if column.kind in MEDIA:
            result[column.name], odd = _ordinary(result[column.name], column.name, MEDIA[column.kind])
            problems += odd
    problems.sort(key=lambda problem: problem.row)
    return result.set_axis(frame.index, axis=0), tuple(problems[:MAX_PROBLEMS])


def _ordinary(
    series: "pandas.Series", name: str, medium: Medium
) -> tuple["pandas.Series", list[CellProblem]]:
    """Files as a table stores them; what is none of the medium becomes missing."""
    import pandas as pd

    values, problems = [], []
    for row, content in enumerate(series):
        try:
            values.append(
                medium.ordinary(bytes(content)).content if isinstance(content, (bytes, bytearray)) else None
            )
        except Unusable as reason:
            values.append(None)
            problems.append(CellProblem(row=row, column=name, value=str(reason)))
    return pd.Series(values, dtype=object, index=series.index), problems


def _problems(
    present: "pyarrow.Table", fitting: "pyarrow.Table", columns: Sequence[Column], names: Sequence[str]
) -> tuple[CellProblem, ...]:
    """The cells with a text but without a value, in order of row, then of column."""
    import pyarrow.compute as pc

    found = []
    for place, (column, name) in enumerate(zip(columns, names)):
        if fitting[name].null_count == present[name].null_count:
            continue
        odd = pc.and_(pc.is_valid(present[name]), pc.is_null(fitting[name]))
        for row in pc.indices_nonzero(odd).to_pylist():
            text = present[name][row].as_py()
            if text.lower() not in casting.SOFT_MISSING_TOKENS - casting.INFINITE_TOKENS:
                found.append((row, place, CellProblem(row=row, column=column.name, value=text)))
    return tuple(problem for _, _, problem in sorted(found, key=lambda f: f[:2])[:MAX_PROBLEMS])
