"""A scan of text cells written as Parquet, values at once where the first rows tell their kinds. Knows no file format."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from core.data.claims import SAMPLE_ROWS, broken, claims, held
from core.data.engines.duckdb import DuckSession, identifier, literal, parquet_options
from core.data.inference import Inferred

MAX_BROKEN = 3  # readings given up before the whole table is taken as text


@dataclass(frozen=True)
class Claiming:
    """names: of the columns. date_formats: by name, where somebody said how dates are written."""

    names: Sequence[str]
    date_formats: Mapping[str, str] | None = None


def write_cells(
    connection: duckdb.DuckDBPyConnection, scan: str, out: Path, width: int, claiming: Claiming | None
) -> dict[int, Inferred]:
    """Write the scan's rows in their order; the columns that hold values already, by position.

    scan: SQL of a table function that gives c0, c1, … as text, with a place `{errors}` for what
    becomes of rows that do not parse. Without claiming every cell is written as it is.
    """
    kept = scan.replace("{errors}", "store_rejects = true, rejects_limit = 0")
    typed = {} if claiming is None else _claims(connection, scan, claiming)
    for attempt in range(MAX_BROKEN + 1):
        whole = claiming is not None and len(typed) == width
        items = (
            f"{held(f'c{i}', typed[i], i) if i in typed else f'c{i}'} AS {identifier(claiming.names[i]) if whole else f'c{i}'}"
            for i in range(width)
        )
        try:
            connection.execute(
                f"COPY (SELECT {', '.join(items)} FROM {kept}) TO {literal(str(out))} ({parquet_options(width)})"
            )
            break
        except duckdb.InvalidInputException as error:
            position = broken(str(error))
            if position is None:
                raise
            typed.pop(position)
            if attempt == MAX_BROKEN - 1:
                typed = {}
            # the rows set aside belong to the reading that was given up
            for table in ("reject_errors", "reject_scans"):
                connection.execute(f"DROP TABLE IF EXISTS {table}")
    return typed


def _claims(connection: duckdb.DuckDBPyConnection, scan: str, claiming: Claiming) -> dict[int, Inferred]:
    beginning = scan.replace("{errors}", "ignore_errors = true")
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE cells AS SELECT row_number() OVER () - 1 AS _row, * "
        f"FROM (SELECT * FROM {beginning} LIMIT {SAMPLE_ROWS})"
    )
    found = claims(DuckSession(connection), claiming.names, SAMPLE_ROWS, claiming.date_formats)
    connection.execute("DROP TABLE cells")
    return found
