"""What a run will cost, before it starts: parameters, memory, seconds. From two batches, not from faith."""

import math
import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import psutil

from core.architectures import ARCHITECTURES
from core.baselines import BASELINES
from core.data.catalog import Catalog
from core.domain import Dataset, ModelSpec, RunSpec
from core.errors import TooLarge
from core.preparation import Preparation
from core.studies.classics import MOST_CELLS, most_rows
from core.studies.condense import condensed
from core.studies.outlook import train_rows
from core.studies.teaching import TEACHING_CELLS, TEACHING_ROWS
from core.studies.weight import CELL_BYTES, WIDTH, plain_columns
from core.training.batches import BLOCK_BYTES, Block, Rows
from core.training.knobs import settle_loss

BASE_BYTES = 700e6  # a process with TensorFlow in it, measured
BLOCKS = 4  # of rows in memory at once: being read, waiting, as tensors, and as tensors before
FLAT_BYTES = 4 + 3 * 8  # of a cell that classic models learn from: mapped, and copied in float64 inside fits
SAMPLE_ROWS = 2_000
TRACED, TIMED = 2, 10  # steps: the first ones trace the graph
QUICK_WAY = "pca"  # of condensing: how many components there are is all that costs
KEEP_FREE = 0.1  # of the machine's memory


@dataclass(frozen=True, kw_only=True)
class NetworkCost:
    """epoch_s: seconds an epoch; fit_s: for all epochs of one fit, if none is saved by stopping early."""

    key: str
    n_parameters: int
    epochs: int
    epoch_s: float
    fit_s: float


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """fewer: of the classic models that learn from fewer than the n_train training rows, from how many, by key."""

    networks: tuple[NetworkCost, ...]
    memory_bytes: int
    available_bytes: int
    n_train: int
    fewer: Mapping[str, int] = field(default_factory=dict)

    @property
    def fits(self) -> bool:
        return self.memory_bytes <= self.available_bytes


def needed_bytes(n_rows: int, n_columns: int, width: int | None = None, n_parameters: int = 0) -> int:
    """Memory for a run: the process, the rows it holds at a time, the weights with their optimiser.

    Beyond a size the rows held do not grow with the table. width: prepared columns a row; guessed
    from the columns when it is not known yet.
    """
    width = width or WIDTH * n_columns  # categories and dates become several columns each
    teaching = min(n_rows, TEACHING_ROWS, TEACHING_CELLS // max(n_columns, 1)) * n_columns * CELL_BYTES
    blocks = BLOCKS * min(n_rows * width * 4, BLOCK_BYTES)
    classics = min(n_rows * width, MOST_CELLS) * FLAT_BYTES
    # the teaching rows are gone by the time anything learns
    held = max(teaching, blocks + classics) + n_rows  # a byte a row says its part
    return int(BASE_BYTES + held + n_parameters * 4 * 6)  # weights, gradient, two moments, best, checkpoint


def needed_disk_bytes(n_rows: int, n_columns: int) -> int:
    """For the prepared rows that lie in the run's folder while it trains."""
    width = WIDTH * n_columns
    return n_rows * (width * 4 + 20) + min(n_rows * width, MOST_CELLS) * 4


def available_bytes() -> int:
    """Memory that a new process could take without the machine swapping or the system ending it."""
    memory = psutil.virtual_memory()
    available = memory.available - KEEP_FREE * memory.total
    return max(0, int(min(available, _container_bytes())))


def _container_bytes() -> float:
    """What a container's limit leaves, where there is one: psutil sees the whole machine."""
    group = Path("/sys/fs/cgroup")
    try:
        limit = (group / "memory.max").read_text().strip()
        used = int((group / "memory.current").read_text())
        cache = dict(line.split() for line in (group / "memory.stat").read_text().splitlines())
        return float("inf") if limit == "max" else int(limit) - used + int(cache.get("inactive_file", 0))
    except (OSError, ValueError):
        return float("inf")


def refuse_if_too_large(spec: RunSpec, dataset: Dataset, catalog: Catalog) -> None:
    """Raises TooLarge when the rows cannot fit, so that the system never has to end the process."""
    n_rows = _n_rows(spec, dataset, catalog)
    n_columns = plain_columns(dataset, spec.task.features)
    needed, available = needed_bytes(n_rows, n_columns), available_bytes()
    if needed > available:
        raise TooLarge("no_memory", needed=_gb(needed), available=_gb(available), n=n_rows)
    disk, free = needed_disk_bytes(n_rows, n_columns), shutil.disk_usage(catalog.home.root).free
    if disk > free:
        raise TooLarge("no_disk", needed=_gb(disk), available=_gb(free), n=n_rows)


def estimate(spec: RunSpec, dataset: Dataset, catalog: Catalog) -> Estimate:
    """Build each network of a spec on a sample of its rows and time some steps. Imports TensorFlow."""
    rows, preparation = _sample(spec, dataset, catalog)
    n_train = train_rows(spec, dataset)
    costs = tuple(
        _network_cost(model, spec, rows, preparation, n_train)
        for model in spec.models
        if model.key in ARCHITECTURES
    )
    width = len(preparation.flat_names)  # what the classic models see is the widest
    largest = max((c.n_parameters for c in costs), default=0)
    return Estimate(
        networks=costs,
        memory_bytes=needed_bytes(
            _n_rows(spec, dataset, catalog), plain_columns(dataset, spec.task.features), width, largest
        ),
        available_bytes=available_bytes(),
        n_train=n_train,
        fewer=_fewer(spec.models, preparation, n_train),
    )


def _fewer(models: Sequence[ModelSpec], preparation: Preparation, n_train: int) -> dict[str, int]:
    in_memory, found = most_rows(preparation), {}
    for key in (m.key for m in models if m.key in BASELINES and BASELINES[m.key].family != "trivial"):
        most = min(BASELINES[key].max_rows or in_memory, in_memory)
        if most < n_train:
            found[key] = most
    return found


def _sample(spec: RunSpec, dataset: Dataset, catalog: Catalog) -> tuple[Rows, Preparation]:
    """Rows spread over the whole table, prepared as in the run."""
    spread = np.unique(np.linspace(0, dataset.n_rows - 1, SAMPLE_ROWS).astype(np.int64))
    frame = catalog.read(dataset, columns=[*spec.task.features, spec.task.target], rows=spread)
    frame = frame[frame[spec.task.target].notna()]
    features = frozenset(spec.task.features)
    columns = tuple(c for c in dataset.columns if c.name in features)
    preparation = Preparation.fit(frame, columns, spec.task)
    targets = preparation.targets(frame)
    if spec.condenses:
        wide = Rows(inputs=preparation.transform(frame), targets=targets)
        preparation = condensed(preparation, QUICK_WAY, wide, spec.seed)
    return Rows(inputs=preparation.transform(frame), targets=targets), preparation


def _n_rows(spec: RunSpec, dataset: Dataset, catalog: Catalog) -> int:
    """All rows the run reads, those of a second file included."""
    if spec.split.strategy != "file":
        return dataset.n_rows
    return dataset.n_rows + catalog.get(spec.split.test_dataset or "", dataset.owner).n_rows


def _network_cost(
    model: ModelSpec, spec: RunSpec, rows: Rows, preparation: Preparation, n_train: int
) -> NetworkCost:
    from core.training.step import Stepper

    architecture = ARCHITECTURES[model.key]
    settings = architecture.settle(model.params, spec.task.kind)
    settings["loss"] = settle_loss(settings["loss"], spec.task.kind)
    network = architecture.assemble(spec.task, preparation.input_specs, model.params, spec.seed, rows)
    stepper = Stepper(network, spec.task, settings, None)
    batch = min(settings["batch_size"], n_train)  # as in the run, where a batch cannot be larger
    settings["batch_size"] = batch
    order = np.resize(np.arange(rows.n, dtype=np.int32), batch * (TRACED + TIMED))
    tensors = stepper.load(Block(rows=rows, order=order))
    stepper.run(tensors, order, 0, TRACED)
    started = time.perf_counter()
    stepper.run(tensors, order, TRACED, TIMED)
    epoch_s = (time.perf_counter() - started) / TIMED * math.ceil(n_train / batch)
    return NetworkCost(
        key=model.key,
        n_parameters=int(network.count_params()),
        epochs=settings["epochs"],
        epoch_s=epoch_s,
        fit_s=epoch_s * settings["epochs"],
    )


def _gb(n: float) -> str:
    return f"{n / 1e9:.1f} GB"
