"""What the browser tests work on: a table as people have them, and runs of a known length. Looks at no page."""

import csv
import random
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from core.commands import OWNER
from core.data.ingest import ingest
from core.domain import Dataset, Run, RunSpec
from core.home import Home
from core.jobs.queue import Queue
from core.runs.events import read_events
from core.runs.store import RunStore
from core.studies.plan import chosen_models, default_spec
from core.studies.start import start_run
from tests.e2e.server import eventually

N_ROWS = 1_500
TARGET = "churned"
EPOCHS = 120
LONG: Mapping[str, Any] = {"epochs": EPOCHS, "early_stopping": False, "batch_size": 8, "units": (64, 64)}
CLASSICS = ("dummy", "logistic")


def write_customers(path: Path, *, n_rows: int = N_ROWS, seed: int = 0, with_target: bool = True) -> Path:
    """A CSV of customers: numbers, words, dates, gaps, and a target that follows from some of them."""
    rng = random.Random(seed)
    names = ["customer_id", "age", "region", "plan", "monthly_fee", "last_login", "newsletter", "note"]
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow([*names, TARGET] if with_target else names)
        for number in range(n_rows):
            age, fee = rng.randint(18, 90), round(rng.uniform(5, 95), 2)
            region = rng.choice(["north", "south", "east", "west"])
            plan = rng.choices(["basic", "plus", "pro"], [5, 3, 2])[0]
            risk = (fee - 50) / 30 - (age - 50) / 40 + (plan == "basic") + rng.gauss(0, 0.7)
            row = [
                f"C-{10_000 + number}",
                "" if rng.random() < 0.06 else age,
                region,
                "" if rng.random() < 0.04 else plan,
                f"{fee:.2f}",
                f"2026-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}",
                rng.choice(["yes", "no"]),
                "",
            ]
            writer.writerow([*row, "yes" if risk > 0.7 else "no"] if with_target else row)
    return path


def stored_customers(home: Home, owner: str = OWNER, name: str = "customers.csv") -> Dataset:
    """The table in the catalogue of that home, without having gone through a page."""
    return stored(write_customers(home.root / "customers.csv"), home, owner=owner, name=name)


def stored(path: Path, home: Home, *, owner: str = OWNER, name: str = "") -> Dataset:
    """A file taken into the catalogue; it is gone afterwards, as an upload is."""
    try:
        return ingest(path, name=name or path.name, owner=owner, home=home)
    finally:
        path.unlink()


def spec_of(dataset: Dataset, **params: Any) -> RunSpec:
    """A perceptron with these settings beside two quick classics, without a budget; the same seed always."""
    spec = default_spec(dataset, TARGET, seed=3)
    texts = {n: ",".join(map(str, v)) if isinstance(v, tuple) else str(v).lower() for n, v in params.items()}
    return replace(spec, models=chosen_models(["mlp", *CLASSICS], texts, spec.task))


def start(home: Home, spec: RunSpec, *, name: str = "Customers", owner: str = OWNER) -> Run:
    """Queue a run, as the Train page does."""
    return start_run(spec, owner, name, store=RunStore(home))


def await_epoch(home: Home, run: Run, number: int) -> None:
    """Wait until the run's network has done that many epochs. Raises AssertionError if the run ends before."""
    folder, queue = RunStore(home).folder(run.id), Queue(home)

    def has_come() -> bool:
        job = queue.get(run.id)
        assert not job.is_ended, f"the run ended ({job.state}) before epoch {number}: {job.error}"
        return last_epoch(folder) >= number

    eventually(has_come, lambda: f"no epoch {number} yet: {queue.get(run.id)}", timeout_s=120)


def last_epoch(run_folder: Path) -> int:
    """The number of the last whole epoch of the run's network, 0 before the first."""
    return max((e.epoch for e in read_events(run_folder) if e.batch is None), default=0)
