"""Test rows that a model got wrong though it was certain, the most certain first. Predicts nothing."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.data.catalog import Catalog
from core.domain import Dataset, Run
from core.errors import NotApplicable
from core.runs.predictions import load_predictions
from core.runs.store import RunStore
from core.studies.cleaned import seen_by
from core.studies.judge import judging_dataset
from core.studies.standings import trained

MOST_CHARACTERS = 300  # of a text that a list shows


@dataclass(frozen=True, kw_only=True)
class Mistake:
    """One test row. row: its number in the run, from 0; number: in its file, from 1. certainty: probability of the wrong class.
    texts: what the row's texts say, shortened."""

    row: int
    number: int
    truth: str
    answer: str
    certainty: float
    texts: Mapping[str, str]


def surest_mistakes(
    store: RunStore, catalog: Catalog, run: Run, number: int, most: int = 50
) -> tuple[Mistake, ...]:
    """number: of the model. Raises NotApplicable for numbers, or if the rows are not to be had any more."""
    task, folder = run.spec.task, store.folder(run.id)
    record = next((r for r in trained(store, run) if r.number == number), None)
    if not task.classes or record is None:
        raise NotApplicable("model_without_predictions", number=number, run=run.name)
    path = folder / "models" / record.folder / "predictions.parquet"
    rows, truth, shares = load_predictions(path, "test")
    answers = shares.argmax(axis=1)
    wrong = np.flatnonzero(answers != truth)
    wrong = wrong[np.argsort(-shares[wrong, answers[wrong]], kind="stable")][:most]
    dataset, first = judging_rows_in(run, catalog, folder)
    names = [n for n in task.features if dataset.column(n).kind == "text"]
    numbers = rows[wrong] - first
    order = np.argsort(numbers)
    frame = catalog.read(dataset, columns=names, rows=numbers[order])
    texts: list[dict[str, str]] = [{} for _ in wrong]
    for place, at in enumerate(order):
        cells = {name: frame[name].iloc[place] for name in names}
        texts[at] = {k: v[:MOST_CHARACTERS] if isinstance(v, str) else "" for k, v in cells.items()}
    return tuple(
        Mistake(
            row=int(rows[at]),
            number=int(numbers[i]) + 1,
            truth=task.classes[truth[at]],
            answer=task.classes[answers[at]],
            certainty=float(shares[at, answers[at]]),
            texts=texts[i],
        )
        for i, at in enumerate(wrong)
    )


def judging_rows_in(run: Run, catalog: Catalog, folder) -> tuple[Dataset, int]:
    """The dataset that holds the test rows, and the number of its first row among the run's."""
    dataset = seen_by(run.spec, catalog.get(run.spec.dataset, run.owner), catalog, folder)
    if run.spec.split.strategy == "file":
        return judging_dataset(run.spec, dataset, catalog), dataset.n_rows
    return dataset, 0
