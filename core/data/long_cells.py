"""The cells of many columns one under another, in memory. Judges nothing.

Thousands of columns are thousands of expressions in any query over the table itself, each planned,
compiled and run by itself; over one long column they are a single one. For tables of few rows
alone (`is_wide`): what is laid out is held whole.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.data.engines import Session
from core.data.engines.duckdb import in_memory

if TYPE_CHECKING:
    import duckdb
    import pyarrow

MOST_CELLS = 2_000_000  # that are laid out at once
FEW_COLUMNS = 50  # below, a query over the table itself is as quick


def is_wide(n_columns: int, n_rows: int) -> bool:
    """Whether a question about so many columns is rather asked once over all their cells."""
    return n_columns >= FEW_COLUMNS and n_rows * n_columns <= MOST_CELLS


@dataclass(frozen=True)
class LongCells:
    """A table `cells` with a row a cell: v, its value; i, the number that stands for its column; its place, from 0.

    Its rows have no order.
    """

    connection: "duckdb.DuckDBPyConnection"
    n_columns: int

    def query(self, sql: str) -> "pyarrow.Table":
        """The rows of a SELECT over `cells`."""
        return self.connection.sql(sql).to_arrow_table()

    def each(self, expression: str) -> "list[pyarrow.Array]":
        """What an expression over v makes of every cell, a column each, in the order of columns and rows."""
        # threads hand in what they have read as they are done with it: only the places tell the order
        made = self.query(f"SELECT place, {expression} AS v FROM cells").sort_by("place")
        values, n_rows = made.column("v").combine_chunks(), len(made) // self.n_columns
        return [values.slice(k * n_rows, n_rows) for k in range(self.n_columns)]


@contextmanager
def laid_out(
    session: Session, numbers: Sequence[int], cells: Sequence[str], table: str
) -> Iterator[LongCells]:
    """The long table of the SQL expressions `cells` over a table of the session, a number each.

    The expressions are all of numbers, all of times, or of one other type, and there is at least one.
    """
    wide = session.query(f"SELECT {', '.join(f'{sql} AS v{k}' for k, sql in enumerate(cells))} FROM {table}")
    with one_under_another(wide, numbers) as long:
        yield long


@contextmanager
def one_under_another(wide: "pyarrow.Table", numbers: Sequence[int]) -> Iterator[LongCells]:
    """The long table of a table in memory, a number for each of its columns."""
    import numpy as np
    import pyarrow as pa

    # whole numbers of 32 bits may stand beside some of 64
    long = pa.concat_tables(
        [pa.table({"v": column}) for column in wide.columns], promote_options="permissive"
    )
    own = pa.array(np.repeat(np.asarray(numbers, dtype="int32"), wide.num_rows))
    places = pa.array(np.arange(long.num_rows))
    with in_memory() as connection:
        connection.register("cells", long.append_column("i", own).append_column("place", places))
        yield LongCells(connection, wide.num_columns)
