import dataclasses
import json
import time

import numpy as np
import pytest

from core.codec import from_plain, to_plain
from core.domain import ModelSpec, Run, RunSpec
from core.errors import FathomError, TooLarge
from core.evaluation.metrics import METRICS
from core.runs.events import merge_attempts, read_events
from core.runs.predictions import load_predictions
from core.runs.records import save_record
from core.studies import estimate, one_network
from core.studies import run as study
from core.studies.conclude import load_verdict
from core.studies.wishes import Interrupted
from core.training.step import Stepper
from tests.core.studies.conftest import CLASSICS, NETWORKS, TINY, Context, Killed

LONG = ModelSpec(key="mlp", params=TINY | {"units": [4], "epochs": 5000, "early_stopping": False})


@pytest.fixture(scope="module")
def done(lab, bench) -> Run:
    run = lab.new_run()
    lab.carry_out(run, bench)
    return lab.store.get(run.id)


def predictions(lab, run, key, part="test"):
    folder = lab.store.folder(run.id) / "models" / lab.records(run)[key].folder
    return load_predictions(folder / "predictions.parquet", part)


def test_every_model_is_scored_on_the_same_test_rows(lab, done):
    scores = [s for s in lab.store.scores(done) if s.part == "test"]
    assert [s.model for s in scores] == ["linear", "mlp", "dummy", "logistic"]
    assert [s.family for s in scores] == ["deep", "deep", "trivial", "classic"]
    rows, truth, _ = predictions(lab, done, "linear")
    for score in scores:
        assert score.n == len(rows) == done.summary["rows"]["test"]
        assert score.low <= score.value <= score.high and score.reason is None
        assert score.predict_us_per_row > 0 and score.fit_s > 0 and score.size_bytes > 0
        own_rows, own_truth, prediction = predictions(lab, done, score.model)
        assert np.array_equal(own_rows, rows) and np.array_equal(own_truth, truth)
        again = METRICS[score.metric].compute(own_truth, prediction, done.spec.task)
        assert score.value == pytest.approx(again)


def test_train_validation_and_test_share_no_row(lab, done):
    parts = {part: set(predictions(lab, done, "mlp", part)[0]) for part in ("validation", "test")}
    assert not parts["validation"] & parts["test"]
    assert {p: len(r) for p, r in parts.items()} == {p: done.summary["rows"][p] for p in parts}
    assert sum(done.summary["rows"].values()) == lab.dataset.n_rows


def test_the_folder_of_a_finished_run_is_whole_and_holds_nothing_of_the_work(lab, done):
    folder = lab.store.folder(done.id)
    assert lab.store.is_whole(done.id) and lab.store.verify(done.id) == ()
    assert not (folder / "scratch").exists() and not list(folder.glob("models/*/checkpoint"))
    manifest = folder / "manifest.json"
    assert all(p.stat().st_mtime_ns <= manifest.stat().st_mtime_ns for p in folder.rglob("*") if p.is_file())
    for name in ("spec.json", "split.parquet", "preparation.json", "contract.json", "verdict.json"):
        assert name in json.loads(manifest.read_text())["files"]


def test_the_verdict_names_a_model_of_the_run(lab, done):
    verdict = load_verdict(lab.store.folder(done.id))
    assert verdict.recommended in {r.number for r in lab.records(done).values()}
    assert done.summary["sentence"] == verdict.sentence
    assert done.summary["value"] is not None


def test_a_whole_run_carried_out_again_changes_nothing(lab, done, bench):
    folder = lab.store.folder(done.id)
    before = {p: p.stat().st_mtime_ns for p in folder.rglob("*")}
    lab.carry_out(done, bench)
    assert {p: p.stat().st_mtime_ns for p in folder.rglob("*")} == before


def test_the_same_spec_gives_the_same_predictions(lab, done, bench):
    run = lab.new_run()
    lab.carry_out(run, bench)
    for key in ("linear", "mlp", "dummy", "logistic"):
        assert np.allclose(predictions(lab, run, key)[2], predictions(lab, done, key)[2], rtol=1e-6)


def test_progress_only_grows(lab, bench):
    run = lab.new_run(*NETWORKS)
    context = lab.carry_out(run, bench)
    assert context.fractions[0] == 0.0 and max(context.fractions) <= 1.0
    settled = [f for f, m in zip(context.fractions, context.messages) if m.startswith("Finished")]
    assert settled == sorted(settled) and len(settled) == 2


@pytest.mark.parametrize("kind", ["multiclass", "regression"])
def test_the_other_tasks_end_with_scores_too(tmp_path, bench, kind):
    from tests.core.studies.conftest import Lab

    lab = Lab(tmp_path, kind)
    assert lab.spec().task.kind == kind
    other = "logistic" if kind == "multiclass" else "ridge"
    run = lab.new_run(NETWORKS[1], ModelSpec(key=other), ModelSpec(key="dummy"))
    lab.carry_out(run, bench)
    scores = [s for s in lab.store.scores(lab.store.get(run.id)) if s.part == "test"]
    assert [s.model for s in scores] == ["mlp", other, "dummy"]
    assert all(s.value is not None for s in scores)


def test_a_paused_run_goes_on_where_it_was_and_ends_as_if_undisturbed(lab, done, bench):
    run = lab.new_run()
    wish = lambda n, message: "pause" if message.endswith("perceptron: epoch 1") else None  # noqa: E731
    with pytest.raises(Interrupted) as left:
        lab.carry_out(run, bench, Context(wish))
    assert left.value.wish == "pause"
    bench.leave_off()
    before = lab.records(run)
    assert before["linear"].state == "done" and before["mlp"].state == "training"
    lab.carry_out(dataclasses.replace(run, attempt=2), bench)
    after = lab.records(run)
    assert after["linear"] == before["linear"], "what was settled is not done again"
    for key in ("linear", "mlp", "dummy", "logistic"):
        assert np.allclose(predictions(lab, run, key)[2], predictions(lab, done, key)[2], rtol=1e-5)
    events = merge_attempts(read_events(lab.store.folder(run.id)))
    for number in (0, 1):
        assert [e.epoch for e in events if e.model == number and e.batch is None] == [1, 2, 3]


@pytest.mark.parametrize(
    "moment", ["Finished: Linear network", "perceptron begins", "perceptron: epoch 2", "Scoring"]
)
def test_killed_at_any_moment_it_goes_on_and_ends_as_if_undisturbed(lab, done, bench, moment):
    run = lab.new_run()

    def kill(message):
        if moment in message:
            raise Killed

    with pytest.raises(Killed):
        lab.carry_out(run, bench, Context(on_report=kill))
    bench.leave_off()
    assert not lab.store.is_whole(run.id)
    settled = {key: r for key, r in lab.records(run).items() if r.is_settled}
    assert "linear" in settled
    lab.carry_out(dataclasses.replace(run, attempt=2), bench)
    after = lab.records(run)
    assert {key: after[key] for key in settled} == settled
    for key in ("linear", "mlp", "dummy", "logistic"):
        assert np.allclose(predictions(lab, run, key)[2], predictions(lab, done, key)[2], rtol=1e-3)
    events = merge_attempts(read_events(lab.store.folder(run.id)))
    assert [e.epoch for e in events if e.model == 1 and e.batch is None] == [1, 2, 3]


def test_finish_keeps_the_best_and_lists_the_rest_as_stopped(lab, bench):
    run = lab.new_run(LONG, NETWORKS[0], ModelSpec(key="dummy"))
    lab.carry_out(run, bench, Context(lambda n, message: "finish" if "epoch" in message else None))
    records = lab.records(run)
    assert records["mlp"].state == "done" and records["mlp"].ending == "finish"
    assert records["linear"].state == "skipped" and "before its turn" in records["linear"].reason
    scores = {s.model: s for s in lab.store.scores(lab.store.get(run.id)) if s.part == "test"}
    assert scores["mlp"].value is not None and scores["linear"].reason == records["linear"].reason
    assert lab.store.is_whole(run.id)


@pytest.mark.parametrize("wish", ["discard", "cancel"])
def test_an_unwanted_run_is_left_at_once(lab, bench, wish):
    run = lab.new_run(LONG)
    with pytest.raises(Interrupted) as left:
        lab.carry_out(run, bench, Context(lambda n, message: wish if "epoch" in message else None))
    assert left.value.wish == wish and not lab.store.is_whole(run.id)


def test_a_budget_is_kept_and_every_model_listed(lab, bench):
    run = lab.new_run(LONG, dataclasses.replace(NETWORKS[0]), *CLASSICS, budget_s=8.0)
    lab.carry_out(run, bench)
    scores = [s for s in lab.store.scores(lab.store.get(run.id)) if s.part == "test"]
    assert len(scores) == 4 and all(s.value is not None or s.reason for s in scores)
    record = lab.records(run)["mlp"]
    assert record.ending in ("fitted", "budget")
    assert "a larger budget may do better" in load_verdict(lab.store.folder(run.id)).sentence


def test_a_budget_spent_before_the_start_trains_nothing_and_says_so(lab, bench):
    run = lab.new_run(*NETWORKS, budget_s=30.0)
    lab.carry_out(run, bench, started=time.monotonic() - 100)
    assert {r.state for r in lab.records(run).values()} == {"skipped"}
    assert "budget" in lab.records(run)["mlp"].reason
    assert load_verdict(lab.store.folder(run.id)).code == "nothing_scored"


def test_a_network_that_diverges_is_listed_and_does_not_end_the_run(lab, bench):
    wild = ModelSpec(
        key="mlp", params={"optimizer": "sgd", "learning_rate": 10, "batch_size": 1, "units": [64]}
    )
    run = lab.new_run(wild, NETWORKS[0])

    def explode(self, *arguments):
        return float("nan")

    with pytest.MonkeyPatch.context() as patch:
        real = Stepper.run
        patch.setattr(Stepper, "run", lambda s, *a: real(s, *a) if s.model.name == "linear" else explode(s))
        lab.carry_out(run, bench)
    records = lab.records(run)
    assert records["mlp"].state == "failed" and "learning rate" in records["mlp"].reason
    assert records["linear"].state == "done" and lab.store.is_whole(run.id)


def test_a_network_too_large_for_the_memory_is_listed_and_does_not_end_the_run(lab, bench, monkeypatch):
    real = one_network.fit

    def fit(stepper, *arguments, **more):
        if stepper.model.name == "mlp":
            raise MemoryError
        return real(stepper, *arguments, **more)

    monkeypatch.setattr(one_network, "fit", fit)
    run = lab.new_run(*reversed(NETWORKS))
    lab.carry_out(run, bench)
    assert lab.records(run)["mlp"].state == "failed" and "memory" in lab.records(run)["mlp"].reason
    assert lab.records(run)["linear"].state == "done"


def test_classic_models_without_luck_are_listed_with_the_reason(lab, unlucky, monkeypatch):
    monkeypatch.setattr(study, "CLASSIC_LIMIT_S", 3.0)
    keys = ("knn", "tree", "bayes", "logistic", "dummy")
    run = lab.new_run(NETWORKS[0], *(ModelSpec(key=key) for key in keys))
    lab.carry_out(run, unlucky)
    records = lab.records(run)
    assert records["knn"].state == "skipped" and "after its 3 s" in records["knn"].reason
    assert records["tree"].state == "failed" and "no luck today" in records["tree"].reason
    assert records["bayes"].state == "failed" and "without an answer" in records["bayes"].reason
    assert records["logistic"].state == records["dummy"].state == "done", "the next ones go on"
    scores = {s.model: s for s in lab.store.scores(lab.store.get(run.id)) if s.part == "test"}
    assert {k: s.reason for k, s in scores.items() if s.value is None} == {
        k: records[k].reason for k in ("knn", "tree", "bayes")
    }


def test_models_made_for_texts_decline_a_table_without_any(lab, bench):
    run = lab.new_run(*(ModelSpec(key=key) for key in ("text_bag", "words_logistic", "words_bayes", "dummy")))
    lab.carry_out(run, bench)
    records = lab.records(run)
    for key in ("text_bag", "words_logistic", "words_bayes"):
        assert (
            records[key].state == "skipped"
            and "made for columns that are read as text" in records[key].reason
        )
    assert records["dummy"].state == "done"


def test_a_run_that_cannot_fit_in_memory_is_refused_before_it_starts(lab, bench, monkeypatch):
    monkeypatch.setattr(estimate, "available_bytes", lambda: 10_000_000)
    run = lab.new_run(*NETWORKS)
    with pytest.raises(TooLarge, match="Use fewer rows or columns"):
        lab.carry_out(run, bench)
    assert not (lab.store.folder(run.id) / "models").exists()


def test_a_damaged_record_is_said_in_a_sentence(lab, bench):
    run = lab.new_run(*NETWORKS)
    folder = lab.store.folder(run.id)
    save_record(folder, lab.records(run)["linear"])
    (folder / "models" / "0-linear" / "model.json").write_text("{")
    with pytest.raises(FathomError, match="0-linear/model.json is missing or damaged"):
        lab.carry_out(run, bench)


def test_a_spec_survives_json(lab):
    spec = lab.spec(budget_s=60.0, seed=3)
    assert from_plain(RunSpec, json.loads(json.dumps(to_plain(spec)))) == spec
