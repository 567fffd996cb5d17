"""From a run's rows to prepared rows on disk: fit the preparation on training rows, apply it to all.

The table is walked through in batches, so that memory does not grow with it: once for the rows
that teach the preparation, once to apply it. Done again after a crash it gives the same rows: the
preparation is stored with the run and read back.

A fold is prepared like a run of its own: whatever is learned, is learned from its training rows
alone, and lies in its own folder. What all folds share (the split, the folds, what new rows look
like) lies in the run's.
"""

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from core import codec
from core.data.catalog import Catalog
from core.domain import CLASSIFICATION, ROW, Dataset, Part, RunSpec, Split, Task
from core.evaluation.blocks import consecutive_blocks
from core.home import write_whole
from core.preparation import Preparation
from core.studies.condense import condensed
from core.studies.parts import PARTS, TRAIN
from core.studies.probes import without_noise
from core.studies.source import SCRATCH, Source, save_contract, source_of
from core.studies.twins import TwinCounter
from core.training.batches import Rows
from core.training.stored_rows import RowsWriter, StoredRows


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
    source = source_of(spec, dataset, catalog, run_folder, fold)
    folder = source.folder
    stored = folder / "preparation.json"
    if not stored.exists():
        teaching = source.teaching()
        preparation = Preparation.fit(teaching, source.features, spec.task)
        if spec.selects:
            preparation = without_noise(preparation, teaching, spec.seed)
        if spec.condenses:
            preparation = _condensed(preparation, source, report)
        if fold is None:
            save_contract(source, teaching)
        write_whole(stored, codec.dumps(preparation, indent=1))
    preparation = Preparation.from_plain(json.loads(stored.read_text(encoding="utf-8")))
    return replace(_apply(preparation, source, report), fold=fold)


def _condensed(preparation: Preparation, source: Source, report: Callable[[float], None]) -> Preparation:
    """The preparation that makes components of its columns, by all training rows, which lie on disk meanwhile."""
    spec, folder = source.spec, source.folder / SCRATCH / "wide"
    shutil.rmtree(folder, ignore_errors=True)  # an earlier attempt's
    writer = RowsWriter(folder)
    for frame in source.walk():
        own = frame[source.part_of[frame[ROW].to_numpy()] == TRAIN]
        if not own.empty:
            targets = preparation.targets(own)
            rows = Rows(inputs=preparation.transform(own), targets=targets)
            writer.append(rows, truth=targets, numbers=own[ROW].to_numpy(np.int64))
        report(0.0)
    found = condensed(preparation, spec.condenses, writer.close(), spec.seed, lambda: report(0.0))
    shutil.rmtree(folder)
    return found


def _apply(preparation: Preparation, source: Source, report: Callable[[float], None]) -> Prepared:
    spec, task, part_of = source.spec, source.spec.task, source.part_of
    scratch = source.folder / SCRATCH
    for part in PARTS:
        shutil.rmtree(scratch / part, ignore_errors=True)  # an earlier attempt's
    writers = {part: RowsWriter(scratch / part) for part in PARTS}
    twins = TwinCounter([source.dataset.column(n) for n in (*task.features, task.target)], len(part_of))
    together: dict[str, list[pd.Series]] = {part: [] for part in PARTS}
    class_counts = np.zeros(len(task.classes), np.int64)
    for frame in source.walk():
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
