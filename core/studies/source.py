"""Where a run's rows come from: its table by the recipe, and which part each row is, settled in the run's folder.

Done again after a crash it gives the same rows: what was settled is read back. Prepares nothing for a model.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from core import codec
from core.data.catalog import Catalog
from core.data.recipe import states_of
from core.domain import ROW, Column, Dataset, RunSpec
from core.errors import BadInput
from core.home import write_whole
from core.prediction.contract import CONTRACT, make_contract
from core.prediction.raw import load_recipe
from core.runs.records import fold_folder
from core.studies.cleaned import Cleaned, clean, is_cleaned, judge_through, seen_by
from core.studies.judge import judging_dataset
from core.studies.parts import PARTS, TRAIN, VALIDATION, parts_in_fold, parts_of
from core.studies.teaching import is_taught

SCRATCH = "scratch"


@dataclass(frozen=True, kw_only=True)
class Source:
    """The rows of a run, or of one of its folds.

    dataset: its table by what the recipe learned from the training rows; judge: the second file that judges, if
    one does. part_of: (all rows,) the place in PARTS of each row's part. folder: of the run or the fold.
    cleaned: what the recipe made of the training rows; None without a recipe.
    """

    spec: RunSpec
    dataset: Dataset
    judge: Dataset | None
    part_of: np.ndarray
    folder: Path
    catalog: Catalog
    cleaned: Cleaned | None

    def walk(self) -> Iterator[pd.DataFrame]:
        """Through all rows in batches, in the order of `_row`."""
        wanted = [*self.spec.task.features, self.spec.task.target]
        if self.spec.split.strategy in ("grouped", "chronological"):
            wanted.append(self.spec.split.column)
        yield from self.catalog.batches(self.dataset, wanted)
        if self.judge is not None:
            for frame in self.catalog.batches(self.judge, wanted):
                frame[ROW] += self.dataset.n_rows  # the test file's rows follow the training file's
                yield frame

    @cached_property
    def features(self) -> tuple[Column, ...]:
        features = frozenset(self.spec.task.features)
        return tuple(c for c in self.dataset.columns if c.name in features)

    def teaching(self) -> pd.DataFrame:
        """The training rows, or a sample of them."""
        n_train, pieces = int(np.count_nonzero(self.part_of == TRAIN)), []
        for frame in self.walk():
            numbers = frame[ROW].to_numpy()
            taken = (self.part_of[numbers] == TRAIN) & is_taught(numbers, n_train, self.dataset, self.spec)
            pieces.append(frame[taken])
        return pd.concat(pieces, ignore_index=True)


def source_of(
    spec: RunSpec, dataset: Dataset, catalog: Catalog, run_folder: Path, fold: int | None = None
) -> Source:
    """fold: from 1; its validation rows are those that it leaves out.

    Raises BadInput when a part has no rows.
    """
    dataset = seen_by(spec, dataset, catalog, run_folder)
    dataset = replace(dataset, columns=_columns(dataset, run_folder))
    judge = _judge(spec, dataset, catalog, run_folder, states_of(dataset))
    part_of = parts_of(spec, dataset, judge, catalog, run_folder)
    folder = run_folder
    if fold is not None:
        if not (run_folder / CONTRACT).exists():
            _describe(spec, dataset, part_of, catalog, run_folder)
        part_of = parts_in_fold(spec, dataset, part_of, catalog, run_folder, fold)
        folder = fold_folder(run_folder, fold)
        folder.mkdir(exist_ok=True)
    n_rows = np.bincount(part_of + 1, minlength=len(PARTS) + 1)[1:]
    for part, n in zip(PARTS, n_rows):
        if not n:
            raise BadInput("empty_part", part=part, n=int(n_rows.sum()))
    cleaned = _cleaned(spec, dataset, part_of, catalog, folder)
    if cleaned is not None:
        dataset = cleaned.dataset
        judge = _judge(spec, dataset, catalog, folder, load_recipe(folder).states)
    return Source(
        spec=spec,
        dataset=dataset,
        judge=judge,
        part_of=part_of,
        folder=folder,
        catalog=catalog,
        cleaned=cleaned,
    )


def _columns(dataset: Dataset, run_folder: Path) -> tuple[Column, ...]:
    """The columns as they were when the run began: kinds corrected since must not change its inputs."""
    stored = run_folder / "columns.json"
    if not stored.exists():
        write_whole(stored, codec.dumps(dataset.columns))
    return codec.from_plain(tuple[Column, ...], json.loads(stored.read_text(encoding="utf-8")))


def _judge(
    spec: RunSpec, dataset: Dataset, catalog: Catalog, run_folder: Path, states: Sequence[Any]
) -> Dataset | None:
    """The second file that judges, through the run's recipe if there is one; None without a second file."""
    if spec.split.strategy != "file":
        return None
    if not is_cleaned(spec):
        return judging_dataset(spec, dataset, catalog)
    judge = catalog.get(spec.split.test_dataset or "", dataset.owner)
    return judge_through(judge, spec, dataset, states, catalog, run_folder / SCRATCH / "judge" / "table")


def _cleaned(
    spec: RunSpec, dataset: Dataset, part_of: np.ndarray, catalog: Catalog, folder: Path
) -> Cleaned | None:
    """The table by what its recipe learns from the training rows; None without a recipe."""
    if not is_cleaned(spec):
        return None
    train = np.flatnonzero(part_of[: dataset.n_rows] == TRAIN)
    describing = is_taught(train, len(train), dataset, spec)
    return clean(spec, dataset, train, describing, catalog, folder)


def _describe(
    spec: RunSpec, dataset: Dataset, part_of: np.ndarray, catalog: Catalog, run_folder: Path
) -> None:
    """Keep what new rows look like, by all rows that teach in one fold or another."""
    teaches = np.where(part_of == VALIDATION, np.int8(TRAIN), part_of)
    cleaned = _cleaned(spec, dataset, teaches, catalog, run_folder)
    described = Source(
        spec=spec, dataset=cleaned.dataset if cleaned else dataset, judge=None, part_of=teaches,
        folder=run_folder, catalog=catalog, cleaned=cleaned,
    )  # fmt: skip
    save_contract(described, described.teaching())


def save_contract(source: Source, teaching: pd.DataFrame) -> None:
    """Keep what new rows look like. teaching: training rows."""
    spec, cleaned = source.spec, source.cleaned
    if cleaned is None:
        contract = make_contract(teaching, source.dataset, spec.task)
    else:  # new rows come as the file had them
        names, target = [n for n in cleaned.raw if n != ROW], teaching[spec.task.target]
        hidden = load_recipe(source.folder).rest.hidden()
        contract = make_contract(
            cleaned.raw, cleaned.entry, spec.task, target=target, names=names, protected=hidden
        )
    write_whole(source.folder / CONTRACT, codec.dumps(contract, indent=1))
