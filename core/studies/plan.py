"""Which models a run should hold when nobody says: the recommended mix. Trains nothing."""

from collections.abc import Mapping, Sequence
from typing import Any

from core.architectures import ARCHITECTURES
from core.baselines import BASELINES
from core.domain import ModelSpec, Task, TaskKind
from core.errors import BadInput, UnknownName

AUTO = "auto"


def classics_for(task_kind: TaskKind) -> tuple[ModelSpec, ...]:
    """Every classic model that serves the task, quick ones first."""
    return tuple(ModelSpec(key=k) for k, b in BASELINES.items() if task_kind in b.tasks)


def recommended_models(task: Task) -> tuple[ModelSpec, ...]:
    """A linear network, a perceptron, and every classic model beside them."""
    networks = tuple(ModelSpec(key=k) for k in ("linear", "mlp"))
    return (*networks, *classics_for(task.kind))


def chosen_models(keys: Sequence[str], params: Mapping[str, Any], task: Task) -> tuple[ModelSpec, ...]:
    """The models of those keys ("auto" for the recommended mix), the params given to each that has them.

    Raises UnknownName for a key, BadInput for a param that none of the networks has.
    """
    models: list[ModelSpec] = []
    for key in keys:
        models += recommended_models(task) if key == AUTO else [ModelSpec(key=_known(key))]
    distinct = {m.key: m for m in models}.values()
    used: set[str] = set()
    chosen = tuple(_with(model, params, used) for model in distinct)
    unused = set(params) - used
    if unused:
        raise BadInput(
            "param_unused", names=", ".join(sorted(unused)), models=", ".join(m.key for m in chosen)
        )
    return chosen


def _known(key: str) -> str:
    if key not in ARCHITECTURES and key not in BASELINES:
        raise UnknownName("model", key, [AUTO, *ARCHITECTURES, *BASELINES])
    return key


def _with(model: ModelSpec, params: Mapping[str, Any], used: set[str]) -> ModelSpec:
    if model.key not in ARCHITECTURES:
        return model
    names = {k.name for k in ARCHITECTURES[model.key].all_knobs()}
    given = {n: v for n, v in params.items() if n in names}
    used |= set(given)
    settled = ARCHITECTURES[model.key].settle(given)
    return ModelSpec(key=model.key, params={n: settled[n] for n in given})
