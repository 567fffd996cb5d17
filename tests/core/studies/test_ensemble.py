import pytest

from core.domain import ModelSpec
from core.prediction.score import load_scorer
from core.runs.blend import ENSEMBLE, FILE, load_blend
from core.studies.standings import predictions, standings
from tests.core.studies.conftest import NETWORKS, Lab

MODELS = (NETWORKS[1], *(ModelSpec(key=k) for k in ("dummy", "tree", "knn", ENSEMBLE)))


@pytest.fixture(scope="module")
def done(tmp_path_factory, bench):
    lab = Lab(tmp_path_factory.mktemp("blended"), "regression", n=600)
    run = lab.new_run(*MODELS)
    lab.carry_out(run, bench)
    return lab, lab.store.get(run.id)


def test_it_is_a_model_like_every_other(done):
    lab, run = done
    record = lab.records(run)[ENSEMBLE]
    assert record.state == "done", record.reason
    score = next(s for s in lab.store.scores(run) if s.model == ENSEMBLE and s.part == "test")
    assert score.value is not None and score.n == run.summary["rows"]["test"]
    assert score.family == "ensemble" and score.low <= score.value <= score.high
    assert ENSEMBLE.capitalize() in {row.title for row in standings(lab.store, run)}
    assert lab.store.verify(run.id) == ()


def test_it_costs_what_its_members_cost_together(done):
    lab, run = done
    records = {r.number: r for r in lab.records(run).values()}
    own = lab.records(run)[ENSEMBLE]
    blend = load_blend(lab.store.folder(run.id) / "models" / own.folder)
    members = [records[n] for n in blend.members]
    assert len(members) >= 2 and sum(blend.weights) == pytest.approx(1)
    assert own.fit_s >= sum(r.fit_s for r in members)
    assert own.size_bytes > sum(r.size_bytes for r in members)
    assert own.predict_us_per_row == pytest.approx(sum(r.predict_us_per_row for r in members))
    assert all(r.title in own.note for r in members)
    assert not {"dummy"} & {r.key for r in members}


def test_new_rows_are_answered_by_its_members(done):
    lab, run = done
    own = lab.records(run)[ENSEMBLE]
    scorer = load_scorer(lab.store, run, own.number)
    frame = lab.catalog.read(lab.dataset)
    from core.runs.predictions import load_predictions

    path = lab.store.folder(run.id) / "models" / own.folder / "predictions.parquet"
    rows, _, kept = load_predictions(path, "test")
    assert scorer.predict(frame.iloc[rows]) == pytest.approx(kept, rel=1e-4)
    _, stored = predictions(lab.store, run, own.number)
    assert stored == pytest.approx(kept)


def test_one_model_alone_is_not_blended(done, bench):
    lab, _ = done
    run = lab.new_run(NETWORKS[0], ModelSpec(key="dummy"), ModelSpec(key=ENSEMBLE))
    lab.carry_out(run, bench)
    record = lab.records(run)[ENSEMBLE]
    assert record.state == "skipped" and "at least two" in record.reason
    assert not (lab.store.folder(run.id) / "models" / record.folder / FILE).exists()
    assert "Ensemble" not in lab.store.get(run.id).summary["sentence"]
