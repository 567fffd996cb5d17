"""Many prepared columns made into few, one way a file; learned from training rows in passes over batches.

Knows no table and no model: it sees what the modalities made of the columns, numbers of about -8 to 8.
What is learned is plain JSON, so that it travels with the preparation; to apply it takes NumPy alone.
"""

import base64
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np

from core.registry import Registry

Passes = Callable[[], Iterator[np.ndarray]]  # each call walks through the training rows again: (n, d) float32

ROWS_A_COMPONENT = 5  # training rows, at least, that each component rests on


@dataclass(frozen=True, kw_only=True)
class Learned:
    """What a way learned. arrays: by name. kept: share of the columns' variance that the components hold."""

    arrays: Mapping[str, np.ndarray]
    kept: float


class Condenser(Protocol):
    """What a file of this folder offers as `condenser`.

    noun: what its components are called, one and many.
    """

    key: str
    title: str
    noun: tuple[str, str]
    order: int

    def fit(self, passes: Passes, n_rows: int, width: int, seed: int) -> Learned:
        """Learn from n_rows rows of `width` columns; memory does not grow with the rows."""
        ...

    def apply(self, x: np.ndarray, arrays: Mapping[str, np.ndarray]) -> np.ndarray:
        """(n, width) float32 → (n, components) float32, each row by itself."""
        ...


CONDENSERS: Registry[Condenser] = Registry(sys.modules[__name__], "condenser")


@dataclass(frozen=True, kw_only=True)
class Condensed:
    """One fitted way of condensing, as JSON holds it. packed: name → shape and float32 in base64."""

    way: str
    width: int
    n_components: int
    kept: float
    packed: Mapping[str, Any]

    @classmethod
    def fit(cls, way: str, passes: Passes, n_rows: int, width: int, seed: int) -> "Condensed":
        """Raises UnknownName for a way that is not there."""
        found = CONDENSERS[way].fit(passes, n_rows, width, seed)
        first = np.zeros((1, width), np.float32)
        return cls(
            way=way,
            width=width,
            n_components=CONDENSERS[way].apply(first, found.arrays).shape[1],
            kept=found.kept,
            packed={name: _pack(array) for name, array in found.arrays.items()},
        )

    @cached_property
    def _arrays(self) -> dict[str, np.ndarray]:
        return {name: _unpack(held) for name, held in self.packed.items()}

    @cached_property
    def names(self) -> tuple[str, ...]:
        noun = CONDENSERS[self.way].noun[0]
        return tuple(f"{noun} {i}" for i in range(1, self.n_components + 1))

    def apply(self, x: np.ndarray) -> np.ndarray:
        """(n, width) float32 → (n, n_components) float32."""
        return CONDENSERS[self.way].apply(x, self._arrays)


def most_components(n_rows: int, width: int, most: int) -> int:
    """How many components those rows can carry."""
    return max(1, min(most, width, n_rows // ROWS_A_COMPONENT))


def _pack(array: np.ndarray) -> dict[str, Any]:
    data = np.ascontiguousarray(array, dtype="<f4")
    return {"shape": list(data.shape), "data": base64.b64encode(data.tobytes()).decode("ascii")}


def _unpack(held: Mapping[str, Any]) -> np.ndarray:
    return np.frombuffer(base64.b64decode(held["data"]), dtype="<f4").reshape(held["shape"])
