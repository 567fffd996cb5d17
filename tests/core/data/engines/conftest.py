"""Every engine over the same small tables; Spark is started once for all of them, where it can be."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.data.engines import Session
from core.data.engines.choice import ENGINES, engine_named
from core.data.engines.spark import missing, running

MOMENTS = [
    datetime(2020, 1, 5), None, datetime(2021, 1, 1, 23, 5), datetime(2020, 2, 29, 0, 0, 0, 500_000),
    datetime(1969, 12, 31), datetime(1, 1, 1), datetime(2020, 12, 31), datetime(2022, 7, 3),
]  # fmt: skip
TABLE = pa.table(
    {
        "_row": pa.array(range(8), pa.int64()),
        "t": ["a", None, "Straße", "it's", "a-b--c", "1,234.5", "x\\d\n'`\"", "${env:HOME}"],
        "n": pa.array([1, None, -7, 9007199254740993, 0, 15, 3, 2], pa.int64()),
        "x": [1.5, None, -2.5, 1e20, 1e7, 1e-5, 0.0, 123456789.125],
        "w": ["3.0", "1e3", "2.5", "9223372036854775807", "9223372036854775808", "x", " 12 ", "1d"],
        "s": ["2020-01-02T10:00:00+02", "2020-1-2", "31/2/2020", "2020-01-02 10:00", "2020-01-02 10:00:00.25Z",
              "1/2/69 12:30 am", "12 JAN 2020", "2020年1月3日"],
        "d": pa.array(MOMENTS, pa.timestamp("us")),
        "b": [True, False, None, True, True, False, None, False],
        'q"u`o.te\n': ["odd"] * 8,
    }
)  # fmt: skip


@pytest.fixture(scope="session")
def spark(tmp_path_factory) -> Iterator[None]:
    """Spark kept running for all tests together: it takes longer to start than most of them."""
    if what := missing():
        pytest.skip(f"Spark needs {what}, which is not installed here")
    with pytest.MonkeyPatch.context() as patched:
        # small tables are answered before Java's better compiler has paid for itself
        patched.setenv("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
        folder = tmp_path_factory.mktemp("spark")
        with running(folder):
            yield
        from pyspark import SparkContext

        assert SparkContext._gateway is None, "its Java process goes on"
        assert not any(folder.iterdir()), "it left something behind"


@pytest.fixture(params=ENGINES)
def key(request) -> str:
    """The name of each engine in turn."""
    if request.param == "spark":
        request.getfixturevalue("spark")
    return request.param


@pytest.fixture(scope="session")
def parquet(tmp_path_factory) -> Path:
    """TABLE as a file whose name means something in SQL."""
    path = tmp_path_factory.mktemp("it's") / "table.parquet"
    pq.write_table(TABLE, path)
    return path


@pytest.fixture
def opened(tmp_path):
    """opened(engine, tables, views): a session of that engine."""

    @contextmanager
    def do(key: str, tables, views=None) -> Iterator[Session]:
        with engine_named(key, tmp_path / "temp").open(tables, views) as session:
            yield session

    return do


def close(a, b, tolerance: float = 1e-12) -> bool:
    """Whether two values are the same, numbers but for rounding."""
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(close(a[k], b[k], tolerance) for k in a)
    if isinstance(a, (list, tuple)) and isinstance(b, (list, tuple)):
        return len(a) == len(b) and all(close(x, y, tolerance) for x, y in zip(a, b))
    if isinstance(a, float) and isinstance(b, float):
        return a == b or abs(a - b) <= tolerance * max(abs(a), abs(b)) or (a != a and b != b)
    return type(a) is type(b) and a == b
