"""What every classic model must keep, run over every registered one; the last test asserts that they ran."""

import dataclasses
from functools import cache

import numpy as np
import pytest
import scipy.sparse

from core.architectures import ARCHITECTURES
from core.baselines import BASELINES
from core.baselines.fitting import fit_baseline, load_baseline
from core.domain import Task
from core.errors import NotApplicable
from core.evaluation.metrics import METRICS
from core.modalities import FLAT
from core.preparation import SPARSE_FROM

TASKS = {
    "binary": Task(
        kind="binary", target="y", features=("x",), classes=("no", "yes"), positive_class="yes", metric="auc"
    ),
    "multiclass": Task(
        kind="multiclass", target="y", features=("x",), classes=("a", "b", "c"), metric="accuracy"
    ),
    "regression": Task(kind="regression", target="y", features=("x",), metric="rmse"),
}
CASES = [(key, kind) for key, b in BASELINES.items() for kind in b.tasks]
checked: dict[str, set[tuple[str, str]]] = {}


def toy(kind, n=240, seed=0):
    """Three informative columns and two of noise; classes are bands of a weighted sum."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 5)).astype(np.float32)
    x[:, 4] = x[:, 4] > 0
    signal = 2 * x[:, 0] - x[:, 1] + x[:, 4] + 0.3 * rng.normal(size=n)
    if kind == "regression":
        return x, 100_000 + 5_000 * signal.astype(np.float64)
    k = len(TASKS[kind].classes)
    return x, np.digitize(signal, np.quantile(signal, np.arange(1, k) / k)).astype(np.int32)


def seen_by(key, x):
    """The rows by the view that the model reads: as they are, or with a run of words for each band of a column."""
    if BASELINES[key].view == FLAT:
        return x
    bands = np.digitize(x, [-1, -0.5, 0, 0.5, 1])
    runs = SPARSE_FROM + bands + 6 * np.arange(x.shape[1])
    rows = np.repeat(np.arange(len(x)), x.shape[1])
    words = scipy.sparse.csr_matrix((np.ones(rows.size, np.float32), (rows, runs.ravel())))
    words.resize((len(x), SPARSE_FROM + 100))
    return words


@cache
def fit(key, kind):
    x, y = toy(kind)
    return fit_baseline(key, seen_by(key, x), y, TASKS[kind], seed=0)


@pytest.fixture(params=CASES, ids=lambda case: "-".join(case))
def case(request):
    checked.setdefault(request.node.originalname, set()).add(request.param)
    return request.param


def test_it_beats_the_dummy_on_a_toy(case):
    key, kind = case
    x, y = toy(kind, seed=1)
    metric = METRICS[TASKS[kind].metric]
    value, trivial = (
        metric.compute(y, fit(k, kind).predict(seen_by(k, x)), TASKS[kind]) for k in (key, "dummy")
    )
    assert metric.better(value, trivial) or key == "dummy"


def test_probabilities_stand_in_the_order_of_the_tasks_classes(case):
    key, kind = case
    x, y = toy(kind)
    x = seen_by(key, x)
    prediction = fit(key, kind).predict(x)
    assert np.isfinite(prediction).all() and prediction.dtype == np.float64
    if kind == "regression":
        assert prediction.shape == (x.shape[0],)
        return
    assert prediction.shape == (x.shape[0], len(TASKS[kind].classes))
    assert np.allclose(prediction.sum(axis=1), 1) and prediction.min() >= 0
    if key != "dummy":
        assert (prediction.argmax(axis=1) == y).mean() > 0.6


def test_the_same_seed_gives_the_same_predictions(case):
    key, kind = case
    x = seen_by(key, toy(kind, seed=1)[0])
    taught, y = toy(kind)
    again = fit_baseline(key, seen_by(key, taught), y, TASKS[kind], seed=0)
    assert np.array_equal(again.predict(x), fit(key, kind).predict(x))


def test_predictions_survive_save_and_load(case, tmp_path):
    key, kind = case
    x = seen_by(key, toy(kind, seed=1)[0])
    fitted = fit(key, kind)
    fitted.save(tmp_path / "model.skops")
    loaded = load_baseline(tmp_path / "model.skops", TASKS[kind])
    assert np.array_equal(loaded.predict(x), fitted.predict(x))
    assert all(
        getattr(loaded, f.name) == getattr(fitted, f.name)
        for f in dataclasses.fields(loaded)
        if f.name != "estimator"
    )


def test_a_class_absent_from_the_training_rows_still_gets_a_column(case):
    key, kind = case
    x, y = toy(kind)
    x = seen_by(key, x)
    if kind == "regression":
        assert fit(key, kind).predict(x).ndim == 1
        return
    task = dataclasses.replace(TASKS[kind], classes=("never", *TASKS[kind].classes))
    prediction = fit_baseline(key, x, y + 1, task, seed=0).predict(x)
    assert prediction.shape == (x.shape[0], len(task.classes))
    assert (prediction[:, 0] == 0).all() and np.allclose(prediction.sum(axis=1), 1)


def test_a_row_alone_predicts_as_among_others(case):
    key, kind = case
    x = seen_by(key, toy(kind, seed=1)[0])
    assert fit(key, kind).predict(x[:1])[0] == pytest.approx(fit(key, kind).predict(x)[0], rel=1e-5)


def test_read_only_rows_are_enough(case):
    key, kind = case
    x, y = toy(kind)
    x = seen_by(key, x)
    held = x if isinstance(x, np.ndarray) else x.data
    held.flags.writeable = y.flags.writeable = False  # as when they are mapped from a file
    assert np.isfinite(fit_baseline(key, x, y, TASKS[kind], seed=0).predict(x)).all()


def test_few_rows_are_enough_or_declined(case):
    key, kind = case
    x, y = toy(kind, n=12)
    x = seen_by(key, x)
    if kind == "regression":
        assert np.isfinite(fit_baseline(key, x, y, TASKS[kind], seed=0).predict(x)).all()
        return
    y[:2] = 0, 1
    y[2:] = 1  # one class with a single row
    try:
        assert np.isfinite(fit_baseline(key, x, y, TASKS[kind], seed=0).predict(x)).all()
    except NotApplicable as declined:
        assert "two classes" in str(declined)


def test_rows_that_are_all_alike_give_numbers_or_are_declined(case):
    """A constant target, and columns without spread; networks have the same check."""
    key, kind = case
    x, y = toy(kind, n=40)
    x, y = seen_by(key, np.repeat(x[:1], 40, axis=0)), np.repeat(y[:1], 40)
    try:
        prediction = fit_baseline(key, x, y, TASKS[kind], seed=0).predict(x)
    except NotApplicable as declined:
        assert kind != "regression" and "two classes" in str(declined)
    else:
        assert prediction == pytest.approx(np.broadcast_to(prediction[0], prediction.shape))
        if kind == "regression":
            assert prediction == pytest.approx(y)


def test_prepared_numbers_at_the_edge_of_what_preparation_lets_through_give_numbers(case):
    key, kind = case
    x, _ = toy(kind)
    for extreme in (-1e6, 0.0, 1e6):
        rows = seen_by(key, np.full_like(x[:4], extreme))
        assert np.isfinite(fit(key, kind).predict(rows)).all()


@pytest.mark.parametrize("key", BASELINES)
def test_a_task_it_does_not_serve_is_declined(key):
    for kind in set(TASKS) - set(BASELINES[key].tasks):
        with pytest.raises(NotApplicable, match="does not serve"):
            fit_baseline(key, *toy(kind), TASKS[kind], seed=0)


def test_every_task_has_a_trivial_model_to_be_beaten():
    for kind in TASKS:
        assert any(b.family == "trivial" and kind in b.tasks for b in BASELINES.values())


def test_no_classic_model_is_called_like_a_network():
    assert not set(BASELINES) & set(ARCHITECTURES)


def test_the_checks_ran_for_every_classic_model():
    common = [name for name in globals() if name.startswith("test_") and name in checked]
    assert len(common) == 10
    assert all(checked[name] == set(CASES) for name in common)
