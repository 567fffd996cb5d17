import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data import relations as module
from core.data.association import correlation_ratios, cramers_vs, pearsons, phis, ranks
from core.data.relations import known_relations, relations, strongest

RNG = np.random.default_rng(0)
ROWS = "id,a,b,c,w,v,when\n" + "".join(
    f"k{i:04},{i // 2},{(i // 2) ** 2},{'' if i % 7 == 0 else i % 5},{'xyz'[i % 3]},{'pqr'[i % 3]},2020-01-{1 + i % 28:02}\n"
    for i in range(300)
)


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10_000), st.floats(0, 0.5))
def test_pearson_and_spearman_are_those_of_pandas(seed, gaps):
    rng = np.random.default_rng(seed)
    values = rng.normal(1e6, 3, (60, 4)) @ rng.normal(size=(4, 4))
    values[rng.random(values.shape) < gaps] = np.nan
    frame = pd.DataFrame(values)
    expected = frame.corr(min_periods=10).to_numpy()
    assert np.allclose(pearsons(values), expected, atol=1e-6, equal_nan=True)
    if gaps == 0:
        assert np.allclose(pearsons(ranks(values)), frame.corr("spearman").to_numpy(), atol=1e-6)


def test_cramers_v_is_one_for_a_renaming_and_about_nothing_by_chance():
    a, b = RNG.integers(0, 6, 5_000), RNG.integers(0, 9, 5_000)
    v = cramers_vs([a, (a * 5) % 6, b])
    assert v[0, 0] == pytest.approx(1, abs=1e-3) and v[0, 1] > 0.99 * v[0, 0] - 0.3
    assert v[0, 2] < 0.03 and np.allclose(v, v.T)


def test_the_correlation_ratio_is_the_share_of_variance_between_groups():
    group = np.repeat([0, 1, 2], 50)
    y = group * 2.0
    noise = RNG.normal(size=150)
    found = correlation_ratios([group], np.column_stack([y, noise, np.full(150, np.nan)]))
    assert found[0, 0] == pytest.approx(1) and found[0, 1] < 0.3 and np.isnan(found[0, 2])


def test_columns_that_miss_together_are_found():
    gaps = RNG.random((500, 2)) < 0.2
    found = phis(np.column_stack([gaps[:, 0], gaps[:, 0], gaps[:, 1], np.zeros(500, dtype=bool)]))
    assert found[0, 1] == pytest.approx(1) and abs(found[0, 2]) < 0.2 and np.isnan(found[0, 3])


def test_a_tables_columns_are_related_and_kept(store):
    dataset = store(ROWS)
    assert known_relations(dataset) is None
    heard = []
    found = relations(dataset, lambda fraction, message: heard.append(fraction))
    assert heard == sorted(heard) and heard
    assert known_relations(dataset) == found == relations(dataset)
    assert "id" not in found.names and (found.n_rows, found.of_rows) == (300, 300)
    pairs = strongest(found, "association")
    assert {tuple(sorted(pair)) for pair in pairs[["first", "second"]].head(2).to_numpy()} == {
        ("a", "b"),
        ("v", "w"),
    }
    assert found.tables["spearman"][0][1] == pytest.approx(1)


def test_a_large_table_is_sampled_the_same_every_time(store, monkeypatch):
    monkeypatch.setattr(module, "SAMPLE_ROWS", 100)
    dataset = store(ROWS)
    first, second = module._measure(dataset, lambda f, m: None), module._measure(dataset, lambda f, m: None)
    assert first == second and first.n_rows <= 100 and first.of_rows == 300


def test_a_wide_table_is_capped_and_says_so(store, monkeypatch):
    monkeypatch.setattr(module, "MAX_COLUMNS", 3)
    dataset = store(ROWS)
    found = relations(dataset)
    assert len(found.names) == 3 and found.n_left_out == 3 and dataset.target in found.names


@pytest.mark.parametrize("content", ["a,b\n1,x\n2,y\n", "a,b\n1,x\n1,x\n1,x\n", "a,b\n,x\n,y\n"])
def test_little_to_relate_breaks_nothing(store, content):
    found = relations(store(content, header=True))
    assert all(len(table) == len(found.names) for table in found.tables.values())
