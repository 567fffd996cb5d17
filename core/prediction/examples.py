"""Rows to try a model on: the typical one, and test rows, which no model has learnt from. Predicts nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from core.data.catalog import Catalog
from core.data.making import base_of
from core.data.task import class_labels
from core.domain import ROW, Dataset, Run, Task
from core.errors import NotApplicable
from core.prediction.contract import Contract, plain_value
from core.runs.predictions import load_predictions
from core.runs.store import RunStore
from core.sentences import say
from core.studies.cleaned import is_cleaned, raw_row, seen_by
from core.studies.standings import trained

MOST_DRAWN = 20  # rows that came from another dataset, or from several, are no example


@dataclass(frozen=True, kw_only=True)
class Example:
    """values: by the contract's names, None where missing; numbers, words, or ISO dates.

    number: of the row in its file, from 1; truth: what the target was there: a class or a number.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    number: int | None = None
    truth: str | float | None = None


def typical_row(contract: Contract) -> Example:
    """The training row in the middle of all; of an older run the median of every number and date and
    the most frequent of everything else, which need not go together."""
    if contract.middle is not None:
        return Example(values=contract.middle)
    return Example(values={f.name: f.typical for f in contract.fields})


def random_test_row(
    store: RunStore, catalog: Catalog, run: Run, contract: Contract, rng: np.random.Generator
) -> Example:
    """One of the run's test rows. Raises NotApplicable without any, NotYours when its dataset is gone."""
    records = trained(store, run)
    if not records:
        raise NotApplicable("run_not_done", run=run.name, state=say(f"state.{run.state}"))
    path = store.folder(run.id) / "models" / records[0].folder / "predictions.parquet"
    numbers, _, _ = load_predictions(path, "test")
    for number in map(int, rng.permutation(numbers)[:MOST_DRAWN]):
        found = row_numbered(store, catalog, run, contract, number)
        if found is not None:
            return found
    raise NotApplicable("no_raw_row", run=run.name)


def row_numbered(
    store: RunStore, catalog: Catalog, run: Run, contract: Contract, number: int
) -> Example | None:
    """The run's row of that number, from 0; None where it was not one row of the file."""
    folder = store.folder(run.id)
    dataset = seen_by(run.spec, catalog.get(run.spec.dataset, run.owner), catalog, folder)
    row, truth = _row(run, dataset, number, catalog, folder)
    if row is None:
        return None
    if run.spec.split.strategy == "file":  # the test file's rows are counted on from this one's
        number -= dataset.n_rows
    return Example(
        values={f.name: None if f.hidden else plain_value(row.get(f.name), f.kind) for f in contract.fields},
        number=number + 1,
        truth=_truth(truth, run.spec.task),
    )


def _row(
    run: Run, dataset: Dataset, number: int, catalog: Catalog, folder: Path
) -> tuple[Mapping[str, Any] | None, Any]:
    """One row as it came in, None where it was not one row of the file; and its target."""
    if run.spec.split.strategy == "file" and number >= dataset.n_rows:
        judge = base_of(catalog.get(run.spec.split.test_dataset or "", run.owner), catalog)
        row = _stored(judge, number - dataset.n_rows, catalog)
        return row, row.get(run.spec.task.target)
    clean = _stored(dataset, number, catalog)
    row = raw_row(folder, dataset, number, catalog) if is_cleaned(run.spec) else clean
    return row, clean[run.spec.task.target]


def _stored(dataset: Dataset, number: int, catalog: Catalog) -> dict[str, Any]:
    with catalog.open(dataset) as session:
        found = session.query(f"SELECT * FROM data WHERE {ROW} = {number}").to_pandas()
    return {name: found[name].iloc[0] for name in found}  # one by one: a row as a whole would turn 5 into 5.0


def _truth(value: Any, task: Task) -> str | float | None:
    if value is None or pd.isna(value):
        return None
    return class_labels(pd.Series([value]), task)[0] if task.classes else float(value)
