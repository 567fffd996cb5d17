"""From a spec to arrays: read, split, fit the preparation on training rows, apply it to all.

Done again after a crash it gives the same arrays: the split and the preparation are stored
with the run and read back.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from core import codec
from core.data.catalog import Catalog
from core.data.split import assign
from core.domain import CLASSIFICATION, ROW, Column, Dataset, Part, RunSpec, Split, Task
from core.errors import BadInput
from core.evaluation.blocks import consecutive_blocks
from core.home import write_whole
from core.prediction.contract import make_contract
from core.preparation import Preparation
from core.studies.judge import judging_dataset
from core.studies.twins import count_twins
from core.training.batches import Rows

PARTS: tuple[Part, ...] = ("train", "validation", "test")


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A run's rows, ready for any model.

    rows: part → prepared inputs and targets as networks want them (standardised numbers).
    truth: part → class index (n,) int32, or the value in its own unit (n,) float64.
    numbers: part → the rows' numbers in the dataset (n,) int64.
    n_twins: test rows that also occur among the training rows.
    test_groups: (n,) codes of test rows that belong together: their groups under a grouped split,
        blocks of rows that follow one another under a chronological one; else None.
    """

    task: Task
    preparation: Preparation
    rows: Mapping[Part, Rows]
    truth: Mapping[Part, np.ndarray]
    numbers: Mapping[Part, np.ndarray]
    n_twins: int = 0
    test_groups: np.ndarray | None = None

    @property
    def counts(self) -> dict[Part, int]:
        return {part: rows.n for part, rows in self.rows.items()}


def prepare(spec: RunSpec, dataset: Dataset, catalog: Catalog, run_folder: Path) -> Prepared:
    """Read the dataset of a spec and prepare it. Raises BadInput when a part has no rows."""
    task = spec.task
    dataset = replace(dataset, columns=_columns(dataset, run_folder))
    parts = _split(spec, dataset, catalog, run_folder)
    frame = _read(spec, dataset, catalog)
    part_of = frame[ROW].map(parts.set_index(ROW)["part"])  # missing where a row takes no part
    by_part = {p: frame[part_of == p] for p in PARTS}
    del frame  # its rows now lie in the parts, and memory is what large tables lack
    for part, rows in by_part.items():
        if not len(rows):
            raise BadInput("empty_part", part=part, n=len(parts))
    stored = run_folder / "preparation.json"
    if stored.exists():
        preparation = Preparation.from_plain(json.loads(stored.read_text(encoding="utf-8")))
    else:
        columns = tuple(c for c in dataset.columns if c.name in task.features)
        preparation = Preparation.fit(by_part["train"], columns, task)
        contract = make_contract(by_part["train"], dataset, task)
        write_whole(run_folder / "contract.json", codec.dumps(contract, indent=1))
        write_whole(stored, codec.dumps(preparation, indent=1))
    targets = {p: preparation.targets(f) for p, f in by_part.items()}
    return Prepared(
        task=task,
        preparation=preparation,
        rows={p: Rows(inputs=preparation.transform(f), targets=targets[p]) for p, f in by_part.items()},
        truth={p: _truth(f, targets[p], task) for p, f in by_part.items()},
        numbers={p: f[ROW].to_numpy(np.int64) for p, f in by_part.items()},
        test_groups=_groups(spec.split, by_part["test"]),
        n_twins=count_twins(by_part["train"], by_part["test"], [*task.features, task.target]),
    )


def _columns(dataset: Dataset, run_folder: Path) -> tuple[Column, ...]:
    """The columns as they were when the run began: kinds corrected since must not change its inputs."""
    stored = run_folder / "columns.json"
    if not stored.exists():
        write_whole(stored, codec.dumps(dataset.columns))
    return codec.from_plain(tuple[Column, ...], json.loads(stored.read_text(encoding="utf-8")))


def _split(spec: RunSpec, dataset: Dataset, catalog: Catalog, run_folder: Path) -> pd.DataFrame:
    stored = run_folder / "split.parquet"
    if not stored.exists():
        write_whole(stored, assign(dataset, spec.task, spec.split, catalog).to_parquet(index=False))
    return pd.read_parquet(stored)


def _read(spec: RunSpec, dataset: Dataset, catalog: Catalog) -> pd.DataFrame:
    wanted = [*spec.task.features, spec.task.target]
    if spec.split.strategy in ("grouped", "chronological"):
        wanted.append(spec.split.column)
    frame = catalog.read(dataset, columns=wanted)
    if spec.split.strategy != "file":
        return frame
    more = catalog.read(judging_dataset(spec, dataset, catalog), columns=wanted)
    more[ROW] += dataset.n_rows  # the test file's rows follow the training file's
    return pd.concat([frame, more], ignore_index=True)


def _groups(split: Split, test: pd.DataFrame) -> np.ndarray | None:
    if split.strategy == "chronological":
        return consecutive_blocks(test[split.column].to_numpy())  # rows without a moment never judge
    if split.strategy != "grouped":
        return None
    return pd.factorize(test[split.column], use_na_sentinel=False)[0]


def _truth(frame: pd.DataFrame, targets: np.ndarray, task: Task) -> np.ndarray:
    if task.kind in CLASSIFICATION:
        return targets
    return frame[task.target].to_numpy(np.float64)
