import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain import Task
from core.errors import NotApplicable, UnknownName
from core.evaluation.metrics import METRICS, metric_of, metrics_of, score_all

BINARY = Task(
    kind="binary", target="y", features=(), classes=("no", "yes"), positive_class="yes", metric="auc"
)
THREE = Task(kind="multiclass", target="y", features=(), classes=("a", "b", "c"), metric="accuracy")
PRICE = Task(kind="regression", target="y", features=(), metric="rmse")


def binary_rows(seed, n=200):
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 2, n)
    p = np.round(np.clip(rng.random(n) * 0.7 + 0.3 * y, 0, 1), 1)  # rounded: many ties
    return y, np.column_stack([1 - p, p])


def class_rows(seed, n=200):
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 3, n)
    p = np.round(rng.random((n, 3)), 1) + 0.5 * np.eye(3)[y] + 0.01
    return y, p / p.sum(axis=1, keepdims=True)


def value_rows(seed, n=201):
    rng = np.random.default_rng(seed)
    y = 1e6 + rng.normal(size=n)
    return y, y + rng.normal(size=n)


ROWS = {"binary": (BINARY, binary_rows), "multiclass": (THREE, class_rows), "regression": (PRICE, value_rows)}
CASES = [(m.key, kind) for m in METRICS.values() for kind in m.tasks]


def by_scikit_learn(key, kind, y, p, weights):
    from sklearn import metrics as sk

    said = p.argmax(axis=1) if kind != "regression" else None
    positive = p[:, 1] if kind == "binary" else None
    return {
        "auc": lambda: sk.roc_auc_score(y, positive, sample_weight=weights),
        "accuracy": lambda: sk.accuracy_score(y, said, sample_weight=weights),
        "log_loss": lambda: sk.log_loss(y, p, sample_weight=weights),
        "f1": lambda: sk.f1_score(y, said, sample_weight=weights),
        "average_precision": lambda: sk.average_precision_score(y, positive, sample_weight=weights),
        "brier": lambda: sk.brier_score_loss(y, positive, sample_weight=weights),
        "macro_f1": lambda: sk.f1_score(y, said, average="macro", sample_weight=weights),
        "auc_ovr": lambda: np.mean(
            [sk.roc_auc_score(y == k, p[:, k], sample_weight=weights) for k in range(3)]
        ),
        "rmse": lambda: sk.root_mean_squared_error(y, p, sample_weight=weights),
        "mae": lambda: sk.mean_absolute_error(y, p, sample_weight=weights),
        "r2": lambda: sk.r2_score(y, p, sample_weight=weights),
        "median_absolute_error": lambda: np.median(np.repeat(np.abs(y - p), weights.astype(int))),
    }[key]()


@pytest.mark.parametrize(("key", "kind"), CASES)
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_it_agrees_with_scikit_learn(key, kind, seed):
    task, rows = ROWS[kind]
    y, p = rows(seed)
    ones = np.ones(len(y))
    assert METRICS[key].compute(y, p, task) == pytest.approx(by_scikit_learn(key, kind, y, p, ones), rel=1e-9)
    counts = np.random.default_rng(seed).integers(0, 4, len(y)).astype(float)
    weighted = METRICS[key].compute(y, p, task, weights=counts)
    # the variance of r2 is a difference of sums: fewer digits
    assert weighted == pytest.approx(by_scikit_learn(key, kind, y, p, counts), rel=1e-7)


@pytest.mark.parametrize(("key", "kind"), CASES)
def test_a_matrix_of_counts_gives_the_value_of_each_draw(key, kind):
    task, rows = ROWS[kind]
    y, p = rows(0)
    rng = np.random.default_rng(0)
    drawn = rng.integers(0, len(y), size=(5, len(y)))
    counts = np.stack([np.bincount(d, minlength=len(y)) for d in drawn])
    in_one_pass = METRICS[key].compute(y, p, task, weights=counts)
    assert in_one_pass == pytest.approx([METRICS[key].compute(y[d], p[d], task) for d in drawn], rel=1e-9)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.sampled_from([0.0, 0.25, 0.5, 1.0])), min_size=1, max_size=30))
def test_auc_is_the_share_of_pairs_ranked_rightly_with_ties_as_half(rows):
    y = np.array([int(true) for true, _ in rows])
    p = np.array([score for _, score in rows])
    pairs = [(a > b) + 0.5 * (a == b) for a in p[y == 1] for b in p[y == 0]]
    value = METRICS["auc"].compute(y, np.column_stack([1 - p, p]), BINARY)
    assert (np.isnan(value) and not pairs) or value == pytest.approx(np.mean(pairs))


def test_the_positive_class_may_be_the_first():
    flipped = Task(kind="binary", target="y", features=(), classes=("no", "yes"), positive_class="no")
    y, p = binary_rows(0)
    p = 0.98 * p + [0.005, 0.015]  # no row is undecided
    for key in ("auc", "f1", "average_precision", "brier"):
        mirrored = METRICS[key].compute(1 - y, p[:, ::-1], BINARY)
        assert METRICS[key].compute(y, p, flipped) == pytest.approx(mirrored)


def test_a_class_absent_from_the_rows_leaves_the_others_their_mean():
    y, p = class_rows(0)
    kept = y != 2
    value = METRICS["auc_ovr"].compute(y[kept], p[kept], THREE)
    both = [
        METRICS["auc"].compute((y[kept] == k).astype(int), np.c_[1 - p[kept, k], p[kept, k]], BINARY)
        for k in (0, 1)
    ]
    assert value == pytest.approx(np.mean(both))


def test_metrics_without_a_value_are_left_out():
    one_class = score_all(np.zeros(5, dtype=int), np.full((5, 2), 0.5), BINARY)
    assert "auc" not in one_class and one_class["accuracy"] == 1.0
    assert "r2" not in score_all(np.ones(3), np.ones(3), PRICE)
    assert score_all(np.zeros(0, dtype=int), np.zeros((0, 2)), BINARY) == {}


def test_every_metric_of_the_task_is_there():
    for kind, (task, rows) in ROWS.items():
        assert list(score_all(*rows(0), task)) == [m.key for m in metrics_of(kind)]


def test_a_probability_of_zero_for_what_happened_is_costly_but_finite():
    assert 30 < score_all(np.array([1]), np.array([[1.0, 0.0]]), BINARY)["log_loss"] < 40


def test_a_diverged_prediction_is_refused_in_a_sentence():
    with pytest.raises(NotApplicable, match="not numbers for 1 of 3 rows"):
        score_all(np.zeros(3), np.array([0.0, np.nan, 1.0]), PRICE)


def test_a_prediction_of_another_shape_is_a_defect():
    with pytest.raises(ValueError, match=r"\(3,\).*\(3, 2\)"):
        score_all(np.zeros(3, dtype=int), np.zeros(3), BINARY)


def test_an_unsuitable_metric_lists_those_that_suit():
    with pytest.raises(UnknownName, match="rmse, mae, r2, median_absolute_error"):
        metric_of("auc", "regression")


def test_reading_scores_loads_no_heavy_library():
    code = (
        "import sys, core.evaluation.compare, core.evaluation.curves, core.preparation, core.baselines.fitting;"
        "from core.baselines import BASELINES; from core.modalities import MODALITIES; list(BASELINES), list(MODALITIES);"
        "print({'sklearn', 'scipy', 'keras', 'tensorflow', 'skops', 'streamlit'} & set(sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "set()\n"
