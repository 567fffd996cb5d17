import math

import numpy as np
import pytest

from core.data.by_target import MISSING, OTHER, by_value
from core.data.task import propose_task


def rows(n: int = 400) -> str:
    cells = [
        f"{i % 7},{'' if i % 20 == 0 else i / 8},w{i % 3},{i % 25}-x,2024-01-{1 + i % 28:02},{'yes' if i % 4 == 0 else 'no'}\n"
        for i in range(n)
    ]
    return "few,number,word,rare,day,answer\n" + "".join(cells)


@pytest.fixture
def dataset(store):
    return store(rows())


@pytest.mark.parametrize("name", ["few", "number", "word", "rare", "day", "answer"])
def test_every_row_is_counted_once(dataset, name):
    table, _ = by_value(dataset, name, propose_task(dataset, "answer"))
    assert table["n"].sum() == dataset.n_rows


@pytest.mark.parametrize("name", ["few", "number", "word", "rare", "day"])
def test_the_rates_of_the_groups_make_up_the_rate_of_all(dataset, name):
    table, overall = by_value(dataset, name, propose_task(dataset, "answer"))
    filled = table[table["n"] > 0]
    assert overall == pytest.approx(0.25)
    assert np.average(filled["rate"], weights=filled["n"]) == pytest.approx(overall)


def test_the_counts_are_those_of_the_profile(dataset):
    table, _ = by_value(dataset, "number", None)
    counts = dataset.column("number").statistics["histogram"]["counts"]
    assert list(table["n"])[: len(counts)] == counts


def test_rare_values_and_missing_ones_come_last(dataset):
    labels = list(by_value(dataset, "rare", None)[0]["label"])
    assert len(labels) == 21 and labels[-1] == OTHER
    assert list(by_value(dataset, "number", None)[0]["label"])[-1] == MISSING


@pytest.mark.parametrize(("target", "expected"), [("few", 3.0), ("word", None)])
def test_a_number_has_a_mean_and_several_classes_have_no_rate(dataset, target, expected):
    kind = "regression" if expected is not None else "auto"
    table, overall = by_value(dataset, "answer", propose_task(dataset, target, kind=kind))
    if expected is None:
        assert overall is None and table["rate"].isna().all()
    else:
        assert overall == pytest.approx(expected, abs=0.05) and table["rate"].notna().all()


def test_the_target_has_no_rate_along_itself(dataset):
    table, overall = by_value(dataset, "answer", propose_task(dataset, "answer"))
    assert overall is None and all(math.isnan(r) for r in table["rate"])


@pytest.mark.parametrize("values", [("0", "1"), ("1.0", "2.5"), ("false", "true")])
def test_the_positive_class_is_found_in_every_kind_of_target(store, values):
    text = "x,y\n" + "".join(f"{i % 9},{values[i % 5 == 0]}\n" for i in range(100))
    dataset = store(text)
    task = propose_task(dataset, "y")
    share = 0.2 if task.positive_class == task.classes[1] else 0.8
    assert by_value(dataset, "x", task)[1] == pytest.approx(share)


def test_texts_are_told_by_their_length(store):
    """Hardly any two are alike, so a bar for each would say nothing."""
    texts = [f"word{i} " * (5 + i % 4) for i in range(399)] + ["novel " * 2_000]
    dataset = store(
        "words,answer\n" + "".join(f"{t},{'yes' if i % 4 else 'no'}\n" for i, t in enumerate(texts))
    )
    table, overall = by_value(dataset, "words", propose_task(dataset, "answer"))
    assert dataset.column("words").kind == "text"
    assert table["n"].sum() == 400 and len(table) <= 20 and (table["n"] > 0).sum() > 3
    assert table["label"].iloc[0].startswith("1 – ") and table["label"].iloc[-1].endswith("and more")
    assert np.average(table["rate"].fillna(0), weights=table["n"]) == pytest.approx(overall)
