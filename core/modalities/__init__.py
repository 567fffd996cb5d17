"""How a column's values become a network's inputs, one kind of value a file; no Keras on reading.

A modality turns one column into columns of one or more groups; a group is one input of the
network. "numeric" (float32, about -8 to 8), "indicator" (float32, 0 or 1) and "category"
(int32 codes: 0 missing, 1 unseen or rare, 2 … by falling training frequency) are shared by all
columns and owned by one modality, which says how the group enters a network and a classic model.

A column whose values are no few numbers, such as a text or a picture, gets an input of its
own beside them: its modality makes OWN, of any shape, and owns it.
"""

import sys
from collections.abc import Iterable, Mapping
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
    import scipy.sparse

State = Mapping[str, Any]  # what a modality learned from the training rows; plain JSON

OWN = "own"  # in place of a group's name: the input that a column has for itself
FLAT = "flat"  # the view of the rows that every modality offers: `flatten`


@dataclass(frozen=True, kw_only=True)
class InputSpec:
    """One input of a network.

    shape: without the batch. feature_names: what each column of a shared group holds, or the one
    column whose own input it is. vocabulary: for codes, how many codes there are, a column each.
    modality: the key of the modality that owns it; empty for a group that columns share.
    sources: for each column of a shared group, the table's column that it comes from; else empty.
    """

    name: str
    shape: tuple[int, ...]
    dtype: str
    feature_names: tuple[str, ...]
    vocabulary: tuple[int, ...] = ()
    modality: str = ""
    sources: tuple[str, ...] = ()


class Modality(Protocol):
    """What a file of this folder offers as `modality`.

    kinds: the kinds of column it serves. owns: the shared group whose way into a model it
    defines, or None if it only adds columns to groups of others.
    """

    key: str
    kinds: tuple[Kind, ...]
    owns: str | None

    def fit(self, series: "pd.Series", column: Column) -> State:
        """What to remember of the training rows' values: plain, exact in JSON, order-free."""
        ...

    def transform(self, series: "pd.Series", state: State) -> dict[str, np.ndarray]:
        """Group → (n, width), in the order of `names`, and OWN → (n, …); each row by itself,
        whatever it holds."""
        ...

    def names(self, state: State) -> dict[str, tuple[str, ...]]:
        """Group → names of the columns `transform` makes, OWN → the column's name if it has an input
        of its own; empty if nothing can be learned."""
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


class Wide(Protocol):
    """What a modality offers besides, whose columns have an input of their own.

    views: what else than `flatten` classic models may ask for, such as the counts of all words; by `view`.
    flat_is_whole: whether `flatten` keeps nearly all that the column says, as the pixels of an image do.
    is_heavy: whether a network that reads it learns for minutes where rows are few.
    """

    views: tuple[str, ...]
    flat_is_whole: bool
    is_heavy: bool

    def own(self, state: State) -> tuple[tuple[int, ...], str, tuple[int, ...]]:
        """Shape without the batch, dtype, and vocabulary of the column's own input."""
        ...

    def view(self, name: str, array: np.ndarray, spec: InputSpec) -> "np.ndarray | scipy.sparse.csr_matrix":
        """The column's own input as a classic model reads it by that view: (n, d), dense or sparse."""
        ...


MODALITIES: Registry[Modality] = Registry(sys.modules[__name__], "modality")


@cache
def modality_of(kind: Kind) -> Modality:
    """The modality that serves a kind of column. Raises UnknownName."""
    for modality in MODALITIES.values():
        if kind in modality.kinds:
            return modality
    raise UnknownName("kind", kind, [k for m in MODALITIES.values() for k in m.kinds])


def wide_among(kinds: Iterable[Kind]) -> frozenset[str]:
    """The keys of the modalities of those kinds whose columns may have an input of their own."""
    owners = {modality_of(kind) for kind in kinds}
    return frozenset(m.key for m in owners if hasattr(m, "own"))


def owner_of(spec: InputSpec) -> Modality:
    """The modality that says how an input enters a model. Raises UnknownName."""
    return MODALITIES[spec.modality] if spec.modality else _owner_of_group(spec.name)


@cache
def _owner_of_group(group: str) -> Modality:
    owners = {m.owns: m for m in MODALITIES.values() if m.owns}
    if group not in owners:
        raise UnknownName("group of inputs", group, owners)
    return owners[group]


def view_of(name: str, array: np.ndarray, spec: InputSpec) -> "np.ndarray | scipy.sparse.csr_matrix":
    """An input as a classic model reads it by that view; where its owner has no such view, flattened."""
    owner = owner_of(spec)
    if spec.modality and name in owner.views:
        return owner.view(name, array, spec)
    return owner.flatten(array, spec)
