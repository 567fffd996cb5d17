import numpy as np
import pytest

from core.domain import Task
from core.studies.blending import blended, choose_blend

BINARY = Task(
    kind="binary", target="y", features=("x",), classes=("no", "yes"), positive_class="yes", metric="auc"
)
NUMBER = Task(kind="regression", target="y", features=("x",), metric="rmse")


def classes(n, noises, seed=0):
    """Models that see the same signal, each through a noise of its own."""
    rng = np.random.default_rng(seed)
    signal = rng.normal(size=n)
    y = (signal + rng.normal(size=n) > 0).astype(np.int32)
    yes = {i: 1 / (1 + np.exp(-(signal + noise * rng.normal(size=n)))) for i, noise in enumerate(noises)}
    return y, {i: np.column_stack([1 - p, p]) for i, p in yes.items()}


def test_models_that_err_differently_are_better_together():
    y, predictions = classes(600, (0.8, 0.8, 0.9, 6.0))
    choice = choose_blend(y, predictions, BINARY, seed=0)
    assert choice.helps and choice.value > choice.alone
    assert sum(choice.weights.values()) == pytest.approx(1)
    assert choice.weights.get(3, 0) < 0.1 < min(choice.weights[i] for i in (0, 1, 2))


def test_noise_beside_a_good_model_is_no_help():
    rng = np.random.default_rng(1)
    y = rng.normal(size=400)
    predictions = {0: y + 0.1 * rng.normal(size=400), **{i: rng.normal(size=400) for i in range(1, 9)}}
    choice = choose_blend(y, predictions, NUMBER, seed=0)
    assert choice.best == 0 and choice.weights[0] > 0.95


def test_luck_among_many_alike_on_few_rows_is_not_taken_for_skill():
    fooled = 0
    for seed in range(10):
        rng = np.random.default_rng(seed)
        y = rng.integers(0, 2, 60).astype(np.int32)
        yes = {i: rng.uniform(size=60) for i in range(8)}
        choice = choose_blend(y, {i: np.column_stack([1 - p, p]) for i, p in yes.items()}, BINARY, seed)
        fooled += choice.helps
    assert fooled <= 2


def test_the_same_arguments_give_the_same_weights():
    y, predictions = classes(300, (1.0, 1.2, 1.4))
    assert choose_blend(y, predictions, BINARY, 3) == choose_blend(y, predictions, BINARY, 3)


def test_a_blend_of_probabilities_sums_to_one():
    y, predictions = classes(300, (1.0, 1.2, 1.4))
    blend = blended(predictions, choose_blend(y, predictions, BINARY, 0).weights)
    assert np.allclose(blend.sum(axis=1), 1)
