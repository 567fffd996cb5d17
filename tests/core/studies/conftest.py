"""A small table, runs over it with toy-sized networks, and a context that asks for things at set moments."""

import dataclasses
import itertools
import sys

import pytest

from core.data.catalog import Catalog
from core.data.ingest import ingest
from core.data.split import propose_split
from core.data.task import propose_task
from core.domain import ModelSpec, RunSpec
from core.home import Home
from core.runs.store import RunStore
from core.studies.classics import ClassicsBench
from core.studies.run import carry_out
from core.training.process import configure_process
from tests.core.training.toys import toy_frame

TINY = {"epochs": 3, "batch_size": 32, "learning_rate": 0.02}
NETWORKS = (ModelSpec(key="linear", params=TINY), ModelSpec(key="mlp", params=TINY | {"units": [4]}))
CLASSICS = (ModelSpec(key="dummy"), ModelSpec(key="logistic"))


class Killed(Exception):
    """What stands for kill -9."""


class Context:
    """What surrounds a run. wish(n, message) answers the n-th time the run asks what is wanted of it."""

    def __init__(self, wish=lambda n, message: None, on_report=lambda message: None):
        self.messages, self.fractions = [], []
        self._wish, self._on_report, self._asked = wish, on_report, itertools.count(1)

    def report(self, fraction, message):
        self.fractions.append(fraction)
        self.messages.append(message)
        self._on_report(message)

    def requested(self):
        return self._wish(next(self._asked), self.messages[-1])


class Lab:
    """One home with one dataset, and runs carried out in this process."""

    def __init__(self, folder, kind="binary", n=200):
        self.home = Home.at(folder / "home")
        self.catalog, self.store = Catalog(self.home), RunStore(self.home)
        path = folder / "toy.csv"
        toy_frame(kind, n).to_csv(path, index=False)
        self.dataset = ingest(path, name="toy.csv", owner="ada", home=self.home)

    def spec(self, models=(*NETWORKS, *CLASSICS), **changes):
        task = propose_task(self.dataset, "y")
        spec = RunSpec(
            dataset=self.dataset.id, task=task, split=propose_split(self.dataset, task), models=models
        )
        return dataclasses.replace(spec, **changes)

    def new_run(self, *models, **changes):
        return self.store.create(
            self.spec(models or (*NETWORKS, *CLASSICS), **changes), "ada", "toy run"
        )  # fmt: skip

    def carry_out(self, run, bench, context=None, **more):
        context = context or Context()
        carry_out(
            run, self.dataset, catalog=self.catalog, store=self.store, context=context, bench=bench, **more
        )
        return context

    def records(self, run):
        from core.runs.records import read_records

        return {r.key: r for r in read_records(self.store.folder(run.id), run.spec)}


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    configure_process()
    return Lab(tmp_path_factory.mktemp("lab"))


@pytest.fixture(scope="session")
def bench():
    """The real process of classic models, shared: its imports take seconds."""
    bench = ClassicsBench()
    yield bench
    bench.close()


@pytest.fixture
def unlucky():
    bench = ClassicsBench((sys.executable, "-m", "tests.core.studies.unlucky_bench"))
    yield bench
    bench.close()
