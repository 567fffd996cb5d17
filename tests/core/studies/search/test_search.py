"""A search tries what knobs declare, leaves off what falls behind, survives kill -9, and asks no test row."""

from dataclasses import replace

import pytest

from core.architectures import ARCHITECTURES
from core.domain import ModelSpec
from core.errors import BadInput, FathomError
from core.home import Home
from core.studies.search.carry_out import carry_out
from core.studies.search.propose import STARTUP, importance, propose
from core.studies.search.prune import LEAST_EPOCHS, LEAST_TRIALS, is_hopeless
from core.studies.search.space import Range, is_meant, proposed, searchable
from core.studies.search.trials import (
    Search,
    Trial,
    adopted,
    best_of,
    folder_of,
    read_importance,
    read_search,
    read_trials,
    settings_of,
    start_search,
)
from core.studies.standings import looks_at_test_rows
from core.studies.wishes import Interrupted
from tests.core.studies.conftest import Context, Killed

TINY = ModelSpec(key="linear", params={"epochs": 3, "batch_size": 32})
KINDS = [(key, kind) for key, a in ARCHITECTURES.items() for kind in a.tasks]


@pytest.mark.parametrize(("key", "kind"), KINDS)
def test_every_value_a_search_may_try_is_one_the_setting_takes(key, kind):
    knobs = {k.name: k for k in ARCHITECTURES[key].all_knobs(kind)}
    ranges = searchable(tuple(knobs.values()))
    assert set(proposed(tuple(knobs.values()))) <= set(ranges)
    for name, found in ranges.items():
        for value in found.choices or (found.low, found.high):
            knobs[name].parse(value)
        assert found.choices or found.low <= knobs[name].default <= found.high


def test_a_setting_that_means_nothing_is_not_tried():
    decay = Range(name="weight_decay", low=0.0, high=1.0, when=("optimizer", ("adamw",)))
    assert is_meant(decay, {"optimizer": "adamw"}, {}) and is_meant(decay, {}, {"optimizer": "adamw"})
    assert not is_meant(decay, {"optimizer": "sgd"}, {"optimizer": "adamw"})


RANGES = (Range(name="x", low=0.0, high=1.0), Range(name="y", low=1e-4, high=1.0, log=True))


def made(n, seed=1):
    """n finished trials of which x alone decides the value; best at x = 0.7."""
    trials = []
    for i in range(n):
        params = propose(RANGES, {}, trials, True, seed)
        value = 1 - (params["x"] - 0.7) ** 2
        trials.append(Trial(number=i, params=params, state="done", value=value, course=(value,)))
    return trials


def test_a_search_comes_closer_than_chance_and_the_same_trials_propose_the_same():
    trials = made(25)
    assert abs(best_of(trials, "auc").params["x"] - 0.7) < 0.05
    late = [abs(t.params["x"] - 0.7) for t in trials[STARTUP + 5 :]]
    assert sum(late) / len(late) < 0.25
    assert propose(RANGES, {}, trials, True, 1) == propose(RANGES, {}, trials, True, 1)


def test_what_mattered_is_said_once_enough_trials_are_done():
    assert importance(RANGES, {}, made(STARTUP - 1), True) == {}
    found = importance(RANGES, {}, made(25), True)
    assert list(found)[0] == "x" and found["x"] > 0.6


@pytest.mark.parametrize(
    ("course", "n_others", "hopeless"),
    [
        ([0.5] * LEAST_EPOCHS, LEAST_TRIALS, True),
        ([0.8] * LEAST_EPOCHS, LEAST_TRIALS, False),
        ([0.5] * (LEAST_EPOCHS - 1), LEAST_TRIALS, False),
        ([0.5] * LEAST_EPOCHS, LEAST_TRIALS - 1, False),
        ([None] * LEAST_EPOCHS, LEAST_TRIALS, True),
    ],
)
def test_a_trial_is_left_off_when_it_is_worse_than_half_of_the_others_at_its_age(course, n_others, hopeless):
    others = [Trial(number=i, state="done", value=0.7, course=(0.6, 0.7)) for i in range(n_others)]
    assert is_hopeless(course, others, True) is hopeless


@pytest.fixture
def folder(lab, tmp_path):
    return tmp_path / "search"


@pytest.fixture
def search(lab, folder):
    folder.mkdir()
    spec = lab.spec(models=(TINY, ModelSpec(key="dummy")))
    return Search(name="toy", spec=spec, names=("learning_rate", "schedule"), budget_s=60.0, most_trials=4)


def go(search, lab, folder, context=None):
    return carry_out(search, lab.dataset, folder, catalog=lab.catalog, context=context or Context())


def test_a_search_ends_with_its_best_trial_and_asks_no_test_row(lab, search, folder):
    answer = go(search, lab, folder)
    trials = read_trials(folder)
    assert [t.number for t in trials] == [0, 1, 2, 3] and answer["n_trials"] == 4
    assert trials[0].params["learning_rate"] == ARCHITECTURES["linear"].training["learning_rate"]
    best = best_of(trials, search.spec.task.metric)
    assert (answer["best"], answer["value"]) == (best.number, best.value)
    assert all(t.value == pytest.approx(max(t.course)) for t in trials)
    assert not list(folder.rglob("predictions.parquet")) and not (folder / "scratch").exists()
    spec = adopted(search, best)
    assert spec.models[0].params == settings_of(search, best) and spec.split == search.spec.split
    assert read_importance(folder) == {}


def test_adopting_a_trial_looks_at_the_test_rows_exactly_once_and_searching_does_not(
    lab, search, folder, bench
):
    first = lab.store.create(search.spec, "ada", "before")
    lab.carry_out(first, bench)
    before = looks_at_test_rows(lab.store, first)
    go(search, lab, folder)
    assert looks_at_test_rows(lab.store, first) == before, "a search asks no test row"
    best = best_of(read_trials(folder), search.spec.task.metric)
    run = lab.store.create(adopted(search, best), "ada", "adopted")
    assert looks_at_test_rows(lab.store, first) == before, "nor does a run that waits"
    lab.carry_out(run, bench)
    after = looks_at_test_rows(lab.store, first)
    assert after.n_runs == before.n_runs + 1 and after.n_models == before.n_models + len(run.spec.models)
    lab.carry_out(run, bench)
    assert looks_at_test_rows(lab.store, first) == after, "said again, it counts once"


def test_a_search_that_was_killed_goes_on_and_ends_as_if_undisturbed(lab, search, folder, tmp_path):
    def die(message):
        if message == "Trial 3, epoch 2":
            raise Killed

    with pytest.raises(Killed):
        go(search, lab, folder, Context(on_report=die))
    assert [t.state for t in read_trials(folder)] == ["done", "done", "training"]
    go(search, lab, folder)
    (tmp_path / "other").mkdir()
    go(search, lab, tmp_path / "other")
    again, whole = read_trials(folder), read_trials(tmp_path / "other")
    assert [t.params for t in again] == [t.params for t in whole]
    assert [t.value for t in again] == pytest.approx([t.value for t in whole], rel=1e-4)


def test_a_search_ends_with_its_budget_and_a_trial_that_was_cut_does_not_count(lab, search, folder):
    long = replace(TINY, params={"epochs": 10_000, "early_stopping": False})
    search = replace(search, spec=replace(search.spec, models=(long,)), budget_s=2.0)
    with pytest.raises(FathomError, match="None of the 1 trials"):
        go(search, lab, folder)
    assert [t.state for t in read_trials(folder)] == ["cut"]


@pytest.mark.parametrize("wish", ["pause", "discard"])
def test_a_search_leaves_when_it_is_asked_to(lab, search, folder, wish):
    with pytest.raises(Interrupted) as left:
        go(search, lab, folder, Context(lambda n, message: wish if message == "Trial 1, epoch 1" else None))
    assert left.value.wish == wish


def test_what_is_found_when_somebody_finishes_it_stays(lab, search, folder):
    wish = lambda n, message: "finish" if message == "Trial 2, epoch 1" else None  # noqa: E731
    assert go(search, lab, folder, Context(wish))["best"] == 0
    assert [t.state for t in read_trials(folder)] == ["done", "cut"]


def test_a_setting_that_cannot_be_searched_is_refused_with_those_that_can(lab, search, folder):
    with pytest.raises(BadInput, match="'epochs' cannot be searched.*learning_rate"):
        go(replace(search, names=("epochs",)), lab, folder)


def test_a_search_survives_json_and_no_id_leads_out_of_its_folder(lab, search, tmp_path):
    home = Home.at(tmp_path / "home")
    found = start_search(search, "ada", home)
    assert read_search(folder_of(home, found)) == search
    for wrong in ("../" + found, "", "0" * 19):
        with pytest.raises(BadInput):
            folder_of(home, wrong)
    with pytest.raises(BadInput):
        read_search(folder_of(home, "0" * 20))
