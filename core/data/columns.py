"""New rows of text cast to columns that are known already, as the stored table's cells were. Guesses no kind."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.data import casting
from core.domain import Column

if TYPE_CHECKING:
    import pandas

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

    from core.data.engines.duckdb import identifier, in_memory

    if not columns:
        return frame[[]], ()
    texts = [pa.array(frame[c.name], pa.string(), from_pandas=True) for c in columns]
    names = [f"c{i}" for i in range(len(columns))]
    raw = pa.Table.from_arrays([pa.array(range(len(frame)), pa.int64()), *texts], ["_row", *names])
    cells = ", ".join(f"{casting.present(name)} AS {name}" for name in names)
    values = ", ".join(
        f"{casting.value(name, c.kind, c.statistics)} AS {identifier(c.name)}"
        for name, c in zip(names, columns)
    )
    misfits = " UNION ALL ".join(
        f"SELECT _row, {i} AS i, {name} AS value FROM present WHERE {name} IS NOT NULL "
        f"AND NOT {casting.is_soft_missing(name)} AND {casting.value(name, c.kind, c.statistics)} IS NULL"
        for i, (name, c) in enumerate(zip(names, columns))
    )
    with in_memory() as connection:
        connection.register("raw", raw)
        connection.execute(f"CREATE TEMP TABLE present AS SELECT _row, {cells} FROM raw")
        table = connection.sql(f"SELECT {values} FROM present ORDER BY _row").to_arrow_table()
        found = connection.sql(f"{misfits} ORDER BY 1, 2 LIMIT {MAX_PROBLEMS}").fetchall()
    result = table.to_pandas().set_axis(frame.index, axis=0)
    return result, tuple(CellProblem(row=row, column=columns[i].name, value=value) for row, i, value in found)
