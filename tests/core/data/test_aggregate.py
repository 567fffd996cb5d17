"""Groups and their figures: the same as pandas finds on the same rows."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.data.aggregate import FUNCTIONS, GroupBy, all_groups, group_rows
from core.data.by_target import MISSING, OTHER
from core.data.filters import Filter, condition
from core.data.keys import Key, grouping, nice_width, step_for
from core.data.row_sample import sampled
from core.data.stored import open_stored
from core.errors import BadInput, UnknownName

EVIL = 'a"; DROP VIEW data; --'
PANDAS = {
    "mean": "mean", "median": "median", "max": "max", "min": "min", "sum": lambda s: s.sum(min_count=1), "std": "std", "count": "count",
    "distinct": "nunique", "missing": lambda s: s.isna().sum(),
    **{f"q{q:02}": (lambda s, q=q: s.quantile(q / 100)) for q in (5, 25, 75, 95)},
}  # fmt: skip


def table_of(n: int = 400, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "region": rng.choice(["north", "south", "it's", "rows"], n),
            "shop": [f"s{i}" for i in rng.zipf(1.6, n) % 40],
            "day": pd.Timestamp("2023-01-30") + pd.to_timedelta(rng.integers(0, 500, n), "D"),
            "units": rng.integers(0, 9, n),
            "sales": np.where(rng.random(n) < 0.1, np.nan, (rng.lognormal(3, 1, n)).round(2)),
            "back": rng.random(n) < 0.3,
            EVIL: rng.integers(0, 3, n),
        }
    )


@pytest.fixture
def frame():
    return table_of()


@pytest.fixture
def dataset(store, frame):
    return store(frame.to_csv(index=False))


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_figure_is_the_one_that_pandas_finds(dataset, frame, function):
    asked = GroupBy(keys=(Key(column="region"),), measures=("sales",), functions=(function,))
    found = group_rows(dataset, asked).table.set_index("region").iloc[:, 1]
    expected = frame.groupby("region")["sales"].agg(PANDAS[function])
    pd.testing.assert_series_equal(
        found.sort_index().astype(float), expected.astype(float), check_names=False
    )


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    keys=st.lists(st.sampled_from(["region", "shop", "units", "back", EVIL]), min_size=1, max_size=3, unique=True),
    functions=st.lists(st.sampled_from(list(FUNCTIONS)), min_size=1, max_size=4, unique=True),
    least=st.integers(0, 8),
)  # fmt: skip
def test_several_keys_group_like_pandas(dataset, frame, keys, functions, least):
    asked = GroupBy(
        keys=tuple(Key(column=k) for k in keys), measures=("sales",), functions=tuple(functions),
        filters=(Filter(column="units", test="at_least", values=(str(least),)),),
    )  # fmt: skip
    found = group_rows(dataset, asked)
    expected = frame[frame["units"] >= least].groupby(keys)["sales"]
    assert found.n_groups == len(found.table) == expected.ngroups
    assert found.table["rows"].sum() == (frame["units"] >= least).sum()
    for place, function in enumerate(functions):
        values = np.sort(found.table.iloc[:, len(keys) + 1 + place].to_numpy(float))
        np.testing.assert_allclose(values, np.sort(expected.agg(PANDAS[function]).to_numpy(float)), rtol=1e-9)


@pytest.mark.parametrize(("step", "period"), [("day", "D"), ("month", "M"), ("quarter", "Q"), ("year", "Y"), ("week", "W")])  # fmt: skip
def test_dates_are_grouped_by_calendar(dataset, frame, step, period):
    found = group_rows(dataset, GroupBy(keys=(Key(column="day", step=step),)))
    expected = frame.groupby(frame["day"].dt.to_period(period)).size()
    assert list(found.table["rows"]) == list(expected)
    assert list(found.table.iloc[:, 0]) == sorted(found.table.iloc[:, 0])


def test_numbers_are_grouped_in_round_bins_and_giants_together(dataset, frame):
    found = group_rows(dataset, GroupBy(keys=(Key(column="sales", bins=10),))).table
    assert found["rows"].sum() == len(frame) and len(found) <= 40
    assert found["sales"].iloc[0].startswith("0 – ") and found["sales"].iloc[-1] == MISSING
    assert found["sales"].iloc[-2].startswith("≥ ")


@pytest.mark.parametrize(
    "key",
    [
        Key(column="shop", most=5), Key(column="region", most=5), Key(column="sales", bins=12), Key(column="units"),
        Key(column="day", step="month"), Key(column="day"), Key(column="back"), Key(column="sales"), Key(column=EVIL),
        Key(column="units", bins=3),
    ],
    ids=str,
)  # fmt: skip
def test_every_row_lies_in_the_one_group_whose_condition_it_meets(dataset, key):
    group = grouping(key, dataset)
    with open_stored(dataset) as session:
        rows = session.query(
            f"SELECT {group.sql} AS g, count(*) AS n FROM data GROUP BY {group.sql}"
        ).to_pylist()
        counts = [
            session.query(f"SELECT count(*) FROM data WHERE {group.condition(r['g'])}").column(0)[0].as_py()
            for r in rows
        ]
    assert counts == [r["n"] for r in rows]
    labels = [group.label(r["g"]) for r in sorted(rows, key=lambda r: group.order(r["g"]))]
    assert len(set(labels)) == len(labels)


def test_rare_values_are_one_group_at_the_end(dataset, frame):
    group = grouping(Key(column="shop", most=3), dataset)
    with open_stored(dataset) as session:
        rows = session.query(f"SELECT {group.sql} AS g FROM data GROUP BY {group.sql}").to_pylist()
    labels = [group.label(r["g"]) for r in sorted(rows, key=lambda r: group.order(r["g"]))]
    assert labels == [*frame["shop"].value_counts().index[:3], OTHER]


def test_the_largest_come_first_where_asked_and_the_rest_is_counted(dataset, frame):
    asked = GroupBy(keys=(Key(column="shop"),), measures=("sales",), functions=("sum",), sort="sum sales")
    found = group_rows(dataset, asked, most=3)
    expected = frame.groupby("shop")["sales"].sum().sort_values(ascending=False)
    assert list(found.table["shop"]) == list(expected.index[:3]) and found.n_groups == len(expected)
    with all_groups(dataset, asked) as frames:
        assert list(pd.concat(frames)["shop"]) == list(expected.index)


def test_figures_that_do_not_serve_a_column_are_left_out(dataset):
    asked = GroupBy(
        keys=(Key(column="back"),), measures=("region", "day"), functions=("mean", "max", "distinct")
    )
    assert list(group_rows(dataset, asked).table) == [
        "back", "rows", "distinct of region", "max of day", "distinct of day",
    ]  # fmt: skip


def test_nothing_left_by_the_filters_is_an_empty_table(dataset):
    asked = GroupBy(
        keys=(Key(column="region"),), filters=(Filter(column="units", test="at_least", values=("99",)),)
    )
    found = group_rows(dataset, asked)
    assert found.table.empty and found.n_groups == 0
    with all_groups(dataset, asked) as frames:
        assert [list(f) for f in frames] == [["region", "rows"]]


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        (GroupBy(keys=()), BadInput),
        (GroupBy(keys=(Key(column="nope"),)), UnknownName),
        (GroupBy(keys=(Key(column="units", step="month"),)), BadInput),
        (GroupBy(keys=(Key(column="units", bins=0),)), BadInput),
        (GroupBy(keys=(Key(column="units"),), sort="mean nope"), UnknownName),
        (GroupBy(keys=(Key(column="units"),), measures=("sales",), functions=("x); DROP",)), UnknownName),
        (GroupBy(keys=tuple(Key(column="units") for _ in range(9))), BadInput),
    ],
)
def test_what_does_not_fit_is_refused_in_a_sentence(dataset, asked, error):
    with pytest.raises(error):
        group_rows(dataset, asked)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (Filter(column="region", test="is", values=("it's", "north")), lambda f: f["region"].isin(["it's", "north"])),
        (Filter(column="region", test="is_not", values=("it's",)), lambda f: f["region"] != "it's"),
        (Filter(column="region", test="contains", values=("TH",)), lambda f: f["region"].str.contains("th")),
        (Filter(column="sales", test="missing"), lambda f: f["sales"].isna()),
        (Filter(column="sales", test="present"), lambda f: f["sales"].notna()),
        (Filter(column="sales", test="at_most", values=("20.5",)), lambda f: f["sales"] <= 20.5),
        (Filter(column="day", test="at_least", values=("2024-01-01",)), lambda f: f["day"] >= "2024-01-01"),
        (Filter(column="back", test="is", values=("true",)), lambda f: f["back"]),
        (Filter(column=EVIL, test="is", values=("1", "2.0")), lambda f: f[EVIL].isin([1, 2])),
    ],
    ids=lambda x: getattr(x, "test", ""),
)  # fmt: skip
def test_a_filter_keeps_the_rows_it_says(dataset, frame, asked, expected):
    with open_stored(dataset) as session:
        n = (
            session.query(f"SELECT count(*) FROM data WHERE {condition([asked], dataset)}")
            .column(0)[0]
            .as_py()
        )
    assert n == expected(frame).sum()


@pytest.mark.parametrize(
    "asked",
    [
        Filter(column="units", test="is", values=("1 OR 1=1",)),
        Filter(column="units", test="at_least", values=("nan",)),
        Filter(column="units", test="contains", values=("1",)),
        Filter(column="day", test="at_most", values=("yesterday",)),
        Filter(column="back", test="is", values=("maybe",)),
        Filter(column="units", test="is"),
        Filter(column="nope", test="missing"),
    ],
)
def test_a_filter_that_does_not_fit_is_refused(dataset, asked):
    with pytest.raises(BadInput):
        condition([asked], dataset)


@given(st.floats(1e-9, 1e12), st.integers(1, 100))
def test_a_width_is_round_and_gives_about_as_many_bins(span, n):
    width = nice_width(span, n)
    assert n / 2.6 <= span / width <= n * 1.01


def test_the_step_of_dates_follows_their_span(dataset):
    assert step_for(dataset.column("day")) == "week"


@pytest.mark.parametrize("seed", [0, 1, 7])
def test_a_sample_of_rows_is_about_as_large_as_asked_and_spread_evenly(store, seed):
    n = 30_000
    dataset = store("a,b\n" + "".join(f"{i},{i % 7}\n" for i in range(n)))
    with open_stored(dataset) as session:
        rows = session.query(f"SELECT a, b FROM data WHERE {sampled(n, 3_000, seed)}").to_pandas()
        assert session.query(f"SELECT count(*) FROM data WHERE {sampled(n, n)}").column(0)[0].as_py() == n
    assert abs(len(rows) - 3_000) < 250
    assert rows["b"].value_counts(normalize=True).between(0.11, 0.18).all()
    assert np.abs(np.histogram(rows["a"], 10)[0] - 300).max() < 100
