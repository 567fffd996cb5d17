"""From a spec to prepared rows on disk: split, fit the preparation on training rows, apply it to all.

The table is walked through in batches, so that memory does not grow with it: once for the rows
that teach the preparation, once to apply it. Done again after a crash it gives the same rows: the
split and the preparation are stored with the run and read back.

A fold is prepared like a run of its own: whatever is learned, is learned from its training rows
alone, and lies in its own folder. What all folds share (the split, the folds, what new rows look
like) lies in the run's.
"""

import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from core import codec
from core.data.catalog import Catalog
from core.data.recipe import states_of
from core.domain import CLASSIFICATION, ROW, Column, Dataset, Part, RunSpec, Split, Task
from core.errors import BadInput
from core.evaluation.blocks import consecutive_blocks
from core.home import write_whole
from core.prediction.contract import make_contract
from core.prediction.raw import load_recipe
from core.preparation import Preparation
from core.runs.records import fold_folder
from core.studies.cleaned import Cleaned, clean, is_cleaned, judge_through, seen_by
from core.studies.condense import condensed
from core.studies.judge import judging_dataset
from core.studies.parts import PARTS, TRAIN, VALIDATION, parts_in_fold, parts_of
from core.studies.probes import without_noise
from core.studies.teaching import is_taught
from core.studies.twins import TwinCounter
from core.training.batches import Rows
from core.training.stored_rows import RowsWriter, StoredRows

SCRATCH = "scratch"
CONTRACT = "contract.json"

Walk = Callable[[], Iterator[pd.DataFrame]]


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A run's rows, ready for any model.

    rows: part → prepared inputs and targets as networks want them (standardised numbers), beside
        the truth: class index int32, or the value in its own unit float64.
    class_counts: (classes,) training rows of each class; empty for regression.
    n_twins: test rows that also occur among the training rows, in folds among those of any.
    test_groups: (n,) codes of test rows that belong together: their groups under a grouped split,
        blocks of rows that follow one another under a chronological one; else None.
    validation_groups: the same of validation rows.
    n_left_out: rows that a fold left out, where the rows prepared are those of a fold; fold: which, from 1.
    """

    task: Task
    preparation: Preparation
    rows: Mapping[Part, StoredRows]
    class_counts: np.ndarray
    n_twins: int = 0
    test_groups: np.ndarray | None = None
    validation_groups: np.ndarray | None = None
    n_left_out: int | None = None
    fold: int | None = None

    @property
    def counts(self) -> dict[Part, int]:
        """Rows of each part; over all folds a row both teaches and is left out."""
        counts = {part: rows.n for part, rows in self.rows.items()}
        if self.n_left_out is None:
            return counts
        teaching = counts["train"] + counts["validation"]
        return counts | {"train": teaching, "validation": self.n_left_out}


def prepare(
    spec: RunSpec,
    dataset: Dataset,
    catalog: Catalog,
    run_folder: Path,
    report: Callable[[float], None] = lambda fraction: None,
    *,
    fold: int | None = None,
) -> Prepared:
    """Walk through the dataset of a spec and prepare it, into the folder `scratch` of the run or the fold.

    fold: from 1; its validation rows are those that it leaves out.
    report(fraction): called once a batch; what it raises leaves the preparing off.
    Raises BadInput when a part has no rows, OSError when the disk is full.
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
    walk = _walk(spec, dataset, judge, catalog)
    stored = folder / "preparation.json"
    if not stored.exists():
        teaching = _teaching(walk, part_of, dataset, spec)
        columns = tuple(c for c in dataset.columns if c.name in spec.task.features)
        preparation = Preparation.fit(teaching, columns, spec.task)
        if spec.selects:
            preparation = without_noise(preparation, teaching, spec.seed)
        if spec.condenses:
            preparation = _condensed(preparation, spec, folder / SCRATCH / "wide", walk, part_of, report)
        if fold is None:
            _save_contract(spec, dataset, teaching, cleaned, run_folder)
        write_whole(stored, codec.dumps(preparation, indent=1))
    preparation = Preparation.from_plain(json.loads(stored.read_text(encoding="utf-8")))
    prepared = _apply(preparation, spec, dataset, folder / SCRATCH, walk, part_of, report)
    return replace(prepared, fold=fold)


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


def _walk(spec: RunSpec, dataset: Dataset, judge: Dataset | None, catalog: Catalog) -> Walk:
    """Walks through all rows in batches, in the order of `_row`."""
    wanted = [*spec.task.features, spec.task.target]
    if spec.split.strategy in ("grouped", "chronological"):
        wanted.append(spec.split.column)

    def walk() -> Iterator[pd.DataFrame]:
        yield from catalog.batches(dataset, wanted)
        if judge is not None:
            for frame in catalog.batches(judge, wanted):
                frame[ROW] += dataset.n_rows  # the test file's rows follow the training file's
                yield frame

    return walk


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
    dataset = cleaned.dataset if cleaned else dataset
    teaching = _teaching(_walk(spec, dataset, None, catalog), teaches, dataset, spec)
    _save_contract(spec, dataset, teaching, cleaned, run_folder)


def _save_contract(
    spec: RunSpec, dataset: Dataset, teaching: pd.DataFrame, cleaned: Cleaned | None, run_folder: Path
) -> None:
    if cleaned is None:
        contract = make_contract(teaching, dataset, spec.task)
    else:  # new rows come as the file had them
        names, target = [n for n in cleaned.raw if n != ROW], teaching[spec.task.target]
        hidden = [
            c for step in spec.recipe if step.step == "protect" and step.on for c in step.params["columns"]
        ]
        contract = make_contract(
            cleaned.raw, cleaned.entry, spec.task, target=target, names=names, protected=hidden
        )
    write_whole(run_folder / CONTRACT, codec.dumps(contract, indent=1))


def _teaching(walk: Walk, part_of: np.ndarray, dataset: Dataset, spec: RunSpec) -> pd.DataFrame:
    """The training rows, or a sample of them."""
    n_train, pieces = int(np.count_nonzero(part_of == TRAIN)), []
    for frame in walk():
        numbers = frame[ROW].to_numpy()
        taken = (part_of[numbers] == TRAIN) & is_taught(numbers, n_train, dataset, spec)
        pieces.append(frame[taken])
    return pd.concat(pieces, ignore_index=True)


def _condensed(
    preparation: Preparation,
    spec: RunSpec,
    folder: Path,
    walk: Walk,
    part_of: np.ndarray,
    report: Callable[[float], None],
) -> Preparation:
    """The preparation that makes components of its columns, by all training rows, which lie in the folder meanwhile."""
    shutil.rmtree(folder, ignore_errors=True)  # an earlier attempt's
    writer = RowsWriter(folder)
    for frame in walk():
        own = frame[part_of[frame[ROW].to_numpy()] == TRAIN]
        if not own.empty:
            targets = preparation.targets(own)
            rows = Rows(inputs=preparation.transform(own), targets=targets)
            writer.append(rows, truth=targets, numbers=own[ROW].to_numpy(np.int64))
        report(0.0)
    found = condensed(preparation, spec.condenses, writer.close(), spec.seed, lambda: report(0.0))
    shutil.rmtree(folder)
    return found


def _apply(
    preparation: Preparation,
    spec: RunSpec,
    dataset: Dataset,
    scratch: Path,
    walk: Walk,
    part_of: np.ndarray,
    report: Callable[[float], None],
) -> Prepared:
    task = spec.task
    for part in PARTS:
        shutil.rmtree(scratch / part, ignore_errors=True)  # an earlier attempt's
    writers = {part: RowsWriter(scratch / part) for part in PARTS}
    twins = TwinCounter([dataset.column(n) for n in (*task.features, task.target)], len(part_of))
    together: dict[str, list[pd.Series]] = {part: [] for part in PARTS}
    class_counts = np.zeros(len(task.classes), np.int64)
    for frame in walk():
        codes = part_of[frame[ROW].to_numpy()]
        for code, part in enumerate(PARTS):
            own = frame[codes == code]
            if own.empty:
                continue
            targets = preparation.targets(own)
            writers[part].append(
                Rows(inputs=preparation.transform(own), targets=targets),
                truth=targets if task.kind in CLASSIFICATION else own[task.target].to_numpy(np.float64),
                numbers=own[ROW].to_numpy(np.int64),
            )
            twins.see("train" if spec.folds and part == "validation" else part, own)
            if part != "train" and spec.split.strategy in ("grouped", "chronological"):
                together[part].append(own[spec.split.column])
            if part == "train" and task.classes:
                class_counts += np.bincount(targets, minlength=len(task.classes))
        report(float(frame[ROW].iloc[-1] + 1) / len(part_of))
    return Prepared(
        task=task,
        preparation=preparation,
        rows={part: writer.close() for part, writer in writers.items()},
        class_counts=class_counts,
        n_twins=twins.count(),
        test_groups=_groups(spec.split, together["test"]),
        validation_groups=_groups(spec.split, together["validation"]),
    )


def _groups(split: Split, together: list[pd.Series]) -> np.ndarray | None:
    if not together:
        return None
    values = pd.concat(together, ignore_index=True)
    if split.strategy == "chronological":
        return consecutive_blocks(values.to_numpy())  # rows without a moment never judge
    return pd.factorize(values, use_na_sentinel=False)[0]
