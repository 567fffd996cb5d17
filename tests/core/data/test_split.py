import hashlib
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.data.split import propose_split
from core.data.strata import allocate
from core.data.task import propose_task
from core.domain import Split
from core.errors import BadInput, NotYours
from tests.core.data.splits import assigned


def table(n=200, extra=lambda i: ""):
    rows = "".join(
        f"{i},{'yes' if i % 10 == 0 else 'no'},g{i % 20},2020-{1 + i % 12:02}-01,{i / 7:.3f}{extra(i)}\n"
        for i in range(n)
    )
    return rows


HEADER = "x,y,shop,day,z"


@pytest.fixture
def dataset(store):
    return store(HEADER + "\n" + table())


def shares(parts):
    return parts["part"].value_counts().to_dict()


def labels(catalog, dataset, parts, column="y"):
    frame = catalog.read(dataset, [column])
    return parts.merge(frame, on="_row").groupby("part")[column].agg(lambda v: set(v)).to_dict()


def test_classes_are_spread_and_fractions_kept_to_a_row(dataset, catalog):
    task = propose_task(dataset, "y")
    split = propose_split(dataset, task)
    parts = assigned(dataset, task, split, catalog)
    assert split.strategy == "stratified"
    assert parts["_row"].tolist() == list(range(200)) and parts["_row"].dtype == "int64"
    assert shares(parts) == {"train": 130, "validation": 30, "test": 40}
    merged = parts.merge(catalog.read(dataset, ["y"]), on="_row")
    assert merged.groupby("part")["y"].agg(lambda v: (v == "yes").sum()).to_dict() == {
        "train": 13, "validation": 3, "test": 4,
    }  # fmt: skip


def test_rows_that_share_a_key_are_proposed_to_stay_together(store):
    def proposed(*keys):
        header = ",".join([*keys, "x", "y"])
        rows = "".join(
            ",".join([*[f"K{i // 2}"] * len(keys), f"{i % 7}", "ny"[i % 3 == 0]]) + "\n" for i in range(80)
        )
        table = store(f"{header}\n{rows}")
        return propose_split(table, propose_task(table, "y"))

    assert proposed("Order ID") == Split(strategy="grouped", column="Order ID")
    assert proposed("invoice_no").column == "invoice_no"
    assert proposed("town").strategy == "stratified", "its name is none of a key"
    assert proposed("user_id", "item_id").strategy == "stratified", "which of the two is not plain"


def test_a_split_depends_on_the_seed_alone(dataset, catalog):
    task = propose_task(dataset, "z")
    split = propose_split(dataset, task)
    assert split.strategy == "random"
    first = assigned(dataset, task, split, catalog)
    assert assigned(dataset, task, split, catalog).equals(first)
    assert not assigned(dataset, task, replace(split, seed=1), catalog).equals(first)


def test_the_part_follows_from_the_md5_of_seed_and_row_number(dataset, catalog):
    parts = assigned(dataset, propose_task(dataset, "z"), Split(strategy="random", seed=7), catalog)
    order = sorted(range(200), key=lambda row: hashlib.md5(f"7:{row}".encode()).hexdigest())
    assert set(parts.loc[parts["part"] == "test", "_row"]) == set(order[:40])
    assert set(parts.loc[parts["part"] == "validation", "_row"]) == set(order[40:70])


def test_rows_without_a_target_have_no_part(store, catalog):
    dataset = store("x,y\n" + "".join(f"{i}.5,{'' if i % 4 == 0 else i % 3 + i / 10}\n" for i in range(40)))
    parts = assigned(dataset, propose_task(dataset, "y"), Split(), catalog)
    assert len(parts) == 30 and not (parts["_row"] % 4 == 0).any()


def test_a_group_is_never_torn_apart(dataset, catalog):
    parts = assigned(dataset, propose_task(dataset, "y"), Split(strategy="grouped", column="shop"), catalog)
    merged = parts.merge(catalog.read(dataset, ["shop"]), on="_row")
    assert (merged.groupby("shop")["part"].nunique() == 1).all()
    assert shares(parts) == {"train": 130, "validation": 30, "test": 40}


def test_the_latest_rows_judge_and_a_day_stays_whole(dataset, catalog):
    parts = assigned(
        dataset, propose_task(dataset, "y"), Split(strategy="chronological", column="day"), catalog
    )
    spans = parts.merge(catalog.read(dataset, ["day"]), on="_row").groupby("part")["day"].agg(["min", "max"])
    assert spans.loc["train", "max"] < spans.loc["validation", "min"] <= spans.loc["validation", "max"]
    assert spans.loc["validation", "max"] < spans.loc["test", "min"]


def test_a_column_can_state_the_parts(store, catalog):
    content = HEADER + ",use\n" + table(extra=lambda i: "," + ("Training" if i < 150 else "HOLDOUT"))
    dataset = store(content)
    parts = assigned(dataset, propose_task(dataset, "y"), Split(strategy="column", column="use"), catalog)
    assert set(parts.loc[parts["part"] == "test", "_row"]) == set(range(150, 200))
    assert shares(parts)["validation"] == round(150 * 0.15 / 0.8)
    strange = store(content.replace("Training", "whatever", 1))
    with pytest.raises(BadInput, match="'whatever' in row 1"):
        assigned(strange, propose_task(strange, "y"), Split(strategy="column", column="use"), catalog)


def test_a_second_file_judges_and_its_rows_are_numbered_on(store, catalog):
    dataset = store(HEADER + "\n" + table())
    judge = store(HEADER + "\n" + table(30).replace("yes", "Yes."), name="judge.csv")
    task = propose_task(dataset, "y")
    parts = assigned(dataset, task, Split(strategy="file", test_dataset=judge.id), catalog)
    assert parts.loc[parts["part"] == "test", "_row"].tolist() == list(range(200, 230))
    assert shares(parts)["train"] + shares(parts)["validation"] == 200
    other = store(HEADER + "\n" + table(30).replace("yes", "ja").replace("no", "nein"), name="other.csv")
    with pytest.raises(BadInput, match="'ja'"):
        assigned(dataset, task, Split(strategy="file", test_dataset=other.id), catalog)
    foreign = store(HEADER + "\n" + table(30), owner="bob")
    with pytest.raises(NotYours):
        assigned(dataset, task, Split(strategy="file", test_dataset=foreign.id), catalog)


@pytest.mark.parametrize(
    ("split", "code"),
    [
        (Split(strategy="grouped"), "split_needs_column"),
        (Split(strategy="grouped", column="z"), "group_is_decimal"),
        (Split(strategy="grouped", column="nope"), "unknown_name"),
        (Split(strategy="chronological", column="shop"), "not_a_date"),
        (Split(strategy="grouped", column="y"), "split_few_groups"),
        (Split(strategy="file"), "split_needs_file"),
        (Split(fractions=(0.5, 0.2, 0.2)), "split_fractions"),
        (Split(fractions=(0.0, 0.5, 0.5)), "split_fractions"),
    ],
)
def test_an_impossible_split_is_refused(dataset, catalog, split, code):
    with pytest.raises(BadInput) as caught:
        assigned(dataset, propose_task(dataset, "y"), split, catalog)
    assert caught.value.code == code


FRACTIONS = st.sampled_from(
    [(0.65, 0.15, 0.2), (0.8, 0.1, 0.1), (0.5, 0.25, 0.25), (0.8, 0.2, 0.0), (0.7, 0.0, 0.3)]
)


@given(st.lists(st.integers(1, 500), min_size=1, max_size=12), FRACTIONS)
def test_every_row_is_given_out_once_and_every_class_is_everywhere(sizes, fractions):
    counts = allocate(sizes, fractions)
    assert [sum(c) for c in counts] == sizes and all(n >= 0 for c in counts for n in c)
    for size, given_out in zip(sizes, counts):
        if size >= 3:
            assert all(n > 0 for n, fraction in zip(given_out, fractions) if fraction > 0)
    # beyond the rounding, rows move only to give small classes a place in every part
    small = sum(size < 20 for size in sizes)
    for part in (1, 2):
        assert abs(sum(c[part] for c in counts) - sum(sizes) * fractions[part]) <= 1 + small


@given(st.integers(0, 2**31), FRACTIONS)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_parts_cover_all_rows_for_any_seed(dataset, catalog, seed, fractions):
    task = propose_task(dataset, "z")
    parts = assigned(dataset, task, Split(strategy="random", seed=seed, fractions=fractions), catalog)
    expected = {p: round(200 * f) for p, f in zip(("train", "validation", "test"), fractions) if f}
    assert shares(parts) == expected


def test_reading_rows_of_one_part_gives_these_rows(dataset, catalog):
    parts = assigned(dataset, propose_task(dataset, "y"), Split(strategy="stratified"), catalog)
    rows = parts.loc[parts["part"] == "train", "_row"].to_numpy()
    frame = catalog.read(dataset, ["x", "y"], rows=rows)
    assert frame["_row"].tolist() == rows.tolist() and frame["x"].tolist() == rows.tolist()
    assert isinstance(frame, pd.DataFrame) and list(frame.columns) == ["_row", "x", "y"]
