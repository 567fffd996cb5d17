import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data.profile import _bins, words_kind


def test_numbers_are_measured_as_numpy_measures_them(store):
    values = np.random.default_rng(0).normal(10, 3, 500).round(4)
    dataset = store("id,x\n" + "".join(f"a{i % 9},{v}\n" for i, v in enumerate(values)))
    statistics = dataset.column("x").statistics
    assert statistics["mean"] == pytest.approx(values.mean())
    assert statistics["std"] == pytest.approx(values.std(ddof=1))
    assert (statistics["min"], statistics["max"]) == (values.min(), values.max())
    for key, q in (("q05", 0.05), ("median", 0.5), ("q95", 0.95)):
        assert statistics[key] == pytest.approx(np.quantile(values, q))
    histogram = statistics["histogram"]
    assert histogram["counts"] == np.histogram(values, histogram["edges"])[0].tolist()
    assert dataset.column("x").n_unique == len(np.unique(values)) and len(statistics["examples"]) == 3


def test_words_are_counted_the_commonest_first(store):
    dataset = store("w,n\n" + "b,1\n" * 3 + "a,2\n" * 3 + "c,3\n" + ",4\n")
    column = dataset.column("w")
    assert column.statistics["top"] == [["a", 3], ["b", 3], ["c", 1]]
    assert (column.n_missing, column.n_unique, column.statistics["mean_length"]) == (1, 3, 1.0)


def test_dates_are_told_in_iso(store):
    dataset = store("d,n\n" + "".join(f"2020-{m:02}-01,{m}\n" for m in range(1, 13)))
    statistics = dataset.column("d").statistics
    assert (statistics["min"][:10], statistics["max"][:10]) == ("2020-01-01", "2020-12-01")
    assert sum(statistics["histogram"]["counts"]) == 12 and statistics["date_format"] == "iso"


def test_extreme_numbers_break_nothing(store):
    dataset = store("x,y\n1e308,1\n-1e308,2\n1e-300,3\n9007199254740993,4\n,5\n")
    assert dataset.column("x").statistics["max"] == 1e308 and dataset.column("x").n_missing == 1


def test_whole_numbers_have_a_bin_each_where_they_are_few(store):
    dataset = store("n,m\n" + "".join(f"{i % 4},a{i}\n" for i in range(40)))
    assert dataset.column("n").statistics["histogram"] == {
        "edges": [-0.5, 0.5, 1.5, 2.5, 3.5],
        "counts": [10] * 4,
    }


@given(st.floats(-1e300, 1e300), st.floats(0, 1e300))
def test_bins_span_from_minimum_to_maximum(low, span):
    start, width, n = _bins(low, low + span, "decimal")
    assert width > 0 and 1 <= n <= 20 and start <= low


@pytest.mark.parametrize(
    ("n", "n_unique", "mean_length", "kind"),
    [(1000, 3, 8, "category"), (1000, 900, 12, "text"), (1000, 300, 60, "text"), (10, 10, 5, "category")],
)
def test_text_is_long_or_different_in_every_row(n, n_unique, mean_length, kind):
    assert words_kind(n, n_unique, mean_length) == kind


def test_many_columns_are_profiled_in_chunks(store):
    n = 230
    content = ",".join(f"v{i}" for i in range(n)) + "\n" + (",".join(str(i) for i in range(n)) + "\n") * 3
    dataset = store(content + ",".join(str(i + 1) for i in range(n)) + "\n")
    assert [c.statistics["max"] for c in dataset.columns] == [i + 1 for i in range(n)]


def test_a_wide_table_asked_all_at_once_is_read_and_measured_like_any_other(store, catalog, monkeypatch):
    kinds = [
        lambda i, k: f"{i * k / 8}",
        lambda i, k: f"{i + k}" if i % 5 else "",
        lambda i, k: f"w{(i * k) % 7}",
        lambda i, k: ("true", "false", "")[(i + k) % 3],
        lambda i, k: f"2020-{1 + (i + k) % 12:02}-01",
        lambda i, k: f"{i}-{k}-{'long ' * (i % 9)}",
        lambda i, k: "",
        lambda i, k: str(9007199254740993 + i),
        lambda i, k: f"{1 + i % 28}.{1 + k % 12}.2021" if k % 2 else f"{i}'{k:03}.50",
    ]
    rows = ([kinds[k % len(kinds)](i, k) for k in range(400)] for i in range(60))
    content = ",".join(f"c {k}" for k in range(400)) + "\n" + "".join(",".join(row) + "\n" for row in rows)
    at_once = store(content, name="a.csv")
    monkeypatch.setattr("core.data.long_cells.MOST_CELLS", 0)
    monkeypatch.setattr("core.data.ingest.MOST_CELLS", 0)  # row by row
    one_by_one = store(content + "\n", name="b.csv")  # other bytes: another blob
    assert at_once.blob != one_by_one.blob and at_once.columns == one_by_one.columns
    assert catalog.sample(at_once, 60).equals(catalog.sample(one_by_one, 60))
