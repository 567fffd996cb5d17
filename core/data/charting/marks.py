"""The rows behind chosen marks of a chart. Draws nothing."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from core.data.charting import ChartRequest, ChartTable
from core.data.filters import condition
from core.data.frames import exact_frame
from core.data.stored import open_stored
from core.domain import ROW, Dataset

if TYPE_CHECKING:
    import pandas

MOST_MARKS = 5_000


def rows_behind(
    dataset: Dataset, request: ChartRequest, table: ChartTable, marks: Sequence[int], most: int
) -> "tuple[pandas.DataFrame, int]":
    """The first `most` rows that the marks stand for, in file order, and how many there are of them.

    marks: places in `table.rows`; those it does not have are passed over.
    """
    chosen = sorted({m for m in marks if 0 <= m < len(table.rows)})[:MOST_MARKS]
    where = f"({condition(request.filters, dataset)}) AND ({_any_of(table, chosen)})"
    with open_stored(dataset) as session:
        n = session.query(f"SELECT count(*) FROM data WHERE {where}").column(0)[0].as_py()
        rows = session.query(f"SELECT * FROM data WHERE {where} ORDER BY {ROW} LIMIT {int(most)}")
    return exact_frame(rows.drop_columns([ROW])), n


def _any_of(table: ChartTable, marks: Sequence[int]) -> str:
    if not marks:
        return "FALSE"
    if ROW in table.rows:
        return f"{ROW} IN ({', '.join(str(int(table.rows[ROW].iat[m])) for m in marks)})"
    if not table.groupings:
        return "TRUE"
    return _balanced(
        [
            " AND ".join(f"({g.condition(table.rows[slot].iat[m])})" for slot, g in table.groupings.items())
            for m in marks
        ]
    )


def _balanced(conditions: Sequence[str]) -> str:
    """One OR of them all, nested evenly: an engine follows a long chain only so deep."""
    if len(conditions) == 1:
        return f"({conditions[0]})"
    middle = len(conditions) // 2
    return f"({_balanced(conditions[:middle])} OR {_balanced(conditions[middle:])})"
