"""What is suggested is what goes together with the target, said in figures that are true."""

import numpy as np
import pandas as pd
import pytest

from core.data.charting import chart_table
from core.data.suggestions import MOST_SHOWN, suggest
from core.errors import BadInput

N = 2_000


def made(target: str) -> pd.DataFrame:
    rng = np.random.default_rng(3)
    contract = rng.choice(["monthly", "yearly"], N)
    tenure = rng.integers(1, 70, N)
    rate = np.where(contract == "monthly", 0.45, 0.03)
    price = 100 + 3.0 * tenure + rng.normal(0, 20, N)
    targets = {
        "churn": np.where(rng.random(N) < rate, "yes", "no"),
        "price": price.round(2),
        "class": np.select([tenure < 20, tenure < 45], ["a", "b"], "c"),
    }
    return pd.DataFrame(
        {
            "contract": contract,
            "tenure": tenure,
            "noise": rng.normal(size=N).round(3),
            "word": rng.choice(list("pqrs"), N),
            "day": pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 200, N), "D"),
            target: targets[target],
        }
    )


@pytest.fixture
def suggested(store):
    return lambda target: suggest(store(made(target).to_csv(index=False)))


@pytest.mark.parametrize(
    ("target", "first"), [("churn", "contract"), ("price", "tenure"), ("class", "tenure")]
)
def test_what_the_target_was_made_from_comes_first_and_noise_does_not_come(suggested, target, first):
    found = suggested(target).found
    assert found[0].column == first
    assert "noise" not in [s.column for s in found if s.strength > 0.1]
    assert len(found) <= MOST_SHOWN


def test_the_reason_says_how_many_times(suggested):
    frame = made("churn")
    shares = frame["churn"].eq("yes").groupby(frame["contract"]).mean()
    reason = suggested("churn").found[0].reason
    assert f"{shares['monthly'] / shares['yearly']:.0f} times" in reason
    assert f"{shares['monthly']:.1%}" in reason and "'yearly'" in reason


def test_a_number_says_which_way_it_goes(suggested):
    assert "rises with 'tenure'" in suggested("price").found[0].reason


@pytest.mark.parametrize("target", ["churn", "price", "class"])
def test_every_suggestion_is_a_chart_that_can_be_drawn_and_a_sentence(store, target):
    dataset = store(made(target).to_csv(index=False))
    for suggestion in suggest(dataset).found:
        assert len(chart_table(dataset, suggestion.request).rows)
        assert suggestion.reason.endswith(".") and 0 < suggestion.strength <= 1


@pytest.mark.parametrize("values", [("0", "1"), ("false", "true")])
def test_classes_written_as_numbers_are_found(store, values):
    text = "".join(f"{'xy'[i % 2]},{i % 5},{values[i % 2 and i % 3 > 0]}\n" for i in range(300))
    found = suggest(store("word,n,label\n" + text)).found
    assert found[0].column == "word" and found[0].parameters["high_share"] > 0.5


def test_nothing_is_suggested_where_nothing_goes_together(store):
    rng = np.random.default_rng(0)
    text = "".join(f"{rng.integers(9)},{rng.choice(['a', 'b'])}\n" for _ in range(3_000))
    assert len(suggest(store("n,label\n" + text)).found) == 0


def test_without_a_target_it_says_what_to_do(store, catalog):
    from dataclasses import replace

    dataset = replace(store("a,b\n" + "".join(f"{i},{i}\n" for i in range(30))), target=None)
    with pytest.raises(BadInput, match="Data page"):
        suggest(dataset)


def test_a_column_of_too_many_values_is_not_suggested_by_them(store):
    rng = np.random.default_rng(1)
    product = rng.integers(0, 300, N)
    frame = pd.DataFrame(
        {
            "product": [f"p{p % 300}" for p in product],
            "region": rng.choice(list("abcd"), N),
            "profit": (product % 7 * 10 + rng.normal(0, 5, N)).round(2),
        }
    )
    dataset = store(frame.to_csv(index=False))
    assert "product" not in [s.column for s in suggest(dataset).found]


def test_a_sentence_speaks_only_of_groups_that_the_chart_shows_and_that_have_rows_enough(store):
    # twenty shops of falling size; the best is tiny, the next best lies beyond the twelve that are drawn
    sizes = [200] * 11 + [90] + [60] * 7 + [12]
    rows = [(f"s{i}", (500 if i == 19 else 300 if i == 15 else 100 if i == 11 else i) + k % 5 / 10)
            for i, size in enumerate(sizes) for k in range(size)]  # fmt: skip
    text = "shop,profit\n" + "".join(f"{shop},{profit:.1f}\n" for shop, profit in rows)
    dataset = store(text)
    first = suggest(dataset).found[0]
    drawn = set(chart_table(dataset, first.request).rows["x_label"])
    assert first.parameters["high"] == "s11" and {first.parameters["high"], first.parameters["low"]} <= drawn
    assert "'s11' (90 rows)" in first.reason and "'s0' and" not in first.reason


def test_the_real_sales_are_compared_by_groups_that_are_drawn(store, real):
    path = real("superstore_sales_v2013/superstoreSales.csv")
    from dataclasses import replace

    dataset = replace(store(path.read_bytes()), target="Profit")
    for suggestion in suggest(dataset).found:
        assert suggestion.column not in ("Product Name", "Customer Name")
        if "high" in suggestion.parameters and suggestion.code == "median_by":
            assert suggestion.parameters["high"] in set(
                chart_table(dataset, suggestion.request).rows["x_label"]
            )
