"""Spark on this machine alone, started when first asked and ended after the last use. Keeps no table.

It reads the Parquet files it is handed, by the names these are given, and takes SELECTs only.
"""

import importlib.util
import logging
import shutil
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from core.data.engines.spark_sql import translated
from core.domain import ROW
from core.errors import BadInput

if TYPE_CHECKING:  # pyspark is imported where Spark is started: it takes a second, and may not be there
    import pyarrow
    from pyspark.sql import DataFrame
    from pyspark.sql import SparkSession as Spark

MEMORY = "1g"
CORES = 2
BATCH_CELLS, BATCH_ROWS_LEAST = 4_000_000, 2_048  # written at a time
LONGEST_REASON = 300  # characters of what Spark says of a failure; the rest is its stack


@dataclass(frozen=True)
class SparkSession:
    """spark: a session of its own. temp: where rows wait that are asked for in batches. writes: as in Engine.
    decimals, others: names of columns that hold fractions in some table, and that do not."""

    spark: "Spark"
    temp: Path
    writes: Path | None = None
    decimals: set[str] = field(default_factory=set)
    others: set[str] = field(default_factory=set)

    def name(self, frame: "DataFrame", name: str) -> None:
        """Let the rows go by a name from now on."""
        frame.createOrReplaceTempView(f"`{name.replace('`', '``')}`")
        for column, kind in frame.dtypes:
            (self.decimals if kind in ("double", "float") else self.others).add(column)

    def frame(self, sql: str) -> "DataFrame":
        """The rows of a SELECT in DuckDB's dialect, not yet computed."""
        return self.spark.sql(translated(sql, no_decimals=self.others - self.decimals))

    def query(self, sql: str) -> "pyarrow.Table":
        with _failures_said():
            return self.frame(sql).toArrow()

    def batches(self, sql: str, size: int) -> "Iterator[pyarrow.RecordBatch]":
        import pyarrow.parquet as pq

        folder = Path(tempfile.mkdtemp(dir=self.temp))
        try:
            with _failures_said():
                # through the disk: what Spark hands over directly it collects whole first
                self.frame(sql).write.mode("overwrite").parquet(str(folder))
            for part in sorted(folder.glob("part-*.parquet")):  # numbered in the order of the rows
                with pq.ParquetFile(part) as file:
                    yield from file.iter_batches(size)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def write(self, sql: str, out: Path, n_columns: int) -> None:
        import pyarrow.parquet as pq

        if self.writes is None or out.parent != self.writes:
            raise BadInput("file_elsewhere", file=out.name)
        with _failures_said():
            frame = self.frame(sql)
            schema = frame.limit(0).toArrow().schema
        # the parts of a file that Spark reads side by side are in no promised order
        ordered = f"SELECT * FROM ({sql}) AS made" if ROW in frame.columns else sql
        sql = f"{ordered} ORDER BY {ROW}"
        with pq.ParquetWriter(out, schema) as writer:
            for batch in self.batches(sql, max(BATCH_ROWS_LEAST, BATCH_CELLS // max(n_columns, 1))):
                writer.write_batch(batch.cast(schema))


@dataclass(frozen=True)
class SparkEngine:
    """temp: folder below which Spark keeps what it writes, for as long as it runs. n_columns: as in DuckEngine."""

    temp: Path
    n_columns: int = 0
    key: str = "spark"

    @contextmanager
    def open(
        self,
        tables: Mapping[str, Path],
        views: Mapping[str, str] | None = None,
        writes: Path | None = None,
    ) -> Iterator[SparkSession]:
        """Raises BadInput where Java or pyspark is missing, or Spark does not start."""
        self.temp.mkdir(parents=True, exist_ok=True)
        with running(self.temp) as spark, tempfile.TemporaryDirectory(dir=self.temp) as folder:
            session = SparkSession(spark.newSession(), Path(folder), writes)
            with _failures_said():
                for name, path in tables.items():
                    session.name(_numbered(session.spark, path), name)
                for name, select in (views or {}).items():
                    session.name(session.frame(select), name)
            yield session


def _numbered(spark: "Spark", path: Path) -> "DataFrame":
    """A Parquet file's rows; where it holds no row numbers, they are counted."""
    stored = spark.read.parquet(str(path))
    if ROW in stored.columns:
        return stored
    return stored.selectExpr(f"_metadata.row_index AS {ROW}", "*")


def missing() -> str | None:
    """What Spark lacks here, in words, or None."""
    if importlib.util.find_spec("pyspark") is None:
        return "the package pyspark"
    return None if shutil.which("java") else "a Java runtime"


@contextmanager
def running(temp: Path) -> "Iterator[Spark]":
    """Spark for as long as anybody in this process uses it: whoever comes last puts out the light."""
    if what := missing():
        raise BadInput("spark_missing", what=what)
    with _SHARED.lock:
        if _SHARED.spark is None:
            _SHARED.start(temp)
        _SHARED.n_users += 1
        spark = _SHARED.spark
    try:
        yield spark
    finally:
        with _SHARED.lock:
            _SHARED.n_users -= 1
            if _SHARED.n_users == 0:
                _SHARED.stop()


class _Shared:
    """The one Spark that a process can have: so pyspark is made."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.n_users = 0
        self.spark: Spark | None = None
        self.folder: Path | None = None

    def start(self, temp: Path) -> None:
        from pyspark.sql import SparkSession as Spark

        # it writes each failure with its Java stack to standard error, beside raising it
        logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL + 1)
        temp.mkdir(parents=True, exist_ok=True)
        self.folder = Path(tempfile.mkdtemp(prefix="spark-", dir=temp))
        builder = Spark.builder.master(f"local[{CORES}]").appName("Fathom")
        for key, value in _settings(self.folder).items():
            builder = builder.config(key, value)
        try:
            self.spark = builder.getOrCreate()
        except Exception as error:  # a Java too old, no memory, no folder: pyspark has no common error here
            shutil.rmtree(self.folder, ignore_errors=True)
            raise BadInput("spark_not_started", detail=str(error).strip().split("\n")[0][:200]) from error

    def stop(self) -> None:
        from pyspark import SparkContext

        gateway = SparkContext._gateway
        self.spark.stop()
        self.spark = None
        # stopped, Spark leaves its Java process waiting with all its memory until this one ends
        gateway.shutdown()
        gateway.proc.stdin.close()
        gateway.proc.wait(timeout=30)
        SparkContext._gateway = SparkContext._jvm = None
        shutil.rmtree(self.folder, ignore_errors=True)


_SHARED = _Shared()


def _settings(folder: Path) -> dict[str, str]:
    return {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "OFF",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.authenticate": "true",  # others on this machine can reach its ports, too
        "spark.driver.memory": MEMORY,
        "spark.driver.extraJavaOptions": f'-Djava.io.tmpdir="{folder}"',
        "spark.local.dir": str(folder / "local"),
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.sql.catalogImplementation": "in-memory",
        "spark.sql.shuffle.partitions": str(CORES),
        "spark.sql.execution.arrow.pyspark.enabled": "true",
        # DuckDB's rules: a cast that fails is a failure, and a moment has no zone
        "spark.sql.ansi.enabled": "true",
        "spark.sql.timestampType": "TIMESTAMP_NTZ",
        "spark.sql.session.timeZone": "UTC",
        # a text of a stranger is a text: no ${…} in it, and no name that is a path
        "spark.sql.variable.substitute": "false",
        "spark.sql.runSQLOnFiles": "false",
    }


@contextmanager
def _failures_said() -> Iterator[None]:
    """What Spark could not do, as an error of ours with the first line of its reason."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, Py4JError) as error:
        reason = str(error).strip().split("\n")[0][:LONGEST_REASON]
        raise BadInput("spark_failed", detail=reason) from error
