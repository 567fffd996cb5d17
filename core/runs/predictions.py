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
    aside, writer = path.with_suffix(".part"), None
    for part, (rows, targets, prediction) in parts.items():
        columns = {"part": pa.array([part] * len(rows)), ROW: rows, "target": targets}
        if prediction.ndim == 2:
            columns |= {f"p_{k}": prediction[:, k] for k in range(prediction.shape[1])}
        else:
            columns["value"] = prediction
        table = pa.table(columns)
        writer = writer or pq.ParquetWriter(aside, table.schema)
        writer.write_table(table)  # in row groups of its own, so that a part is read without the others
    writer.close()
    aside.replace(path)


def load_predictions(path: Path, part: Part) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(row numbers, targets, prediction) of one part, as they were saved."""
    names = pq.read_schema(path).names
    table = pq.read_table(path, columns=[n for n in names if n != "part"], filters=[("part", "=", part)])
    rows, targets = table[ROW].to_numpy(), table["target"].to_numpy()
    if "value" in names:
        return rows, targets, table["value"].to_numpy()
    n_classes = sum(name.startswith("p_") for name in names)
    prediction = np.empty((table.num_rows, n_classes), table.schema.field("p_0").type.to_pandas_dtype())
    for k in range(n_classes):
        prediction[:, k] = table[f"p_{k}"].to_numpy()
    return rows, targets, prediction
