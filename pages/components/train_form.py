"""The form that becomes a run: what to learn, from which rows, for how long. Trains nothing."""

from dataclasses import dataclass, replace

import streamlit as st

from core.architectures import ARCHITECTURES
from core.baselines import BASELINES
from core.data.split import propose_split
from core.data.task import propose_task
from core.domain import CLASSIFICATION, Dataset, ModelSpec, RunSpec, Split, Task
from core.errors import BadInput
from core.evaluation.metrics import metrics_of
from core.runs.outline import outline
from core.runs.records import Record
from core.sentences import say
from core.studies.outlook import foreseen
from core.studies.plan import TRIVIAL, kinds_of, proposed_folds, recommended_models
from pages.components import session
from pages.components.cost import costs_of
from pages.components.fields import choose, choose_many, number, percent
from pages.components.fold_choice import draw_folds, explain_folds, folds_of
from pages.components.image_setup import draw_image_setup
from pages.components.many_columns import draw_many_columns, many_columns_of
from pages.components.model_choice import draw_models, take_over_models
from pages.components.plan_list import draw_plan
from pages.components.rate_finder import draw_rate_finder
from pages.components.sound_setup import draw_sound_setup
from pages.components.text import escape

TASKS = {
    "auto": "Decide by the target",
    "binary": "Two classes",
    "multiclass": "Several classes",
    "regression": "A number",
}
MANY_COLUMNS = 150  # beyond, those that are left out are named
STRATEGIES = {
    "stratified": "At random, classes in proportion",
    "random": "At random",
    "chronological": "By time: the latest rows judge",
    "grouped": "By group: a group's rows stay together",
    "column": "Given by a column",
    "file": "A second dataset judges",
}


@dataclass(frozen=True)
class Form:
    """What is filled in. spec: None while something does not fit; problems: why, in sentences.

    outlook: the run's models, with what each is expected to take.
    """

    spec: RunSpec | None
    name: str
    problems: tuple[str, ...]
    outlook: tuple[Record, ...] = ()

    @property
    def summary(self) -> str:
        """What would be trained, in a line of Markdown."""
        task, models = self.spec.task, self.spec.models
        networks = [ARCHITECTURES[m.key].title for m in models if m.key in ARCHITECTURES]
        n = sum(m.key in BASELINES and m.key != TRIVIAL for m in models)
        beside = "beside it" if len(networks) == 1 else "beside them"
        parts = [
            f"**{escape(task.target)}** from {_columns(len(task.features))}",
            ", ".join(networks),
            f"{n} classic model{'s' * (n != 1)} {beside}" if n else f"no classic model {beside}",
            *([f"{self.spec.folds} folds"] if self.spec.folds else []),
        ]
        return " · ".join(parts)


def draw_form(dataset: Dataset) -> Form:
    """Draw every part of the form for a dataset and read it."""
    _take_over(dataset)
    problems: list[str] = []
    with st.container(border=True):
        task = _task(dataset, problems)
        selects, condenses = draw_many_columns(dataset, task) if task is not None else (False, "")
    if task is None:
        return Form(None, "", tuple(problems))
    rows = st.container(border=True)
    with st.container(border=True):
        models = draw_models(task, kinds_of(dataset, task), problems)
        finder, plan = st.container(), st.container()
        if not problems:
            problems += draw_image_setup(dataset, task, models[0])
            draw_sound_setup(dataset, task, models[0])
    with st.container(border=True):
        budget_s, seed, name = _conduct(dataset, task, models)
    with rows:  # last, as what is proposed here depends on the models and the time
        split, folds, repeats = _split(dataset, task, models, budget_s)
    if problems or not models:
        return Form(None, name, tuple(problems))
    spec = RunSpec(
        dataset=dataset.id,
        task=task,
        split=replace(split, seed=seed),
        models=models,
        recipe=dataset.recipe,
        budget_s=budget_s,
        seed=seed,
        folds=folds,
        repeats=repeats,
        selects=selects,
        condenses=condenses,
    )
    outlook = foreseen(spec, dataset, costs_of(spec))
    with finder:
        draw_rate_finder(spec)
    with plan:
        draw_plan(outline(outlook), states=False)
    return Form(spec, name, (), outlook)


def _columns(n: int) -> str:
    return f"{n:,} column{'s' * (n != 1)}"


def _key(dataset: Dataset, name: str) -> str:
    """Fields that depend on the dataset are kept apart by it, so that changing it loses nothing."""
    return f"train_{dataset.id}_{name}"


def _task(dataset: Dataset, problems: list[str]) -> Task | None:
    st.subheader("What to learn", anchor=False)
    names = [c.name for c in dataset.columns]
    with st.container(horizontal=True, gap="medium"):
        target = choose(
            "Target", names, dataset.target or names[-1], key=_key(dataset, "target"), width=280,
            help="The column to predict.",
        )  # fmt: skip
        kind = choose("Task", list(TASKS), "auto", key=_key(dataset, "task"), say=TASKS.get, width=220)
    features = _features(dataset, target)
    try:
        task = propose_task(dataset, target, kind=kind, features=features)
    except BadInput as error:
        st.error(escape(error), icon=":material/error:")
        problems.append(str(error))
        return None
    with st.container(horizontal=True, gap="medium"):
        metrics = {m.key: m for m in metrics_of(task.kind)}
        metric = choose(
            "Metric that decides", list(metrics), task.metric, key=_key(dataset, f"metric_{task.kind}"),
            say=lambda k: metrics[k].title, width=280,
            help=" ".join(f"{m.title}: {m.help}" for m in metrics.values()),
        )  # fmt: skip
        positive = task.positive_class
        if task.kind == "binary":
            key = _key(dataset, f"positive_{target}")
            positive = choose("Class to look for", task.classes, positive, key=key, width=220)
    kinds = {"binary": "two classes", "multiclass": f"{len(task.classes)} classes", "regression": "a number"}
    st.caption(f"Predict {kinds[task.kind]}: **{escape(target)}**, from {_columns(len(task.features))}.")
    return replace(task, metric=metric, positive_class=positive)


def _features(dataset: Dataset, target: str) -> list[str]:
    usable = [c.name for c in dataset.columns if c.name != target]
    proposed = [c.name for c in dataset.columns if c.role in ("feature", "target") and c.name != target]
    label = f"Features: {len(proposed)} of {len(usable)} columns proposed"
    with st.expander(label, key=_key(dataset, "features_open")):
        if len(usable) > MANY_COLUMNS:  # to name those that stay would fill the screen
            kept = set(proposed)
            left_out = choose_many(
                "Columns to leave out", usable, [n for n in usable if n not in kept],
                key=_key(dataset, f"left_out_{target}"), help="All others are features. Identifiers and constant columns are left out.",
            )  # fmt: skip
            return [n for n in usable if n not in set(left_out)]
        return choose_many(
            "Features", usable, proposed, key=_key(dataset, f"features_{target}"), label_visibility="collapsed",
            help="Identifiers and constant columns are left out.",
        )  # fmt: skip


def _split(
    dataset: Dataset, task: Task, models: tuple[ModelSpec, ...], budget_s: float | None
) -> tuple[Split, int, int]:
    """The split, and in how many folds, how often, the rows are cut that do not judge."""
    st.subheader("Which rows judge", anchor=False)
    proposed = propose_split(dataset, task)
    others = {d.id: d.name for d in session.catalog().list(session.owner()) if d.id != dataset.id}
    dates = [c.name for c in dataset.columns if c.kind == "date"]
    strategy = choose(
        "Split", [s for s in STRATEGIES if _offers(s, task, bool(dates), bool(others))], proposed.strategy,
        key=_key(dataset, f"split_{task.kind}"), say=STRATEGIES.get, width=360,
        help="Training rows teach, validation rows choose the best epoch, test rows judge once at the end.",
    )  # fmt: skip
    column = other = None
    if strategy in ("chronological", "grouped", "column"):
        names = (
            dates
            if strategy == "chronological"
            else [c.name for c in dataset.columns if c.name != task.target]
        )
        first = proposed.column if strategy == proposed.strategy else names[0]
        column = choose("Column", names, first, key=_key(dataset, f"column_{strategy}"), width=280)
        if strategy == "grouped" and (strategy, column) == (proposed.strategy, proposed.column):
            st.caption(escape(say("split.grouped", column=column)))
    if strategy == "file":
        first = next(iter(others))
        other = choose(
            "Dataset that judges", list(others), first, key=_key(dataset, "judge"), say=others.get, width=360
        )
    _, validation, test = (round(100 * share) for share in proposed.fractions)
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        is_recommended = models == recommended_models(task, kinds_of(dataset, task))
        chosen = replace(proposed, strategy=strategy, column=column)
        n_proposed = proposed_folds(dataset, task, chosen, budget_s) if is_recommended else 0
        folds, repeats = draw_folds(dataset, strategy, n_proposed)
        if folds:  # as it was, so that the same rows judge with folds and without
            validation = st.session_state.get(_key(dataset, "validation"), validation)
        elif strategy != "column":
            validation = percent("Validation rows, %", validation, key=_key(dataset, "validation"), width=180)
        if strategy not in ("column", "file"):
            test = percent("Test rows, %", test, key=_key(dataset, "test"), width=180)
    test = 0 if strategy == "file" else test
    fractions = ((100 - validation - test) / 100, validation / 100, test / 100)
    split = Split(strategy=strategy, column=column, test_dataset=other, fractions=fractions)
    explain_folds(dataset.n_rows, strategy, folds, repeats)
    return split, folds, repeats


def _offers(strategy: str, task: Task, has_dates: bool, has_others: bool) -> bool:
    if strategy == "stratified":
        return task.kind in CLASSIFICATION
    return {"chronological": has_dates, "file": has_others}.get(strategy, True)


def _conduct(dataset: Dataset, task: Task, models: tuple[ModelSpec, ...]) -> tuple[float | None, int, str]:
    st.subheader("How long, and under what name", anchor=False)
    with st.container(horizontal=True, gap="medium"):
        limited = st.toggle("Limit the time", key="train_limited", persist_state="session", width=160)
        budget = number(
            "Budget in seconds", 120, low=10, high=86_400, step=10, key="train_budget", disabled=not limited,
            width=180, help="For everything: networks, classic models, scoring.",
        )  # fmt: skip
        seed = number(
            "Seed", 0, low=0, high=2**31 - 1, step=1, key="train_seed", width=120,
            help="The same seed gives the same split and the same weights.",
        )  # fmt: skip
        networks = [ARCHITECTURES[m.key].title for m in models if m.key in ARCHITECTURES]
        proposed = f"{task.target} · {networks[0] if len(networks) == 1 else 'Recommended'}"
        name = st.text_input(
            "Name", placeholder=proposed, key=_key(dataset, "name"), width=280, max_chars=120
        )
    return (float(budget) if limited else None), int(seed), name.strip() or proposed


def _take_over(dataset: Dataset) -> None:
    """Fill the form from a run that is to be tried again with changes."""
    run_id = st.session_state.pop("again_with", None)
    if run_id is None:
        return
    spec = session.store().get(run_id, session.owner()).spec
    task = spec.task
    state = {
        _key(dataset, "target"): task.target,
        _key(dataset, "task"): task.kind,
        _key(dataset, f"features_{task.target}"): list(task.features),
        _key(dataset, f"left_out_{task.target}"): [
            c.name for c in dataset.columns if c.name not in {*task.features, task.target}
        ],
        _key(dataset, f"metric_{task.kind}"): task.metric,
        _key(dataset, f"split_{task.kind}"): spec.split.strategy,
        _key(dataset, f"positive_{task.target}"): task.positive_class,
        _key(dataset, "validation"): round(100 * spec.split.fractions[1]),
        _key(dataset, "test"): round(100 * spec.split.fractions[2]) or 20,
        "train_limited": spec.budget_s is not None,
        "train_seed": spec.seed,
        **folds_of(dataset, spec),
        **many_columns_of(dataset, spec),
    }
    if spec.budget_s is not None:
        state["train_budget"] = int(spec.budget_s)
    if spec.split.test_dataset:
        state[_key(dataset, "judge")] = spec.split.test_dataset
    if spec.split.column:
        state[_key(dataset, f"column_{spec.split.strategy}")] = spec.split.column
    st.session_state.update(state)
    take_over_models(spec, kinds_of(dataset, task))
