"""What a run should be when nobody says: its task, split, folds and the recommended models. Trains nothing."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

from core.architectures import ARCHITECTURES, Architecture
from core.baselines import BASELINES
from core.data.split import propose_split
from core.data.task import propose_task
from core.domain import Column, Dataset, Kind, ModelSpec, RunSpec, Split, Task, TaskKind
from core.errors import BadInput, UnknownName
from core.modalities import MODALITIES, modality_of, wide_among
from core.modalities.text import REPEATS, is_prose
from core.runs.blend import ENSEMBLE
from core.training.knobs import settle_loss

AUTO = "auto"
TRIVIAL = "dummy"
QUICK, STRONG = (
    "linear",
    ("tabm", "realmlp"),
)  # of the networks for tables, in the order in which they are trained
STRONG_MOST_S = 120.0  # a strong one may take without a budget; it is fitted to that
MADE_FOR_MOST_S = (
    480.0  # likewise one made for texts, images or sounds: with reading and preparing, ten minutes
)
FOLDS, FEWEST_ROWS = 5, 100  # below that, folds have too few rows of a rare class
FOLD_LEAST_S = 10.0  # seconds of a budget
FEW_ROWS = 1_500  # up to so many that do not judge, what one hold-out says depends on which rows are in it


def default_spec(
    dataset: Dataset,
    target: str,
    *,
    kind: TaskKind | Literal["auto"] = "auto",
    dropped: Collection[str] = (),
    budget_s: float | None = None,
    seed: int = 0,
) -> RunSpec:
    """The run that predicts `target` with everything else as Fathom proposes it, chosen on one hold-out.

    dropped: columns to leave out beside the identifiers and the ignored ones.
    Raises UnknownName for a column that is not there, BadInput for a target that cannot be predicted.
    """
    left_out = {dataset.column(name).name for name in (target, *dropped)}
    features = [c.name for c in dataset.columns_with("feature") if c.name not in left_out]
    task = propose_task(dataset, target, kind=kind, features=features)
    return RunSpec(
        dataset=dataset.id,
        task=task,
        split=replace(propose_split(dataset, task), seed=seed),
        models=recommended_models(task, kinds_of(dataset, task)),
        recipe=dataset.recipe,
        budget_s=budget_s,
        seed=seed,
    )


def proposed_folds(dataset: Dataset, task: Task, split: Split, budget_s: float | None) -> int:
    """How many folds the recommended models are to be trained in: some where the rows of a table are few, else 0.

    Not in order of time, where folds leave most of the choosing to models that know little, and not within so short a
    time that a strong network could not learn in each.
    """
    if budget_s is not None and budget_s < FOLDS * FOLD_LEAST_S:
        return 0
    if split.strategy == "chronological" or any(
        MODALITIES[k].is_heavy for k in wide_among(kinds_of(dataset, task))
    ):
        return 0
    judging = 0.0 if split.strategy == "file" else split.fractions[2]
    n_left = (dataset.n_rows - dataset.column(task.target).n_missing) * (1.0 - judging)
    if split.strategy == "grouped":
        groups = dataset.column(split.column)
        if (groups.n_unique + groups.n_missing) * (1.0 - judging) < 2 * FOLDS:
            return 0
    return FOLDS if FEWEST_ROWS <= n_left <= FEW_ROWS else 0


def kinds_of(dataset: Dataset, task: Task) -> frozenset[Kind]:
    """The kinds of the columns that a task learns from; texts that repeat or have no words count as categories."""
    return frozenset(_kind_read(dataset.column(name), dataset.n_rows) for name in task.features)


def _kind_read(column: Column, n_rows: int) -> Kind:
    if column.kind != "text":
        return column.kind
    # so few different values that most cells repeat another are read as categories, however many words they have
    repeats = column.n_unique <= (1.0 - REPEATS) * (n_rows - column.n_missing)
    shown = [value for value, _ in column.statistics.get("top", ())]
    return "category" if repeats or (shown and not is_prose(shown)) else "text"


def networks_for(task_kind: TaskKind, kinds: Collection[Kind] = ()) -> dict[str, Architecture]:
    """Every network that serves the task on columns of those kinds; those made for them come first."""
    suited = {k: a for k, a in ARCHITECTURES.items() if task_kind in a.tasks and a.suits(kinds)}
    return dict(sorted(suited.items(), key=lambda entry: entry[1].made_for is None))


def classics_for(task_kind: TaskKind, kinds: Collection[Kind] = ()) -> tuple[ModelSpec, ...]:
    """Every classic model that serves the task on columns of those kinds, quick ones first.

    Where columns are all there is that say little as a row of numbers, only those made for them have much to read.
    """
    suited = {k: b for k, b in BASELINES.items() if task_kind in b.tasks and b.suits(kinds)}
    if not _says_something_flat(kinds) and any(b.made_for for b in suited.values()):
        suited = {k: b for k, b in suited.items() if b.made_for or b.family == "trivial"}
    return tuple(ModelSpec(key=k) for k in suited)


def recommended_models(task: Task, kinds: Collection[Kind] = ()) -> tuple[ModelSpec, ...]:
    """What Fathom trains when nobody chooses: quick wins, strong networks, and the blend of them all.

    For tables a linear network, so that there is an answer soon, then the strong ones; for one other kind of
    columns two networks made for it. Where such columns stand among others, one that is made for them, the
    strongest for tables that reads them, and one with a tower for each kind: a text may be what the answer is in, or a
    name beside it. Every classic model that suits is trained beside them.
    """
    suited = networks_for(task.kind, kinds)
    made_for = [k for k, a in suited.items() if a.made_for]
    if not made_for:
        networks = [ModelSpec(key=QUICK), *(ModelSpec(key=k, most_s=STRONG_MOST_S) for k in STRONG)]
    else:
        chosen = made_for[:2]
        if not _is_one_wide_kind(kinds):
            strong = [k for k in STRONG if k in suited][:1]
            chosen = [made_for[0], *(strong or made_for[1:2]), "towers"]
        networks = [ModelSpec(key=k, most_s=MADE_FOR_MOST_S) for k in chosen]
    return (*networks, *classics_for(task.kind, kinds), ModelSpec(key=ENSEMBLE))


def _says_something_flat(kinds: Collection[Kind]) -> bool:
    return not kinds or any(getattr(modality_of(kind), "flat_is_whole", True) for kind in kinds)


def _is_one_wide_kind(kinds: Collection[Kind]) -> bool:
    return len(wide_among(kinds)) == 1 and all(wide_among([kind]) for kind in kinds)


def chosen_models(
    keys: Sequence[str], params: Mapping[str, Any], task: Task, kinds: Collection[Kind] = ()
) -> tuple[ModelSpec, ...]:
    """The models of those keys ("auto" for the recommended mix), the params given to each that has them.

    Raises UnknownName for a key, BadInput for a param that none of the networks has.
    """
    models: list[ModelSpec] = []
    for key in keys:
        models += recommended_models(task, kinds) if key == AUTO else [ModelSpec(key=_known(key))]
    distinct = {m.key: m for m in models}.values()
    used: set[str] = set()
    chosen = tuple(_with(model, params, task, used) for model in distinct)
    unused = set(params) - used
    if unused:
        raise BadInput(
            "param_unused", names=", ".join(sorted(unused)), models=", ".join(m.key for m in chosen)
        )
    if TRIVIAL in (m.key for m in chosen):
        return chosen
    return (*chosen, ModelSpec(key=TRIVIAL))  # costs nothing, and says what guessing would give


def _known(key: str) -> str:
    if key not in ARCHITECTURES and key not in BASELINES and key != ENSEMBLE:
        raise UnknownName("model", key, [AUTO, *ARCHITECTURES, *BASELINES, ENSEMBLE])
    return key


def _with(model: ModelSpec, params: Mapping[str, Any], task: Task, used: set[str]) -> ModelSpec:
    if model.key not in ARCHITECTURES:
        return model
    names = {k.name for k in ARCHITECTURES[model.key].all_knobs(task.kind)}
    given = {n: v for n, v in params.items() if n in names}
    used |= set(given)
    settled = ARCHITECTURES[model.key].settle(given, task.kind)
    settle_loss(settled["loss"], task.kind)  # refuses one that does not suit the task
    return replace(model, params={n: settled[n] for n in given})
