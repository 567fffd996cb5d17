"""A network made ready to learn from a run's prepared rows. Trains nothing: `core.training.loop` does."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from core.architectures import ARCHITECTURES
from core.evaluation.metrics import METRICS
from core.evaluation.recalibration import fit_recalibration
from core.runs.film import MOST_ROWS
from core.studies.prepare import Prepared
from core.training.batches import Batches, Rows, RowSource, Shuffled, chunks
from core.training.knobs import settle_loss
from core.training.lesson import Lesson
from core.training.network import Network
from core.training.objective import balanced_class_weights
from core.training.resampling import Resampled
from core.training.step import Stepper, forward_in_batches
from core.training.stored_rows import StoredRows

if TYPE_CHECKING:
    import keras

PROBE_ROWS = 4_000  # the most training rows scored at each epoch, beside as many validation rows
MONITOR_ROWS = 50_000
MONITOR_BYTES = 256 << 20
TEACHERS = 10_000  # training rows that layers look at before training starts


@dataclass(frozen=True, kw_only=True)
class Pupil:
    """A network with its optimiser, what it is to learn, and how it speaks in the target's own terms.

    watched: (m,) numbers in the run of the validation rows that are filmed.
    """

    model: "keras.Model"
    stepper: Stepper
    lesson: Lesson
    network: Network
    watched: np.ndarray


def ready(key: str, params: Mapping[str, Any], prepared: Prepared, seed: int) -> Pupil:
    """The architecture of that key with those settings, at its initial weights.

    Raises NotApplicable where it does not read such inputs, BadInput where a setting does not suit.
    """
    task = prepared.task
    architecture, train = ARCHITECTURES[key], prepared.rows["train"]
    settings = architecture.settle(params, task.kind)
    settings["loss"] = settle_loss(settings["loss"], task.kind)
    specs = prepared.preparation.input_specs
    model = architecture.assemble(task, specs, params, seed, _teachers(train, seed))
    stepper = Stepper(model, task, settings, class_weights(settings, prepared.class_counts))
    network = Network(model, prepared.preparation, task, stepper.forward)
    metric = METRICS[task.metric]

    def score(targets: np.ndarray, outputs: np.ndarray) -> float:
        truth = prepared.preparation.from_network(targets) if task.kind == "regression" else targets
        return metric.compute(truth, network.finish(outputs), task)

    left_out = prepared.rows["validation"]
    monitored = _drawn(left_out, MONITOR_ROWS, seed)
    watched = np.arange(0)
    if stepper.sees:
        watched = np.sort(np.random.default_rng(seed).permutation(len(monitored))[:MOST_ROWS])
    lesson = Lesson(
        train=mixed(train, settings, prepared.class_counts, seed),
        validation=left_out.take(monitored),
        probe=train.take(_drawn(train, min(PROBE_ROWS, left_out.n), seed)),
        score=score,
        metric=task.metric,
        greater_is_better=metric.greater_is_better,
        settings=settings,
        least_steps=architecture.least_steps,
        n_asked=left_out.n + prepared.rows["test"].n,
        watched=watched,
    )
    numbers = left_out.numbers[monitored[watched]]
    return Pupil(model=model, stepper=stepper, lesson=lesson, network=network, watched=numbers)


def class_weights(settings: Mapping[str, Any], class_counts: np.ndarray) -> np.ndarray | None:
    """(classes,) how much each counts; None where all count as they come. Resampled rows have as many of each already."""
    weighs = len(class_counts) and settings["class_weights"] and settings["sampling"] == "as_is"
    return balanced_class_weights(class_counts) if weighs else None


def mixed(rows: RowSource, settings: Mapping[str, Any], class_counts: np.ndarray, seed: int) -> Batches:
    """The training rows in the mix of classes that the settings ask for, in a new order every epoch."""
    shuffled = Shuffled(rows=rows, seed=seed)
    if not len(class_counts) or settings["sampling"] == "as_is":
        return shuffled
    return Resampled(rows=shuffled, way=settings["sampling"], class_counts=class_counts, seed=seed)


def with_honest_probabilities(network: Network, rows: StoredRows) -> Network:
    """The network with a recalibration from those rows, which did not teach it; as it is where they say too little."""
    pieces = [forward_in_batches(network.forward, c.inputs, c.n) for c in chunks(rows)]
    found = fit_recalibration(np.concatenate(pieces), rows.truth, len(network.task.classes))
    return replace(network, recalibration=found)


def _teachers(train: StoredRows, seed: int) -> Rows:
    """Training rows to adapt a network to; the smallest and the largest target are among them."""
    targets = np.concatenate([chunk.targets for chunk in chunks(train)])
    extremes = [targets.argmin(), targets.argmax()]
    drawn = np.random.default_rng([seed, TEACHERS]).permutation(train.n)[:TEACHERS]
    return train.take(np.unique([*drawn, *extremes]))


def _drawn(rows: StoredRows, n: int, seed: int) -> np.ndarray:
    """The places, ascending, of at most n of the rows, drawn by the seed."""
    n = min(n, max(1, MONITOR_BYTES // rows.row_bytes))
    if rows.n <= n:
        return np.arange(rows.n)
    return np.sort(np.random.default_rng([seed, n]).choice(rows.n, n, replace=False))
