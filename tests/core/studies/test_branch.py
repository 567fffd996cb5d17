"""A branched run goes on from the weights another kept, on the same rows, and says so."""

import dataclasses

import numpy as np
import pytest

from core.domain import Start
from core.errors import BadInput
from core.studies.branch import branched
from tests.core.studies.conftest import NETWORKS


@pytest.fixture(scope="module")
def done(lab, bench):
    run = lab.new_run(NETWORKS[1])
    lab.carry_out(run, bench)
    return lab.store.get(run.id)


def carried_out(lab, bench, spec, owner="ada"):
    run = lab.store.create(spec, owner, "branch")
    lab.carry_out(run, bench)
    return lab.store.get(run.id), lab.records(run)["mlp"]


def test_a_branch_begins_where_the_other_was_best_and_says_so(lab, bench, done):
    before = lab.records(done)["mlp"]
    spec = branched(done, before, {"learning_rate": 1e-6, "epochs": 1, "dropout": 0.3}, from_best=True)
    assert spec.models[0].start == Start(run=done.id, number=before.number)
    assert (spec.split, spec.task, spec.seed) == (done.spec.split, done.spec.task, done.spec.seed)
    run, record = carried_out(lab, bench, spec)
    assert record.state == "done" and record.params["dropout"] == 0.3
    assert record.validation == pytest.approx(before.validation, abs=0.01), (
        "steps as small as these change nothing"
    )
    assert f"Began with the weights of 'toy run', epoch {before.best_epoch}" in record.note
    assert len(lab.store.looks.at_rows_of(run)) >= 2, "the test rows were asked once more"


def test_weights_that_no_new_epoch_improves_on_are_kept_and_that_is_said(lab, bench, done):
    before = lab.records(done)["mlp"]
    ruin = {"learning_rate": 10, "epochs": 2, "optimizer": "adam", "schedule": "constant"}
    _, record = carried_out(lab, bench, branched(done, before, ruin, from_best=True))
    assert record.state == "done" and record.best_epoch == 0 and record.epochs
    assert record.validation == pytest.approx(before.validation, abs=1e-6)
    assert "No epoch did better" in record.note


def test_the_same_change_from_scratch_begins_with_chance(lab, bench, done):
    spec = branched(done, lab.records(done)["mlp"], {"learning_rate": 1e-6, "epochs": 1}, from_best=False)
    assert spec.models[0].start is None
    _, record = carried_out(lab, bench, spec)
    assert record.state == "done" and record.note is None


def test_a_change_that_is_no_setting_is_refused(lab, done):
    with pytest.raises(BadInput):
        branched(done, lab.records(done)["mlp"], {"learning_rat": 1}, from_best=True)


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("split", "other rows or columns"),
        ("units", "other shapes"),
        ("owner", "no run"),
        ("number", "kept none"),
    ],
)
def test_weights_that_do_not_belong_are_refused_in_a_sentence(lab, bench, done, what, said):
    before = lab.records(done)["mlp"]
    change = {"units": [5]} if what == "units" else {"epochs": 1}
    spec = branched(done, before, change, from_best=True)
    if what == "split":
        spec = dataclasses.replace(spec, split=dataclasses.replace(spec.split, seed=9))
    if what == "number":
        model = dataclasses.replace(spec.models[0], start=Start(run=done.id, number=7))
        spec = dataclasses.replace(spec, models=(model,))
    _, record = carried_out(lab, bench, spec, owner="eve" if what == "owner" else "ada")
    assert record.state == "failed" and said in record.reason


def test_weights_that_were_changed_on_disk_are_refused(lab, bench):
    run = lab.new_run(NETWORKS[1])
    lab.carry_out(run, bench)
    before = lab.records(run)["mlp"]
    path = lab.store.folder(run.id) / "models" / before.folder / "model.weights.h5"
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    _, record = carried_out(lab, bench, branched(lab.store.get(run.id), before, {}, from_best=True))
    assert record.state == "failed" and np.isnan(record.validation or np.nan)
