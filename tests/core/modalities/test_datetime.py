import numpy as np
import pandas as pd

from core.domain import Column
from core.modalities.datetime import modality

COLUMN = Column(name="sold", kind="date")


def fit(values):
    return modality.fit(pd.Series(pd.to_datetime(values, format="ISO8601")), COLUMN)


def test_only_the_cycles_that_vary_are_kept():
    state = fit(["2020-01-01", "2020-01-02", "2020-01-03"])
    assert modality.names(state)["numeric"] == (
        "sold: days since the first",
        "sold: day of month (sine)",
        "sold: day of month (cosine)",
        "sold: day of week (sine)",
        "sold: day of week (cosine)",
    )


def test_years_and_hours_count_when_they_vary():
    names = modality.names(fit(["2019-05-06 08:00", "2020-05-06 20:00"]))["numeric"]
    assert "sold: year" in names and "sold: hour (sine)" in names and "sold: month (sine)" not in names


def test_december_lies_beside_january():
    state = fit([f"2020-{month:02}-01" for month in range(1, 13)])
    names = modality.names(state)["numeric"]
    waves = [names.index("sold: month (sine)"), names.index("sold: month (cosine)")]
    months = modality.transform(pd.Series(pd.to_datetime(["2020-12-01", "2020-01-01", "2020-06-01"])), state)
    december, january, june = months["numeric"][:, waves]
    assert np.linalg.norm(december - january) < np.linalg.norm(january - june) / 3


def test_iso_text_is_read_as_the_date_it_says():
    state = fit(["2020-01-01", "2020-01-05", "2020-02-09"])
    as_dates = modality.transform(pd.Series(pd.to_datetime(["2020-01-03"])), state)["numeric"]
    as_text = modality.transform(pd.Series(["2020-01-03"]), state)["numeric"]
    assert np.array_equal(as_dates, as_text)


def test_a_number_is_no_date():
    state = fit(["2020-01-01", "2020-01-05", None])
    assert modality.transform(pd.Series([20200101]), state)["indicator"].tolist() == [[1.0]]
