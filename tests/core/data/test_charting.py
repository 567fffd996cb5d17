"""Charts: every kind gives a small, true table of any dataset, and leads back to the rows behind its marks."""

import math

import numpy as np
import pandas as pd
import pytest

from core.codec import dumps, from_plain, to_plain
from core.data.charting import CHARTS, ChartRequest, chart_table
from core.data.charting._points import MOST_POINTS
from core.data.charting.map import coordinates
from core.data.charting.marks import rows_behind
from core.data.filters import Filter
from core.errors import BadInput, UnknownName

EVIL = 'a"; DROP VIEW data; --'
N = 600


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    rng = np.random.default_rng(1)
    return pd.DataFrame(
        {
            "region": rng.choice(["north", "south", "", "x"], N),
            "shop": [f"s{i}" for i in range(N)],
            "city": [f"c{i % 33}" for i in range(N)],
            "day": pd.Timestamp("2023-01-01") + pd.to_timedelta(rng.integers(0, 300, N), "D"),
            "units": rng.integers(0, 9, N),
            "sales": np.where(rng.random(N) < 0.1, np.nan, rng.lognormal(3, 1, N).round(2)),
            "good": rng.random(N) < 0.3,
            "lon": rng.uniform(10, 12, N).round(4),
            "lat": rng.uniform(50, 52, N).round(4),
            EVIL: rng.choice(["p", "q"], N),
        }
    )


@pytest.fixture
def dataset(store, frame):
    return store(frame.to_csv(index=False))


REQUESTS = {
    "bar": [
        ChartRequest(kind="bar", x="region"),
        ChartRequest(kind="bar", x="city", y="sales", aggregate="mean", colour="good", facet=EVIL),
        ChartRequest(kind="bar", x="sales", y="good", aggregate="share", value="true", bins=8),
        ChartRequest(kind="bar", x="units", y="region", aggregate="share", value="north"),
    ],
    "line": [ChartRequest(kind="line", x="day", y="sales", aggregate="median", colour="region")],
    "area": [ChartRequest(kind="area", x="units", colour=EVIL, step="month")],
    "histogram": [
        ChartRequest(kind="histogram", x="sales", colour="good", facet="region"),
        ChartRequest(kind="histogram", x="day"),
    ],
    "box": [ChartRequest(kind="box", y="sales", x="city"), ChartRequest(kind="box", y="units")],
    "violin": [ChartRequest(kind="violin", y="sales", x="region"), ChartRequest(kind="violin", y="sales")],
    "heatmap": [
        ChartRequest(kind="heatmap", x="sales", y="units", bins=12),
        ChartRequest(kind="heatmap", x="region", y="day", z="sales", aggregate="max"),
    ],
    "scatter": [ChartRequest(kind="scatter", x="sales", y="day", colour="city", facet="good")],
    "map": [ChartRequest(kind="map", x="lon", y="lat", colour="units")],
    "parallel": [ChartRequest(kind="parallel", columns=("units", "sales", "region"), colour="good")],
    "correlation": [ChartRequest(kind="correlation", columns=("units", "sales", "lon"))],
}
EVERY = [pytest.param(r, id=f"{r.kind}-{i}") for rs in REQUESTS.values() for i, r in enumerate(rs)]


def test_every_kind_of_chart_is_tried():
    assert set(REQUESTS) == set(CHARTS)


@pytest.mark.parametrize("request_", EVERY)
def test_every_chart_gives_a_small_table_twice_the_same(dataset, request_):
    table = chart_table(dataset, request_)
    assert 0 < len(table.rows) <= 5_000
    pd.testing.assert_frame_equal(table.rows, chart_table(dataset, request_).rows)


@pytest.mark.parametrize("request_", EVERY)
def test_every_request_survives_its_way_through_a_url(request_):
    import json

    assert from_plain(ChartRequest, json.loads(dumps(to_plain(request_)))) == request_


@pytest.mark.parametrize("request_", EVERY)
def test_the_marks_together_stand_for_the_rows_of_the_chart(dataset, request_, frame):
    table = chart_table(dataset, request_)
    if request_.kind in ("parallel", "correlation"):
        return
    rows, n = rows_behind(dataset, request_, table, range(len(table.rows)), most=10_000)
    needed = [request_.x, request_.y] if request_.kind in ("scatter", "map") else []
    assert n == len(rows) == len(frame.dropna(subset=needed))
    if "n" in table.rows:
        assert table.rows["n"].sum() == n


@pytest.mark.parametrize("mark", [0, 3, 7])
def test_a_mark_leads_to_its_rows(dataset, mark):
    request = ChartRequest(
        kind="bar", x="city", colour="good", filters=(Filter(column="units", test="at_least", values=("3",)),)
    )
    table = chart_table(dataset, request)
    rows, n = rows_behind(dataset, request, table, [mark, mark, 10**9, -4], most=5)
    assert n == table.rows["n"].iat[mark] and len(rows) == min(n, 5)
    assert (rows["units"] >= 3).all()
    assert rows_behind(dataset, request, table, [], most=5)[1] == 0


def test_bars_are_what_pandas_finds(dataset, frame):
    request = ChartRequest(kind="bar", x="units", y="sales", aggregate="mean", colour="good")
    rows = chart_table(dataset, request).rows
    expected = frame.groupby(["units", "good"])["sales"].mean()
    for row in rows.itertuples():
        assert row.value == pytest.approx(expected[row.x, row.colour])


def test_a_share_is_of_the_rows_that_have_a_value(dataset, frame):
    rows = chart_table(
        dataset, ChartRequest(kind="bar", x=EVIL, y="good", aggregate="share", value="true")
    ).rows
    expected = frame.groupby(EVIL)["good"].mean()
    assert dict(zip(rows["x_label"], rows["value"])) == pytest.approx(dict(expected))


def test_boxes_are_quantiles(dataset, frame):
    row = chart_table(dataset, ChartRequest(kind="box", y="sales")).rows.iloc[0]
    for name, share in (("q05", 0.05), ("q25", 0.25), ("median", 0.5), ("q75", 0.75), ("q95", 0.95)):
        assert row[name] == pytest.approx(frame["sales"].quantile(share))


def test_correlations_are_spearmans(dataset, frame):
    rows = chart_table(dataset, ChartRequest(kind="correlation", columns=("units", "sales"))).rows
    expected = frame[["units", "sales"]].corr(method="spearman").iloc[0, 1]
    assert rows.set_index(["x", "y"])["value"]["units", "sales"] == pytest.approx(expected)


def test_many_points_are_a_sample_that_says_so(store):
    n = 3 * MOST_POINTS
    big = store("a,b\n" + "".join(f"{i},{i * 7 % 101}\n" for i in range(n)))
    table = chart_table(big, ChartRequest(kind="scatter", x="a", y="b"))
    assert 0.9 * MOST_POINTS < len(table.rows) <= MOST_POINTS
    assert f"{n:,}" in table.notes[0]
    overview = chart_table(big, ChartRequest(kind="scatter", x="a", y="b", is_overview=True))
    assert len(overview.rows) < MOST_POINTS / 3
    rows, behind = rows_behind(big, ChartRequest(kind="scatter", x="a", y="b"), table, [5], most=10)
    assert behind == 1 and rows["a"].iat[0] == table.rows["x"].iat[5]


@pytest.mark.parametrize(
    ("request_", "error"),
    [
        (ChartRequest(kind="pie", x="region"), UnknownName),
        (ChartRequest(kind="bar"), BadInput),
        (ChartRequest(kind="bar", x="nope"), UnknownName),
        (ChartRequest(kind="line", x="region"), BadInput),
        (ChartRequest(kind="bar", x="region", y="shop", aggregate="mean"), BadInput),
        (ChartRequest(kind="bar", x="region", y="units", aggregate="share", value="1; DROP"), BadInput),
        (ChartRequest(kind="scatter", x="units", y="region"), BadInput),
        (ChartRequest(kind="histogram", x="units", bins=10**9), BadInput),
        (ChartRequest(kind="correlation", columns=("units",)), BadInput),
        (ChartRequest(kind="correlation", columns=("units", "region")), BadInput),
        (ChartRequest(kind="bar", x="region", filters=(Filter(column="nope", test="missing"),)), UnknownName),
    ],
)  # fmt: skip
def test_a_request_that_does_not_fit_is_refused_in_a_sentence(dataset, request_, error):
    with pytest.raises(error):
        chart_table(dataset, request_)


def test_coordinates_are_told_by_name_and_range(store, dataset):
    assert coordinates(dataset) == ("lon", "lat")
    assert coordinates(store("lon,lat\n" + "".join(f"{i},{i / 7}\n" for i in range(300)))) is None
    assert coordinates(store("colon,plate\n" + "".join(f"{i},{i / 7}\n" for i in range(30)))) is None


def test_a_column_of_one_value_or_of_none_has_a_chart_too(store):
    flat = store("a,b\n" + "".join(f"5.5,{'' if i else 1}\n" for i in range(30)))
    for name in ("a", "b"):
        rows = chart_table(flat, ChartRequest(kind="histogram", x=name)).rows
        assert rows["value"].sum() == 30 and all(math.isfinite(v) for v in rows["value"])
