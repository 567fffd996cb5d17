from dataclasses import replace

import numpy as np
import pytest

from core.domain import ModelSpec, RunSpec, Score, Split, Task
from core.errors import NotApplicable
from core.evaluation.verdict import Verdict
from core.home import Home
from core.jobs.queue import Queue
from core.runs.predictions import save_predictions
from core.runs.records import read_records, save_record
from core.runs.store import RunStore
from core.studies.standings import looks_at_test_rows, predictions, rivals, standings, trained

TASK = Task(kind="binary", target="churn", features=("age",), classes=("no", "yes"), metric="auc")
SPEC = RunSpec(
    dataset="d1",
    task=TASK,
    split=Split(seed=3),
    models=tuple(ModelSpec(key=k) for k in ("linear", "logistic", "tree", "dummy")),
)


@pytest.fixture
def home(tmp_path) -> Home:
    return Home.at(tmp_path / "home")


@pytest.fixture
def store(home) -> RunStore:
    return RunStore(home)


def a_run(store, home, spec=SPEC, *, state="succeeded", owner="local"):
    run = store.create(spec, owner, "run")
    Queue(home).put(kind="train", lane="training", owner=owner, payload={}, job_id=run.id)
    Queue(home).claim("training", "w")
    Queue(home).finish(run.id, state)
    return store.get(run.id)


def a_score(number: int, value: float | None, **more) -> Score:
    key = SPEC.models[number].key
    return Score(model=key, number=number, family="classic", part="test", metric="auc", value=value, **more)


def test_the_best_comes_first_and_models_without_a_score_last_with_their_reason(store, home):
    run = a_run(store, home)
    store.save_scores(run.id, [a_score(0, 0.7), a_score(1, None, reason="It failed."), a_score(2, 0.9)])
    rows = standings(store, run, Verdict(code="network_better", recommended=0, network=0, classic=2))
    assert [r.number for r in rows] == [2, 0, 1, 3]
    assert [r.remark for r in rows] == ["", "", "It failed.", ""]
    assert [r.is_recommended for r in rows] == [False, True, False, False]
    assert [r.is_champion for r in rows] == [True, True, False, False]


def test_the_smallest_comes_first_where_less_is_better(store, home):
    task = Task(kind="regression", target="churn", features=("age",), metric="rmse")
    run = a_run(store, home, replace(SPEC, task=task, models=SPEC.models[:1] + (ModelSpec(key="ridge"),)))
    scores = [replace(a_score(n, v), metric="rmse") for n, v in ((0, 5.0), (1, 3.0))]
    store.save_scores(run.id, scores)
    assert [r.number for r in standings(store, run)] == [1, 0]


def test_before_the_test_rows_are_used_the_validation_rows_rank(store, home):
    run = a_run(store, home)
    for record, value in zip(read_records(store.folder(run.id), run.spec), (0.6, 0.8)):
        save_record(store.folder(run.id), replace(record, state="done", validation=value))
    rows = standings(store, run)
    assert [r.number for r in rows][:2] == [1, 0] and all(r.value is None for r in rows)


def test_two_models_of_one_kind_are_told_apart(store, home):
    run = a_run(store, home, replace(SPEC, models=(ModelSpec(key="tree"), ModelSpec(key="tree"))))
    assert [r.title for r in standings(store, run)] == ["Decision tree (0)", "Decision tree (1)"]


def test_only_models_that_are_done_can_predict_the_recommended_one_first(store, home):
    run = a_run(store, home)
    for record in read_records(store.folder(run.id), run.spec)[:3]:
        save_record(store.folder(run.id), replace(record, state="failed" if record.number == 1 else "done"))
    run = store.set_summary(run.id, {"recommended_number": 2})
    assert [r.number for r in trained(store, run)] == [2, 0]


def test_stored_predictions_are_read_back_by_number(store, home):
    run = a_run(store, home)
    record = replace(read_records(store.folder(run.id), run.spec)[2], state="done")
    save_record(store.folder(run.id), record)
    path = store.folder(run.id) / "models" / record.folder / "predictions.parquet"
    rows = (np.arange(3), np.array([0, 1, 1]), np.full((3, 2), 0.5))
    save_predictions(path, {"test": rows})
    targets, prediction = predictions(store, run, 2)
    assert targets.tolist() == [0, 1, 1] and prediction.shape == (3, 2)
    with pytest.raises(NotApplicable, match="Model 0"):
        predictions(store, run, 0)


def test_rivals_are_finished_runs_about_the_same_target_of_the_same_dataset(store, home):
    run = a_run(store, home)
    same = a_run(store, home, replace(SPEC, seed=9))
    other_rows = a_run(store, home, replace(SPEC, split=Split(seed=4)))
    a_run(store, home, replace(SPEC, dataset="d2"))
    a_run(store, home, replace(SPEC, task=replace(TASK, target="age")))
    a_run(store, home, state="failed")
    a_run(store, home, owner="somebody else")
    found = {r.run.id: r.same_rows for r in rivals(store, run)}
    assert found == {run.id: True, same.id: True, other_rows.id: False}


def test_looks_at_the_same_test_rows_are_counted_by_run_and_model(store, home):
    run = a_run(store, home)
    store.set_summary(run.id, {"n_models": 4})
    store.set_summary(a_run(store, home, replace(SPEC, seed=9)).id, {"n_models": 2})
    store.set_summary(a_run(store, home, replace(SPEC, split=Split(seed=4))).id, {"n_models": 8})
    looks = looks_at_test_rows(store, run)
    assert (looks.n_runs, looks.n_models) == (2, 6)


def test_a_look_is_not_forgotten_when_its_run_is_deleted(store, home):
    run, other = a_run(store, home), a_run(store, home, replace(SPEC, seed=9))
    for each in (run, other):
        store.looks.note(each, 3)
        store.set_summary(each.id, {"n_models": 3})
    store.delete(other.id, "local")
    looks = looks_at_test_rows(store, run)
    assert (looks.n_runs, looks.n_models) == (2, 6)


def test_a_note_does_not_hide_why_a_model_has_no_score(store, home):
    run = a_run(store, home)
    record = read_records(store.folder(run.id), run.spec)[0]
    save_record(store.folder(run.id), replace(record, state="done", note="Ended early."))
    store.save_scores(run.id, [a_score(0, None, reason="It holds no numbers.")])
    row = next(r for r in standings(store, run) if r.number == 0)
    assert (row.remark, row.note) == ("It holds no numbers.", "Ended early.")
