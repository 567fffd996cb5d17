"""Several processes share a search: none takes another's trial, and what one leaves when it dies another goes on with."""

import sys
import time
from dataclasses import replace

import pytest

from core.domain import ModelSpec
from core.errors import BadInput
from core.studies.prepare import prepare
from core.studies.search.carry_out import carry_out
from core.studies.search.helpers import Helpers, helpers_for
from core.studies.search.propose import propose
from core.studies.search.prune import fell_behind
from core.studies.search.space import Range
from core.studies.search.trials import Search, Trial, read_trials
from core.studies.search.trying import Trying
from tests.core.studies.conftest import Context

TINY = {"epochs": 3, "batch_size": 32}


@pytest.fixture
def search(lab):
    spec = lab.spec(models=(ModelSpec(key="linear", params=TINY), ModelSpec(key="dummy")))
    return Search(name="toy", spec=spec, names=("learning_rate",), budget_s=60.0, most_trials=4)


def test_a_helper_tries_by_itself_and_what_it_leaves_when_it_is_killed_is_gone_on_with(
    lab, search, tmp_path, monkeypatch
):
    # a spawned process runs the main module anew, which must not be that of the tests
    monkeypatch.delattr(sys.modules["__main__"], "__file__", raising=False)
    monkeypatch.setattr(sys.modules["__main__"], "__spec__", None)
    long = ModelSpec(key="linear", params={"epochs": 80, "batch_size": 8, "early_stopping": False})
    search = replace(search, spec=replace(search.spec, models=(long,)), most_trials=2)
    prepared = prepare(search.spec, lab.dataset, lab.catalog, tmp_path)
    helpers = Helpers(1, search, tmp_path, (prepared,), time.monotonic() + 60)
    until = time.monotonic() + 40
    while not any(t.course for t in read_trials(tmp_path)) and time.monotonic() < until:
        time.sleep(0.02)
    (trial,) = read_trials(tmp_path)
    assert trial.state == "training" and len(trial.course) < 80
    assert not _takes(search, tmp_path, prepared)._left_behind([trial]), "it is in the helper's hands"
    ((process, _),) = helpers._processes
    process.kill()
    process.join()
    answer = carry_out(search, lab.dataset, tmp_path, catalog=lab.catalog, context=Context())
    assert [(t.number, t.state) for t in read_trials(tmp_path)] == [(0, "done"), (1, "done")]
    assert answer["n_trials"] == 2


def _takes(search, folder, prepared):
    return Trying(search, folder, (prepared,), left_s=lambda: 60.0, requested=lambda: None)


def test_helpers_that_have_not_begun_are_gone_at_once(lab, search, tmp_path):
    prepared = prepare(search.spec, lab.dataset, lab.catalog, tmp_path)
    helpers = Helpers(1, search, tmp_path, (prepared,), time.monotonic() + 60)
    helpers.leave()
    assert not helpers.are_busy


def test_as_many_help_as_cores_and_memory_allow(lab, search, monkeypatch):
    monkeypatch.setattr("os.sched_getaffinity", lambda pid: set(range(4)), raising=False)
    monkeypatch.setattr("core.studies.search.helpers.available_bytes", lambda: 64 << 30)
    assert helpers_for(search, lab.dataset) == 3
    assert helpers_for(replace(search, most_trials=2), lab.dataset) == 1
    monkeypatch.setattr("core.studies.search.helpers.available_bytes", lambda: 1 << 30)
    assert helpers_for(search, lab.dataset) == 0


def test_what_others_have_in_hand_is_not_proposed_again():
    ranges = (Range(name="x", low=0.0, high=1.0),)
    done = [
        Trial(number=i, params={"x": i / 10}, state="done", value=float(i), course=(float(i),))
        for i in range(10)
    ]
    busy = [Trial(number=10 + i, params={"x": 0.9}, state="training", course=(1.0,)) for i in range(3)]
    assert propose(ranges, {}, done + busy, True, 0) != propose(ranges, {}, done, True, 0)


def test_in_folds_a_trial_is_judged_by_their_mean_and_goes_on_in_the_fold_it_was_in(lab, search, tmp_path):
    search = replace(search, spec=replace(search.spec, folds=2), most_trials=2)
    carry_out(search, lab.dataset, tmp_path, catalog=lab.catalog, context=Context())
    for trial in read_trials(tmp_path):
        assert trial.state == "done" and len(trial.folds) == 2 and trial.folds[0] != trial.folds[1]
        assert trial.value == pytest.approx(sum(trial.folds) / 2) and trial.course[-1] == trial.folds[0]
    assert not list(tmp_path.glob("fold-*/scratch"))


def test_a_trial_that_falls_behind_over_its_folds_is_left_off():
    others = [Trial(number=i, state="done", folds=(0.7, 0.9)) for i in range(4)]
    assert fell_behind((0.6,), others, True) and not fell_behind((0.8,), others, True)
    assert not fell_behind((0.6,), others, False) and not fell_behind((0.6,), others[:2], True)
    assert fell_behind((None,), others, True)


def test_a_setting_that_cannot_be_searched_is_refused_before_rows_are_prepared(lab, search, tmp_path):
    with pytest.raises(BadInput, match="'epochs' cannot be searched"):
        carry_out(
            replace(search, names=("epochs",)), lab.dataset, tmp_path, catalog=lab.catalog, context=Context()
        )
    assert not (tmp_path / "scratch").exists()
