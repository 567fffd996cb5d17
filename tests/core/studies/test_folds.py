"""Every model once a fold, on the same folds; what was left out chooses, and the mean of all answers."""

import dataclasses
from types import SimpleNamespace

import numpy as np
import pytest

from core.domain import ModelSpec, Split
from core.errors import BadInput
from core.evaluation.metrics import METRICS
from core.prediction.score import load_scorer
from core.runs.blend import ENSEMBLE
from core.runs.events import merge_attempts, read_events
from core.runs.predictions import load_predictions
from core.runs.records import fold_folder
from core.studies.conclude import load_verdict
from core.studies.folds import folds_that_count
from core.studies.wishes import Interrupted
from tests.core.studies.conftest import NETWORKS, TINY, Context, Killed, Lab

MODELS = (NETWORKS[0], ModelSpec(key="dummy"), ModelSpec(key="tree"), ModelSpec(key=ENSEMBLE))
KEYS = ("linear", "dummy", "tree")
IN_TIME = ("fitted", "budget")  # cut off only where the machine slows down while it trains
LONG = ModelSpec(key="mlp", params=TINY | {"units": [4], "epochs": 5000, "early_stopping": False})


@pytest.fixture(scope="module")
def done(lab, bench):
    run = lab.new_run(*MODELS, folds=3, repeats=2)
    lab.carry_out(run, bench)
    return lab.store.get(run.id)


def told(lab, run, key, part, fold=None):
    folder = lab.store.folder(run.id)
    place = folder if fold is None else fold_folder(folder, fold)
    return load_predictions(place / "models" / lab.records(run)[key].folder / "predictions.parquet", part)


def test_every_row_beside_the_test_rows_is_left_out_once_a_repeat_by_every_model(lab, done):
    test = set(told(lab, done, "linear", "test")[0].tolist())
    for key in KEYS:
        for repeat in range(2):
            left_out = [told(lab, done, key, "validation", 3 * repeat + f)[0].tolist() for f in (1, 2, 3)]
            rows = [row for fold in left_out for row in fold]
            assert sorted(rows) == sorted(set(range(lab.dataset.n_rows)) - test)
    for fold in range(1, 7):
        same = [told(lab, done, key, "validation", fold)[0].tolist() for key in KEYS]
        assert same[0] == same[1] == same[2]


def test_what_was_left_out_takes_the_place_of_the_validation_rows(lab, done):
    for key in KEYS:
        rows, truth, prediction = told(lab, done, key, "validation")
        assert rows.tolist() == sorted(set(rows.tolist()))
        folds = [told(lab, done, key, "validation", fold) for fold in range(1, 7)]
        by_row = {row: [] for row in rows.tolist()}
        for numbers, _, said in folds:
            for row, p in zip(numbers.tolist(), said):
                by_row[row].append(p)
        assert prediction == pytest.approx(np.array([np.mean(by_row[row], axis=0) for row in rows.tolist()]))
        record = lab.records(done)[key]
        metric = METRICS[done.spec.task.metric]
        each = [metric.compute(t, p, done.spec.task) for _, t, p in folds]
        assert record.validation == pytest.approx(np.mean(each))
        assert record.folds == pytest.approx(each) and record.voices == (1, 2, 3, 4, 5, 6)


@pytest.mark.parametrize("key", [*KEYS, ENSEMBLE])
def test_test_rows_and_new_rows_are_answered_by_the_mean_of_all_folds(lab, done, key):
    record = lab.records(done)[key]
    assert record.state == "done" or (key == ENSEMBLE and "does no better" in record.reason)
    if record.state != "done":
        pytest.skip(record.reason)
    rows, _, kept = told(lab, done, key, "test")
    frame = lab.catalog.read(lab.dataset).iloc[rows]
    scorer = load_scorer(lab.store, done, record.number)
    assert len(scorer.voices) == 6
    assert scorer.predict(frame) == pytest.approx(kept, rel=1e-4)
    if key != ENSEMBLE:
        members = [told(lab, done, key, "test", fold)[2] for fold in range(1, 7)]
        assert kept == pytest.approx(np.mean(members, axis=0))


def test_the_page_is_answered_by_the_mean_of_all_folds(lab, done):
    from core.wiring.score import score

    record = lab.records(done)["linear"]
    rows, _, kept = told(lab, done, "linear", "test")
    frame = lab.catalog.read(lab.dataset).iloc[rows[:3]]
    asked = [{name: row[name] for name in done.spec.task.features} for row in frame.to_dict("records")]
    job = SimpleNamespace(owner="ada", payload={"run": done.id, "model": record.number, "rows": asked})
    answers = score(job, SimpleNamespace(home=lab.home))["answers"]
    assert [a["p_yes"] for a in answers] == pytest.approx(kept[:3, 1], abs=1e-3)


def test_the_run_is_whole_and_its_test_rows_were_asked_once(lab, done):
    folder = lab.store.folder(done.id)
    assert lab.store.is_whole(done.id) and lab.store.verify(done.id) == ()
    assert not list(folder.rglob("scratch")) and not list(folder.rglob("checkpoint"))
    scores = [s for s in lab.store.scores(done) if s.part == "test"]
    assert [s.model for s in scores if s.value is not None][:3] == list(KEYS)
    n_test = done.summary["rows"]["test"]
    assert all(s.n == n_test for s in scores if s.value is not None)
    assert done.summary["rows"] == {"train": 160, "validation": 160, "test": n_test}
    assert lab.store.looks.at_rows_of(done)[done.id] == sum(s.value is not None for s in scores)
    verdict = load_verdict(folder)
    assert (verdict.n_folds, verdict.n_folds_done) == (6, 6) and "folds" not in verdict.sentence


def wishing(wish, moment):
    return lambda n, message: wish if message.startswith(moment) else None


def assert_same_as(lab, run, done):
    assert lab.store.is_whole(run.id)
    for key in KEYS:
        for part in ("validation", "test"):
            assert np.allclose(told(lab, run, key, part)[2], told(lab, done, key, part)[2], rtol=1e-3)


@pytest.mark.parametrize(
    "moment",
    ["Fold 1 of 6 · Linear network: epoch 2", "Fold 2 of 6 · Linear network: epoch 1", "Fold 3 of 6 · Finished: Linear", "Blending", "Scoring"],
)  # fmt: skip
def test_killed_within_or_between_folds_it_goes_on_and_ends_as_if_undisturbed(lab, done, bench, moment):
    run = lab.new_run(*MODELS, folds=3, repeats=2)

    def kill(message):
        if moment in message:
            raise Killed

    with pytest.raises(Killed):
        lab.carry_out(run, bench, Context(on_report=kill))
    bench.leave_off()
    lab.carry_out(dataclasses.replace(run, attempt=2), bench)
    assert_same_as(lab, run, done)
    for fold in range(1, 7):
        events = merge_attempts(read_events(fold_folder(lab.store.folder(run.id), fold)))
        assert [e.epoch for e in events if e.model == 0 and e.batch is None] == [1, 2, 3]


def test_paused_in_a_fold_it_goes_on_from_there(lab, done, bench):
    run = lab.new_run(*MODELS, folds=3, repeats=2)
    wish = wishing("pause", "Fold 2 of 6 · Linear network: epoch 1")
    with pytest.raises(Interrupted) as left:
        lab.carry_out(run, bench, Context(wish))
    bench.leave_off()
    assert left.value.wish == "pause"
    standing = lab.records(run)["linear"]
    assert (standing.state, standing.fold, len(standing.folds)) == ("training", 2, 1)
    lab.carry_out(dataclasses.replace(run, attempt=2), bench)
    assert_same_as(lab, run, done)


def test_finished_in_its_first_fold_a_run_is_a_hold_out(lab, bench):
    run = lab.new_run(LONG, NETWORKS[0], ModelSpec(key="dummy"), folds=3)
    lab.carry_out(run, bench, Context(lambda n, message: "finish" if "epoch" in message else None))
    records = lab.records(run)
    assert records["mlp"].state == "done" and records["mlp"].voices == (1,)
    assert records["linear"].state == "skipped" and "before its turn" in records["linear"].reason
    assert folds_that_count(lab.store.folder(run.id), run.spec) == (1,)
    verdict = load_verdict(lab.store.folder(run.id))
    assert "after 1 of 3 folds" in verdict.sentence


def test_finished_in_a_later_fold_only_whole_folds_count_and_all_models_are_asked_about_the_same_rows(
    lab, bench
):
    run = lab.new_run(*MODELS, folds=3)
    wish = wishing("finish", "Fold 3 of 3 · Linear network: epoch 1")
    lab.carry_out(run, bench, Context(wish))
    rows = {key: told(lab, run, key, "validation")[0].tolist() for key in KEYS}
    assert rows["linear"] == rows["dummy"] == rows["tree"] and len(rows["linear"]) in (106, 107, 108)
    assert all(lab.records(run)[key].voices == (1, 2) for key in KEYS)
    assert "after 2 of 3 folds" in lab.store.get(run.id).summary["sentence"]
    assert lab.store.is_whole(run.id)


def test_a_budget_is_kept_and_every_model_is_in_the_first_fold(lab, bench):
    run = lab.new_run(LONG, ModelSpec(key="dummy"), ModelSpec(key="logistic"), folds=3, budget_s=12.0)
    lab.carry_out(run, bench)
    records = lab.records(run)
    assert records["mlp"].ending in IN_TIME
    # how many folds come to their end depends on how busy the machine is; test_budget says how time is shared
    assert all(r.state == "done" and r.voices == records["mlp"].voices for r in records.values())
    assert records["mlp"].voices in ((1,), (1, 2), (1, 2, 3))


def test_a_model_that_fails_in_a_later_fold_takes_no_part_and_the_others_go_on(lab, bench):
    from core.training.step import Stepper

    run = lab.new_run(NETWORKS[0], NETWORKS[1], ModelSpec(key="dummy"), folds=2)
    real, stage = Stepper.run, []

    def explode_in_the_second(stepper, *a):
        if stepper.model.name == "mlp" and stage and stage[-1].startswith("Fold 2"):
            return float("nan")
        return real(stepper, *a)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stepper, "run", explode_in_the_second)
        lab.carry_out(run, bench, Context(on_report=stage.append))
    records = lab.records(run)
    assert records["mlp"].state == "failed" and records["mlp"].reason.startswith("In fold 2 of 2: ")
    assert records["linear"].state == "done" and records["linear"].voices == (1, 2)
    assert lab.store.is_whole(run.id)


def test_folds_in_time_never_learn_from_later_rows_and_the_last_answers(tmp_path, bench):
    lab = Lab(tmp_path)
    frame = lab.catalog.read(lab.dataset)
    split = Split(strategy="chronological", column="size")
    run = lab.new_run(NETWORKS[0], ModelSpec(key="dummy"), folds=3, split=split)
    lab.carry_out(run, bench)
    when = dict(zip(frame["_row"], frame["size"]))
    ends = []
    for fold in (1, 2, 3):
        moments = [when[row] for row in told(lab, run, "linear", "validation", fold)[0].tolist()]
        ends.append((min(moments), max(moments)))
    assert ends == sorted(ends) and all(a[1] < b[0] for a, b in zip(ends, ends[1:]))
    assert lab.records(run)["linear"].voices == (3,)
    assert told(lab, run, "linear", "test")[2] == pytest.approx(told(lab, run, "linear", "test", 3)[2])
    assert min(when[row] for row in told(lab, run, "linear", "test")[0].tolist()) > ends[-1][1]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"folds": 1}, "folds_number"),
        ({"folds": 21}, "folds_number"),
        ({"folds": 3, "repeats": 0}, "repeats_number"),
        ({"repeats": 2}, "repeats_without_folds"),
        ({"folds": 2, "repeats": 2, "split": Split(strategy="chronological", column="size")}, "repeats_in_time"),
        ({"folds": 4, "split": Split(strategy="grouped", column="plan")}, "folds_few_groups"),
    ],
)  # fmt: skip
def test_folds_that_cannot_be_are_refused(lab, bench, changes, code):
    run = lab.new_run(*MODELS, **changes)
    with pytest.raises(BadInput) as caught:
        lab.carry_out(run, bench)
    assert caught.value.code == code
