"""Which learning rate suits a run's network, from a short test on some of its training rows. Trains no run."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from core.architectures import ARCHITECTURES
from core.data.catalog import Catalog
from core.domain import Dataset, ModelSpec, RunSpec
from core.errors import NotApplicable
from core.preparation import Preparation
from core.studies.condense import condensed
from core.studies.parts import TRAIN
from core.studies.probes import without_noise
from core.studies.source import source_of
from core.studies.teach import class_weights, mixed
from core.studies.weight import plain_columns
from core.training.batches import Rows
from core.training.knobs import settle_loss
from core.training.rate_test import RateTest, try_rates
from core.training.step import Stepper

MOST_ROWS, MOST_CELLS = 20_000, 10_000_000  # more say no more in so few steps


def find_rate(
    spec: RunSpec,
    dataset: Dataset,
    catalog: Catalog,
    folder: Path,
    report: Callable[[float], None] = lambda fraction: None,
) -> RateTest:
    """Test the first network of the spec. folder: an empty one, where what the rows come from may be settled.

    Rows that choose or judge are not read; in folds the test is that of the first. report(fraction): what it raises
    leaves the test off. Raises NotApplicable without a network, BadInput where the rows cannot be prepared.
    """
    network = next((m for m in spec.models if m.key in ARCHITECTURES), None)
    if network is None:
        raise NotApplicable("no_network_for_rate")
    rows, preparation = training_rows(spec, dataset, catalog, folder)
    report(0.1)
    return _tried(network, spec, rows, preparation, lambda fraction: report(0.1 + 0.9 * fraction))


def asked_by(spec: RunSpec) -> RunSpec:
    """What the test of a spec's network depends on: not on the rate it has now, nor on the models beside it."""
    network = next(m for m in spec.models if m.key in ARCHITECTURES)
    params = {n: v for n, v in network.params.items() if n not in ("learning_rate", "schedule", "epochs")}
    return replace(spec, models=(replace(network, params=params),), budget_s=None, repeats=1)


def training_rows(
    spec: RunSpec, dataset: Dataset, catalog: Catalog, folder: Path
) -> tuple[Rows, Preparation]:
    """Some training rows, drawn by the seed, prepared as in the run but by what they say alone."""
    source = source_of(spec, dataset, catalog, folder, 1 if spec.folds else None)
    train = np.flatnonzero(source.part_of[: source.dataset.n_rows] == TRAIN)
    most = min(MOST_ROWS, MOST_CELLS // plain_columns(dataset, spec.task.features))
    drawn = np.sort(np.random.default_rng(spec.seed).permutation(train)[:most])
    frame = catalog.read(source.dataset, columns=[*spec.task.features, spec.task.target], rows=drawn)
    preparation = Preparation.fit(frame, source.features, spec.task)
    if spec.selects:
        preparation = without_noise(preparation, frame, spec.seed)
    targets = preparation.targets(frame)
    if spec.condenses:
        wide = Rows(inputs=preparation.transform(frame), targets=targets)
        preparation = condensed(preparation, spec.condenses, wide, spec.seed)
    return Rows(inputs=preparation.transform(frame), targets=targets), preparation


def _tried(
    network: ModelSpec, spec: RunSpec, rows: Rows, preparation: Preparation, report: Callable[[float], None]
) -> RateTest:
    architecture, task = ARCHITECTURES[network.key], spec.task
    settings = architecture.settle(network.params, task.kind)
    settings |= {"loss": settle_loss(settings["loss"], task.kind), "schedule": "constant"}
    counts = np.bincount(rows.targets, minlength=len(task.classes)) if task.classes else np.empty(0)
    model = architecture.assemble(task, preparation.input_specs, network.params, spec.seed, rows)
    stepper = Stepper(model, task, settings, class_weights(settings, counts))
    return try_rates(stepper, mixed(rows, settings, counts, spec.seed), settings["batch_size"], report)
