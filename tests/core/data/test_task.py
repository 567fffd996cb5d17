import pandas as pd
import pytest

from core.data.task import class_labels, propose_task
from core.errors import BadInput


def table(values, extra="f"):
    return f"{extra},t\n" + "".join(f"a{i % 4},{value}\n" for i, value in enumerate(values))


@pytest.mark.parametrize(
    ("values", "kind", "classes", "positive", "metric"),
    [
        (["No", "Yes", "No"] * 10, "binary", ("No", "Yes"), "Yes", "auc"),
        (["good", "bad", "good"] * 10, "binary", ("bad", "good"), "bad", "auc"),
        (["<=50K", ">50K", "<=50K"] * 10, "binary", ("<=50K", ">50K"), ">50K", "auc"),
        ([0, 1, 0] * 10, "binary", ("0", "1"), "1", "auc"),
        (["true", "false"] * 10, "binary", ("false", "true"), "true", "auc"),
        (["1.0", "0.0", ""] * 10, "binary", ("0", "1"), "1", "auc"),
        (["a", "b", "c"] * 10, "multiclass", ("a", "b", "c"), None, "accuracy"),
        ([2, 10, 3] * 30, "multiclass", ("2", "3", "10"), None, "accuracy"),
        ([2, 10, 3] * 10, "regression", (), None, "rmse"),
        (list(range(40)), "regression", (), None, "rmse"),
        ([i / 7 for i in range(40)], "regression", (), None, "rmse"),
    ],
)
def test_the_task_follows_from_the_targets_values(store, values, kind, classes, positive, metric):
    task = propose_task(store(table(values)), "t")
    assert (task.kind, task.classes, task.positive_class, task.metric) == (kind, classes, positive, metric)
    assert task.features == ("f",)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ([""] * 30, "target_all_missing"),
        (["x"] * 30, "target_one_class"),
        ([1.5] * 30, "target_constant"),
        (["a", "b"] * 4, "target_few_rows"),
        (["a", "b"] * 15 + ["c"], "class_of_one_row"),
        ([f"name {i}" for i in range(30)], "too_many_classes"),
        ([f"2020-01-{i:02}" for i in range(1, 31)], "target_is_date"),
    ],
)
def test_a_column_that_cannot_be_predicted_is_refused(store, values, code):
    with pytest.raises(BadInput) as caught:
        propose_task(store(table(values)), "t")
    assert caught.value.code == code and "t" in str(caught.value)


def test_a_task_can_be_forced_where_it_makes_sense(store):
    dataset = store(table([1, 2, 3] * 20))
    assert propose_task(dataset, "t", kind="regression").kind == "regression"
    assert propose_task(dataset, "t", kind="multiclass").classes == ("1", "2", "3")
    with pytest.raises(BadInput, match="exactly two"):
        propose_task(dataset, "t", kind="binary")
    with pytest.raises(BadInput, match="regression needs numbers"):
        propose_task(store(table(["a", "b"] * 10)), "t", kind="regression")


def test_an_absent_target_lists_the_columns(store):
    with pytest.raises(BadInput, match="Known: f, t"):
        propose_task(store(table(["a", "b"] * 10)), "T2")


def test_features_are_checked_and_leave_the_target_out(store):
    dataset = store("a,b,t\n" + "".join(f"{i % 7},{i % 3},{i % 2}\n" for i in range(30)))
    assert propose_task(dataset, "t", features=["b", "t", "b"]).features == ("b",)
    with pytest.raises(BadInput, match="No column is left"):
        propose_task(dataset, "t", features=["t"])
    with pytest.raises(BadInput, match="Did you mean"):
        propose_task(dataset, "t", features=["bb"])


def test_stored_values_become_the_tasks_classes(store, catalog):
    dataset = store(table([0, 1, ""] * 10))
    task = propose_task(dataset, "t")
    assert class_labels(catalog.read(dataset)["t"], task).tolist() == ["0", "1", None] * 10


def test_labels_of_a_second_file_are_matched_by_likeness(store):
    task = propose_task(store(table(["<=50K", ">50K"] * 10)), "t")
    found = class_labels(pd.Series(["<=50K.", " >50k", "other", None]), task)
    assert found.tolist() == ["<=50K", ">50K", None, None]
