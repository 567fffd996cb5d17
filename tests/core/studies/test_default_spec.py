from dataclasses import replace

import pytest

from core.data.catalog import Catalog
from core.data.ingest import ingest
from core.errors import BadInput, UnknownName
from core.home import Home
from core.studies.plan import default_spec, proposed_folds, recommended_models

TABLE = "id,age,city,left\n" + "".join(f"K{i:03},{i % 40},{'abc'[i % 3]},{i % 2}\n" for i in range(100))


@pytest.fixture
def dataset(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text(TABLE)
    return ingest(path, name="table.csv", owner="ada", home=Home.at(tmp_path / "home"))


def test_the_defaults_predict_the_target_from_every_feature(dataset):
    spec = default_spec(dataset, "left", budget_s=45, seed=3)
    assert spec.task.kind == "binary"
    assert spec.task.features == ("age", "city")
    assert spec.models == recommended_models(spec.task)
    assert (spec.dataset, spec.budget_s, spec.seed, spec.split.seed) == (dataset.id, 45, 3, 3)


def test_few_rows_of_a_table_are_recommended_in_folds(dataset):
    spec = default_spec(dataset, "left")
    for n_rows, strategy, folds in (
        (50, "stratified", 0),  # a rare class would not be in every fold
        (1_400, "stratified", 5),
        (1_400, "grouped", 5),
        (1_400, "chronological", 0),
        (1_800, "random", 5),  # 1 440 of them do not judge
        (1_800, "file", 0),  # all of them
        (50_000, "random", 0),
    ):
        split, sized = replace(spec.split, strategy=strategy, column="id"), replace(dataset, n_rows=n_rows)
        assert proposed_folds(sized, spec.task, split, None) == folds, (n_rows, strategy)
        assert proposed_folds(sized, spec.task, split, 30.0) == 0
    sized = replace(dataset, n_rows=1_400)
    for kind, folds in (("text", 5), ("image", 0), ("sound", 0)):  # the last two learn for minutes in each
        columns = tuple(
            replace(c, kind=kind, n_unique=1_400) if c.name == "age" else c for c in dataset.columns
        )
        assert proposed_folds(replace(sized, columns=columns), spec.task, spec.split, None) == folds, kind
    few_groups = replace(spec.split, strategy="grouped", column="city")  # of three cities
    assert proposed_folds(replace(dataset, n_rows=1_400), spec.task, few_groups, None) == 0


def test_columns_can_be_left_out(dataset):
    assert default_spec(dataset, "left", dropped={"city"}).task.features == ("age",)


def test_the_kind_of_task_can_be_said(dataset):
    assert default_spec(dataset, "left", kind="regression").split.strategy == "random"


def test_a_column_that_is_not_there_is_refused(dataset):
    with pytest.raises(UnknownName, match="Did you mean 'age'"):
        default_spec(dataset, "left", dropped={"agee"})


def test_nothing_to_learn_from_is_refused(dataset):
    ignored = tuple(replace(c, role="ignore") for c in dataset.columns)
    with pytest.raises(BadInput, match="No column is left"):
        default_spec(replace(dataset, columns=ignored), "left")


def test_asking_for_a_spec_stores_nothing(dataset, tmp_path):
    default_spec(dataset, "left")
    assert Catalog(Home.at(tmp_path / "home")).get(dataset.id, "ada").target == dataset.target
