"""A training that was left off, however it was, goes on as if it had not been."""

import errno
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.runs.events import merge_attempts, read_events
from core.training import batches
from core.training.batches import Shuffled
from tests.core.training.lessons import STATEFUL, Pupil, learn_slowly
from tests.core.training.wishes import Killed, after, by_epoch

ROOT = Path(__file__).resolve().parents[3]


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
