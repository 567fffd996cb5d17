"""The form that becomes a run: what to learn, from which rows, with which network. Trains nothing."""

from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from core.architectures import ARCHITECTURES, Architecture
from core.baselines import BASELINES
from core.data.split import propose_split
from core.data.task import propose_task
from core.domain import CLASSIFICATION, Dataset, ModelSpec, RunSpec, Split, Task
from core.errors import BadInput
from core.evaluation.metrics import metrics_of
from core.studies.plan import classics_for
from core.training.knobs import LOSSES
from pages.components import session
from pages.components.forms import knob_form, set_knobs
from pages.components.text import escape

TASKS = {
    "auto": "Decide by the target",
    "binary": "Two classes",
    "multiclass": "Several classes",
    "regression": "A number",
}
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
    """What is filled in. spec: None while something does not fit; problems: why, in sentences."""

    spec: RunSpec | None
    name: str
    problems: tuple[str, ...]


def draw_form(dataset: Dataset) -> Form:
    """Draw every part of the form for a dataset and read it."""
    _take_clone(dataset)
    problems: list[str] = []
    with st.container(border=True):
        task = _task(dataset, problems)
    if task is None:
        return Form(None, "", tuple(problems))
    with st.container(border=True):
        split = _split(dataset, task)
    with st.container(border=True):
        models = _models(dataset, task, problems)
    with st.container(border=True):
        budget_s, seed, name = _conduct(dataset, task, models)
    if problems or not models:
        return Form(None, name, tuple(problems))
    spec = RunSpec(
        dataset=dataset.id,
        task=task,
        split=replace(split, seed=seed),
        models=models,
        budget_s=budget_s,
        seed=seed,
    )
    return Form(spec, name, ())


def _key(dataset: Dataset, name: str) -> str:
    """Fields that depend on the dataset are kept apart by it, so that changing it loses nothing."""
    return f"train_{dataset.id}_{name}"


def _task(dataset: Dataset, problems: list[str]) -> Task | None:
    st.subheader("What to learn", anchor=False)
    names = [c.name for c in dataset.columns]
    proposed = dataset.target or names[-1]
    with st.container(horizontal=True, gap="medium"):
        target = st.selectbox(
            "Target", names, index=names.index(proposed), key=_key(dataset, "target"), width=280,
            help="The column to predict.", persist_state="session",
        )  # fmt: skip
        kind = st.selectbox(
            "Task",
            list(TASKS),
            format_func=TASKS.get,
            key=_key(dataset, "task"),
            width=220,
            persist_state="session",
        )
    usable = [c.name for c in dataset.columns if c.name != target]
    proposed_features = [
        c.name for c in dataset.columns if c.role in ("feature", "target") and c.name != target
    ]
    with st.expander(
        f"Features: {len(proposed_features)} of {len(usable)} columns proposed",
        key=_key(dataset, "features_open"),
    ):
        features = st.multiselect(
            "Features", usable, default=proposed_features, key=_key(dataset, f"features_{target}"),
            persist_state="session", label_visibility="collapsed",
            help="Identifiers and constant columns are left out.",
        )  # fmt: skip
    try:
        task = propose_task(dataset, target, kind=kind, features=features)
    except BadInput as error:
        st.error(escape(error), icon=":material/error:")
        problems.append(str(error))
        return None
    with st.container(horizontal=True, gap="medium"):
        metrics = {m.key: m for m in metrics_of(task.kind)}
        metric = st.selectbox(
            "Metric that decides", list(metrics), index=list(metrics).index(task.metric),
            format_func=lambda k: metrics[k].title, key=_key(dataset, f"metric_{task.kind}"), width=280,
            help=" ".join(f"{m.title}: {m.help}" for m in metrics.values()), persist_state="session",
        )  # fmt: skip
        positive = task.positive_class
        if task.kind == "binary":
            positive = st.selectbox(
                "Class to look for", task.classes, index=task.classes.index(positive),
                key=_key(dataset, f"positive_{target}"), width=220, persist_state="session",
            )  # fmt: skip
    said = {"binary": "two classes", "multiclass": f"{len(task.classes)} classes", "regression": "a number"}[
        task.kind
    ]
    st.caption(f"Predict {said}: **{escape(target)}**, from {len(task.features)} columns.")
    return replace(task, metric=metric, positive_class=positive)


def _split(dataset: Dataset, task: Task) -> Split:
    st.subheader("Which rows judge", anchor=False)
    proposed = propose_split(dataset, task)
    others = {d.id: d.name for d in session.catalog().list(session.owner()) if d.id != dataset.id}
    dates = [c.name for c in dataset.columns if c.kind == "date"]
    offered = [s for s in STRATEGIES if _offers(s, task, bool(dates), bool(others))]
    strategy = st.selectbox(
        "Split", offered, index=offered.index(proposed.strategy), format_func=STRATEGIES.get,
        key=_key(dataset, f"split_{task.kind}"), width=360, persist_state="session",
        help="Training rows teach, validation rows choose the best epoch, test rows judge once at the end.",
    )  # fmt: skip
    column = other = None
    if strategy in ("chronological", "grouped", "column"):
        names = (
            dates
            if strategy == "chronological"
            else [c.name for c in dataset.columns if c.name != task.target]
        )
        column = st.selectbox(
            "Column", names, key=_key(dataset, f"column_{strategy}"), width=280, persist_state="session"
        )
    if strategy == "file":
        other = st.selectbox(
            "Dataset that judges", list(others), format_func=others.get, key=_key(dataset, "judge"), width=360,
            persist_state="session",
        )  # fmt: skip
    test, validation = proposed.fractions[2], proposed.fractions[1]
    if strategy != "column":
        with st.container(horizontal=True, gap="medium"):
            validation = _percent("Validation rows, %", validation, _key(dataset, "validation"))
            if strategy != "file":
                test = _percent("Test rows, %", test, _key(dataset, "test"))
    if strategy == "file":
        test = 0.0
    return Split(
        strategy=strategy,
        column=column,
        test_dataset=other,
        fractions=(1.0 - validation - test, validation, test),
    )


def _offers(strategy: str, task: Task, has_dates: bool, has_others: bool) -> bool:
    if strategy == "stratified":
        return task.kind in CLASSIFICATION
    return {"chronological": has_dates, "file": has_others}.get(strategy, True)


def _percent(label: str, share: float, key: str) -> float:
    return (
        st.number_input(label, 5, 45, round(share * 100), 5, key=key, width=180, persist_state="session")
        / 100
    )


def _models(dataset: Dataset, task: Task, problems: list[str]) -> tuple[ModelSpec, ...]:
    st.subheader("Which network", anchor=False)
    suited = {k: a for k, a in ARCHITECTURES.items() if task.kind in a.tasks}
    key = st.segmented_control(
        "Architecture", list(suited), default="mlp" if "mlp" in suited else next(iter(suited)), required=True,
        format_func=lambda k: suited[k].title, key="train_architecture", persist_state="session",
        label_visibility="collapsed",
    )  # fmt: skip
    architecture = suited[key]
    st.caption(architecture.summary)
    _presets(architecture, task)
    knobs = tuple(_for_task(k, task) for k in architecture.all_knobs())
    params, found = knob_form(knobs, prefix=f"knob_{key}")
    problems += found
    changed = {k.name: params[k.name] for k in knobs if k.name in params and params[k.name] != k.default}
    classics = {m.key: BASELINES[m.key].title for m in classics_for(task.kind)}
    against = st.multiselect(
        "Held against, on the same rows", list(classics), default=list(classics), format_func=classics.get,
        key=f"train_against_{task.kind}", persist_state="session",
        help="Classic models are trained beside the network, on the other core.",
    )  # fmt: skip
    return (ModelSpec(key=key, params=changed), *(ModelSpec(key=k) for k in against))


def _for_task(knob: Any, task: Task) -> Any:
    if knob.name != "loss":
        return knob
    return replace(knob, choices=("auto", *(loss for loss, kinds in LOSSES.items() if task.kind in kinds)))


def _presets(architecture: Architecture, task: Task) -> None:
    presets = {p.key: p for p in architecture.presets if task.kind in p.tasks}
    if not presets:
        return
    options = ["defaults", *presets]

    def fill() -> None:
        picked = st.session_state[f"preset_{architecture.key}"]
        params = presets[picked].params if picked in presets else {}
        set_knobs(architecture.all_knobs(), params, prefix=f"knob_{architecture.key}")

    st.selectbox(
        "Start from", options, format_func=lambda k: presets[k].title if k in presets else "Fathom's defaults",
        key=f"preset_{architecture.key}", on_change=fill, width=360, persist_state="session",
        help=" ".join(f"{p.title}: {p.summary}" for p in presets.values()),
    )  # fmt: skip


def _conduct(dataset: Dataset, task: Task, models: tuple[ModelSpec, ...]) -> tuple[float | None, int, str]:
    st.subheader("How long, and under what name", anchor=False)
    with st.container(horizontal=True, gap="medium"):
        limited = st.toggle("Limit the time", key="train_limited", persist_state="session", width=160)
        budget = st.number_input(
            "Budget in seconds", 10, 86_400, 120, 10, key="train_budget", disabled=not limited, width=180,
            persist_state="session", help="For everything: networks, classic models, scoring.",
        )  # fmt: skip
        seed = st.number_input(
            "Seed", 0, 2**31 - 1, 0, 1, key="train_seed", width=120, persist_state="session",
            help="The same seed gives the same split and the same weights.",
        )  # fmt: skip
        first = ARCHITECTURES[models[0].key].title if models and models[0].key in ARCHITECTURES else ""
        name = st.text_input(
            "Name",
            value="",
            placeholder=f"{task.target} · {first}",
            key=_key(dataset, "name"),
            width=280,
            max_chars=120,
        )
    return (float(budget) if limited else None), int(seed), name.strip() or f"{task.target} · {first}"


def _take_clone(dataset: Dataset) -> None:
    """Fill the form from a run that is to be tried again with changes."""
    run_id = st.session_state.pop("clone_run", None)
    if run_id is None:
        return
    spec = session.store().get(run_id, session.owner()).spec
    task, network = spec.task, next((m for m in spec.models if m.key in ARCHITECTURES), None)
    state = {
        _key(dataset, "target"): task.target,
        _key(dataset, "task"): task.kind,
        _key(dataset, f"features_{task.target}"): list(task.features),
        _key(dataset, f"metric_{task.kind}"): task.metric,
        _key(dataset, f"split_{task.kind}"): spec.split.strategy,
        f"train_against_{task.kind}": [m.key for m in spec.models if m.key in BASELINES],
        "train_limited": spec.budget_s is not None,
        "train_seed": spec.seed,
    }
    if spec.budget_s is not None:
        state["train_budget"] = int(spec.budget_s)
    if spec.split.column:
        state[_key(dataset, f"column_{spec.split.strategy}")] = spec.split.column
    st.session_state.update(state)
    if network is not None:
        st.session_state["train_architecture"] = network.key
        set_knobs(ARCHITECTURES[network.key].all_knobs(), network.params, prefix=f"knob_{network.key}")
