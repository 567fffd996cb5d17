"""From a spec to arrays: read, split, fit the preparation on training rows, apply it to all.

Done again after a crash it gives the same arrays: the split and the preparation are stored
with the run and read back.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from core import codec
from core.data.catalog import Catalog
from core.data.recipe import states_of
from core.data.split import assign
from core.domain import CLASSIFICATION, ROW, Column, Dataset, Part, RunSpec, Split, Task
from core.errors import BadInput
from core.home import write_whole
from core.prediction.contract import make_contract
from core.prediction.raw import load_recipe
from core.preparation import Preparation
from core.studies.cleaned import clean, is_cleaned, judge_through, seen_by
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
    test_groups: (n,) codes of the test rows' groups under a grouped split, else None.
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
    dataset = seen_by(spec, dataset, catalog, run_folder)
    dataset = replace(dataset, columns=_columns(dataset, run_folder))
    parts = _split(spec, dataset, catalog, run_folder)
    cleaned = None
    if is_cleaned(spec):
        train = parts.loc[(parts["part"] == "train") & (parts[ROW] < dataset.n_rows), ROW].to_numpy(np.int64)
        cleaned = clean(spec, dataset, train, catalog, run_folder)
        dataset = cleaned.dataset
    frame = _read(spec, dataset, catalog, run_folder)
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
        contract = (
            make_contract(by_part["train"], dataset, task)
            if cleaned is None
            else make_contract(cleaned.raw, cleaned.entry, task, [n for n in cleaned.raw if n != ROW])
        )
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
        judge = _cleaned_judge(spec, dataset, catalog, run_folder, states_of(dataset))
        assigned = assign(dataset, spec.task, spec.split, catalog, judge)
        write_whole(stored, assigned.to_parquet(index=False))
    return pd.read_parquet(stored)


def _cleaned_judge(
    spec: RunSpec, dataset: Dataset, catalog: Catalog, run_folder: Path, states: Sequence[Any]
) -> Dataset | None:
    """The second file's rows through the run's recipe; None without a second file or a recipe."""
    if spec.split.strategy != "file" or not is_cleaned(spec):
        return None
    judge = catalog.get(spec.split.test_dataset or "", dataset.owner)
    return judge_through(judge, spec, dataset, states, catalog, run_folder / "scratch" / "judge" / "table")


def _read(spec: RunSpec, dataset: Dataset, catalog: Catalog, run_folder: Path) -> pd.DataFrame:
    wanted = [*spec.task.features, spec.task.target]
    if spec.split.strategy == "grouped":
        wanted.append(spec.split.column)
    frame = catalog.read(dataset, columns=wanted)
    if spec.split.strategy != "file":
        return frame
    recipe = load_recipe(run_folder)
    judge = (
        judging_dataset(spec, dataset, catalog)
        if recipe is None
        else _cleaned_judge(spec, dataset, catalog, run_folder, recipe.states)
    )
    more = catalog.read(judge, columns=wanted)
    more[ROW] += dataset.n_rows  # the test file's rows follow the training file's
    return pd.concat([frame, more], ignore_index=True)


def _groups(split: Split, test: pd.DataFrame) -> np.ndarray | None:
    if split.strategy != "grouped":
        return None
    return pd.factorize(test[split.column], use_na_sentinel=False)[0]


def _truth(frame: pd.DataFrame, targets: np.ndarray, task: Task) -> np.ndarray:
    if task.kind in CLASSIFICATION:
        return targets
    return frame[task.target].to_numpy(np.float64)
