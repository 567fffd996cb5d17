"""The networks a person can choose, one file each, readable without TensorFlow."""

import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.domain import Kind, Task, TaskKind
from core.errors import NotApplicable
from core.knobs import Knob, settle
from core.modalities import wide_among
from core.registry import Registry

if TYPE_CHECKING:
    import keras

    from core.modalities import InputSpec


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
    (logits). The loss and the prediction turn these into probabilities and units.
    knobs: the network's own; those of training are common to all (`core.training.knobs`).
    training: training knobs whose default differs for this architecture.
    modalities: which inputs it reads: groups that columns share, and the keys of modalities whose
    columns have inputs of their own; None for all, by way of `core.modalities.embed`.
    made_for: the key of the modality without which it is not offered, if there is one.
    """

    key: str
    title: str
    summary: str
    build: Callable[..., "keras.Model"]
    knobs: tuple[Knob, ...] = ()
    training: Mapping[str, Any] = None  # type: ignore[assignment]
    presets: tuple[Preset, ...] = ()
    tasks: tuple[TaskKind, ...] = ("binary", "multiclass", "regression")
    modalities: tuple[str, ...] | None = None
    made_for: str | None = None
    order: int = 50

    def __post_init__(self) -> None:
        object.__setattr__(self, "training", dict(self.training or {}))

    def suits(self, kinds: Iterable[Kind]) -> bool:
        """Whether it is for tables whose features are of these kinds."""
        wide = wide_among(kinds)
        reads_all = self.modalities is None or wide <= set(self.modalities)
        return reads_all and (self.made_for is None or self.made_for in wide)

    def all_knobs(self) -> tuple[Knob, ...]:
        """The network's knobs, then those of training with this architecture's defaults."""
        from dataclasses import replace

        from core.training.knobs import TRAINING_KNOBS

        common = (
            replace(k, default=k.parse(self.training[k.name])) if k.name in self.training else k
            for k in TRAINING_KNOBS
        )
        return (*self.knobs, *common)

    def titled(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """The given settings by the titles that forms show, in the order of the knobs."""
        return {knob.title: params[knob.name] for knob in self.all_knobs() if knob.name in params}

    def settle(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """Every knob's value, checked. Raises UnknownName or BadInput."""
        return settle(self.all_knobs(), params)

    def assemble(
        self, task: Task, inputs: Mapping[str, "InputSpec"], params: Mapping[str, Any], seed: int
    ) -> "keras.Model":
        """Build the network: same arguments, same initial weights. Imports Keras.

        Raises NotApplicable where there is an input that it does not read, or none that it is made for.
        """
        import keras

        self._refuse(inputs)

        # Keras takes the seeds of initialisers and dropout from Python's generator, which this
        # resets, so that weights depend on the spec and not on what was built before
        keras.utils.set_random_seed(seed)
        values = self.settle(params)
        return self.build(task, inputs, **{k.name: values[k.name] for k in self.knobs})

    def _refuse(self, inputs: Mapping[str, "InputSpec"]) -> None:
        found = [spec.modality or spec.name for spec in inputs.values()]
        if self.made_for is not None and self.made_for not in found:
            raise NotApplicable("architecture_lacks", title=self.title, kind=self.made_for)
        unread = [key for key in found if self.modalities is not None and key not in self.modalities]
        if unread:
            raise NotApplicable("architecture_unread", title=self.title, kinds=", ".join(sorted(set(unread))))


def n_outputs(task: Task) -> int:
    """Width of the raw output: one logit, one logit a class, or one value."""
    return len(task.classes) if task.kind == "multiclass" else 1


ARCHITECTURES: Registry[Architecture] = Registry(sys.modules[__name__], "architecture")
