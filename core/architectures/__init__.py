"""The networks a person can choose, one file each, readable without TensorFlow."""

import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from core.domain import Kind, Task, TaskKind
from core.errors import NotApplicable
from core.knobs import Knob, settle
from core.modalities import wide_among
from core.modalities._made_for import is_offered, refuse_without
from core.registry import Registry

if TYPE_CHECKING:
    import keras

    from core.modalities import InputSpec
    from core.training.batches import Rows


@dataclass(frozen=True, kw_only=True)
class Preset:
    """Knob values that belong together, such as those of a well-known tutorial.

    title: what they are, in a few words; source: where they come from.
    """

    key: str
    title: str
    summary: str
    source: str
    params: Mapping[str, Any]
    tasks: tuple[TaskKind, ...] = ("binary", "multiclass", "regression")


@dataclass(frozen=True, kw_only=True)
class Architecture:
    """A kind of network: what it serves, the knobs it has, and how Keras builds it.

    build(task, inputs, **knobs) gets the prepared inputs' specs and every knob of its own,
    and returns a functional model from a dict of those inputs to raw outputs: (n, 1) for a
    binary task (a logit) and for regression (standardised), (n, classes) for multiclass
    (logits). The loss and the prediction turn these into probabilities and units. A network
    that is several in one returns (n, members, …): each member learns from its own loss, and
    their mean prediction counts.
    knobs: the network's own; those of training are common to all (`core.training.knobs`).
    training: training knobs whose default differs for this architecture.
    regression: knobs of either kind whose default differs where a number is predicted.
    modalities: which inputs it reads: groups that columns share, and the keys of modalities whose
    columns have inputs of their own; None for all, by way of `core.modalities.embed`.
    made_for: the key of the modality without which it is not offered, if there is one.
    not_for: keys of modalities with which it is not offered: it would treat every pixel as a column of weight.
    share: how much of a run's time it gets beside other networks; quick ones need less.
    least_steps: with a schedule of fewer training steps it says nothing of what it can do.
    """

    key: str
    title: str
    summary: str
    build: Callable[..., "keras.Model"]
    knobs: tuple[Knob, ...] = ()
    training: Mapping[str, Any] = field(default_factory=dict)
    regression: Mapping[str, Any] = field(default_factory=dict)
    presets: tuple[Preset, ...] = ()
    tasks: tuple[TaskKind, ...] = ("binary", "multiclass", "regression")
    modalities: tuple[str, ...] | None = None
    made_for: str | None = None
    not_for: tuple[str, ...] = ()
    share: float = 3.0
    least_steps: int = 1
    order: int = 50

    def suits(self, kinds: Iterable[Kind]) -> bool:
        """Whether it is for tables whose features are of these kinds."""
        kinds = tuple(kinds)
        reads_all = self.modalities is None or wide_among(kinds) <= set(self.modalities)
        return reads_all and is_offered(self, kinds)

    def all_knobs(self, kind: TaskKind) -> tuple[Knob, ...]:
        """The network's knobs, then those of training, with this architecture's defaults for the task."""
        from core.training.knobs import TRAINING_KNOBS

        defaults = {**self.training, **(self.regression if kind == "regression" else {})}
        return tuple(
            replace(k, default=k.parse(defaults[k.name])) if k.name in defaults else k
            for k in (*self.knobs, *TRAINING_KNOBS)
        )

    def titled(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """The given settings by the titles that forms show, in the order of the knobs."""
        from core.training.knobs import TRAINING_KNOBS

        return {k.title: params[k.name] for k in (*self.knobs, *TRAINING_KNOBS) if k.name in params}

    def settle(self, params: Mapping[str, Any], kind: TaskKind) -> dict[str, Any]:
        """Every knob's value, checked. Raises UnknownName or BadInput."""
        return settle(self.all_knobs(kind), params)

    def assemble(
        self,
        task: Task,
        inputs: Mapping[str, "InputSpec"],
        params: Mapping[str, Any],
        seed: int,
        teachers: "Rows | None" = None,
    ) -> "keras.Model":
        """Build the network: same arguments, same initial weights. Imports Keras.

        teachers: some training rows, from which layers take what they must know before training
        starts; None where stored weights will be loaded, which hold it.
        Raises NotApplicable if the inputs are not those it reads.
        """
        import keras

        from core.layers.adapting import adapt

        self._refuse(inputs)
        # Keras takes the seeds of initialisers and dropout from Python's generator, which this
        # resets, so that weights depend on the spec and not on what was built before
        keras.utils.set_random_seed(seed)
        values = self.settle(params, task.kind)
        model = self.build(task, inputs, **{k.name: values[k.name] for k in self.knobs})
        if teachers is not None:
            adapt(model, teachers, seed)
        return model

    def _refuse(self, inputs: Mapping[str, "InputSpec"]) -> None:
        refuse_without(self, inputs)
        found = [spec.modality or spec.name for spec in inputs.values()]
        unread = [key for key in found if self.modalities is not None and key not in self.modalities]
        if unread:
            raise NotApplicable("architecture_unread", title=self.title, kinds=", ".join(sorted(set(unread))))


def n_outputs(task: Task) -> int:
    """Width of the raw output: one logit, one logit a class, or one value."""
    return len(task.classes) if task.kind == "multiclass" else 1


ARCHITECTURES: Registry[Architecture] = Registry(sys.modules[__name__], "architecture")
