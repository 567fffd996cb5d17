"""Which epochs a film keeps, and that it comes back as it was stored."""

import numpy as np
import pytest

from core.runs.film import MOST_FRAMES, MOST_NUMBERS, Film, load_film, narrowed


def filmed(n_epochs, best=3):
    film = Film()
    for epoch in range(n_epochs + 1):
        film = film.with_frame(epoch, np.full((4, 3), epoch), best if epoch >= best else 0)
    return film


@pytest.mark.parametrize("n_epochs", [1, 12, 13, 80, 1_000])
def test_the_start_the_best_and_the_last_epoch_are_kept_and_few_between(n_epochs):
    best = min(3, n_epochs)
    epochs = [*filmed(n_epochs, best).frames]
    assert {0, best, n_epochs} <= set(epochs) and len(epochs) <= MOST_FRAMES + 3
    assert epochs == sorted(epochs)


def test_the_epochs_between_are_spread_evenly():
    epochs = [e for e in filmed(96).frames if e != 3]
    assert set(np.diff(epochs)) == {8}


def test_it_comes_back_as_it_was_stored(tmp_path):
    filmed(20).save(tmp_path, np.array([5, 9, 11, 40]), 3)
    film = load_film(tmp_path)
    assert film.rows.tolist() == [5, 9, 11, 40] and film.best_epoch == 3
    assert film.epochs == tuple(filmed(20).frames) and film.frames.shape == (len(film.epochs), 4, 3)
    assert film.frames[-1].tolist() == [[20.0] * 3] * 4
    assert load_film(tmp_path / "elsewhere") is None


def test_a_wide_layer_is_narrowed_and_its_rows_stay_as_far_apart():
    rng = np.random.default_rng(0)
    layer = rng.standard_normal((40, 30, 20))
    flat = narrowed(layer)
    assert flat.shape == (40, MOST_NUMBERS) and np.array_equal(flat, narrowed(layer))
    wide = np.linalg.norm(layer[0].ravel() - layer[1:].reshape(39, -1), axis=1)
    narrow = np.linalg.norm(flat[0].astype(float) - flat[1:].astype(float), axis=1)
    assert np.abs(narrow / wide - 1).mean() < 0.15


def test_numbers_that_are_none_or_too_large_leave_numbers():
    assert np.isfinite(narrowed(np.array([[np.nan, 1e30, -np.inf]]))).all()
