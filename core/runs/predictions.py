"""A model's answers for validation and test rows, kept so that nothing is ever scored twice."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from core.domain import ROW, Part


def save_predictions(path: Path, parts: Mapping[Part, tuple[np.ndarray, np.ndarray, np.ndarray]]) -> None:
    """Write predictions.parquet.

    parts: part → (row numbers (n,), targets (n,), prediction): probabilities (n, classes) in
    the task's order, or values (n,) in the target's own units.
    """
    tables = []
    for part, (rows, targets, prediction) in parts.items():
        columns = {"part": pa.array([part] * len(rows)), ROW: rows, "target": targets}
        if prediction.ndim == 2:
            columns |= {f"p_{k}": prediction[:, k] for k in range(prediction.shape[1])}
        else:
            columns["value"] = prediction
        tables.append(pa.table(columns))
    aside = path.with_suffix(".part")
    pq.write_table(pa.concat_tables(tables), aside)
    aside.replace(path)


def load_predictions(path: Path, part: Part) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(row numbers, targets, prediction) of one part, as they were saved."""
    table = pq.read_table(path, filters=[("part", "=", part)])
    rows, targets = table[ROW].to_numpy(), table["target"].to_numpy()
    if "value" in table.column_names:
        return rows, targets, table["value"].to_numpy()
    names = [n for n in table.column_names if n.startswith("p_")]
    return rows, targets, np.column_stack([table[f"p_{k}"].to_numpy() for k in range(len(names))])
