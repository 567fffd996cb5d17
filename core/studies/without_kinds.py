"""What each kind of column is worth: the same model trained again without it, as a run like any other. Trains nothing itself.

Mixing a kind up among the rows (`core.explanation.kinds`) is the quick answer, and asks what a finished model
goes by. Training again asks what cannot be made up for from the rest: where texts and numbers tell the same,
neither is missed. Both models meet on the test rows, on the same draws of a bootstrap.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from core.architectures import ARCHITECTURES
from core.baselines import BASELINES
from core.data.catalog import Catalog
from core.domain import NUMERIC_KINDS, Column, Dataset, Kind, ModelSpec, Run, RunSpec
from core.errors import NotApplicable, UnknownName
from core.evaluation.blocks import consecutive_blocks
from core.evaluation.intervals import Difference, paired_difference
from core.evaluation.metrics import METRICS
from core.modalities import wide_among
from core.runs.predictions import load_predictions
from core.runs.records import Record, read_records
from core.runs.store import RunStore
from core.studies.cleaned import seen_by
from core.studies.plan import STRONG, TRIVIAL, classics_for, kinds_of, networks_for

Named = Literal["numbers", "categories", "dates", "texts", "image", "sound"]
NAMES: dict[Kind, Named] = {
    "date": "dates", "text": "texts", "category": "categories", "boolean": "categories",
    "image": "image", "sound": "sound", **dict.fromkeys(NUMERIC_KINDS, "numbers"),
}  # fmt: skip
MOST_RUNS = 500


@dataclass(frozen=True, kw_only=True)
class Without:
    """A kind of column, and the run that has everything else.

    run: None before it was started. title: of the model that learned the rest: another one of its family where the
    model in question cannot do without the kind. value: of the metric on the test rows; loss: how much better the
    model with everything is, with its interval; both None before the run is done. remark: why there will be none.
    """

    kind: Named
    columns: tuple[str, ...]
    spec: RunSpec
    title: str
    run: Run | None = None
    value: float | None = None
    loss: Difference | None = None
    remark: str = ""


def chosen(records: Sequence[Record], key: str | None) -> Record:
    """The model of that key, or the first single one, the recommended model if it is one. Raises UnknownName."""
    single = [r for r in records if r.family in ("deep", "classic") and key in (None, r.key)]
    if not single:
        raise UnknownName("trained model", key or "", [r.key for r in records])
    return single[0]


def by_kind(columns: Sequence[Column]) -> dict[Named, tuple[str, ...]]:
    """The names of the columns of each kind, as people call kinds."""
    found: dict[Named, list[str]] = {}
    for column in columns:
        found.setdefault(NAMES[column.kind], []).append(column.name)
    return {kind: tuple(names) for kind, names in found.items()}


def without_kinds(
    store: RunStore, catalog: Catalog, run: Run, record: Record, *, judged: bool = True
) -> tuple[Without, ...]:
    """The run without each kind, as far as it has been done. record: of a network or a classic model of the run.

    judged: whether those that are done are held against the run, which takes a moment on many test rows.
    Raises NotApplicable where there is one kind only, and for what is no single model.
    """
    if record.family not in ("deep", "classic"):
        raise NotApplicable("without_single", title=record.title)
    dataset = seen_by(run.spec, catalog.get(run.spec.dataset, run.owner), catalog, store.folder(run.id))
    kinds = by_kind([dataset.column(name) for name in run.spec.task.features])
    if len(kinds) < 2:
        raise NotApplicable("one_kind", kind=next(iter(kinds)))
    known = store.list(run.owner, dataset=run.spec.dataset, limit=MOST_RUNS)
    found = []
    for kind, columns in kinds.items():
        spec, title = _spec(run, record, columns, dataset)
        same = [r for r in known if r.spec == spec]
        again = next((r for r in same if r.state == "succeeded"), same[0] if same else None)
        entry = Without(kind=kind, columns=columns, spec=spec, title=title, run=again)
        if judged and again is not None and store.is_whole(again.id):
            entry = _judged(entry, store, run, record, dataset, catalog)
        found.append(entry)
    return tuple(found)


def _spec(run: Run, record: Record, left_out: Sequence[str], dataset: Dataset) -> tuple[RunSpec, str]:
    """The run of that one model without those columns, and what the model is called."""
    task = replace(run.spec.task, features=tuple(f for f in run.spec.task.features if f not in left_out))
    kinds = kinds_of(dataset, task)
    entries = ARCHITECTURES if record.family == "deep" else BASELINES
    asked = run.spec.models[record.number]
    if asked.start is not None:
        raise NotApplicable("without_branched", title=record.title)
    most_s = asked.most_s
    if record.ending in (
        "budget",
        "fitted",
    ):  # both have the same time to learn, or the loss would be that of haste
        most_s = record.fit_s / max(1, len(record.folds))
    model = ModelSpec(key=asked.key, params=dict(asked.params), most_s=most_s)
    if not entries[record.key].suits(kinds):
        if record.family == "deep":
            key = next((k for k, a in networks_for(task.kind, kinds).items() if a.made_for), STRONG[0])
        else:
            key = classics_for(task.kind, kinds)[0].key
        model = ModelSpec(key=key, most_s=most_s if record.family == "deep" else None)
    models = (model, ModelSpec(key=TRIVIAL))
    shared = [n for n in task.features if not wide_among([dataset.column(n).kind])]
    condenses = run.spec.condenses if shared else ""
    spec = replace(run.spec, task=task, models=models, budget_s=None, condenses=condenses)
    return spec, entries[model.key].title


def _judged(
    entry: Without, store: RunStore, run: Run, record: Record, dataset: Dataset, catalog: Catalog
) -> Without:
    other = read_records(store.folder(entry.run.id), entry.spec)[0]
    if other.state != "done":
        return replace(entry, remark=other.reason or "")
    rows, truth, whole = _test(store, run, record)
    other_rows, _, rest = _test(store, entry.run, other)
    if not np.array_equal(rows, other_rows):  # the data was read anew in between
        return replace(entry, remark=str(NotApplicable("without_other_rows", run=run.name)))
    task, split = run.spec.task, run.spec.split
    groups = None
    if split.strategy in ("grouped", "chronological"):
        order = np.argsort(rows)
        values = catalog.read(dataset, columns=[split.column], rows=rows[order])[split.column]
        values = values.iloc[np.argsort(order)]
        if split.strategy == "chronological":
            groups = consecutive_blocks(values.to_numpy())
        else:
            groups = values.factorize(use_na_sentinel=False)[0]
    loss = paired_difference(truth, whole, rest, task.metric, task, run.spec.seed, groups=groups)
    return replace(entry, value=float(METRICS[task.metric].compute(truth, rest, task)), loss=loss)


def _test(store: RunStore, run: Run, record: Record) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    path = store.folder(run.id) / "models" / record.folder / "predictions.parquet"
    return load_predictions(path, "test")
