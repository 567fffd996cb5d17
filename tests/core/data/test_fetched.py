"""A dataset that can be fetched again has versions, and they can be compared."""

import numpy as np
import pandas as pd
import pytest

from core.data.catalog import Catalog
from core.data.drift import compare, psi
from core.data.fetched import bring
from core.data.versions import versions
from core.errors import FathomError, NotYours, UnreadableFile
from core.home import Home


@pytest.fixture
def home(tmp_path, monkeypatch):
    (tmp_path / "lake").mkdir()
    monkeypatch.setenv("FATHOM_ALLOWED_PATHS", str(tmp_path / "lake"))
    return Home.at(tmp_path / "home")


@pytest.fixture
def brought(home, tmp_path):
    """brought(frame, previous): the frame, found at a path, as ada's dataset."""

    def do(frame: pd.DataFrame, previous: str | None = None):
        frame.to_csv(tmp_path / "lake/t.csv", index=False)
        where = {"kind": "path", "path": str(tmp_path / "lake/t.csv")}
        return bring(where, name="t", owner="ada", home=home, previous=previous)

    return do


def table(n=2000, seed=0, **columns):
    rng = np.random.default_rng(seed)
    whole = {"x": rng.normal(size=n), "city": rng.choice(["a", "b", "c"], n), "y": rng.integers(0, 2, n)}
    return pd.DataFrame(whole | columns)


def test_a_dataset_remembers_where_it_is_from(brought, home, tmp_path):
    dataset, is_new = brought(table())
    assert is_new and Catalog(home).get(dataset.id, "ada").origin == {
        "kind": "path",
        "path": str(tmp_path / "lake/t.csv"),
    }
    assert (dataset.version, dataset.previous) == (1, None) and not list(home.uploads.iterdir())


def test_the_next_version_keeps_target_and_roles(brought, home):
    first, _ = brought(table())
    first = Catalog(home).with_target(first, "city")
    second, is_new = brought(table(seed=1), previous=first.id)
    assert is_new and (second.version, second.previous, second.target) == (2, first.id, "city")
    third, _ = brought(table(seed=2), previous=second.id)
    assert [d.version for d in versions(first, Catalog(home))] == [3, 2, 1]
    Catalog(home).delete(second.id, "ada")
    assert third.id in [d.id for d in versions(third, Catalog(home))]


def test_what_has_not_changed_is_no_new_version(brought, home):
    first, _ = brought(table())
    again, is_new = brought(table(), previous=first.id)
    assert again == first and not is_new and len(Catalog(home).list("ada")) == 1


def test_a_strangers_dataset_is_no_previous_version(brought, home, tmp_path):
    first, _ = brought(table())
    with pytest.raises(NotYours):
        bring(first.origin, name="t", owner="eve", home=home, previous=first.id)


def test_a_refused_file_is_called_by_its_name_and_leaves_nothing(home, tmp_path):
    (tmp_path / "lake/t.csv").write_bytes(b"%PDF")
    with pytest.raises(UnreadableFile, match="'sales'"):
        bring({"kind": "path", "path": str(tmp_path / "lake/t.csv")}, name="sales", owner="ada", home=home)
    assert not list(home.uploads.iterdir())
    with pytest.raises(FathomError):
        bring({"kind": "carrier pigeon"}, name="t", owner="ada", home=home)


def test_samples_of_one_distribution_have_not_moved(brought, home):
    first, _ = brought(table())
    second, _ = brought(table(n=300, seed=5), previous=first.id)
    found = compare(first, second, Catalog(home))
    assert not any(c.moved for c in found.columns)
    assert found.sentence == "There are 1,700 rows fewer than before, 300 now. No column's values moved."


def test_what_moved_came_went_or_changed_is_named(brought, home):
    rng = np.random.default_rng(1)
    first, _ = brought(table(gone=1.5, kind=range(2000), holes=rng.normal(size=2000)))
    holes = np.where(rng.random(2000) < 0.3, np.nan, rng.normal(size=2000))
    other = table(
        seed=3, x=rng.normal(1, size=2000), city=rng.choice(["a", "b", "z"], 2000), come=2.5,
        kind=[f"k{i}" for i in range(2000)], holes=holes,
    )  # fmt: skip
    second, _ = brought(other, previous=first.id)
    found = compare(first, second, Catalog(home))
    assert (
        found.added == ("come",)
        and found.removed == ("gone",)
        and found.retyped[0][:2] == ("kind", "integer")
    )
    moved = {c.name: c for c in found.columns if c.moved}
    assert (
        set(moved) == {"x", "city", "holes"} and moved["x"].psi > 0.25 and moved["holes"].missing_after > 0.25
    )
    assert all(f"'{name}'" in found.sentence for name in ("come", "gone", "kind", "x", "city"))


def test_the_index_is_zero_for_equals_and_grows_with_the_difference():
    assert psi([10, 20, 30], [10, 20, 30]) == 0
    assert 0 < psi([10, 20, 30], [12, 20, 28]) < psi([10, 20, 30], [30, 20, 10])
    assert psi([10, 0], [0, 10]) < 100
