"""Which kind of column carries a model's signal: what is lost when each kind is mixed up among the rows.

Every other column stays as it was, so that the model, which is not trained anew, has only the rest to go
by. Measured on validation rows: the test rows judge once, and not here. Of a model that was trained once a
fold the first one is looked into, on the rows that its fold left out.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.data.catalog import Catalog
from core.domain import Run
from core.errors import NotApplicable
from core.evaluation.metrics import METRICS
from core.prediction.score import Scorer
from core.runs.predictions import load_predictions
from core.studies.cleaned import is_cleaned
from core.studies.without_kinds import by_kind

MOST_ROWS = 2_000
REPEATS = 3


@dataclass(frozen=True, kw_only=True)
class KindWorth:
    """value: of the metric with that kind mixed up, the mean of several draws; whole: with everything in place."""

    kind: str
    columns: tuple[str, ...]
    value: float
    whole: float


def worth_of_kinds(scorer: Scorer, catalog: Catalog, run: Run) -> tuple[KindWorth, ...]:
    """Raises NotApplicable where there is one kind only, or where the run's rows went through a recipe."""
    kinds = by_kind(scorer.voice.preparation.columns)
    if len(kinds) < 2:
        raise NotApplicable("one_kind", kind=next(iter(kinds)))
    if is_cleaned(run.spec):
        raise NotApplicable("kinds_cleaned", run=run.name)
    frame, truth = _validation_rows(scorer, catalog, run)
    metric, task, rng = METRICS[run.spec.task.metric], run.spec.task, np.random.default_rng(run.spec.seed)

    def value(rows: pd.DataFrame) -> float:
        return float(metric.compute(truth, scorer.voice.predict(rows), task))

    whole, worth = value(frame), []
    for kind, columns in kinds.items():
        mixed = []
        for _ in range(REPEATS):
            # a whole row's columns of one kind stay together
            other = frame[[*columns]].iloc[rng.permutation(len(frame))].set_axis(frame.index)
            mixed.append(value(frame.assign(**{c: other[c] for c in columns})))
        worth.append(KindWorth(kind=kind, columns=columns, value=float(np.mean(mixed)), whole=whole))
    return tuple(worth)


def _validation_rows(scorer: Scorer, catalog: Catalog, run: Run) -> tuple[pd.DataFrame, np.ndarray]:
    """Rows that the voice which is looked into did not learn from; its truth."""
    rows, truth, _ = load_predictions(scorer.voice.folder / "predictions.parquet", "validation")
    drawn = np.sort(np.random.default_rng(run.spec.seed).permutation(len(rows))[:MOST_ROWS])
    order = drawn[np.argsort(rows[drawn])]
    dataset = catalog.get(run.spec.dataset, run.owner)
    names = [c.name for c in scorer.voice.preparation.columns]
    frame = catalog.read(dataset, columns=names, rows=rows[order])
    return frame.reset_index(drop=True), truth[order]
