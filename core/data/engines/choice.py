"""Which engine goes by which name, as a dataset says it. Opens none."""

from collections.abc import Callable, Mapping
from pathlib import Path

from core.data.engines import Engine
from core.data.engines.duckdb import DuckEngine
from core.data.engines.spark import SparkEngine
from core.errors import UnknownName

ENGINES: Mapping[str, Callable[[Path, int], Engine]] = {"duckdb": DuckEngine, "spark": SparkEngine}


def engine_named(key: str, temp: Path, n_columns: int = 0) -> Engine:
    """temp: folder for what does not fit in memory. n_columns: of the widest table. Raises UnknownName."""
    if key not in ENGINES:
        raise UnknownName("engine", key, ENGINES)
    return ENGINES[key](temp, n_columns)
