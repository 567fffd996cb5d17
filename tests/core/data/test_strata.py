"""Keys cut without being sorted are cut where sorting them would."""

import hashlib
import subprocess
import sys

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.data import strata
from core.data.engines.duckdb import DuckEngine
from core.data.split import shuffled
from core.domain import ROW

N = 3_000
FRACTIONS = (0.65, 0.15, 0.2)


@pytest.mark.parametrize("alike", [2, 20, 10_000])
@pytest.mark.parametrize(
    ("n_classes", "fractions"), [(1, FRACTIONS), (7, FRACTIONS), (900, FRACTIONS), (3, (0.8, 0.2, 0.0))]
)
def test_keys_are_cut_where_sorting_them_would(tmp_path, monkeypatch, alike, n_classes, fractions):
    monkeypatch.setattr(strata, "ALIKE", alike)
    classes = [f"class '{i * i % n_classes}'" if i % 50 else None for i in range(N)]
    pq.write_table(pa.table({"y": classes}), tmp_path / "data.parquet")
    with DuckEngine(tmp_path / "temp").open({"data": tmp_path / "data.parquet"}) as session:
        sql = strata.cut_strata(
            session, stratum="y", key=shuffled(5, ROW), where="y IS NOT NULL", fractions=fractions
        )
        found = {row[ROW]: row["part"] for row in session.query(sql).to_pylist()}
    rows: dict[str, list[int]] = {}
    for i, name in enumerate(classes):
        if name is not None:
            rows.setdefault(name, []).append(i)
    expected = {}
    counts = strata.allocate([len(rows[name]) for name in sorted(rows)], fractions)
    for name, (_, n_validation, n_test) in zip(sorted(rows), counts):
        ordered = sorted(rows[name], key=lambda i: (hashlib.md5(f"5:{i}".encode()).hexdigest()[:12], i))
        for place, i in enumerate(ordered):
            expected[i] = (
                "test" if place < n_test else "validation" if place < n_test + n_validation else "train"
            )
    assert found == expected


MEASURED = """
import resource, sys
from pathlib import Path
from core.data.engines.duckdb import DuckEngine
from core.data.split import _in_order, shuffled
from core.data.strata import cut_strata

folder, n = Path(sys.argv[1]), int(sys.argv[2])
with DuckEngine(folder / "temp").open({"data": folder / f"{n}.parquet"}) as session:
    sql = cut_strata(session, stratum="y", key=shuffled(0, "_row"), where="TRUE", fractions=(0.65, 0.15, 0.2))
    assert sum(batch.num_rows for batch in _in_order(session.batches(sql, 262_144), n)) == n
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def test_ten_times_the_rows_are_split_in_the_same_memory(tmp_path):
    peaks = []
    for n in (100_000, 1_000_000):
        classes = pa.array(["no", "yes"]).take(pa.array(range(n)).to_numpy() % 2)
        pq.write_table(pa.table({"y": classes}), tmp_path / f"{n}.parquet", row_group_size=122_880)
        command = [sys.executable, "-c", MEASURED, str(tmp_path), str(n)]
        peaks.append(
            float(subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[-1])
        )
    assert peaks[1] < 1.25 * peaks[0], peaks
