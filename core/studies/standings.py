"""How the models of a run stand, and the runs of one dataset beside it. Scores nothing anew."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from core.domain import Family, Part, Run
from core.errors import NotApplicable
from core.evaluation.metrics import METRICS
from core.evaluation.spread import Spread, spread_of
from core.evaluation.verdict import Verdict
from core.runs.looks import judging_rows
from core.runs.predictions import load_predictions
from core.runs.records import ModelState, Record, read_records
from core.runs.store import RunStore

MOST_RIVALS = 200


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One model of a run as a table shows it.

    value, low, high: of the run's metric on the test rows with its 95 % interval; validation: the
    same metric on the validation rows, by which champions are chosen; folds: on those that each fold left
    out. metrics: all others on the
    test rows. remark: why there is no value; note: what to know although there is one.
    """

    number: int
    title: str
    family: Family
    state: ModelState
    validation: float | None = None
    folds: tuple[float | None, ...] = ()
    value: float | None = None
    low: float | None = None
    high: float | None = None
    metrics: Mapping[str, float] = field(default_factory=dict)
    fit_s: float = 0.0
    predict_us_per_row: float = 0.0
    size_bytes: int = 0
    remark: str = ""
    note: str = ""
    is_champion: bool = False
    is_recommended: bool = False

    @property
    def spread(self) -> Spread | None:
        """How much the folds differ; None where there are none."""
        return spread_of(self.folds)


def standings(store: RunStore, run: Run, verdict: Verdict | None = None) -> tuple[Standing, ...]:
    """The run's models, the best first by the test rows, or by the validation rows before those were used.

    verdict: of the finished run, to mark who was sent by each camp and who is recommended.
    """
    tested = {s.number: s for s in store.scores(run) if s.part == "test"}
    sign = -1.0 if METRICS[run.spec.task.metric].greater_is_better else 1.0
    rows = []
    for record in told_apart(read_records(store.folder(run.id), run.spec)):
        score = tested.get(record.number)
        rows.append(
            Standing(
                number=record.number,
                title=record.title,
                family=record.family,
                state=record.state,
                validation=record.validation,
                folds=record.folds,
                value=score.value if score else None,
                low=score.low if score else None,
                high=score.high if score else None,
                metrics=score.metrics if score else {},
                fit_s=record.fit_s,
                predict_us_per_row=record.predict_us_per_row,
                size_bytes=record.size_bytes,
                remark=(score.reason if score else None) or record.reason or "",
                note=record.note or "",
                is_champion=verdict is not None and record.number in (verdict.network, verdict.classic),
                is_recommended=verdict is not None and record.number == verdict.recommended,
            )
        )
    return tuple(sorted(rows, key=lambda row: _place(row, sign)))


def told_apart(records: Sequence[Record]) -> list[Record]:
    """With titles that are all different: of several models of one kind each says its number."""
    n = Counter(r.title for r in records)
    return [r if n[r.title] == 1 else replace(r, title=f"{r.title} ({r.number})") for r in records]


def _place(row: Standing, sign: float) -> tuple[bool, float, int]:
    value = row.validation if row.value is None else row.value
    known = value is not None and math.isfinite(value)
    return not known, sign * value if known else 0.0, row.number


def trained(store: RunStore, run: Run) -> tuple[Record, ...]:
    """The run's models that can predict, the recommended one first."""
    recommended = run.summary.get("recommended_number")
    records = [r for r in told_apart(read_records(store.folder(run.id), run.spec)) if r.state == "done"]
    return tuple(sorted(records, key=lambda r: (r.number != recommended, r.number)))


def predictions(store: RunStore, run: Run, number: int, part: Part = "test") -> tuple[np.ndarray, np.ndarray]:
    """A model's stored (targets (n,), prediction) on the rows of a part.

    Raises NotApplicable when it never made any.
    """
    for record in trained(store, run):
        if record.number == number:
            path = store.folder(run.id) / "models" / record.folder / "predictions.parquet"
            _, targets, prediction = load_predictions(path, part)
            return targets, prediction
    raise NotApplicable("model_without_predictions", number=number, run=run.name)


@dataclass(frozen=True, kw_only=True)
class Rival:
    """A finished run about the same target of the same dataset.

    same_rows: whether it was judged by the same test rows; only then are values comparable.
    """

    run: Run
    same_rows: bool


def rivals(store: RunStore, run: Run) -> tuple[Rival, ...]:
    """The owner's finished runs about the run's dataset and target, itself included, newest first."""
    found = store.list(run.owner, dataset=run.spec.dataset, states=("succeeded",), limit=MOST_RIVALS)
    return tuple(
        Rival(run=other, same_rows=judging_rows(other.spec) == judging_rows(run.spec))
        for other in found
        if other.spec.task.target == run.spec.task.target
    )


@dataclass(frozen=True, kw_only=True)
class Looks:
    """How often test rows have judged: the more often, the better the best of them looks by luck."""

    n_runs: int
    n_models: int


def looks_at_test_rows(store: RunStore, run: Run) -> Looks:
    """Every run that these rows have judged: those noted, deleted ones too, and those from before notes were kept."""
    there = {r.run.id: int(r.run.summary.get("n_models") or 0) for r in rivals(store, run) if r.same_rows}
    n_models = there | store.looks.at_rows_of(run)
    return Looks(n_runs=len(n_models), n_models=sum(n_models.values()))
