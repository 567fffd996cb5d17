"""A network that begins with the weights of an earlier one, and says so. Trains nothing."""

import json
from typing import TYPE_CHECKING

import numpy as np

from core.codec import to_plain
from core.domain import Run, Split, Start
from core.errors import FathomError
from core.preparation import Preparation
from core.runs.records import fold_folder, read_records
from core.runs.store import RunStore
from core.sentences import say
from core.studies.folds import folds_that_count
from core.studies.prepare import Prepared
from core.training.network import load_network

if TYPE_CHECKING:
    import keras


def begin_with(
    model: "keras.Model", start: Start, run: Run, prepared: Prepared, store: RunStore, fold: int | None
) -> tuple[str, bool]:
    """Give a network the best weights of another run's, in the same fold: where they are from, in a sentence, and True.

    False where that run did not get as far as this fold: there is nothing to begin with but chance, as other folds'
    networks have learned from rows that this one leaves out.

    Only what was prepared alike may be gone on with, so that no row that judges has taught before.
    Raises NotYours if that run is another owner's or gone, FathomError if it kept no weights, was
    prepared otherwise, has other layers, or if the weights are not those it saved.
    """
    before = store.get(start.run, run.owner)
    if _rows(before) != _rows(run):
        raise FathomError("start_differs", run=before.name)
    folder = store.folder(before.id)
    if fold is not None:
        if fold not in folds_that_count(folder, before.spec):
            return say("model.began_anew", run=before.name), False
        folder = fold_folder(folder, fold)
    record = next((r for r in read_records(folder, before.spec) if r.number == start.number), None)
    if record is None or record.state != "done" or record.weights_sha256 is None:
        state = say(f"state.{record.state if record else 'failed'}")
        raise FathomError("start_unfinished", run=before.name, state=state)
    preparation = Preparation.from_plain(
        json.loads((folder / "preparation.json").read_text(encoding="utf-8"))
    )
    if to_plain(preparation) != to_plain(prepared.preparation):
        raise FathomError("start_differs", run=before.name)
    network = load_network(
        folder / "models" / record.folder, record.key, record.params, preparation, prepared.task,
        record.weights_sha256,
    )  # fmt: skip
    weights = [np.asarray(w) for w in network.model.weights]  # without dropout's random state
    if [w.shape for w in weights] != [tuple(w.shape) for w in model.weights]:
        raise FathomError("start_other_network", run=before.name)
    model.set_weights(weights)
    epoch = record.epochs if record.best_epoch is None else record.best_epoch
    return say("model.began_from", run=before.name, epoch=epoch or 0), True


def _rows(run: Run) -> tuple[Split, int, int]:
    """What decides which rows teach: in which fold, too."""
    return run.spec.split, run.spec.folds, run.spec.repeats
