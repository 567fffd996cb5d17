"""Rows on their way to the network: blocks that fit in memory and the order to walk them in.

One road for every size: a table that fits into a block is one block; a larger one is many, each
gathered from stretches all over the table and read while the block before it is learned from.
The order depends on the seed and the epoch alone, so a training that was interrupted goes
on exactly as if it had not been.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np

BLOCK_BYTES = 128 << 20  # of prepared rows that may be in memory together, before they are copied
# where these are more: a block learned and its copy as tensors, one waiting, one gathered, and what is let go late
AT_ONCE = 8
CHUNK_ROWS = 65_536  # read at a time where all rows are walked through
CHUNK_BYTES = 64 << 20  # and fewer where rows are wide
STRETCH_ROWS = 2_048  # neighbours that stay in one block: enough for reading at full speed


@dataclass(frozen=True, kw_only=True)
class Rows:
    """Prepared rows in memory. inputs: name → (n, …); targets: (n,) class index or standardised value."""

    inputs: Mapping[str, np.ndarray]
    targets: np.ndarray

    @property
    def n(self) -> int:
        return len(self.targets)

    @property
    def row_bytes(self) -> int:
        return sum(a.dtype.itemsize * math.prod(a.shape[1:]) for a in (*self.inputs.values(), self.targets))

    def read(self, start: int, stop: int) -> "Rows":
        return Rows(
            inputs={k: v[start:stop] for k, v in self.inputs.items()}, targets=self.targets[start:stop]
        )

    def take(self, rows: np.ndarray) -> "Rows":
        return Rows(inputs={k: v[rows] for k, v in self.inputs.items()}, targets=self.targets[rows])


class RowSource(Protocol):
    """Prepared rows, wherever they lie. row_bytes: of one row's inputs and target."""

    @property
    def n(self) -> int: ...

    @property
    def row_bytes(self) -> int: ...

    def read(self, start: int, stop: int) -> Rows:
        """The rows from `start` until before `stop`, or the last."""
        ...


def rows_at_once(row_bytes: int) -> int:
    return max(1, min(CHUNK_ROWS, CHUNK_BYTES // max(row_bytes, 1)))


def chunks(rows: RowSource) -> Iterator[Rows]:
    """All rows in order, as many at a time as memory may hold."""
    step = rows_at_once(rows.row_bytes)
    for start in range(0, rows.n, step):
        yield rows.read(start, start + step)


def n_batches(n_rows: int, batch_size: int, drop_last: bool) -> int:
    """Batches of a block; rows that do not fill one make a smaller one, unless that is to be dropped."""
    return max(1, n_rows // batch_size) if drop_last else math.ceil(n_rows / batch_size)


def joined(pieces: Sequence[Rows]) -> Rows:
    """The rows of all pieces, one after another."""
    if len(pieces) == 1:
        return pieces[0]
    return Rows(
        inputs={k: np.concatenate([p.inputs[k] for p in pieces]) for k in pieces[0].inputs},
        targets=np.concatenate([p.targets for p in pieces]),
    )


@dataclass(frozen=True, kw_only=True)
class Block:
    """Rows that are in memory together; order: (n,) int32, the order in which to step through."""

    rows: Rows
    order: np.ndarray


class Batches(Protocol):
    """Where the training loop gets its rows."""

    def n_steps(self, batch_size: int, drop_last: bool = False) -> int:
        """Steps an epoch: the last batch of a block may be smaller, or is left out."""
        ...

    def epoch(self, number: int) -> Iterator[Block]:
        """The blocks of that epoch, shuffled; `number` counts from 1."""
        ...


@dataclass(frozen=True, kw_only=True)
class Shuffled:
    """All rows of a source, in a new order every epoch; block_bytes: what may be in memory together."""

    rows: RowSource
    seed: int
    block_bytes: int = BLOCK_BYTES

    @cached_property
    def _block_rows(self) -> int:
        """Rows a block, whole stretches: all where they may be in memory together, else so many that a
        block may be handed over while the next one is gathered."""
        row_bytes = max(self.rows.row_bytes, 1)
        if self.rows.n * row_bytes <= self.block_bytes:
            return max(self.rows.n, 1)
        return max(1, self.block_bytes // AT_ONCE // row_bytes // STRETCH_ROWS) * STRETCH_ROWS

    @cached_property
    def _whole(self) -> Rows:
        return self.rows.read(0, self.rows.n)

    def n_steps(self, batch_size: int, drop_last: bool = False) -> int:
        return sum(n_batches(n, batch_size, drop_last) for n in self.block_sizes())

    def block_sizes(self) -> list[int]:
        """Rows of each block of an epoch, in every epoch the same."""
        full, rest = divmod(self.rows.n, self._block_rows)
        return [self._block_rows] * full + [rest] * bool(rest)

    def epoch(self, number: int) -> Iterator[Block]:
        rng = np.random.default_rng([self.seed, number])
        if self.rows.n <= self._block_rows:
            yield Block(rows=self._whole, order=rng.permutation(self.rows.n).astype(np.int32))
            return
        groups = self._groups(rng)
        with ThreadPoolExecutor(1, "reads rows") as reader:
            coming = reader.submit(self._gathered, groups[0])
            for following in [*groups[1:], None]:
                rows = coming.result()
                if following is not None:
                    coming = reader.submit(self._gathered, following)
                yield Block(rows=rows, order=rng.permutation(rows.n).astype(np.int32))

    def _groups(self, rng: np.random.Generator) -> list[np.ndarray]:
        """The first rows of the stretches of each block. A last stretch that is short comes last, so that
        all blocks but the last are equally large in every epoch."""
        starts = np.arange(0, self.rows.n, STRETCH_ROWS)
        n_whole = self.rows.n // STRETCH_ROWS
        mixed = np.concatenate([rng.permutation(starts[:n_whole]), starts[n_whole:]])
        a_block = self._block_rows // STRETCH_ROWS
        return [mixed[i : i + a_block] for i in range(0, len(mixed), a_block)]

    def _gathered(self, starts: np.ndarray) -> Rows:
        # in the order of the file, for the disk's sake: the rows are shuffled afterwards anyway
        stops = {s: min(s + STRETCH_ROWS, self.rows.n) for s in np.sort(starts).tolist()}
        n, end, first = sum(stop - s for s, stop in stops.items()), 0, self.rows.read(0, 0)
        targets = np.empty(n, first.targets.dtype)
        inputs = {k: np.empty((n, *v.shape[1:]), v.dtype) for k, v in first.inputs.items()}
        for (
            start,
            stop,
        ) in stops.items():  # put in place at once: joined at the end, they would lie there twice
            piece, begin, end = self.rows.read(start, stop), end, end + stop - start
            targets[begin:end] = piece.targets
            for name, values in piece.inputs.items():
                inputs[name][begin:end] = values
        return Rows(inputs=inputs, targets=targets)
