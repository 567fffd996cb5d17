"""One training from its first epoch to its last: how it ends, and what it keeps."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from core.errors import FathomError
from core.training.loop import WISHES
from core.training.schedule import factor
from tests.core.training.lessons import Pupil
from tests.core.training.wishes import after, by_epoch, ends


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
