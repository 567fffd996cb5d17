"""A scan of text cells written as Parquet, values at once where the first rows tell their kinds. Knows no file format."""

from collections.abc import Sequence
from pathlib import Path

import duckdb

from core.data import casting
from core.data.claims import SAMPLE_ROWS, broken, casts, claims, held, is_plain_word
from core.data.engines.duckdb import DuckSession, identifier, literal, parquet_options
from core.data.inference import Inferred

MAX_BROKEN = 3  # readings given up before the whole table is taken as text

MOST_REPEATED = SAMPLE_ROWS // 50  # different words in a sample of a column whose words come again and again


def write_cells(
    connection: duckdb.DuckDBPyConnection,
    storing: str,
    passing: str,
    out: Path,
    width: int,
    claimed: Sequence[str] | None,
    *,
    has_underscores: bool,
) -> dict[int, Inferred]:
    """Write the scan's rows in their order; the columns that hold values already, by position.

    storing, passing: SQL of the cells c0, c1, … as text; the one stores rows that do not parse in
    `reject_errors`, the other passes over them. claimed: names of the columns, which they go by where
    all hold values; without them every cell is written as it is. has_underscores: some may be in the text.
    """
    typed, repeated = _claims(connection, passing, claimed) if claimed else ({}, set())
    for attempt in range(MAX_BROKEN + 1):
        names = claimed if claimed and len(typed) == width else [f"c{i}" for i in range(width)]
        items = (
            f"{f'c{i}' if i in repeated or i not in typed else held(f'c{i}', typed[i], i, f'v{i}', has_underscores=has_underscores)} "
            f"AS {identifier(name)}"
            for i, name in enumerate(names)
        )
        values = [f"{sql} AS v{i}" for i, claim in typed.items() if (sql := casts(claim, f"c{i}"))]
        try:
            connection.execute(
                f"COPY (SELECT {', '.join(items)} FROM (SELECT {', '.join(['*', *values])} FROM {storing})) "
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
    _hold_words(connection, out, [identifier(names[i]) for i in repeated & typed.keys()], width)
    return typed


def _hold_words(connection: duckdb.DuckDBPyConnection, out: Path, names: Sequence[str], width: int) -> None:
    """Make values of the words that were written as they stand, where any is not its own value.

    A column whose words come again and again has few of them in Parquet, and these are soon looked at.
    """
    scan = f"read_parquet({literal(str(out))})"
    looks = (
        f"(SELECT coalesce(bool_and({is_plain_word('cell')}), true) FROM (SELECT DISTINCT {name} AS cell FROM {scan}))"
        for name in names
    )
    plain = connection.execute(f"SELECT {', '.join(looks)}").fetchone() if names else ()
    others = [name for name, is_plain in zip(names, plain) if not is_plain]
    if not others:
        return
    values = ", ".join(f"{casting.present(name)} AS {name}" for name in others)
    aside = out.with_name("words.parquet")
    connection.execute(
        f"COPY (SELECT * REPLACE ({values}) FROM {scan}) TO {literal(str(aside))} ({parquet_options(width)})"
    )
    aside.replace(out)


def forget_rejects(connection: duckdb.DuckDBPyConnection) -> None:
    """The rows set aside belong to a reading that was given up."""
    for table in ("reject_errors", "reject_scans"):
        connection.execute(f"DROP TABLE IF EXISTS {table}")


def _claims(
    connection: duckdb.DuckDBPyConnection, passing: str, names: Sequence[str]
) -> tuple[dict[int, Inferred], set[int]]:
    """The claims, and which of them are about few words that all are values as they stand."""
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE cells AS SELECT row_number() OVER () - 1 AS _row, * "
        f"FROM (SELECT * FROM {passing} LIMIT {SAMPLE_ROWS})"
    )
    found = claims(DuckSession(connection), names, SAMPLE_ROWS)
    words = [i for i, claim in found.items() if claim.kind == "text"]
    looks = (
        f"count(DISTINCT c{i}) <= {MOST_REPEATED} AND coalesce(bool_and({is_plain_word(f'c{i}')}), false)"
        for i in words
    )
    repeated = connection.execute(f"SELECT {', '.join(looks)} FROM cells").fetchone() if words else ()
    connection.execute("DROP TABLE cells")
    return found, {i for i, is_repeated in zip(words, repeated) if is_repeated}
