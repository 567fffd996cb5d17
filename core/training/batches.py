"""Rows on their way to the network: blocks of tensors and the order to walk them in.

One road for every size: a table that fits in memory is one block; a larger one is many.
The order depends on the seed and the epoch alone, so a training that was interrupted goes
on exactly as if it had not been.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np


@dataclass(frozen=True, kw_only=True)
class Rows:
    """Prepared rows. inputs: name → (n, …); targets: (n,) class index or standardised value."""

    inputs: Mapping[str, np.ndarray]
    targets: np.ndarray

    @property
    def n(self) -> int:
        return len(self.targets)

    def take(self, rows: np.ndarray) -> "Rows":
        return Rows(inputs={k: v[rows] for k, v in self.inputs.items()}, targets=self.targets[rows])


@dataclass(frozen=True, kw_only=True)
class Block:
    """Rows that are in memory together; order: (n,) int32, the order in which to step through."""

    rows: Rows
    order: np.ndarray


class Batches(Protocol):
    """Where the training loop gets its rows."""

    n: int

    def epoch(self, number: int) -> Iterator[Block]:
        """The blocks of that epoch, shuffled; `number` counts from 1."""
        ...


@dataclass(frozen=True, kw_only=True)
class InMemory:
    """All rows as one block, in a new order every epoch."""

    rows: Rows
    seed: int

    @property
    def n(self) -> int:
        return self.rows.n

    def epoch(self, number: int) -> Iterator[Block]:
        rng = np.random.default_rng([self.seed, number])
        yield Block(rows=self.rows, order=rng.permutation(self.rows.n).astype(np.int32))
