import json

import numpy as np
import pandas as pd
import pytest

from core.domain import ROW, Column, Task
from core.errors import BadInput, ContractBroken
from core.preparation import Preparation

COLUMNS = (
    Column(name="age", kind="integer"),
    Column(name="city", kind="category"),
    Column(name="product", kind="category"),
    Column(name="since", kind="date"),
    Column(name="member", kind="boolean"),
)
NAMES = tuple(c.name for c in COLUMNS)
BINARY = Task(
    kind="binary", target="left", features=NAMES, classes=("no", "yes"), positive_class="yes", metric="auc"
)
PRICE = Task(kind="regression", target="price", features=NAMES, metric="rmse")


def rows(n=200, seed=0):
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            ROW: np.arange(n),
            "age": pd.array(np.where(rng.random(n) < 0.1, None, rng.integers(18, 90, n)), dtype="Int64"),
            "city": rng.choice(["Aachen", "Basel", None], n),
            "product": [f"p{i}" for i in rng.integers(0, 30, n)],
            "since": pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 900, n), unit="D"),
            "member": rng.random(n) < 0.5,
            "left": rng.choice(["no", "yes"], n),
            "price": rng.lognormal(12, 1, n),
        }
    )


@pytest.fixture(scope="module")
def prepared():
    frame = rows()
    return Preparation.fit(frame, COLUMNS, BINARY), frame


def test_groups_match_the_specs_they_announce(prepared):
    preparation, frame = prepared
    inputs = preparation.transform(frame)
    assert list(inputs) == list(preparation.input_specs) == ["numeric", "indicator", "category"]
    for name, spec in preparation.input_specs.items():
        assert inputs[name].shape == (len(frame), *spec.shape) and inputs[name].dtype == spec.dtype
        assert len(spec.feature_names) == spec.shape[0]
    assert preparation.input_specs["category"].vocabulary == (32,)
    assert inputs["category"].max() < 32


def test_flat_columns_have_names(prepared):
    preparation, frame = prepared
    flat = preparation.flatten(preparation.transform(frame))
    assert flat.dtype == np.float32 and flat.shape == (len(frame), len(preparation.flat_names))
    assert len(set(preparation.flat_names)) == len(preparation.flat_names)


def test_it_survives_json_exactly(prepared):
    preparation, frame = prepared
    again = Preparation.from_plain(json.loads(json.dumps(preparation.to_plain(), allow_nan=False)))
    assert again == preparation
    assert all(np.array_equal(again.transform(frame)[g], v) for g, v in preparation.transform(frame).items())


def test_row_order_does_not_change_what_is_learned(prepared):
    preparation, frame = prepared
    assert Preparation.fit(frame.sample(frac=1, random_state=1), COLUMNS, BINARY) == preparation
    price = Preparation.fit(frame, COLUMNS, PRICE)
    assert Preparation.fit(frame.sample(frac=1, random_state=1), COLUMNS, PRICE) == price


def test_a_row_alone_is_prepared_as_among_others(prepared):
    preparation, frame = prepared
    whole = preparation.transform(frame)
    for row in (0, 17, 199):
        alone = preparation.transform(frame.iloc[[row]])
        assert all(np.array_equal(alone[g], whole[g][[row]]) for g in whole)


def test_no_rows_give_empty_inputs(prepared):
    preparation, frame = prepared
    assert all(len(v) == 0 for v in preparation.transform(frame.iloc[:0]).values())


def test_groups_without_columns_are_left_out():
    preparation = Preparation.fit(rows(), (Column(name="product", kind="category"),), BINARY)
    assert list(preparation.input_specs) == ["category"]
    assert list(preparation.transform(rows())) == ["category"]


def test_columns_that_tell_nothing_apart_are_dropped_with_the_reason():
    frame = rows().assign(one="same", none=None, id=[f"c{i}" for i in range(200)])
    more = [Column(name=name, kind="category") for name in ("one", "none", "id")]
    preparation = Preparation.fit(frame, (*COLUMNS, *more), BINARY)
    assert {d.name: d.reason for d in preparation.dropped} == {
        "one": "constant",
        "none": "all_missing",
        "id": "never_repeats",
    }
    preparation.transform(rows())  # dropped columns need not be there later


def test_a_value_beside_missing_cells_is_kept():
    frame = rows().assign(discount=[5.0, None] * 100)
    preparation = Preparation.fit(frame, (Column(name="discount", kind="decimal"),), BINARY)
    assert preparation.input_specs["indicator"].feature_names == ("discount is missing",)


def test_no_usable_feature_is_refused_in_a_sentence():
    with pytest.raises(BadInput, match="1 feature columns"):
        Preparation.fit(rows().assign(one=1), (Column(name="one", kind="integer"),), BINARY)


def test_absent_columns_are_named(prepared):
    preparation, frame = prepared
    with pytest.raises(ContractBroken, match="trained on: age, city"):
        preparation.transform(frame.drop(columns=["age", "city"]))


def test_a_file_of_a_later_format_is_refused(prepared):
    with pytest.raises(BadInput, match="format 99"):
        Preparation.from_plain(prepared[0].to_plain() | {"format": 99})


def test_classes_become_their_place_in_the_task(prepared):
    preparation, frame = prepared
    targets = preparation.targets(frame)
    assert targets.dtype == np.int32
    assert np.array_equal(targets, (frame["left"] == "yes").to_numpy())


def test_an_unknown_class_is_refused_with_its_row(prepared):
    preparation, frame = prepared
    with pytest.raises(BadInput, match="'left' holds 'maybe' in row 4 "):
        preparation.targets(frame.assign(left=["no"] * 3 + ["maybe"] + ["no"] * 196))


def test_values_are_standardised_for_the_network_and_come_back():
    frame = rows()
    preparation = Preparation.fit(frame, COLUMNS, PRICE)
    targets = preparation.targets(frame)
    assert targets.dtype == np.float32
    assert targets.mean() == pytest.approx(0, abs=1e-6) and targets.std() == pytest.approx(1, abs=1e-6)
    assert preparation.from_network(targets[:, None]) == pytest.approx(frame["price"].to_numpy(), rel=1e-5)


def test_a_missing_number_in_the_target_is_refused_with_its_row():
    frame = rows()
    preparation = Preparation.fit(frame, COLUMNS, PRICE)
    with pytest.raises(BadInput, match="row 3 "):
        preparation.targets(frame.assign(price=[1.0, 2.0, None] + [1.0] * 197))


def test_a_constant_target_can_still_be_prepared():
    frame = rows().assign(price=7.0)
    preparation = Preparation.fit(frame, COLUMNS, PRICE)
    assert preparation.targets(frame).tolist() == [0.0] * 200


def test_a_target_too_large_to_square_is_refused_in_a_sentence():
    frame = pd.DataFrame({"x": [1.0, 2.0, 3.0], "y": [1.0, -1e200, 2.0]})
    task = Task(kind="regression", target="y", features=("x",), metric="rmse")
    with pytest.raises(BadInput, match="'y' reaches 1e\\+200"):
        Preparation.fit(frame, (Column(name="x", kind="decimal"),), task)


def test_probabilities_pass_as_they_are(prepared):
    assert prepared[0].from_network(np.array([[0.25, 0.75]])).tolist() == [[0.25, 0.75]]


def test_test_rows_decide_nothing(prepared):
    preparation, frame = prepared
    strange = rows(50, seed=1).assign(age=10**9, city="Zug", product="new")
    inputs = preparation.transform(pd.concat([frame, strange], ignore_index=True))
    assert all(np.array_equal(inputs[g][:200], v) for g, v in preparation.transform(frame).items())
    assert (inputs["category"][200:] == 1).all() and np.isfinite(inputs["numeric"]).all()
