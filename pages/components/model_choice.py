"""Which network, with which settings, held against what. Trains nothing."""

from collections.abc import Collection
from dataclasses import replace

import streamlit as st

from core.architectures import ARCHITECTURES, Architecture
from core.baselines import BASELINES
from core.domain import Kind, ModelSpec, RunSpec, Task
from core.knobs import Knob
from core.modalities import wide_among
from core.runs.blend import ENSEMBLE
from core.sentences import say
from core.studies.plan import AUTO, TRIVIAL, classics_for, networks_for, recommended_models
from core.training.knobs import LOSSES
from pages.components.fields import choose, choose_many
from pages.components.forms import knob_form, set_knobs


def draw_models(task: Task, kinds: Collection[Kind], problems: list[str]) -> tuple[ModelSpec, ...]:
    """The models that are chosen; what does not fit is added to the problems."""
    st.subheader("Which network", anchor=False)
    suited = networks_for(task.kind, kinds)
    field = _by_kinds("train_architecture", kinds)
    st.session_state.setdefault(field, AUTO)
    titles = {AUTO: "Recommended", **{k: a.title for k, a in suited.items()}}
    key = st.segmented_control(
        "Architecture", list(titles), required=True, format_func=titles.get,
        key=field, persist_state="session", label_visibility="collapsed",
    )  # fmt: skip
    if key == AUTO:
        st.caption(say("plan.recommended"))
        return recommended_models(task, kinds)
    architecture = suited[key]
    st.caption(architecture.summary)
    _presets(architecture, task)
    knobs = _knobs(architecture, task)
    params, found = knob_form(knobs, prefix=_prefix(architecture, task))
    problems += found
    changed = {k.name: params[k.name] for k in knobs if k.name in params and params[k.name] != k.default}
    classics = {m.key: BASELINES[m.key].title for m in classics_for(task.kind, kinds) if m.key != TRIVIAL}
    against = choose_many(
        "Held against, on the same rows", list(classics), list(classics), key=_by_kinds(f"train_against_{task.kind}", kinds),
        say=classics.get, help="Classic models are trained beside the network, on the other core.",
    )  # fmt: skip
    st.session_state.setdefault("train_blend", True)
    is_blended = st.toggle(
        "Blend the models into an ensemble", key="train_blend", persist_state="session", disabled=not against,
        help=say("help.blend"),
    )  # fmt: skip
    blend = (ENSEMBLE,) if is_blended and against else ()
    return (ModelSpec(key=key, params=changed), *(ModelSpec(key=k) for k in (TRIVIAL, *against, *blend)))


def _by_kinds(field: str, kinds: Collection[Kind]) -> str:
    """A field's key where what it offers depends on the kinds of column: for tables its own name."""
    return "_".join([field, *sorted(wide_among(kinds))])


def _knobs(architecture: Architecture, task: Task) -> tuple[Knob, ...]:
    """The settings that mean something for the task."""
    losses = ("auto", *(loss for loss, kinds in LOSSES.items() if task.kind in kinds))
    return tuple(
        replace(k, choices=losses) if k.name == "loss" else k
        for k in architecture.all_knobs(task.kind)
        if not k.tasks or task.kind in k.tasks
    )


def _prefix(architecture: Architecture, task: Task) -> str:
    """Of the widgets' keys: defaults differ between classes and numbers, so each keeps values of its own."""
    return f"knob_{architecture.key}" + ("_number" if task.kind == "regression" else "")


def rate_field(network: ModelSpec, task: Task) -> str:
    """The state's key of a network's learning rate."""
    return f"{_prefix(ARCHITECTURES[network.key], task)}_learning_rate"


def _presets(architecture: Architecture, task: Task) -> None:
    presets = {p.key: p for p in architecture.presets if task.kind in p.tasks}
    if not presets:
        return
    options = ["defaults", *presets]

    def fill() -> None:
        picked = st.session_state[f"preset_{architecture.key}"]
        params = presets[picked].params if picked in presets else {}
        set_knobs(_knobs(architecture, task), params, prefix=_prefix(architecture, task))

    choose(
        "Start from", options, "defaults", key=f"preset_{architecture.key}", on_change=fill, width=360,
        say=lambda k: presets[k].title if k in presets else "Fathom's defaults",
        help="\n\n".join(f"**{p.title}**  \n{p.summary} {p.source}" for p in presets.values()),
    )  # fmt: skip


def take_over_models(spec: RunSpec, kinds: Collection[Kind]) -> None:
    """Fill the fields so that they say what a run had."""
    task, state = spec.task, st.session_state
    against = [m.key for m in spec.models if m.key in BASELINES and m.key != TRIVIAL]
    state[_by_kinds(f"train_against_{task.kind}", kinds)] = against
    state["train_blend"] = any(m.key == ENSEMBLE for m in spec.models)
    network = next((m for m in spec.models if m.key in ARCHITECTURES), None)
    if {m.key: m for m in recommended_models(task, kinds)} == {m.key: m for m in spec.models}:
        state[_by_kinds("train_architecture", kinds)] = AUTO
    elif network is not None:
        state[_by_kinds("train_architecture", kinds)] = network.key
        architecture = ARCHITECTURES[network.key]
        set_knobs(_knobs(architecture, task), network.params, prefix=_prefix(architecture, task))
