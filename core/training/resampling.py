"""Training rows in another mix of classes: rare ones repeated, or common ones left out. Only training rows.

Validation and test rows keep the mix there is: what a network says of them is judged by the world.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from core.training.batches import Block, Shuffled, n_batches


@dataclass(frozen=True, kw_only=True)
class Resampled:
    """The shuffled rows with as many of each class; anew in every epoch.

    way: "over" repeats rows until each class has as many as the largest; "under" leaves rows out until
    each has as many as the smallest. class_counts: (classes,) training rows of each.
    """

    rows: Shuffled
    way: str
    class_counts: np.ndarray
    seed: int

    @cached_property
    def _share(self) -> float:
        """Rows drawn for each row there is."""
        present = self.class_counts[self.class_counts > 0]
        each = present.max() if self.way == "over" else present.min()
        return float(len(present) * each / present.sum())

    def n_steps(self, batch_size: int, drop_last: bool = False) -> int:
        return sum(n_batches(self._size(n), batch_size, drop_last) for n in self.rows.block_sizes())

    def epoch(self, number: int) -> Iterator[Block]:
        for place, block in enumerate(self.rows.epoch(number)):
            rng = np.random.default_rng([self.seed, number, place])
            targets = block.rows.targets
            yield Block(rows=block.rows, order=_drawn(targets, self._size(len(targets)), rng))

    def _size(self, n_rows: int) -> int:
        return max(1, round(n_rows * self._share))


def _drawn(targets: np.ndarray, n: int, rng: np.random.Generator) -> np.ndarray:
    """(n,) int32: places of rows, as many of each class that is there, each row about as often as the next."""
    present = np.unique(targets)
    wanted = np.full(len(present), n // len(present))
    wanted[: n - wanted.sum()] += 1
    pieces = []
    for label, m in zip(present, wanted):
        members = np.flatnonzero(targets == label)
        whole, rest = divmod(int(m), len(members))
        pieces += [np.tile(members, whole), rng.permutation(members)[:rest]]
    return rng.permutation(np.concatenate(pieces)).astype(np.int32)
