"""A large table's way in, against DuckDB alone: reading, measuring, relating, and the memory it takes.

Each piece runs in a process of its own, the two sides alternating, so that whatever else the
machine does falls on both. Reading: Fathom's ingest up to the stored, typed table, its content
hash included, against `COPY (FROM read_csv) TO parquet`. Measuring: the profile of every column
against `SUMMARIZE`, both over the table Fathom stored. Relating: every two columns on a sample, which has
no counterpart. The file has 13 columns of mixed kinds, about
108 bytes a row, and is kept for the next time: `make bench ARGS=ingest`, or with other sizes
`python -m benchmarks.ingest --rows 1000000 --rounds 1`.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROWS, ROUNDS = 10_000_000, 3
KEPT = Path(tempfile.gettempdir()) / "fathom-benchmarks"
READ_LIMIT, MEASURE_LIMIT, RELATE_LIMIT_S, MEMORY_LIMIT_MB = 1.4, 1.5, 5.0, 1_500


def write_table(path: Path, n_rows: int) -> None:
    """The same rows for the same number of them: an order a row, some cells missing."""
    import duckdb

    def chance(k: int) -> str:  # of a row, the same every time: 0 … 999 999
        return f"CAST(hash(i * 1000003 + {k}) % 1000000 AS BIGINT)"

    def one_of(k: int, *words: str) -> str:
        return f"[{', '.join(repr(w) for w in words)}][1 + {chance(k)} % {len(words)}]"

    price, quantity = f"exp(1 + {chance(6)} / 200000.0)", f"(1 + {chance(5)} % 12)"
    select = f"""
        SELECT 1000000 + i AS order_id,
            strftime(TIMESTAMP '2019-01-01' + to_seconds(i * 158000000 // {n_rows}), '%Y-%m-%d %H:%M:%S') AS ordered_at,
            CASE WHEN {chance(1)} > 30000 THEN strftime(DATE '2019-01-03' + CAST(i % 1800 AS INTEGER), '%Y-%m-%d') END AS shipped_on,
            'C' || lpad(CAST({chance(2)} % 200000 AS VARCHAR), 6, '0') AS customer,
            {one_of(3, "north", "south", "east", "west", "centre")} AS region,
            {one_of(4, "furniture", "office supplies", "technology", "groceries", "clothing", "toys", "garden")} AS category,
            {quantity} AS quantity, round({price}, 2) AS unit_price,
            CASE WHEN {chance(7)} > 80000 THEN {chance(8)} % 8 * 0.05 END AS discount,
            round({quantity} * {price} * 1.1, 2) AS amount, {chance(9)} < 60000 AS returned,
            CASE WHEN {chance(10)} > 200000 THEN {one_of(11, "mail", "web", "shop", "phone")} END AS channel,
            ({chance(12)} - 500000) / 5555.5 AS latitude
        FROM range({n_rows}) AS r(i)"""
    aside = path.with_suffix(".part")
    with duckdb.connect(config={"memory_limit": "1GB"}) as connection:
        connection.execute(f"COPY ({select}) TO '{aside}' (FORMAT csv, HEADER)")
    os.replace(aside, path)


def duckdb_reads(path: Path, folder: Path) -> None:
    import duckdb

    with duckdb.connect() as connection:
        connection.execute(
            f"COPY (FROM read_csv('{path}')) TO '{folder / 'duckdb.parquet'}' (FORMAT parquet)"
        )


def fathom_reads(path: Path, folder: Path) -> None:
    from core.codec import dumps
    from core.data.ingest import blob_id, stored_table

    aside = folder / "fathom"
    aside.mkdir()
    with ThreadPoolExecutor(1) as beside:  # as ingest does with large files
        named = beside.submit(blob_id, path, {})
        table, columns = stored_table(path, aside, {})
        named.result()
    (folder / "fathom.json").write_text(dumps({"n_rows": table.n_rows, "columns": columns}))


def duckdb_measures(path: Path, folder: Path) -> None:
    import duckdb

    with duckdb.connect() as connection:
        connection.execute(f"SUMMARIZE FROM '{folder / 'fathom' / 'table.parquet'}'").fetchall()


def fathom_measures(path: Path, folder: Path) -> None:
    from core.codec import dumps, from_plain
    from core.data.engines.duckdb import DuckEngine
    from core.data.profile import profile
    from core.domain import Column

    made = json.loads((folder / "fathom.json").read_text())
    columns = from_plain(tuple[Column, ...], made["columns"])
    engine = DuckEngine(folder / "temp", len(columns))
    with engine.open({"data": folder / "fathom" / "table.parquet"}) as session:
        columns = profile(session, columns, made["n_rows"])
    (folder / "fathom" / "columns.json").write_text(dumps(columns))


def fathom_relates(path: Path, folder: Path) -> None:
    from core.codec import from_plain
    from core.data.relations import SAMPLE_ROWS, relations
    from core.domain import Column, Dataset

    stored = folder / "fathom"
    columns = from_plain(tuple[Column, ...], json.loads((stored / "columns.json").read_text()))
    n_rows = json.loads((folder / "fathom.json").read_text())["n_rows"]
    found = relations(
        Dataset(
            id="orders", owner="local", name="orders", blob=stored.name, options={}, columns=columns, n_rows=n_rows,
            location=str(stored),
        )
    )  # fmt: skip
    if found.n_rows < min(n_rows, SAMPLE_ROWS):
        raise AssertionError(f"related on {found.n_rows:,} rows alone")


PIECES: Mapping[str, Callable[[Path, Path], None]] = {
    "duckdb_reads": duckdb_reads,
    "fathom_reads": fathom_reads,
    "duckdb_measures": duckdb_measures,
    "fathom_measures": fathom_measures,
    "fathom_relates": fathom_relates,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--one", nargs=3, metavar=("PIECE", "FILE", "FOLDER"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        _measure(*options.one)
        return
    KEPT.mkdir(exist_ok=True)
    path = KEPT / f"orders-{options.rows}.csv"
    if not path.exists():
        write_table(path, options.rows)
    print(
        f"  {options.rows:,} rows × 13 columns, {path.stat().st_size / 1e6:,.0f} MB, medians of {options.rounds}"
    )
    found: dict[str, list[dict[str, float]]] = {name: [] for name in PIECES}
    for _ in range(options.rounds):
        with tempfile.TemporaryDirectory(dir=KEPT) as folder:
            for name, measured in found.items():
                measured.append(_in_a_process(name, path, folder))
    _tell("reading", found["duckdb_reads"], found["fathom_reads"], READ_LIMIT)
    _tell("measuring", found["duckdb_measures"], found["fathom_measures"], MEASURE_LIMIT)
    seconds = statistics.median(m["s"] for m in found["fathom_relates"])
    peak = max(m["peak_mb"] for m in found["fathom_relates"])
    print(
        f"  {'relating':<10} {seconds:.1f} s (limit {RELATE_LIMIT_S:.0f}: {'ok' if seconds <= RELATE_LIMIT_S else 'OVER'}), "
        f"peak {peak:,.0f} MB"
    )


def _measure(name: str, path: str, folder: str) -> None:
    import duckdb  # noqa: F401 - importing is no part of what is measured
    import pyarrow.parquet  # noqa: F401

    import core.data.ingest  # noqa: F401

    started, before = time.perf_counter(), os.times()
    PIECES[name](Path(path), Path(folder))
    after = os.times()
    cpu_s = after.user - before.user + after.system - before.system
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"s": time.perf_counter() - started, "cpu_s": cpu_s, "peak_mb": peak_mb}))


def _in_a_process(name: str, path: Path, folder: str) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.ingest", "--one", name, str(path), folder]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def _tell(what: str, theirs: list[dict[str, float]], ours: list[dict[str, float]], limit: float) -> None:
    def middle(measured: list[dict[str, float]], key: str) -> float:
        return statistics.median(m[key] for m in measured)

    ratio = middle(ours, "s") / middle(theirs, "s")
    cpu_ratio = middle(ours, "cpu_s") / middle(theirs, "cpu_s")
    peak = max(m["peak_mb"] for m in ours)
    print(
        f"  {what:<10} DuckDB {middle(theirs, 's'):6.1f} s, Fathom {middle(ours, 's'):6.1f} s: {ratio:.2f} × "
        f"(of processor time {cpu_ratio:.2f} ×; limit {limit}: {'ok' if ratio <= limit else 'OVER'}), "
        f"peak {peak:,.0f} MB (limit {MEMORY_LIMIT_MB:,}: {'ok' if peak <= MEMORY_LIMIT_MB else 'OVER'})"
    )


if __name__ == "__main__":
    main()
