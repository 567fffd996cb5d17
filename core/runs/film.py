"""What a network made of the same validation rows in several epochs of its training, as its folder keeps it.

Knows neither networks nor maps: it gets numbers a row, thins the epochs out and stores them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

import numpy as np

MOST_ROWS = 300
MOST_NUMBERS = 64  # a row: with as many frames as are kept, half a megabyte
MOST_FRAMES = 12  # beside the start, the best epoch and the last
LARGEST = 6e4  # of a number in 16 bits
FILE = "film.npz"


@dataclass(frozen=True)
class Film:
    """frames: epoch, 0 before the first → (rows, numbers) float16, in the order of the epochs."""

    frames: Mapping[int, np.ndarray] = field(default_factory=dict)

    def with_frame(self, epoch: int, layer: np.ndarray, best_epoch: int) -> "Film":
        """The film with what the last layer (rows, …) holds after that epoch, thinned out by the epochs alone.

        So a training that was killed and goes on keeps the same epochs as one that was not.
        """
        every = 1
        while epoch > every * MOST_FRAMES:
            every *= 2
        kept = {e: f for e, f in self.frames.items() if e % every == 0 or e == best_epoch}
        return replace(self, frames={**kept, epoch: narrowed(layer)})

    def save(self, folder: Path, rows: np.ndarray, best_epoch: int) -> None:
        """rows: (rows,) their numbers in the run. best_epoch: the one whose weights were kept."""
        aside = folder / f".{FILE}"
        with open(aside, "wb") as file:
            np.savez(
                file, rows=rows, best_epoch=best_epoch, epochs=np.array([*self.frames], np.int64),
                frames=np.stack([*self.frames.values()]),
            )  # fmt: skip
        aside.replace(folder / FILE)


@dataclass(frozen=True, kw_only=True)
class StoredFilm:
    """rows: (rows,) numbers in the run. epochs: (frames,); frames: (frames, rows, numbers) float32."""

    rows: np.ndarray
    epochs: tuple[int, ...]
    frames: np.ndarray
    best_epoch: int


def load_film(folder: Path) -> StoredFilm | None:
    """The film in a model's folder; None where none was kept."""
    try:
        with np.load(folder / FILE, allow_pickle=False) as stored:
            return StoredFilm(
                rows=stored["rows"],
                epochs=tuple(stored["epochs"].tolist()),
                frames=stored["frames"].astype(np.float32),
                best_epoch=int(stored["best_epoch"]),
            )
    except FileNotFoundError:
        return None


def narrowed(layer: np.ndarray) -> np.ndarray:
    """(rows, …) → (rows, at most MOST_NUMBERS) float16; of a wide layer sums of numbers, with signs drawn once for its width.

    Distances between rows stay about as they are, and no product of matrices wakes the threads of another library.
    Source: Charikar, Chen & Farach-Colton (2002), Finding frequent items in data streams (count sketch), ICALP.
    """
    flat = layer.reshape(len(layer), -1).astype(np.float32)
    if flat.shape[1] > MOST_NUMBERS:
        order, signs = _drawn(flat.shape[1])
        padded = np.zeros((len(flat), len(order)), np.float32)
        padded[:, : flat.shape[1]] = flat
        flat = (padded[:, order] * signs).reshape(len(flat), MOST_NUMBERS, -1).sum(axis=2)
    return np.clip(np.nan_to_num(flat), -LARGEST, LARGEST).astype(np.float16)


@lru_cache(maxsize=8)
def _drawn(width: int) -> tuple[np.ndarray, np.ndarray]:
    """The order in which numbers are put together, and their signs; a whole multiple of MOST_NUMBERS of each."""
    rng, n = np.random.default_rng(width), -(-width // MOST_NUMBERS) * MOST_NUMBERS
    return rng.permutation(n), rng.choice(np.float32([-1, 1]), n)
