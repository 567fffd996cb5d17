"""Deadlines, caps and schedules fitted to them, by a clock that moves with the steps."""

from dataclasses import replace

import numpy as np
import pytest

from core.errors import NotApplicable
from core.training import loop
from tests.core.training.lessons import Pupil
from tests.core.training.wishes import Clock, after, by_epoch


def test_the_deadline_is_kept_and_the_schedule_fitted_to_it(tmp_path, monkeypatch):
    pupil = Pupil(epochs=1000, batch_size=16, schedule="cosine", early_stopping=False)
    clock = Clock(pupil, step_s=0.02)  # 10 steps, so 0.2 s an epoch
    monkeypatch.setattr(loop, "time", clock)
    outcome = pupil.learn(tmp_path / "state.npz", remaining_s=lambda: 4.0 - clock.now)
    assert outcome.ending == "fitted" and clock.now <= 4.0, "the last epoch came to its end in time"
    assert outcome.epochs >= 15
    rates = list(by_epoch(pupil.events, "learning_rate").values())
    assert rates[-1] < 0.1 * rates[0], "the rate falls to nearly nothing by the last epoch there is time for"


def test_a_schedule_planned_anew_goes_on_where_it_was(tmp_path, monkeypatch):
    """Coslog4 rises and falls: were its share of training done to jump, so would the rate."""
    pupil = Pupil(epochs=400, batch_size=16, schedule="coslog4", early_stopping=False, learning_rate=0.01)
    clock, shares = Clock(pupil, step_s=0.02), []
    monkeypatch.setattr(loop, "time", clock)
    pace = pupil.stepper.pace
    pupil.stepper.pace = lambda total, **given: (shares.append(given["share"]), pace(total, **given))

    def slower_later():  # another process comes: there is half of the time left that was expected
        return (8.0 - clock.now) * (0.5 if clock.now > 4 else 1.0)

    outcome = pupil.learn(tmp_path / "state.npz", remaining_s=slower_later)
    assert outcome.ending == "fitted" and len(shares) > 2 and shares == sorted(shares)
    rates = list(by_epoch(pupil.events, "learning_rate").values())
    assert rates[-1] < 0.1 * max(rates), "the last cycle came to its end"
    assert pupil.events[-1][3]["epochs"] == outcome.epochs


def test_a_cap_on_training_counts_what_earlier_attempts_took(tmp_path, monkeypatch, often):
    def attempt(**asked):
        pupil = Pupil(epochs=1000, batch_size=16, early_stopping=False)
        monkeypatch.setattr(loop, "time", Clock(pupil, step_s=0.02))
        return pupil.learn(tmp_path / "state.npz", most_s=3.0, **asked)

    assert attempt(requested=after(60, "interrupt")).ending == "interrupted"
    outcome = attempt()
    assert outcome.ending == "fitted" and 2.0 < outcome.fit_s <= 3.0


def test_a_slow_start_does_not_change_the_plan_under_a_cap(tmp_path, monkeypatch):
    pupil = Pupil(epochs=20, batch_size=16, early_stopping=False)
    clock = Clock(pupil, step_s=0.01)
    monkeypatch.setattr(loop, "time", clock)
    run = pupil.stepper.run
    pupil.stepper.run = lambda *a: (setattr(clock, "now", clock.now + 0.5 * (clock.now < 2)), run(*a))[1]
    assert pupil.learn(tmp_path / "state.npz", most_s=10.0).ending == "epochs"


def test_a_cap_that_is_wide_enough_changes_nothing(tmp_path):
    free, capped = Pupil(epochs=4), Pupil(epochs=4)
    free.learn(tmp_path / "free.npz")
    assert capped.learn(tmp_path / "capped.npz", most_s=600.0).ending == "epochs"
    for got, wanted in zip(capped.weights(), free.weights(), strict=True):
        assert np.array_equal(got, wanted)


def test_without_time_for_a_schedule_that_says_something_it_is_left_out_with_the_reason(
    tmp_path, monkeypatch
):
    pupil = Pupil(epochs=1000, batch_size=16)
    pupil.lesson = replace(pupil.lesson, least_steps=200)  # 10 steps an epoch
    clock = Clock(pupil, step_s=0.1)
    monkeypatch.setattr(loop, "time", clock)
    with pytest.raises(NotApplicable, match=r"would take about \d\d s, and 9 s were left"):
        pupil.learn(tmp_path / "state.npz", remaining_s=lambda: 10.0 - clock.now)


def test_it_is_granted_what_its_shortest_schedule_needs(tmp_path, monkeypatch):
    pupil = Pupil(epochs=1000, batch_size=16, early_stopping=False)
    pupil.lesson = replace(pupil.lesson, least_steps=200)
    clock, granted = Clock(pupil, step_s=0.1), []
    monkeypatch.setattr(loop, "time", clock)
    outcome = pupil.learn(
        tmp_path / "state.npz",
        remaining_s=lambda: 10.0 + sum(granted) - clock.now,
        grant=lambda seconds: granted.append(seconds) or True,
    )
    assert len(granted) == 1 and outcome.ending == "fitted" and outcome.epochs == 20


def test_a_cap_gives_way_to_the_shortest_schedule_that_says_something(tmp_path, monkeypatch):
    pupil = Pupil(epochs=1000, batch_size=16, early_stopping=False)
    pupil.lesson = replace(pupil.lesson, least_steps=200)  # 20 s at this pace
    monkeypatch.setattr(loop, "time", Clock(pupil, step_s=0.1))
    outcome = pupil.learn(tmp_path / "state.npz", most_s=10.0)
    assert outcome.ending == "fitted" and outcome.epochs == 20


def test_all_epochs_on_a_schedule_planned_anew_are_not_called_fewer(tmp_path, monkeypatch):
    pupil = Pupil(epochs=20, batch_size=16, early_stopping=False)
    clock = Clock(pupil, step_s=0.01)  # 2 s in all
    monkeypatch.setattr(loop, "time", clock)
    # there seems to be time for half of them, and later for all
    outcome = pupil.learn(tmp_path / "state.npz", remaining_s=lambda: 1.0 if clock.now < 0.5 else 9.0)
    assert (outcome.ending, outcome.epochs) == ("repaced", 20)


def test_a_schedule_within_an_epoch_is_gone_on_with(tmp_path, monkeypatch, often):
    def attempt(**asked):
        pupil = Pupil(batch_size=1, schedule="cosine")
        clock = Clock(pupil, step_s=0.1)
        monkeypatch.setattr(loop, "time", clock)
        pupil.learn(tmp_path / "state.npz", remaining_s=lambda: 6.0 - clock.now, **asked)
        return pupil

    first = attempt(requested=after(30, "interrupt"))
    planned = int(first.stepper.total_steps)
    again = attempt(requested=after(1, "interrupt"))
    assert planned < 100 and int(again.stepper.total_steps) == planned


def test_a_first_epoch_that_will_not_end_is_a_schedule_too(tmp_path, monkeypatch):
    pupil = Pupil(batch_size=1, schedule="cosine")
    clock = Clock(pupil, step_s=0.1)
    monkeypatch.setattr(loop, "time", clock)
    outcome = pupil.learn(tmp_path / "state.npz", remaining_s=lambda: 6.0 - clock.now)
    assert (outcome.ending, outcome.epochs) == ("budget", 0)
    assert float(pupil.stepper.optimizer.learning_rate) < 0.2 * pupil.settings["learning_rate"]


def test_a_deadline_within_the_first_epoch_keeps_what_was_learned(tmp_path, monkeypatch):
    pupil = Pupil(batch_size=1)
    clock = Clock(pupil, step_s=0.1)
    monkeypatch.setattr(loop, "time", clock)
    outcome = pupil.learn(tmp_path / "state.npz", remaining_s=lambda: 2.0 - clock.now)
    assert (outcome.ending, outcome.epochs) == ("budget", 0) and outcome.n_steps > 0


def test_within_a_long_epoch_the_curve_grows(tmp_path, monkeypatch):
    pupil = Pupil(epochs=2, batch_size=1)
    monkeypatch.setattr(loop, "time", Clock(pupil, step_s=0.1))
    pupil.learn(tmp_path / "state.npz")
    within = [(epoch, batch, values["share"]) for epoch, batch, _, values in pupil.events if batch]
    assert len(within) > 10 and {epoch for epoch, _, _ in within} == {1, 2}
    assert all(0 < share < 1 for _, _, share in within)
    assert [e for e, b, _, _ in pupil.events] == sorted(e for e, b, _, _ in pupil.events)
