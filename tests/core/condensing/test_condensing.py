"""What every way of condensing promises: bounded, the same again, each row by itself, better than nothing."""

import json

import numpy as np
import pytest

from core.codec import from_plain, to_plain
from core.condensing import CONDENSERS, Condensed, pca

N, WIDTH, HIDDEN = 600, 40, 3


def together(n=N, width=WIDTH, seed=0):
    """Columns that go together: three hidden numbers and a little noise."""
    rng = np.random.default_rng(seed)
    hidden = rng.normal(size=(n, HIDDEN))
    return (hidden @ rng.normal(size=(HIDDEN, width)) + 0.1 * rng.normal(size=(n, width))).astype(np.float32)


def in_passes(x, step=128):
    return lambda: (x[i : i + step] for i in range(0, len(x), step))


@pytest.fixture(scope="module", params=list(CONDENSERS))
def fitted(request):
    x = together()
    return x, Condensed.fit(request.param, in_passes(x), N, WIDTH, seed=0)


def test_columns_that_go_together_become_few_that_hold_nearly_all(fitted):
    x, found = fitted
    codes = found.apply(x)
    assert codes.shape == (N, found.n_components) and codes.dtype == np.float32
    assert found.n_components < WIDTH and found.kept > 0.9 and len(found.names) == found.n_components
    assert 0.2 < codes.std() < 5, "of a size that networks like"


def test_it_survives_json_exactly_and_each_row_is_condensed_by_itself(fitted):
    x, found = fitted
    again = from_plain(Condensed, json.loads(json.dumps(to_plain(found))))
    assert again == found and np.array_equal(again.apply(x), found.apply(x))
    assert np.allclose(found.apply(x[[7]]), found.apply(x)[[7]], atol=1e-5)


def test_the_same_rows_and_seed_give_the_same(fitted):
    x, found = fitted
    assert Condensed.fit(found.way, in_passes(x), N, WIDTH, seed=0) == found


@pytest.mark.parametrize("way", CONDENSERS)
@pytest.mark.parametrize(
    "x", [np.ones((6, 3), np.float32), together(n=2, width=50)], ids=["constant", "two rows"]
)
def test_too_little_to_learn_from_gives_numbers_all_the_same(way, x):
    found = Condensed.fit(way, in_passes(x), len(x), x.shape[1], seed=0)
    assert np.isfinite(found.apply(x)).all() and 0 <= found.kept <= 1


def test_beyond_the_columns_taken_apart_exactly_the_components_are_the_same(monkeypatch):
    x = together()
    exact = CONDENSERS["pca"].fit(in_passes(x), N, WIDTH, 0)
    monkeypatch.setattr(pca, "EXACT", 10)
    turned = CONDENSERS["pca"].fit(in_passes(x, 100), N, WIDTH, 0)
    assert turned.kept == pytest.approx(exact.kept, abs=1e-4)
    assert np.allclose(turned.arrays["directions"], exact.arrays["directions"], atol=1e-3)


def test_components_are_those_of_scikit_learn():
    from sklearn.decomposition import PCA

    x = together()
    found = CONDENSERS["pca"].fit(in_passes(x), N, WIDTH, 0)
    known = PCA(found.arrays["directions"].shape[1], svd_solver="full").fit(x)
    assert found.kept == pytest.approx(known.explained_variance_ratio_.sum(), abs=1e-4)
    cosines = np.abs((known.components_ * (d := found.arrays["directions"].T)).sum(1)) / np.linalg.norm(
        d, axis=1
    )
    assert np.allclose(cosines, 1, atol=1e-3)
