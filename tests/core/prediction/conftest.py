"""A contract and a scorer made from a small table, without any library that learns."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.domain import Column, Dataset, Run, RunSpec, Split, Task
from core.modalities import FLAT
from core.prediction.contract import Contract, make_contract
from core.prediction.score import Scorer, Viewing, Voice
from core.preparation import Preparation
from core.runs.records import Record

COLUMNS = (
    Column(name="age", kind="integer"),
    Column(name="price", kind="decimal", unit="EUR"),
    Column(name="city", kind="category"),
    Column(name="member", kind="boolean"),
    Column(name="since", kind="date"),
    Column(name="bought", kind="category", role="target"),
)
FEATURES = ("age", "price", "city", "member", "since")
TRAINING = pd.DataFrame(
    {
        "age": [20, 30, 40, 50] * 5,
        "price": [1.5, 2.5, None, 4.5] * 5,
        "city": ["Bonn", "Bonn", "Köln", "=evil"] * 5,
        "member": [True, False, True, True] * 5,
        "since": pd.to_datetime(["2020-01-01", "2020-06-01", "2021-01-01", "2022-12-31"] * 5),
        "bought": ["no", "yes", "no", "yes"] * 5,
    }
)


class Thermometer:
    """A model that answers with the sum of what it is given, so that every cell counts."""

    def predict(self, prepared: np.ndarray) -> np.ndarray:
        p = 1 / (1 + np.exp(-prepared.sum(axis=1)))
        return np.column_stack([1 - p, p])


def a_dataset(columns=COLUMNS, **options) -> Dataset:
    return Dataset(
        id="d", owner="local", name="t.csv", blob="b", options={"header": True, **options},
        columns=columns, n_rows=len(TRAINING), location="", target="bought",
    )  # fmt: skip


@pytest.fixture
def task() -> Task:
    return Task(
        kind="binary", target="bought", features=FEATURES, classes=("no", "yes"), positive_class="yes",
        metric="auc",
    )  # fmt: skip


@pytest.fixture
def contract(task) -> Contract:
    return make_contract(TRAINING, a_dataset(), task)


@pytest.fixture
def scorer(task, contract) -> Scorer:
    spec = RunSpec(dataset="d", task=task, split=Split(), models=())
    run = Run(id="r", owner="local", name="run", spec=spec)
    record = Record(number=0, key="logistic", title="Thermometer", family="classic", state="done")
    columns = tuple(c for c in COLUMNS if c.name in FEATURES)
    preparation = Preparation.fit(TRAINING, columns, task)
    voice = Voice(preparation, Viewing(Thermometer(), preparation, FLAT), Path())
    return Scorer(run, record, contract, (voice,))
