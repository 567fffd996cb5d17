"""Learn how far off a run's models are on rows of one sort or another, from validation rows. Trains no model."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.prediction.difficulty import Difficulty, Forest, expected, save_difficulty, seen
from core.prediction.margin import LEVEL, margin_of
from core.runs.predictions import load_predictions
from core.runs.records import Record
from core.studies.prepare import Prepared

if TYPE_CHECKING:
    from sklearn.ensemble import RandomForestRegressor

LEAST_ROWS = 100  # fewer tell no sort of rows from another
MOST_ROWS = 4_000
MOST_COLUMNS = 500  # of the flat prepared row; of more, as of texts and images, none is looked at
N_TREES, MOST_LEAVES, LEAST_IN_LEAF, MOST_TRIED = 50, 64, 8, 30
FLOOR = 0.1  # of the mean error: a row that happened to be hit says little of its sort


def learn_widths(prepared: Prepared, records: Sequence[Record], run_folder: Path, seed: int) -> None:
    """Keep with every finished model a width for each row, where that serves better than one for all."""
    if prepared.task.classes:
        return
    numbers, x = np.empty(0, np.int64), None
    for record in records:
        if record.state != "done" or not (prepared.fold is None or prepared.fold in record.voices):
            continue
        folder = run_folder / "models" / record.folder
        rows, truth, prediction = load_predictions(folder / "predictions.parquet", "validation")
        if len(rows) < LEAST_ROWS or not np.isfinite(prediction).all():
            continue
        places = _sampled(len(rows), seed)
        if not np.array_equal(rows[places], numbers):  # models of a run are asked about the same rows
            numbers = rows[places]
            x = _prepared_rows(prepared, numbers)
        difficulty = learned(truth[places], prediction[places], x, seed=seed, fold=prepared.fold or 0)
        if difficulty is not None:
            save_difficulty(difficulty, folder)


def learned(
    truth: np.ndarray, prediction: np.ndarray, x: np.ndarray | None, *, seed: int, fold: int = 0
) -> Difficulty | None:
    """truth, prediction: (n,); x: (n, d) flat prepared rows, or None to go by the prediction alone.

    None where one width for all serves as well: where, on these rows, ranges of one width are as narrow for what they miss.
    """
    from sklearn.ensemble import RandomForestRegressor

    margin = margin_of(truth, prediction)
    errors = np.abs(truth - prediction)
    floor = FLOOR * float(errors.mean())
    if margin is None or not floor > 0:
        return None
    looked_at = seen(x if x is not None else np.empty((len(truth), 0)), prediction, x is not None)
    trees = RandomForestRegressor(
        N_TREES, max_leaf_nodes=MOST_LEAVES, min_samples_leaf=LEAST_IN_LEAF, oob_score=True, random_state=seed,
        max_features=min(looked_at.shape[1], MOST_TRIED),
    ).fit(looked_at, np.sqrt(errors))  # fmt: skip
    likely = expected(trees.oob_prediction_, floor)
    factor = margin_of(errors / likely, np.zeros(len(errors))).width
    if not _interval_score(errors, factor * likely) < _interval_score(errors, margin.width):
        return None
    return Difficulty(
        forest=_as_arrays(trees), floor=floor, factor=factor, n=len(errors), usual=margin.width, reads_rows=x is not None, fold=fold,
    )  # fmt: skip


def _interval_score(errors: np.ndarray, widths: np.ndarray | float) -> float:
    """The mean length of the ranges, and by how far they miss, dearly. Source: Gneiting & Raftery (2007), JASA 102, 359-378."""
    return float(np.mean(2 * widths + 2 / (1 - LEVEL) * np.maximum(0, errors - widths)))


def _sampled(n: int, seed: int) -> np.ndarray:
    if n <= MOST_ROWS:
        return np.arange(n)
    return np.sort(np.random.default_rng([seed, MOST_ROWS]).choice(n, MOST_ROWS, replace=False))


def _prepared_rows(prepared: Prepared, numbers: np.ndarray) -> np.ndarray | None:
    """(n, d) flat, in the order of the numbers; a fold's rows are among those that taught its models, too."""
    if len(prepared.preparation.flat_names) > MOST_COLUMNS:
        return None
    flat, order = [], []
    for part in ("train", "validation"):
        found = np.flatnonzero(np.isin(prepared.rows[part].numbers, numbers))
        flat.append(prepared.preparation.flatten(prepared.rows[part].take(found).inputs))
        order.append(prepared.rows[part].numbers[found])
    own = np.concatenate(order)
    if len(own) != len(numbers):  # in order of time the rows of an early fold may have left the last one
        return None
    return np.concatenate(flat)[np.argsort(own)][np.searchsorted(np.sort(own), numbers)]


def _as_arrays(trees: "RandomForestRegressor") -> Forest:
    grown = [estimator.tree_ for estimator in trees.estimators_]
    roots = np.cumsum([0, *(t.node_count for t in grown[:-1])])
    pieces: dict[str, list[np.ndarray]] = {
        "column": [],
        "threshold": [],
        "left": [],
        "right": [],
        "value": [],
    }
    for root, tree in zip(roots, grown):
        is_leaf, itself = tree.children_left < 0, root + np.arange(tree.node_count)
        pieces["column"].append(np.where(is_leaf, 0, tree.feature))
        pieces["threshold"].append(tree.threshold)
        pieces["left"].append(np.where(is_leaf, itself, root + tree.children_left))
        pieces["right"].append(np.where(is_leaf, itself, root + tree.children_right))
        pieces["value"].append(tree.value[:, 0, 0])
    arrays = {name: np.concatenate(parts) for name, parts in pieces.items()}
    whole = {
        name: a.astype(np.int32) if name in ("column", "left", "right") else a for name, a in arrays.items()
    }
    return Forest(roots=roots.astype(np.int32), depth=max(t.max_depth for t in grown), **whole)
