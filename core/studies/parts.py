"""Which part of a run's rows each row is, in the run or in one of its folds. Reads no feature."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from core.data.catalog import Catalog
from core.data.folds import cut_rows
from core.data.split import assign
from core.domain import ROW, Dataset, Part, RunSpec

PARTS: tuple[Part, ...] = ("train", "validation", "test")
TRAIN, VALIDATION = 0, 1
NO_PART = -1


def parts_of(
    spec: RunSpec, dataset: Dataset, judge: Dataset | None, catalog: Catalog, run_folder: Path
) -> np.ndarray:
    """(all rows,) int8: the place in PARTS of each row's part, NO_PART where it takes none."""
    stored = run_folder / "split.parquet"
    if not stored.exists():
        assign(dataset, spec.task, spec.split, catalog, stored, judge)
    part_of = np.full(dataset.n_rows + (judge.n_rows if judge else 0), NO_PART, np.int8)
    with pq.ParquetFile(stored) as file:
        for batch in file.iter_batches():
            parts = batch.column("part").to_pandas()
            part_of[batch.column(ROW).to_numpy()] = parts.map(PARTS.index).to_numpy(np.int8)
    return part_of


def parts_in_fold(
    spec: RunSpec, dataset: Dataset, part_of: np.ndarray, catalog: Catalog, run_folder: Path, fold: int
) -> np.ndarray:
    """The parts of all rows in one fold: those it leaves out are its validation rows."""
    pool = np.flatnonzero((part_of == TRAIN) | (part_of == VALIDATION))
    stored = run_folder / "folds.parquet"
    if not stored.exists():
        cut = cut_rows(spec, dataset, pool, catalog)
        named = {f"repeat_{i}": fold_of for i, fold_of in enumerate(cut, start=1)}
        aside = stored.with_name(f".{stored.name}")
        pq.write_table(pa.table({ROW: pool, **named}), aside)
        aside.replace(stored)
    repeat, own = divmod(fold - 1, spec.folds)
    fold_of = pq.read_table(stored).column(f"repeat_{repeat + 1}").to_numpy()
    teaches = fold_of < own + 1 if spec.split.strategy == "chronological" else fold_of != own + 1
    parts = part_of.copy()
    parts[pool] = np.where(teaches, TRAIN, np.where(fold_of == own + 1, VALIDATION, NO_PART))
    return parts
