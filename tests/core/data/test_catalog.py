from dataclasses import replace

import pytest

from core.errors import BadInput, NotYours, UnknownName

ROWS = "a,b,c\n" + "".join(f"{i % 5},{'xyz'[i % 3]},{i * 1.5}\n" for i in range(50))


def test_an_owner_sees_their_own_datasets_newest_first(store, catalog):
    first, second, other = store(ROWS), store(ROWS), store(ROWS, owner="bob")
    assert [d.id for d in catalog.list("ada")] == [second.id, first.id]
    assert catalog.get(first.id, "ada") == first
    for wrong in (other.id, "0" * 20, "../../etc", "", "x" * 99):
        with pytest.raises(NotYours):
            catalog.get(wrong, "ada")


def test_a_blob_goes_with_its_last_dataset(store, catalog, home):
    first, second = store(ROWS), store(ROWS, owner="bob")
    catalog.delete(first.id, "ada")
    assert catalog.read(second) is not None and catalog.list("ada") == []
    with pytest.raises(NotYours):
        catalog.delete(second.id, "ada")
    catalog.delete(second.id, "bob")
    assert not list(home.blobs.iterdir()) and not list(home.datasets.iterdir())


def test_a_dataset_can_be_renamed_but_not_to_nothing(store, catalog):
    dataset = store(ROWS)
    assert catalog.rename(dataset.id, "ada", "  my   data ").name == "my data"
    with pytest.raises(BadInput):
        catalog.rename(dataset.id, "ada", "  ")
    assert catalog.get(dataset.id, "ada").name == "my data"


def test_a_home_can_be_moved(store, home):
    from core.data.catalog import Catalog
    from core.home import Home

    dataset = store(ROWS)
    moved = home.root.rename(home.root.with_name("elsewhere"))
    catalog = Catalog(Home(moved))
    assert len(catalog.read(catalog.get(dataset.id, "ada"))) == 50


def test_a_sample_is_the_head_without_row_numbers(store, catalog):
    frame = catalog.sample(store(ROWS), n=7)
    assert list(frame.columns) == ["a", "b", "c"] and len(frame) == 7 and frame["c"].tolist()[:2] == [0, 1.5]


def test_reading_an_unknown_column_lists_what_exists(store, catalog):
    with pytest.raises(UnknownName, match="Known: a, b, c"):
        catalog.read(store(ROWS), ["aa"])


def test_a_kind_can_be_corrected_and_is_measured_again(store, catalog):
    dataset = catalog.with_kinds(store(ROWS), {"a": "category", "c": "text"})
    assert catalog.get(dataset.id, "ada") == dataset
    assert dataset.column("a").statistics["top"] == [[str(i), 10] for i in range(5)]
    assert catalog.read(dataset)["a"].tolist()[:3] == ["0", "1", "2"]
    back = catalog.with_kinds(dataset, {"a": "integer"})
    assert back.column("a").statistics["max"] == 4


def test_a_correction_that_does_not_fit_names_the_value_and_the_row(store, catalog):
    dataset = store(ROWS)
    with pytest.raises(BadInput, match="row 1 holds 'x'"):
        catalog.with_kinds(dataset, {"b": "decimal"})
    with pytest.raises(BadInput, match="row 2 holds '1.5'"):
        catalog.with_kinds(dataset, {"c": "integer"})
    assert catalog.get(dataset.id, "ada") == dataset


@pytest.mark.parametrize(
    ("cells", "kind", "expected"),
    [
        (["007", "012", "019"], "integer", [7, 12, 19]),
        (["yes", "no", "YES"], "boolean", [True, False, True]),
        (["0", "1", "1"], "boolean", [False, True, True]),
        (["1", "2", "3"], "decimal", [1.0, 2.0, 3.0]),
    ],
)
def test_corrected_columns_read_as_what_they_were_said_to_be(store, catalog, cells, kind, expected):
    dataset = store("id,v\n" + "".join(f"a{i},{cell}\n" for i, cell in enumerate(cells)), header=True)
    assert catalog.read(catalog.with_kinds(dataset, {"v": kind}))["v"].tolist() == expected


def test_another_target_is_judged_anew(store, catalog):
    rows = "".join(f"{i // 2},{i * 2},{i % 2},w{i % 9}\n" for i in range(200))
    dataset = store("x,double,target,w\n" + rows)
    assert dataset.target == "target"
    assert not any(f.code.startswith("leakage") for f in catalog.findings(dataset))
    changed = catalog.with_target(dataset, "double")
    assert ("leakage_regression", "x") in [(f.code, f.subject) for f in catalog.findings(changed)]
    assert not any(f.code.startswith("leakage") for f in catalog.findings(dataset))


def test_a_changed_role_is_kept(store, catalog):
    dataset = store(ROWS)
    columns = tuple(replace(c, role="ignore") if c.name == "b" else c for c in dataset.columns)
    catalog.update(replace(dataset, columns=columns))
    assert catalog.get(dataset.id, "ada").column("b").role == "ignore"
    with pytest.raises(UnknownName):
        catalog.update(replace(dataset, target="nope"))
