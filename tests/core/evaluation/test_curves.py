import numpy as np
import pytest

from core.domain import Task
from core.evaluation import curves

BINARY = Task(kind="binary", target="y", features=(), classes=("no", "yes"), positive_class="yes")
THREE = Task(kind="multiclass", target="y", features=(), classes=("a", "b", "c"))


def binary_rows(n, decimals=None, seed=0):
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 2, n)
    p = np.clip(0.7 * rng.random(n) + 0.3 * y, 0, 1)
    p = p if decimals is None else p.round(decimals)
    return y, np.column_stack([1 - p, p])


def test_confusion_counts_every_pair_in_the_order_of_the_classes():
    y = np.array([0, 0, 1, 1, 1])
    said = np.eye(3)[[0, 1, 1, 1, 2]]
    table = curves.confusion_matrix(y, said, THREE)
    assert table["n"].to_numpy().reshape(3, 3).tolist() == [[1, 1, 0], [0, 2, 1], [0, 0, 0]]
    assert table["true"].tolist()[:3] == ["a"] * 3 and table["predicted"].tolist()[:3] == ["a", "b", "c"]
    assert table["share"][4] == pytest.approx(2 / 3) and table["share"][6:].isna().all()


@pytest.mark.parametrize("decimals", [1, None])
def test_roc_goes_from_nothing_to_everything_and_encloses_the_auc(decimals):
    from sklearn.metrics import roc_auc_score

    y, p = binary_rows(300, decimals)
    table = curves.roc(y, p, BINARY)
    x, up = table["false_positive_rate"], table["true_positive_rate"]
    assert (x.iloc[0], up.iloc[0], x.iloc[-1], up.iloc[-1]) == (0, 0, 1, 1)
    assert np.trapezoid(up, x) == pytest.approx(roc_auc_score(y, p[:, 1]))


def test_precision_and_recall_agree_with_scikit_learn():
    from sklearn.metrics import precision_recall_curve

    y, p = binary_rows(300, decimals=1)
    precision, recall, threshold = precision_recall_curve(y, p[:, 1])
    table = curves.precision_recall(y, p, BINARY)
    assert table["precision"].to_numpy() == pytest.approx(precision[:-1][::-1])
    assert table["recall"].to_numpy() == pytest.approx(recall[:-1][::-1])
    assert table["threshold"].to_numpy() == pytest.approx(threshold[::-1])


def test_long_curves_are_thinned_without_changing_their_course():
    from sklearn.metrics import roc_auc_score

    y, p = binary_rows(50_000)
    table = curves.roc(y, p, BINARY)
    assert len(table) <= curves.MOST_POINTS
    assert np.trapezoid(table["true_positive_rate"], table["false_positive_rate"]) == pytest.approx(
        roc_auc_score(y, p[:, 1]), abs=1e-3
    )
    assert table["false_positive_rate"].iloc[-1] == table["true_positive_rate"].iloc[-1] == 1


def test_each_class_has_its_curve_and_an_absent_one_none():
    y = np.array([0, 1, 0, 1])
    p = np.array([[0.6, 0.3, 0.1], [0.2, 0.7, 0.1], [0.5, 0.4, 0.1], [0.3, 0.6, 0.1]])
    assert set(curves.roc(y, p, THREE)["class"]) == {"a", "b"}
    assert set(curves.precision_recall(y, p, THREE)["class"]) == {"a", "b"}


def test_one_class_alone_has_an_empty_curve_with_its_columns():
    table = curves.roc(np.zeros(3, dtype=int), np.full((3, 2), 0.5), BINARY)
    assert len(table) == 0 and "true_positive_rate" in table.columns


def test_points_to_look_at_are_rows_as_they_are():
    y = np.arange(1000.0)
    table = curves.predicted_against_actual(y, y + 1)
    assert len(table) == curves.MOST_POINTS and (table["residual"] == -1).all()


def test_the_residual_histogram_counts_every_row():
    rng = np.random.default_rng(0)
    y = np.r_[rng.normal(size=999), 1e9]
    table = curves.residual_histogram(y, np.zeros(1000))
    assert table["n"].sum() == 1000 and table["high"].max() < 10


@pytest.mark.parametrize("n", [0, 1, 7, 1000])
def test_groups_by_prediction_hold_every_row(n):
    y = np.arange(float(n))
    table = curves.residuals_by_decile(y, y)
    assert table["n"].sum() == n and (table["residual"] == 0).all()
    assert len(curves.residual_histogram(y, y)) <= 30


def test_a_group_shows_the_bias_of_its_predictions():
    y = np.arange(100.0)
    table = curves.residuals_by_decile(y, y - (y >= 90))
    assert table["residual"].tolist()[:9] == [0] * 9 and table["residual"].iloc[9] == 1
