import numpy as np
import pandas as pd
import pytest

from core.domain import Column
from core.studies import twins
from core.studies.twins import TwinCounter

COLUMNS = (
    Column(name="n", kind="integer"),
    Column(name="x", kind="decimal"),
    Column(name="b", kind="boolean"),
    Column(name="day", kind="date"),
    Column(name="word", kind="category"),
)


def table(n, seed=0):
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "n": rng.integers(0, 3, n),
            "x": rng.integers(0, 3, n) / 2,
            "b": rng.random(n) < 0.5,
            "day": pd.Timestamp("2026-01-01") + pd.to_timedelta(rng.integers(0, 3, n), "D"),
            "word": rng.choice(["red", "blue"], n),
        }
    )


def counted(train, test, n_rows=100, pieces=1):
    counter = TwinCounter(COLUMNS, n_rows)
    for part, frame in (("train", train), ("test", test), ("validation", test)):
        for places in np.array_split(np.arange(len(frame)), pieces):
            counter.see(part, frame.iloc[places])
    return counter.count()


def test_rows_that_agree_in_every_column_are_twins():
    train, test = table(60), table(40, seed=1)
    known = set(train.itertuples(index=False, name=None))
    expected = sum(row in known for row in test.itertuples(index=False, name=None))
    assert 0 < expected < 40
    assert counted(train, test) == expected


def test_cells_missing_on_both_sides_agree_and_a_gap_elsewhere_changes_nothing():
    train, test = table(6), table(6)
    assert counted(train, test) == 6
    gaps = {"n": 2.0, "x": None, "b": None, "day": None, "word": None}
    for name in gaps:  # a gap in the last row changes the type of the whole column
        holed = train.astype({name: object if name in ("b", "word") else train[name].dtype})
        holed = holed.assign(**{name: holed[name].where(np.arange(6) < 5)})
        assert counted(holed, test) == 5, name
        assert counted(holed, holed, pieces=3) == 6, name


def test_of_a_large_table_the_pairs_of_some_hashes_stand_for_all(monkeypatch):
    monkeypatch.setattr(twins, "MOST_HASHES", 1_000)
    rng = np.random.default_rng(0)
    train = pd.DataFrame({"x": rng.random(10_000)})
    test = pd.concat([train.sample(2_000, random_state=1), pd.DataFrame({"x": rng.random(2_000)})])
    counter = TwinCounter((Column(name="x", kind="decimal"),), 10_000)
    counter.see("train", train)
    counter.see("test", test)
    assert counter.count() == pytest.approx(2_000, rel=0.25) and counter.count() % 10 == 0
