"""An autoencoder: a network that must rebuild a row from a few codes, which then stand for the row.

Unlike principal components the codes may bend. How well rows are rebuilt is measured on a tenth of the
training rows, which did not teach it.
Source: Hinton & Salakhutdinov (2006), Reducing the dimensionality of data with neural networks, Science 313, 504-507.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from core.condensing import Learned, Passes, most_components

MOST = 32  # codes
HIDDEN = 256
BATCH, RATE = 128, 1e-3
EPOCHS, PATIENCE = 60, 4
MOST_STEPS = (
    6_000  # half a minute or so; of very many rows not all are needed to tell how columns go together
)
HELD = 10  # one row in so many is held back


class Autoencoder:
    """arrays: of the encoder alone. w1 (d, hidden), b1, w2 (hidden, k), b2, the codes brought to unit spread."""

    key = "autoencoder"
    title = "Codes of an autoencoder"
    noun = ("code", "codes of an autoencoder")
    order = 20

    def fit(self, passes: Passes, n_rows: int, width: int, seed: int) -> Learned:
        rng = np.random.default_rng(seed)
        model = _network(width, most_components(n_rows, width, MOST), seed)
        best, kept, waited, n_steps = model.get_weights(), -np.inf, 0, 0
        for _ in range(EPOCHS):
            for taught, _ in _parted(passes):
                order = rng.permutation(len(taught))
                for start in range(0, min(len(order), (MOST_STEPS - n_steps) * BATCH), BATCH):
                    batch = taught[order[start : start + BATCH]]
                    model.train_on_batch(batch, batch)
                    n_steps += 1
                if n_steps >= MOST_STEPS:
                    break
            value = _rebuilt(model, passes)
            waited += 1
            if value > kept:
                best, kept, waited = model.get_weights(), value, 0
            if waited >= PATIENCE or n_steps >= MOST_STEPS:
                break
        w1, b1, w2, b2 = best[:4]
        arrays = {"w1": w1, "b1": b1, "w2": w2, "b2": b2}
        mean, std = _moments(self.apply(x, arrays) for x in passes())
        arrays |= {"w2": w2 / std, "b2": (b2 - mean) / std}
        return Learned(arrays=arrays, kept=max(0.0, kept))

    def apply(self, x: np.ndarray, arrays: Mapping[str, np.ndarray]) -> np.ndarray:
        hidden = np.maximum(x @ arrays["w1"] + arrays["b1"], 0.0)
        return (hidden @ arrays["w2"] + arrays["b2"]).astype(np.float32)


def _network(width: int, n_codes: int, seed: int) -> Any:
    import keras

    def dense(units: int, number: int, activation: str | None = None) -> Any:
        start = keras.initializers.GlorotUniform(seed + number)
        return keras.layers.Dense(units, activation=activation, kernel_initializer=start)

    hidden = min(HIDDEN, max(2 * n_codes, width // 2))
    model = keras.Sequential(
        [
            keras.Input((width,)),
            dense(hidden, 1, "relu"),
            dense(n_codes, 2),
            dense(hidden, 3, "relu"),
            dense(width, 4),
        ]
    )
    model.compile(keras.optimizers.Adam(RATE), loss="mse")
    return model


def _parted(passes: Passes) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """The rows that teach and those held back, batch by batch."""
    seen = 0
    for x in passes():
        is_held = (np.arange(seen, seen + len(x)) % HELD) == HELD - 1
        seen += len(x)
        yield x[~is_held], x[is_held]


def _rebuilt(model: Any, passes: Passes) -> float:
    """Share of the variance of the rows held back that is in what is rebuilt of them; of all rows where none is."""
    n, total, squares, missed = 0, 0.0, 0.0, 0.0
    for taught, held in _parted(passes):
        x = held if len(held) else taught
        n += len(x)
        total = total + x.sum(axis=0, dtype=np.float64)
        squares += float(np.square(x, dtype=np.float64).sum())
        missed += float(np.square(x - model.predict_on_batch(x), dtype=np.float64).sum())
    variance = squares - float(np.square(total).sum()) / n
    return 1.0 - missed / variance if variance > 0 else 1.0


def _moments(pieces: Iterator[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    n, total, squares = 0, 0.0, 0.0
    for codes in pieces:
        n += len(codes)
        total = total + codes.sum(axis=0, dtype=np.float64)
        squares = squares + np.square(codes, dtype=np.float64).sum(axis=0)
    mean = total / n
    std = np.sqrt(np.maximum(squares / n - mean**2, 0.0))
    return mean.astype(np.float32), np.where(std > 1e-6, std, 1.0).astype(np.float32)


condenser = Autoencoder()
