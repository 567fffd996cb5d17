"""A scan of text cells written as Parquet, values at once where the first rows tell their kinds. Knows no file format."""

from collections.abc import Sequence
from pathlib import Path

import duckdb

from core.data.claims import SAMPLE_ROWS, broken, claims, held
from core.data.engines.duckdb import DuckSession, identifier, literal, parquet_options
from core.data.inference import Inferred

MAX_BROKEN = 3  # readings given up before the whole table is taken as text


def write_cells(
    connection: duckdb.DuckDBPyConnection,
    storing: str,
    passing: str,
    out: Path,
    width: int,
    claimed: Sequence[str] | None,
) -> dict[int, Inferred]:
    """Write the scan's rows in their order; the columns that hold values already, by position.

    storing, passing: SQL of the cells c0, c1, … as text; the one stores rows that do not parse in
    `reject_errors`, the other passes over them. claimed: names of the columns, which they go by where
    all hold values; without them every cell is written as it is.
    """
    typed = _claims(connection, passing, claimed) if claimed else {}
    for attempt in range(MAX_BROKEN + 1):
        names = claimed if claimed and len(typed) == width else [f"c{i}" for i in range(width)]
        items = (
            f"{held(f'c{i}', typed[i], i) if i in typed else f'c{i}'} AS {identifier(name)}"
            for i, name in enumerate(names)
        )
        try:
            connection.execute(
                f"COPY (SELECT {', '.join(items)} FROM {storing}) "
                f"TO {literal(str(out))} ({parquet_options(width)})"
            )
            break
        except duckdb.InvalidInputException as error:
            position = broken(str(error))
            if position is None:
                raise
            typed.pop(position)
            if attempt == MAX_BROKEN - 1:
                typed = {}
            forget_rejects(connection)
    return typed


def forget_rejects(connection: duckdb.DuckDBPyConnection) -> None:
    """The rows set aside belong to a reading that was given up."""
    for table in ("reject_errors", "reject_scans"):
        connection.execute(f"DROP TABLE IF EXISTS {table}")


def _claims(connection: duckdb.DuckDBPyConnection, passing: str, names: Sequence[str]) -> dict[int, Inferred]:
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE cells AS SELECT row_number() OVER () - 1 AS _row, * "
        f"FROM (SELECT * FROM {passing} LIMIT {SAMPLE_ROWS})"
    )
    found = claims(DuckSession(connection), names, SAMPLE_ROWS)
    connection.execute("DROP TABLE cells")
    return found
