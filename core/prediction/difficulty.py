"""How far off a model is on rows of one sort or another: a width for each row instead of one for all. Learns nothing.

Trees say how far off the model was on validation rows like a row, and split conformal prediction says
by how much to multiply that. Each validation row is judged by the trees that have not seen it. The
trees are plain arrays, so that answering needs no library that learns.
Source: Lei, G'Sell, Rinaldo, Tibshirani, Wasserman (2018), JASA 113, 1094-1111, section 5.2; trees that
have not seen a row: Johansson, Boström, Löfström, Linusson (2014), Machine Learning 97, 155-176.
"""

import io
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np

from core.errors import BadInput
from core.home import write_whole

FORMAT = 1
FILE = "difficulty.npz"
ROWS_AT_ONCE = 4_096


@dataclass(frozen=True, kw_only=True, eq=False)
class Forest:
    """Trees one behind the other. roots: (trees,) places of their first nodes; of each node what column it
    looks at, and where it goes up to the threshold and above it; a leaf goes to itself. depth: of the deepest."""

    roots: np.ndarray
    column: np.ndarray
    threshold: np.ndarray
    left: np.ndarray
    right: np.ndarray
    value: np.ndarray
    depth: int

    def mean(self, x: np.ndarray) -> np.ndarray:
        """(n, d) float32 → (n,) the mean of what the trees say."""
        said = [self._mean(x[start : start + ROWS_AT_ONCE]) for start in range(0, len(x), ROWS_AT_ONCE)]
        return np.concatenate(said) if said else np.empty(0)

    def _mean(self, x: np.ndarray) -> np.ndarray:
        node = np.tile(self.roots, (len(x), 1))  # (n, trees)
        rows = np.arange(len(x))[:, None]
        for _ in range(self.depth):
            goes_left = x[rows, self.column[node]] <= self.threshold[node]
            node = np.where(goes_left, self.left[node], self.right[node])
        return self.value[node].mean(axis=1)


@dataclass(frozen=True, kw_only=True, eq=False)
class Difficulty:
    """forest: says the root of how far off the model is, so that a few rows that it missed by far do not
    decide alone. floor: what is added to that, squared; factor: what that is multiplied by.

    n: the validation rows that it was learned from. usual: the one width that would do for all.
    reads_rows: whether the trees look at the prepared row, or at the prediction alone.
    fold: whose preparation the row is to be read by; 0 without folds.
    """

    forest: Forest
    floor: float
    factor: float
    n: int
    usual: float
    reads_rows: bool = True
    fold: int = 0

    def widths(self, x: np.ndarray, prediction: np.ndarray) -> np.ndarray:
        """(n,) how far to either side. x: (n, d) flat prepared rows, of which nothing is read without `reads_rows`."""
        return self.factor * expected(self.forest.mean(seen(x, prediction, self.reads_rows)), self.floor)


def expected(said: np.ndarray, floor: float) -> np.ndarray:
    """How far off the model is expected to be, by what the trees say."""
    return said**2 + floor


def seen(x: np.ndarray, prediction: np.ndarray, reads_rows: bool) -> np.ndarray:
    """(n, d + 1) float32: what the trees look at."""
    said = np.asarray(prediction, np.float32)[:, None]
    return np.concatenate([x, said], axis=1, dtype=np.float32) if reads_rows else said


def save_difficulty(difficulty: Difficulty, model_folder: Path) -> None:
    own = {f.name: getattr(difficulty, f.name) for f in fields(Difficulty) if f.name != "forest"}
    trees = {f"forest_{f.name}": getattr(difficulty.forest, f.name) for f in fields(Forest)}
    buffer = io.BytesIO()
    np.savez_compressed(buffer, format=FORMAT, **own, **trees)
    write_whole(model_folder / FILE, buffer.getvalue())


def load_difficulty(model_folder: Path) -> Difficulty | None:
    """None where the model has none. Raises BadInput for another version's."""
    path = model_folder / FILE
    if not path.exists():
        return None
    with np.load(path, allow_pickle=False) as held:
        plain = {name: value if value.ndim else value.item() for name, value in held.items()}
    if (found := plain.pop("format", None)) != FORMAT:
        raise BadInput("difficulty_format", found=found, expected=FORMAT)
    trees = {f.name: plain.pop(f"forest_{f.name}") for f in fields(Forest)}
    return Difficulty(forest=Forest(**trees), **plain)
