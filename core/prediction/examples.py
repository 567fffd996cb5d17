"""Rows to try a model on: the typical one, and test rows, which no model has learnt from. Predicts nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from core.data.catalog import Catalog
from core.data.task import class_labels
from core.domain import ROW, Run, Task
from core.errors import NotApplicable
from core.prediction.contract import Contract, as_word
from core.runs.predictions import load_predictions
from core.runs.store import RunStore
from core.sentences import say
from core.studies.standings import trained


@dataclass(frozen=True, kw_only=True)
class Example:
    """values: by the contract's names, None where missing; numbers, words, or ISO dates.

    number: of the row in its file, from 1; truth: what the target was there: a class or a number.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    number: int | None = None
    truth: str | float | None = None


def typical_row(contract: Contract) -> Example:
    """The median of every number and date, the most frequent of everything else."""
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
    number = int(rng.choice(numbers))
    dataset = catalog.get(run.spec.dataset, run.owner)
    if run.spec.split.strategy == "file":  # the test file's rows are counted on from this one's
        number -= dataset.n_rows
        dataset = catalog.get(run.spec.split.test_dataset or "", run.owner)
    with catalog.open(dataset) as session:
        found = session.query(f"SELECT * FROM data WHERE {ROW} = {number}").to_pandas()
    row = {name: found[name].iloc[0] for name in found}  # one by one: a row as a whole would turn 5 into 5.0
    return Example(
        values={f.name: _plain(row[f.name], f.kind) for f in contract.fields},
        number=number + 1,
        truth=_truth(found, run.spec.task),
    )


def _truth(found: pd.DataFrame, task: Task) -> str | float | None:
    if task.target not in found or pd.isna(found[task.target].iloc[0]):
        return None
    if task.classes:
        return class_labels(found[task.target], task)[0]
    return float(found[task.target].iloc[0])


def _plain(value: Any, kind: str) -> Any:
    if pd.isna(value):
        return None
    match kind:
        case "integer":
            return int(value)
        case "decimal":
            return float(value)
        case "date":
            return pd.Timestamp(value).isoformat()
    return as_word(value)
