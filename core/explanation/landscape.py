"""A map of what a network makes of rows: its last layer in two dimensions, a point a row. Trains nothing."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from core.data.catalog import Catalog
from core.domain import Run
from core.errors import NotApplicable
from core.explanation.mistakes import judging_rows_in
from core.prediction.score import Scorer
from core.runs.predictions import load_predictions
from core.runs.store import RunStore
from core.studies.cleaned import is_cleaned

Method = Literal["pca", "tsne"]
MOST_POINTS = 1_500
MOST_NUMBERS = 50  # of the layer that t-SNE is given, by PCA


@dataclass(frozen=True, kw_only=True)
class Landscape:
    """Test rows. numbers: of each row in its file, from 1. x, y: where it lies. truth: its class or value.
    is_right: whether the model is right about it; None where it predicts numbers.
    explained: share of the spread that the map shows, of PCA."""

    method: Method
    numbers: tuple[int, ...]
    x: tuple[float, ...]
    y: tuple[float, ...]
    truth: tuple[str | float, ...]
    is_right: tuple[bool, ...] | None
    explained: float | None


def landscape(scorer: Scorer, store: RunStore, catalog: Catalog, run: Run, method: Method) -> Landscape:
    """Raises NotApplicable for a model that has no layers, or whose rows went through a recipe."""
    model = getattr(scorer.voice.predictor, "model", None)
    if model is None or is_cleaned(run.spec):
        raise NotApplicable("no_landscape", title=scorer.record.title)
    import keras

    from core.training.step import last_layer

    path = store.folder(run.id) / "models" / scorer.record.folder / "predictions.parquet"
    rows, truth, prediction = load_predictions(path, "test")
    order = np.sort(np.random.default_rng(run.spec.seed).permutation(len(rows))[:MOST_POINTS])
    order = order[np.argsort(rows[order])]
    dataset, first = judging_rows_in(run, catalog, store.folder(run.id))
    names = [c.name for c in scorer.voice.preparation.columns]
    frame = catalog.read(dataset, columns=names, rows=rows[order] - first)
    last = keras.Model(model.input, last_layer(model))
    layer = np.asarray(last.predict(scorer.voice.inputs(frame), batch_size=512, verbose=0))
    places, explained = _pca(layer.reshape(len(layer), -1), MOST_NUMBERS)
    if method == "tsne":
        places, explained = _tsne(places, run.spec.seed), None
    classes = run.spec.task.classes
    return Landscape(
        method=method,
        numbers=tuple((rows[order] - first + 1).tolist()),
        x=tuple(places[:, 0].tolist()),
        y=tuple(places[:, 1].tolist()),
        truth=tuple(classes[t] for t in truth[order]) if classes else tuple(truth[order].tolist()),
        is_right=tuple((prediction[order].argmax(axis=1) == truth[order]).tolist()) if classes else None,
        explained=explained,
    )


def _pca(layer: np.ndarray, most: int) -> tuple[np.ndarray, float]:
    """(n, at least 2 and at most `most`) principal components, and the share of the spread in the first two."""
    centred = layer - layer.mean(axis=0)
    u, s, _ = np.linalg.svd(centred, full_matrices=False)
    places = (u * s)[:, :most]
    if places.shape[1] < 2:  # a layer of one number lies on a line
        places = np.column_stack([places, np.zeros(len(places))])
    return places, float((s[:2] ** 2).sum() / max((s**2).sum(), 1e-12))


def _tsne(places: np.ndarray, seed: int) -> np.ndarray:
    from sklearn.manifold import TSNE
    from threadpoolctl import threadpool_limits

    perplexity = min(30.0, max(2.0, (len(places) - 1) / 3))
    with threadpool_limits(1):  # its threads wait for each other longer than they work where cores are busy
        return TSNE(2, perplexity=perplexity, init="pca", random_state=seed).fit_transform(places)
