"""A trained network on disk and in use. Rebuilds from Fathom's own spec; trusts no stored code."""

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from core.architectures import ARCHITECTURES
from core.domain import Task
from core.errors import FathomError
from core.evaluation.recalibration import recalibrated
from core.training.batches import RowSource, chunks
from core.training.objective import to_prediction
from core.training.step import forward_in_batches, make_forward

if TYPE_CHECKING:
    import keras

    from core.preparation import Preparation

WEIGHTS = "model.weights.h5"  # the ending Keras asks for


@dataclass(frozen=True)
class Network:
    """A network with what it needs to speak in the target's own terms.

    recalibration: what makes its probabilities honest, as `core.evaluation.recalibration` found it.
    """

    model: "keras.Model"
    preparation: "Preparation"
    task: Task
    forward: Any
    recalibration: tuple[float, ...] | None = None

    def predict(self, inputs: Mapping[str, np.ndarray]) -> np.ndarray:
        """Prepared inputs → probabilities (n, classes), or values (n,) in the target's unit."""
        n = len(next(iter(inputs.values())))
        return self.finish(forward_in_batches(self.forward, inputs, n))

    def finish(self, outputs: np.ndarray) -> np.ndarray:
        """Raw outputs (n, k) → the prediction."""
        if self.recalibration is not None:
            outputs = recalibrated(outputs, self.recalibration)
        prediction = to_prediction(outputs, self.task)
        return self.preparation.from_network(prediction) if self.task.kind == "regression" else prediction

    def timed_predict(self, rows: RowSource) -> tuple[np.ndarray, float]:
        """The prediction, and microseconds a row; traced before the clock starts, reading left out."""
        self.predict(rows.read(0, 2).inputs)
        pieces, seconds = [], 0.0
        for chunk in chunks(rows):
            started = time.perf_counter()
            pieces.append(self.predict(chunk.inputs))
            seconds += time.perf_counter() - started
        return np.concatenate(pieces), seconds / rows.n * 1e6


def save_weights(model: "keras.Model", folder: Path) -> str:
    """Write the weights aside and rename; their sha256."""
    aside = folder / f"aside.{WEIGHTS}"
    model.save_weights(aside)
    aside.replace(folder / WEIGHTS)
    return _sha256(folder / WEIGHTS)


def load_network(
    folder: Path,
    key: str,
    params: Mapping[str, Any],
    preparation: "Preparation",
    task: Task,
    sha256: str | None,
    recalibration: tuple[float, ...] | None = None,
) -> Network:
    """Rebuild the network of the spec and load its weights.

    Raises FathomError("weights_changed") if the file is not the one that was saved, FathomError("network_outgrown")
    if networks of that key are built otherwise by now.
    """
    path = folder / WEIGHTS
    if sha256 is not None and _sha256(path) != sha256:
        raise FathomError("weights_changed", path=path.name)
    model = ARCHITECTURES[key].assemble(task, preparation.input_specs, params, seed=0)
    try:
        model.load_weights(path)
    except ValueError:  # what Keras raises where layers or their shapes differ
        raise FathomError("network_outgrown", title=ARCHITECTURES[key].title) from None
    return Network(model, preparation, task, make_forward(model, task), recalibration)


def _sha256(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
