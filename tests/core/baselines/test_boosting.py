import numpy as np
import pytest

from core.baselines.boosting import baseline
from core.baselines.fitting import fit_baseline
from core.domain import Task


@pytest.mark.parametrize(
    ("n_rows", "stops_early"), [(100, False), (1_999, False), (2_000, True), (10**6, True)]
)
def test_rows_are_held_out_to_stop_early_only_when_there_are_enough(n_rows, stops_early):
    task = Task(kind="regression", target="y", features=("x",))
    assert baseline.make(task, 0, n_rows, 1).early_stopping is stops_early


def test_a_class_of_two_rows_does_not_stop_it():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(2_500, 2)).astype(np.float32)
    y = (x[:, 0] > 0).astype(np.int32)
    y[:2] = 2
    task = Task(kind="multiclass", target="y", features=("x",), classes=("a", "b", "c"))
    assert fit_baseline("boosting", x, y, task, seed=0).predict(x).shape == (2_500, 3)


def test_it_stops_by_the_validation_rows_and_they_may_hold_classes_nobody_taught():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(2_400, 2)).astype(np.float32)
    y = (x[:, 0] > 0).astype(np.int32)
    task = Task(kind="multiclass", target="y", features=("x",), classes=("a", "b", "c"))
    nonsense = rng.permutation(y[:400])
    nonsense[0] = 2
    rounds = {
        name: fit_baseline("boosting", x, y, task, 0, validation=(x[:400], truth)).estimator.n_iter_
        for name, truth in (("right", y[:400]), ("nonsense", nonsense))
    }
    assert rounds["nonsense"] < rounds["right"]


@pytest.mark.parametrize("classes", [("a", "b"), ()])
def test_few_rows_are_fitted_too_where_validation_rows_are_given(classes):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(200, 2)).astype(np.float32)
    y = (x[:, 0] > 0).astype(np.int32)
    task = Task(kind="binary" if classes else "regression", target="y", features=("x",), classes=classes)
    fitted = fit_baseline("boosting", x[:150], y[:150], task, 0, validation=(x[150:], y[150:]))
    assert len(fitted.predict(x)) == 200
