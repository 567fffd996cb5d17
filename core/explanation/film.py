"""A map of some validation rows for every kept epoch of a network's training, on the same axes. Trains nothing.

The two directions are found once, over all epochs together, so that a point moves because the network has
changed its mind about its row and for no other reason.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.domain import Run
from core.errors import NotApplicable
from core.runs.film import load_film
from core.runs.predictions import load_predictions
from core.runs.records import Record, fold_folder
from core.runs.store import RunStore


@dataclass(frozen=True, kw_only=True)
class EpochMaps:
    """rows: numbers in the run. truth: of each its class or value. is_right: whether the finished model is right
    about it; None where it predicts numbers. maps: epoch, 0 before the first → (rows, 2), on common axes.
    best_epoch: the one whose weights were kept. explained: share of the spread that the maps show."""

    rows: np.ndarray
    truth: tuple[str | float, ...]
    is_right: tuple[bool, ...] | None
    maps: Mapping[int, np.ndarray]
    best_epoch: int
    explained: float


def epoch_maps(store: RunStore, run: Run, record: Record) -> EpochMaps:
    """Of a network's last layer; of one trained once a fold, in the first that answers. Raises NotApplicable where none was kept."""
    place = store.folder(run.id)
    if record.voices:
        place = fold_folder(place, record.voices[0])
    folder = place / "models" / record.folder
    film = load_film(folder)
    if film is None:
        raise NotApplicable("no_film", title=record.title)
    rows, truth, prediction = load_predictions(folder / "predictions.parquet", "validation")
    order = np.argsort(rows)
    own = order[np.searchsorted(rows[order], film.rows)]
    maps, explained = _on_common_axes(film.frames)
    classes = run.spec.task.classes
    return EpochMaps(
        rows=film.rows,
        truth=tuple(classes[t] for t in truth[own]) if classes else tuple(truth[own].tolist()),
        is_right=tuple((prediction[own].argmax(axis=1) == truth[own]).tolist()) if classes else None,
        maps=dict(zip(film.epochs, maps)),
        best_epoch=film.best_epoch,
        explained=explained,
    )


def _on_common_axes(frames: np.ndarray) -> tuple[np.ndarray, float]:
    """(frames, rows, numbers) → (frames, rows, 2), and the share of the spread that the two show."""
    n, rows, width = frames.shape
    # what all rows share moves every point alike, and says nothing of one
    flat = (frames - frames.mean(axis=1, keepdims=True)).reshape(n * rows, width).astype(np.float64)
    spread, directions = np.linalg.eigh(flat.T @ flat)  # ascending
    places = flat @ directions[:, ::-1][:, :2]
    if width < 2:  # a layer of one number lies on a line
        places = np.column_stack([places, np.zeros(len(places))])
    return places.reshape(n, rows, 2), float(spread[-2:].sum() / max(spread.sum(), 1e-12))
