import json

import pandas as pd
import pytest

from core import codec
from core.domain import Column, Task
from core.errors import BadInput
from core.prediction.contract import Contract, Outcome, answer_columns, load_contract, make_contract
from tests.core.prediction.conftest import FEATURES, TRAINING, a_dataset


def test_a_field_holds_range_typical_value_and_whether_it_may_be_missing(contract):
    age, price, city, member, since = contract.fields
    assert (age.low, age.high, age.typical, age.may_miss) == (20, 50, 35, False)
    assert (price.low, price.high, price.unit, price.may_miss) == (1.5, 4.5, "EUR", True)
    assert city.choices[0] == city.typical == "Bonn" and set(city.choices) == {"Bonn", "Köln", "=evil"}
    assert member.choices == ("true", "false")
    assert since.low == "2020-01-01T00:00:00" and not since.has_time


def test_integers_stay_integers_where_training_rows_lack_some(task):
    frame = TRAINING.assign(age=[20.0, None, 40.0, 50.0] * 5)
    age = make_contract(frame, a_dataset(), task).fields[0]
    assert (age.low, age.high, age.typical) == (20, 50, 40) and type(age.low) is int


def test_a_column_without_any_value_makes_a_field_that_knows_nothing(task):
    field = make_contract(TRAINING.assign(price=None), a_dataset(), task).fields[1]
    assert (field.low, field.typical, field.choices, field.may_miss) == (None, None, (), True)


def test_only_the_most_frequent_thousand_choices_are_kept_and_the_rest_is_counted():
    names = ["often"] * 5 + [f"v{i}" for i in range(1500)]
    columns = (Column(name="c", kind="category"), Column(name="y", kind="integer"))
    task = Task(kind="regression", target="y", features=("c",))
    field = make_contract(pd.DataFrame({"c": names, "y": 1}), a_dataset(columns), task).fields[0]
    assert len(field.choices) == 1000 and field.choices[0] == "often" and field.n_choices == 1501
    assert not field.knows_all_choices


def test_how_a_file_writes_numbers_and_dates_is_kept_for_files_but_not_for_forms(task):
    columns = (
        Column(name="age", kind="integer"),
        Column(name="price", kind="decimal", statistics={"number_format": "decimal_comma"}),
        *a_dataset().columns[2:],
    )
    price = make_contract(TRAINING, a_dataset(columns), task).fields[1]
    assert price.as_column(plain=False).statistics == {"number_format": "decimal_comma"}
    assert price.as_column(plain=True).statistics == {}


def test_a_contract_survives_json(contract, tmp_path):
    (tmp_path / "contract.json").write_text(codec.dumps(contract))
    assert load_contract(tmp_path) == contract


def test_a_contract_of_another_format_is_refused(contract, tmp_path):
    plain = codec.to_plain(contract) | {"format": 99}
    (tmp_path / "contract.json").write_text(json.dumps(plain))
    with pytest.raises(BadInput, match="99"):
        load_contract(tmp_path)


def test_answers_are_named_by_the_classes(task):
    assert answer_columns(task) == ("prediction", "p_no", "p_yes", "trust")
    regression = Task(kind="regression", target="y", features=FEATURES)
    assert answer_columns(regression) == ("prediction", "low", "high", "trust")


def test_a_contract_knows_how_common_each_class_was_in_training(task):
    frame = TRAINING.assign(bought=["no", "no", "no", "yes"] * 5)
    assert make_contract(frame, a_dataset(), task).outcome == Outcome(shares=(0.75, 0.25))


def test_a_contract_knows_the_range_and_the_median_of_a_number(task):
    numbers = Task(kind="regression", target="price", features=("age",))
    assert make_contract(TRAINING, a_dataset(), numbers).outcome == Outcome(low=1.5, median=2.5, high=4.5)


def test_a_contract_written_before_outcomes_were_kept_is_read(contract, tmp_path):
    plain = codec.to_plain(contract)
    del plain["outcome"]
    (tmp_path / "contract.json").write_text(json.dumps(plain))
    assert load_contract(tmp_path).outcome is None


def test_a_contract_knows_every_column_of_its_file(contract):
    assert isinstance(contract, Contract)
    assert contract.file_columns == (*FEATURES, "bought") and contract.names == list(FEATURES)
