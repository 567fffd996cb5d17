import json

import numpy as np
import pandas as pd
import pytest

from core.codec import dumps, from_plain
from core.domain import Column
from core.prediction.contract import Contract, make_contract
from core.prediction.examples import typical_row
from core.prediction.middle import middle_row, personal
from tests.core.prediction.conftest import TRAINING, a_dataset

NUMBER, WORD, DAY = (
    Column(name="n", kind="decimal"), Column(name="w", kind="category"), Column(name="d", kind="date")
)  # fmt: skip


def by_all_pairs(frame: pd.DataFrame) -> np.ndarray:
    """Gower's distance written out: the mean distance of each row to all."""
    ranks, words = frame["n"].rank(pct=True), frame["w"]
    total = np.zeros(len(frame))
    for i in range(len(frame)):
        for j in range(len(frame)):
            lacking = ranks.isna()[i] + ranks.isna()[j]
            total[i] += {0: abs(ranks[i] - ranks[j]), 1: 1, 2: 0}[lacking]
            total[i] += not (words[i] == words[j] or (pd.isna(words[i]) and pd.isna(words[j])))
    return total


@pytest.mark.parametrize("seed", range(5))
def test_it_is_the_row_with_the_least_distance_to_all_others(seed):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "n": np.where(rng.random(40) < 0.2, np.nan, rng.integers(0, 9, 40)),
            "w": rng.choice(["a", "b", None], 40),
        }
    )
    total = by_all_pairs(frame)
    assert total[middle_row(frame, [NUMBER, WORD])] == pytest.approx(total.min())


def test_its_values_go_together():
    """Most rows are in Bonn or in London; the median size is had only in London."""
    frame = pd.DataFrame(
        {
            "city": ["Bonn"] * 4 + ["London"] * 3,
            "country": ["DE"] * 4 + ["UK"] * 3,
            "n": [1, 2, 3, 9, 4, 5, 6],
        }
    )
    columns = [Column(name="city", kind="category"), Column(name="country", kind="category"), NUMBER]
    row = frame.iloc[middle_row(frame, columns)]
    assert ((frame == row).all(axis=1)).any() and row["city"] == "Bonn"


def test_dates_and_a_table_without_any_value_have_a_middle_too():
    days = pd.DataFrame({"d": pd.to_datetime(["2020-01-01", "2020-01-02", "2030-01-01"])})
    assert middle_row(days, [DAY]) == 1
    assert middle_row(pd.DataFrame({"n": [np.nan] * 3}), [NUMBER]) == 0
    assert middle_row(pd.DataFrame(index=range(3)), []) == 0


def test_a_large_table_is_sampled_alike_each_time():
    frame = pd.DataFrame({"n": np.random.default_rng(0).normal(size=50_000)})
    place = middle_row(frame, [NUMBER])
    assert place == middle_row(frame, [NUMBER]) and abs(frame["n"][place]) < 0.05


def test_what_tells_of_a_person_is_not_shown_from_a_row(task):
    mails = [f"ada{i}@example.org" for i in range(20)]
    table = TRAINING.assign(city=mails)
    dataset = a_dataset()
    assert personal(table, [dataset.column("city"), dataset.column("age")]) == ["city"]
    contract = make_contract(table, dataset, task)
    assert set(contract.middle) == {"age", "price", "member", "since"}
    assert typical_row(contract).values.get("city") is None


def test_short_words_of_a_rows_own_are_left_out_and_texts_are_not():
    frame = pd.DataFrame({
        "w": [f"Passenger {i}" for i in range(60)], "n": [f"{'so ' * 20}{i}" for i in range(60)], "d": ["a", "b"] * 30,
    })  # fmt: skip
    columns = [
        Column(name="w", kind="text"),
        Column(name="n", kind="text"),
        Column(name="d", kind="category"),
    ]
    assert personal(frame, columns) == ["w"]


def test_the_contract_carries_it_as_json_and_an_older_one_has_none(contract):
    plain = from_plain(Contract, json.loads(dumps(contract)))
    assert typical_row(plain).values == typical_row(contract).values == contract.middle
    older = Contract(task=contract.task, fields=contract.fields)
    assert typical_row(older).values["age"] == 35, "the median, as before"
