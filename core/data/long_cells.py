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
    """A table `cells` of columns i, the number that stands for a column, and v, the value of a cell."""

    connection: "duckdb.DuckDBPyConnection"
    n_columns: int

    def query(self, sql: str) -> "pyarrow.Table":
        """The rows of a SELECT over `cells`."""
        return self.connection.sql(sql).to_arrow_table()

    def each(self, expression: str) -> "list[pyarrow.Array]":
        """What an expression over v makes of every cell, a column each, in the order of columns and rows."""
        made = self.query(f"SELECT {expression} AS v FROM cells").column(0).combine_chunks()
        n_rows = len(made) // self.n_columns
        return [made.slice(k * n_rows, n_rows) for k in range(self.n_columns)]


@contextmanager
def laid_out(
    session: Session, numbers: Sequence[int], cells: Sequence[str], table: str
) -> Iterator[LongCells]:
    """The long table of the SQL expressions `cells` over a table of the session, a number each.

    The expressions are all of numbers, all of times, or of one other type, and there is at least one.
    """
    import numpy as np
    import pyarrow as pa

    columns = session.query(
        f"SELECT {', '.join(f'{sql} AS v{k}' for k, sql in enumerate(cells))} FROM {table}"
    )
    # whole numbers of 32 bits may stand beside some of 64
    values = pa.concat_tables(
        [pa.table({"v": column}) for column in columns.columns], promote_options="permissive"
    )
    own = pa.array(np.repeat(np.asarray(numbers, dtype="int32"), columns.num_rows))
    with in_memory() as connection:
        connection.register("cells", values.append_column("i", own))
        yield LongCells(connection, len(cells))
