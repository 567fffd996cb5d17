"""How a column's values become a network's inputs, one kind of value a file; no Keras on reading.

A modality turns one column into columns of one or more groups; a group is one input of the
network. "numeric" (float32, about -8 to 8), "indicator" (float32, 0 or 1) and "category"
(int32 codes: 0 missing, 1 unseen or rare, 2 … by falling training frequency) are each owned
by one modality, which says how the group enters a network and a classic model.
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from core.domain import Column, Kind
from core.errors import UnknownName
from core.registry import Registry

if TYPE_CHECKING:
    import keras
    import pandas as pd

State = Mapping[str, Any]  # what a modality learned from the training rows; plain JSON


@dataclass(frozen=True, kw_only=True)
class InputSpec:
    """One input of a network.

    shape: without the batch. feature_names: what each of its columns holds.
    vocabulary: for codes, how many codes each column has; empty otherwise.
    """

    name: str
    shape: tuple[int, ...]
    dtype: str
    feature_names: tuple[str, ...]
    vocabulary: tuple[int, ...] = ()


class Modality(Protocol):
    """What a file of this folder offers as `modality`.

    kinds: the kinds of column it serves. owns: the group whose way into a model it defines,
    or None if it only adds columns to groups of others.
    """

    key: str
    kinds: tuple[Kind, ...]
    owns: str | None

    def fit(self, series: "pd.Series", column: Column) -> State:
        """What to remember of the training rows' values: plain, exact in JSON, order-free."""
        ...

    def transform(self, series: "pd.Series", state: State) -> dict[str, np.ndarray]:
        """Group → (n, width), in the order of `names`; each row by itself, whatever it holds."""
        ...

    def names(self, state: State) -> dict[str, tuple[str, ...]]:
        """Group → names of the columns `transform` makes; empty if nothing can be learned."""
        ...

    def vocabulary(self, state: State) -> int:
        """How many codes the column has in the group "category"; 0 if it is not there."""
        ...

    def embed(self, tensor: "keras.KerasTensor", spec: InputSpec) -> "keras.KerasTensor":
        """The owned group as (batch, width) float32 inside a network."""
        ...

    def flatten(self, array: np.ndarray, spec: InputSpec) -> np.ndarray:
        """The owned group as (n, width) float32 for a classic model."""
        ...

    def flat_names(self, spec: InputSpec) -> tuple[str, ...]:
        """The names of the columns `flatten` makes."""
        ...


MODALITIES: Registry[Modality] = Registry(sys.modules[__name__], "modality")


@cache
def modality_of(kind: Kind) -> Modality:
    """The modality that serves a kind of column. Raises UnknownName."""
    for modality in MODALITIES.values():
        if kind in modality.kinds:
            return modality
    raise UnknownName("kind", kind, [k for m in MODALITIES.values() for k in m.kinds])


@cache
def owner_of(group: str) -> Modality:
    """The modality that says how a group enters a model. Raises UnknownName."""
    owners = {m.owns: m for m in MODALITIES.values() if m.owns}
    if group not in owners:
        raise UnknownName("group of inputs", group, owners)
    return owners[group]
