from dataclasses import replace

import pytest

from core.domain import ModelSpec, RunSpec, Split, Task
from core.home import Home
from core.runs.looks import judging_rows as fingerprint
from core.runs.store import RunStore

TASK = Task(kind="binary", target="churn", features=("age",), classes=("no", "yes"), metric="auc")
SPEC = RunSpec(dataset="d1", task=TASK, split=Split(seed=3), models=(ModelSpec(key="tree"),))


@pytest.fixture
def store(tmp_path) -> RunStore:
    return RunStore(Home.at(tmp_path / "home"))


def test_what_judges_follows_from_dataset_target_and_split_not_from_models_or_features():
    same = replace(SPEC, seed=9, models=(ModelSpec(key="dummy"),), task=replace(TASK, features=("a", "b")))
    assert fingerprint(same) == fingerprint(SPEC)
    for other in (
        replace(SPEC, dataset="d2"),
        replace(SPEC, split=Split(seed=4)),
        replace(SPEC, task=replace(TASK, target="age")),
    ):
        assert fingerprint(other) != fingerprint(SPEC)


def test_a_run_that_concludes_twice_has_looked_once(store):
    run = store.create(SPEC, "ada", "run")
    store.looks.note(run, 2)
    store.looks.note(run, 5)
    assert store.looks.at_rows_of(run) == {run.id: 5}


def test_looks_are_an_owners_own_and_survive_the_run(store):
    run, other = store.create(SPEC, "ada", "run"), store.create(SPEC, "ben", "run")
    store.looks.note(run, 2)
    store.looks.note(other, 3)
    with store._db.writing() as db:  # as a deletion leaves it
        db.execute("DELETE FROM runs")
    assert store.looks.at_rows_of(run) == {run.id: 2}
