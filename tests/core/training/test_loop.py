import errno
import itertools
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.errors import FathomError, NotApplicable
from core.runs.events import merge_attempts, read_events
from core.training import batches, checkpoint, loop
from core.training.batches import Shuffled
from core.training.loop import WISHES
from core.training.schedule import factor
from tests.core.training.lessons import STATEFUL, Pupil, learn_slowly

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def often(monkeypatch):
    """Small chunks and a checkpoint after each, so that little rows behave as millions would."""
    monkeypatch.setattr(loop, "CHUNK_S", 0.0)
    for name in ("CHECKPOINT_S", "CHECKPOINT_WITHIN_S", "BATCH_EVENT_S"):
        monkeypatch.setattr(loop, name, -1.0)
    monkeypatch.setattr(loop, "CHECKPOINT_SHARE", float("inf"))
    monkeypatch.setattr(loop, "PLATEAU_PATIENCE", 2)  # so that it lowers the rate within few epochs


class Killed(Exception):
    """What stands for kill -9: leaves the loop without a chance to save."""


def after(n, wish):
    """A `requested` that answers `wish` from its n-th call on."""
    calls = itertools.count()

    def requested():
        if next(calls) < n:
            return None
        if wish == "kill":
            raise Killed
        return wish

    return requested


def ends(events):
    """(epoch, elapsed_s, values) of each whole epoch; a slow machine may also have told of parts of one."""
    return [(epoch, elapsed_s, values) for epoch, batch, elapsed_s, values in events if batch is None]


def by_epoch(events, name):
    return {epoch: values[name] for epoch, _, values in ends(events)}


def test_an_undisturbed_training_tells_every_epoch_once_and_keeps_the_best_ones_weights(tmp_path):
    pupil = Pupil(epochs=6, learning_rate=0.05, early_stopping=False)
    outcome = pupil.learn(tmp_path / "state.npz")
    assert (outcome.ending, outcome.epochs) == ("epochs", 6)
    assert [epoch for epoch, _, _ in ends(pupil.events)] == [1, 2, 3, 4, 5, 6]
    losses = [values["val_loss"] for _, _, values in ends(pupil.events)]
    assert outcome.best_loss == min(losses) and outcome.best_epoch == 1 + int(np.argmin(losses))
    assert pupil.validation_loss() == pytest.approx(outcome.best_loss, rel=1e-6)
    assert {"loss", "auc", "val_auc", "learning_rate", "rows_per_s"} <= set(pupil.events[-1][3])
    elapsed = [elapsed_s for _, _, elapsed_s, _ in pupil.events]
    assert elapsed == sorted(elapsed) and outcome.fit_s == pytest.approx(elapsed[-1])


@pytest.mark.parametrize("wish", ["kill", "interrupt"])
def test_left_off_anywhere_and_gone_on_it_learns_what_an_undisturbed_training_learns(tmp_path, often, wish):
    undisturbed = Pupil(**STATEFUL)
    expected = undisturbed.learn(tmp_path / "whole.npz")
    lowered = set(by_epoch(undisturbed.events, "learning_rate").values())
    assert len(lowered) > 1, "the plateau never lowered the rate, so this would prove nothing of it"
    told = []
    rng = np.random.default_rng(5)
    for attempt in range(12):
        pupil = Pupil(**STATEFUL)
        n = int(rng.integers(1, 12)) if attempt < 4 else 10**6
        try:
            outcome = pupil.learn(tmp_path / "state.npz", requested=after(n, wish))
        except Killed:
            outcome = None
        told.append(pupil.events)
        if outcome and outcome.ending != "interrupted":
            break
    assert attempt >= 4, "it was never left off"
    assert (outcome.ending, outcome.epochs, outcome.best_epoch) == (
        expected.ending, expected.epochs, expected.best_epoch,
    )  # fmt: skip
    for got, wanted in zip(pupil.weights(), undisturbed.weights(), strict=True):
        assert np.allclose(got, wanted, rtol=1e-5, atol=1e-7)
    assert [*outcome.film.frames] == [*expected.film.frames] and len(expected.film.frames) > 2
    for got, wanted in zip(outcome.film.frames.values(), expected.film.frames.values(), strict=True):
        assert np.allclose(got, wanted, rtol=1e-2, atol=1e-3)
    # the training loss of an epoch counts the steps before it was left off
    for name in ("val_loss", "loss"):
        told_of = {e: value for events in told for e, value in by_epoch(events, name).items()}
        assert told_of == pytest.approx(by_epoch(undisturbed.events, name), rel=1e-5)


@pytest.mark.slow
def test_a_process_killed_in_mid_training_goes_on_and_ends_alike(tmp_path):
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    command = [sys.executable, "-m", "tests.core.training.lessons"]

    def start(folder, attempt):
        return subprocess.Popen([*command, str(folder), str(attempt)], cwd=ROOT, stderr=subprocess.DEVNULL)

    victim = start(broken, 1)
    learn_slowly(whole, 1, pause_s=0.0)
    deadline = time.monotonic() + 60
    while len(read_events(broken)) < 3:
        assert victim.poll() is None and time.monotonic() < deadline
        time.sleep(0.01)
    os.kill(victim.pid, signal.SIGKILL)
    victim.wait()
    assert start(broken, 2).wait(60) == 0
    with np.load(whole / "learned.npz") as wanted, np.load(broken / "learned.npz") as got:
        assert wanted.files == got.files
        for name in wanted.files:
            assert np.allclose(got[name], wanted[name], rtol=1e-3, atol=1e-6)
    epochs = [e.epoch for e in merge_attempts(read_events(broken)) if e.batch is None]
    assert epochs == list(range(1, len(epochs) + 1))
    assert len({e.attempt for e in read_events(broken)}) == 2


def test_rows_in_several_blocks_are_gone_on_with_at_the_right_step(tmp_path, often, monkeypatch):
    """Six steps an epoch, left off within each block of the first epoch and in the second."""
    monkeypatch.setattr(batches, "STRETCH_ROWS", 8)
    monkeypatch.setattr(batches, "AT_ONCE", 1)

    def pupil():
        made = Pupil(**STATEFUL | {"epochs": 2})
        rows = made.lesson.train.rows
        cut = Shuffled(rows=rows, seed=0, block_bytes=56 * rows.row_bytes)
        assert cut.n_steps(made.settings["batch_size"]) == 6 and len(list(cut.epoch(1))) == 3
        made.lesson = replace(made.lesson, train=cut)
        return made

    whole = pupil()
    whole.learn(tmp_path / "whole.npz")
    for n in (1, 2, 2, 3):  # steps taken before each interruption
        assert pupil().learn(tmp_path / "state.npz", requested=after(n, "interrupt")).ending == "interrupted"
    last = pupil()
    assert last.learn(tmp_path / "state.npz").n_steps == int(whole.stepper.step) == 12
    for got, wanted in zip(last.weights(), whole.weights(), strict=True):
        assert np.allclose(got, wanted, rtol=1e-5, atol=1e-7)


def test_asked_to_pause_before_it_began_it_leaves_and_can_be_taken_up(tmp_path):
    pupil = Pupil(epochs=2)
    assert pupil.learn(tmp_path / "state.npz", requested=lambda: "pause").ending == "paused"
    assert pupil.learn(tmp_path / "state.npz").ending == "epochs"


def test_a_pause_within_a_long_epoch_loses_nothing_of_it(tmp_path, often):
    pupil = Pupil(epochs=2, batch_size=32)
    outcome = pupil.learn(tmp_path / "state.npz", requested=after(3, "pause"))
    assert (outcome.ending, outcome.epochs, outcome.n_steps) == ("paused", 0, 3)
    resumed = Pupil(epochs=2, batch_size=32)
    resumed.learn(tmp_path / "state.npz", requested=after(1, "pause"))
    assert int(resumed.stepper.step) == 4


def test_finish_keeps_the_best_epoch_of_those_done(tmp_path, often):
    pupil = Pupil(epochs=500, learning_rate=0.5, early_stopping=False)
    outcome = pupil.learn(tmp_path / "state.npz", requested=after(25, "finish"))
    assert outcome.ending == "finish" and 1 <= outcome.epochs < 500
    assert pupil.validation_loss() == pytest.approx(outcome.best_loss, rel=1e-6)


def test_finish_in_the_first_epoch_keeps_what_was_learned_so_far(tmp_path, often):
    pupil = Pupil()
    before = pupil.weights()
    outcome = pupil.learn(tmp_path / "state.npz", requested=after(3, "finish"))
    assert (outcome.epochs, outcome.n_steps) == (0, 3)
    assert any(not np.array_equal(a, b) for a, b in zip(before, pupil.weights()))


def test_finish_before_anything_was_learned_says_so(tmp_path):
    assert Pupil().learn(tmp_path / "state.npz", requested=lambda: "finish").n_steps == 0


def test_a_wish_the_loop_does_not_know_is_left_to_whoever_asks(tmp_path):
    assert "discard" not in WISHES
    assert Pupil(epochs=1).learn(tmp_path / "s.npz", requested=lambda: "discard").ending == "epochs"


def test_it_stops_early_when_the_validation_loss_no_longer_improves(tmp_path):
    pupil = Pupil(epochs=200, learning_rate=1.0, optimizer="adam", patience=3)
    outcome = pupil.learn(tmp_path / "state.npz")
    assert outcome.ending == "early" and outcome.epochs == outcome.best_epoch + 3
    assert pupil.validation_loss() == pytest.approx(outcome.best_loss, rel=1e-6)


def test_a_rate_that_makes_the_loss_explode_is_said_in_a_sentence(tmp_path):
    pupil = Pupil("regression", key="linear", optimizer="sgd", learning_rate=10, batch_size=1)
    with pytest.raises(FathomError, match=r"Lower the learning rate \(now 10"):
        pupil.learn(tmp_path / "state.npz")


def test_a_loss_that_explodes_later_leaves_the_best_epoch(tmp_path, monkeypatch):
    pupil = Pupil("regression", key="linear", optimizer="sgd", learning_rate=0.01, epochs=9)
    run, calls = pupil.stepper.run, itertools.count()
    monkeypatch.setattr(pupil.stepper, "run", lambda *a: float("nan") if next(calls) > 5 else run(*a))
    outcome = pupil.learn(tmp_path / "state.npz")
    assert outcome.ending == "diverged" and 1 <= outcome.best_epoch <= outcome.epochs < 9
    assert pupil.validation_loss() == pytest.approx(outcome.best_loss, rel=1e-6)


class Clock:
    """A clock that moves with the steps taken, so that a loaded machine changes nothing."""

    def __init__(self, pupil, step_s):
        self.now, self._run, self._step_s = 0.0, pupil.stepper.run, step_s
        pupil.stepper.run = self._timed

    def monotonic(self):
        return self.now

    def _timed(self, tensors, order, first, n):
        self.now += n * self._step_s
        return self._run(tensors, order, first, n)


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


@pytest.mark.parametrize(
    "damage",
    [
        lambda whole: whole[: len(whole) // 2],
        lambda whole: whole[:20],
        lambda whole: b"",
        lambda whole: b"\x80\x04K\x01.",
        lambda whole: whole.replace(checkpoint.FORMAT, checkpoint.FORMAT[:-2] + b"x\n"),
        lambda whole: whole[:-200] + b"\0" * 200,
        lambda whole: whole[:5000] + bytes([whole[5000] ^ 1]) + whole[5001:],
    ],
    ids=["torn", "head", "empty", "pickle", "format", "zeros", "bit"],
)
def test_a_checkpoint_that_cannot_be_used_counts_as_none(tmp_path, damage):
    path = tmp_path / "state.npz"
    checkpoint.save(path, {"current": [np.arange(2000.0)], "best": []}, {"epoch": 3})
    path.write_bytes(damage(path.read_bytes()))
    assert checkpoint.load(path) is None


def test_without_a_usable_checkpoint_training_starts_over(tmp_path):
    other = Pupil(units=[5], epochs=2)
    other.learn(tmp_path / "state.npz", requested=after(3, "interrupt"))
    assert (tmp_path / "state.npz").exists()
    pupil, fresh = Pupil(epochs=2), Pupil(epochs=2)
    assert pupil.learn(tmp_path / "state.npz").epochs == 2
    fresh.learn(tmp_path / "nothing.npz")
    for got, wanted in zip(pupil.weights(), fresh.weights(), strict=True):
        assert np.array_equal(got, wanted)


def test_a_full_disk_while_checkpointing_is_not_swallowed_and_leaves_the_last_checkpoint(
    tmp_path, often, monkeypatch
):
    path = tmp_path / "state.npz"
    Pupil(epochs=3).learn(path, requested=after(8, "interrupt"))
    before = path.read_bytes()
    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(OSError, match="No space left"):
        Pupil(epochs=3).learn(path)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["state.npz"], "nothing half written is left behind"


def full_disk(descriptor):
    raise OSError(errno.ENOSPC, "No space left on device")


def test_the_metric_may_choose_the_best_epoch_and_of_equals_the_last(tmp_path, monkeypatch):
    values = iter([0.5, 0.7, 0.7, 0.6, 0.7, 0.1])
    pupil = Pupil(epochs=6, best_by="metric", early_stopping=True, patience=4)
    scored = itertools.cycle([True, False])  # of the validation rows first, then of the probe's
    score = lambda targets, outputs: next(values) if next(scored) else 0.0  # noqa: E731
    pupil.lesson = replace(pupil.lesson, score=score)
    outcome = pupil.learn(tmp_path / "state.npz")
    assert outcome.best_epoch == 5
    assert (outcome.ending, outcome.epochs) == ("early", 6), "an equal is no improvement to wait for"


def test_where_the_metric_has_no_value_the_loss_chooses(tmp_path):
    pupil = Pupil(epochs=3, best_by="metric", learning_rate=0.01)
    pupil.lesson = replace(pupil.lesson, score=lambda targets, outputs: float("nan"))
    losses = by_epoch(pupil.events, "val_loss") if pupil.learn(tmp_path / "state.npz") else {}
    assert pupil.validation_loss() == pytest.approx(min(losses.values()), rel=1e-6)


def test_a_last_batch_that_is_not_full_can_be_left_out(tmp_path):
    whole, full = (Pupil(epochs=1, batch_size=48, drop_last=drop) for drop in (False, True))
    assert whole.learn(tmp_path / "a.npz").n_steps == 4 and full.learn(tmp_path / "b.npz").n_steps == 3
    assert Pupil(epochs=1, batch_size=1000, drop_last=True).learn(tmp_path / "c.npz").n_steps == 1


@pytest.mark.parametrize("key", ["realmlp", "tabm"])
def test_a_network_of_several_that_looked_at_rows_goes_on_as_if_it_had_not_been_killed(tmp_path, often, key):
    params = {"key": key, "units": [4, 4], "members": 2, "batch_size": 40, "epochs": 3}
    undisturbed = Pupil(**params)
    undisturbed.learn(tmp_path / "whole.npz")
    with pytest.raises(Killed):
        Pupil(**params).learn(tmp_path / "state.npz", requested=after(7, "kill"))
    again = Pupil(**params)
    again.learn(tmp_path / "state.npz")
    for a, b in zip(undisturbed.weights(), again.weights(), strict=True):
        assert np.array_equal(a, b)


@pytest.mark.parametrize(
    ("kind", "params"),
    [
        ("binary", {"batch_size": 10_000}),  # larger than the rows
        ("binary", {"batch_size": 53, "batch_norm": True}),  # 160 = 3 · 53 + 1: a last batch of one row
        ("multiclass", {"class_weights": True}),
        ("binary", {"class_weights": True, "loss": "focal", "l1": 0.001}),
        ("multiclass", {"loss": "focal"}),
        ("regression", {"loss": "mae"}),
        ("regression", {"loss": "huber", "l2": 0.001}),
        ("regression", {"loss": "mse", "class_weights": True}),
        *(("binary", {"optimizer": name}) for name in ("adam", "sgd", "momentum", "rmsprop")),
        *(("binary", {"schedule": name}) for name in ("constant", "exponential", "one_cycle", "coslog4")),
        ("multiclass", {"label_smoothing": 0.1, "clip_norm": 1.0, "beta_2": 0.95, "drop_last": True}),
    ],
    ids=str,
)
def test_every_setting_learns(tmp_path, kind, params):
    pupil = Pupil(kind, **({"epochs": 6, "learning_rate": 0.02, "batch_size": 32, "dropout": 0.0} | params))
    before = pupil.validation_loss()
    outcome = pupil.learn(tmp_path / "state.npz")
    assert outcome.best_loss < before
    assert all(np.isfinite(list(values.values())).all() for _, _, _, values in pupil.events)


def test_the_rate_reported_follows_the_schedule(tmp_path):
    pupil = Pupil(epochs=4, batch_size=40, schedule="cosine", learning_rate=0.02, early_stopping=False)
    pupil.learn(tmp_path / "state.npz")
    shares = [(4 * epoch - 1) / 16 for epoch in (1, 2, 3, 4)]  # of 16 steps, at each epoch's last one
    wanted = [0.02 * float(factor("cosine", np.float32(share))) for share in shares]
    rates = [values["learning_rate"] for _, _, values in ends(pupil.events)]
    assert rates == pytest.approx(wanted, rel=1e-5)
