import dataclasses
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.data.ingest import ingest
from core.domain import ROW, ModelSpec, Split
from core.errors import BadInput
from core.preparation import Preparation
from core.studies import source, teaching
from core.studies.prepare import PARTS, prepare
from tests.core.training.toys import toy_frame


@pytest.fixture(scope="module")
def prepared(lab):
    run = lab.new_run(ModelSpec(key="dummy"))
    return run, prepare(run.spec, lab.dataset, lab.catalog, lab.store.folder(run.id))


def whole(prepared, part):
    return prepared.rows[part].read(0, prepared.rows[part].n)


def test_every_row_takes_part_once(lab, prepared):
    _, rows = prepared
    numbers = np.concatenate([rows.rows[part].numbers for part in PARTS])
    assert sorted(numbers) == list(range(lab.dataset.n_rows))
    assert {part: len(rows.rows[part].truth) for part in PARTS} == rows.counts


def test_inputs_and_truth_belong_to_the_numbered_rows(lab, prepared):
    _, rows = prepared
    table = lab.catalog.read(lab.dataset).set_index(ROW)
    for part in PARTS:
        own = table.loc[rows.rows[part].numbers].reset_index()
        wanted = rows.preparation.transform(own)
        for name, values in whole(rows, part).inputs.items():
            assert np.array_equal(values, wanted[name])
        assert [rows.task.classes[k] for k in rows.rows[part].truth] == list(own["y"])


def test_the_preparation_is_fitted_on_training_rows_alone(lab, prepared):
    run, rows = prepared
    table = lab.catalog.read(lab.dataset)
    train = table[table[ROW].isin(rows.rows["train"].numbers)]
    columns = tuple(c for c in lab.dataset.columns if c.name in rows.task.features)
    assert Preparation.fit(train, columns, rows.task).to_plain() == rows.preparation.to_plain()


def test_done_again_it_gives_the_same_arrays_from_what_was_stored(lab, prepared):
    run, rows = prepared
    folder = lab.store.folder(run.id)
    stored = {p.name: p.stat().st_mtime_ns for p in folder.iterdir() if p.is_file()}
    before = {part: (rows.rows[part].numbers, whole(rows, part)) for part in PARTS}
    again = prepare(run.spec, lab.dataset, lab.catalog, folder)
    assert {p.name: p.stat().st_mtime_ns for p in folder.iterdir() if p.is_file()} == stored
    for part, (numbers, kept) in before.items():
        assert np.array_equal(again.rows[part].numbers, numbers)
        for name, values in whole(again, part).inputs.items():
            assert np.array_equal(values, kept.inputs[name])


@pytest.fixture
def judge(lab, tmp_path):
    """judge(frame): a dataset of the same owner that could judge."""

    def store(frame):
        path = tmp_path / "judge.csv"
        frame.to_csv(path, index=False)
        return ingest(path, name="judge.csv", owner="ada", home=lab.home)

    return store


def judged(lab, dataset):
    run = lab.new_run(ModelSpec(key="dummy"), split=Split(strategy="file", test_dataset=dataset.id))
    return prepare(run.spec, lab.dataset, lab.catalog, lab.store.folder(run.id))


def test_the_rows_of_a_second_file_judge(lab, judge):
    rows = judged(lab, judge(toy_frame("binary", 70, seed=9)))
    n = lab.dataset.n_rows
    assert rows.rows["test"].numbers.tolist() == list(range(n, n + 70))
    assert sorted([*rows.rows["train"].numbers, *rows.rows["validation"].numbers]) == list(range(n))


def test_a_table_may_not_judge_itself(lab, judge):
    again = ingest(Path(lab.home.root.parent / "toy.csv"), name="again.csv", owner="ada", home=lab.home)
    with pytest.raises(BadInput, match="'again.csv' is the very table that trains"):
        judged(lab, again)


def test_a_second_file_is_read_with_the_kinds_of_training(lab, judge):
    frame = toy_frame("binary", 40, seed=9)
    numbers_as_words = frame.assign(size=[f"about {v}" for v in frame["size"]])
    with pytest.raises(BadInput, match="size"):
        judged(lab, judge(numbers_as_words))


def test_rows_of_the_test_that_were_trained_on_are_counted(lab, judge):
    table = lab.catalog.read(lab.dataset).drop(columns=ROW)
    mixed = pd.concat([toy_frame("binary", 50, seed=9), table.head(30)], ignore_index=True)
    rows = judged(lab, judge(mixed))
    trained = set(rows.rows["train"].numbers)
    assert rows.n_twins == sum(number in trained for number in range(30))


def test_kinds_corrected_after_the_start_leave_the_run_as_it_was(lab, prepared):
    run, rows = prepared
    corrected = dataclasses.replace(
        lab.dataset,
        columns=tuple(
            dataclasses.replace(c, kind="text") if c.kind in ("integer", "decimal") else c
            for c in lab.dataset.columns
        ),
    )
    kept = whole(rows, "train").inputs
    again = prepare(run.spec, corrected, lab.catalog, lab.store.folder(run.id))
    for name, values in whole(again, "train").inputs.items():
        assert np.array_equal(values, kept[name])


def test_a_part_without_rows_is_refused(lab):
    run = lab.new_run(ModelSpec(key="dummy"))
    folder = lab.store.folder(run.id)
    prepare(run.spec, lab.dataset, lab.catalog, folder)
    parts = pd.read_parquet(folder / "split.parquet")
    parts.assign(part="train").to_parquet(folder / "split.parquet", index=False)
    with pytest.raises(BadInput, match="no rows for validation out of 200"):
        prepare(run.spec, lab.dataset, lab.catalog, folder)


def test_a_preparation_of_another_format_is_refused(lab):
    run = lab.new_run(ModelSpec(key="dummy"))
    folder = lab.store.folder(run.id)
    prepare(run.spec, lab.dataset, lab.catalog, folder)
    path = folder / "preparation.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"format": 99}))
    with pytest.raises(BadInput, match="format 99"):
        prepare(dataclasses.replace(run.spec), lab.dataset, lab.catalog, folder)


def test_under_a_grouped_split_the_test_rows_know_their_groups(lab):
    run = lab.new_run(ModelSpec(key="dummy"), split=Split(strategy="grouped", column="city"))
    rows = prepare(run.spec, lab.dataset, lab.catalog, lab.store.folder(run.id))
    cities = lab.catalog.read(lab.dataset, columns=["city"], rows=rows.rows["test"].numbers)["city"]
    assert len(set(zip(rows.test_groups, cities))) == len(set(cities)) == len(set(rows.test_groups))
    assert not set(cities) & set(
        lab.catalog.read(lab.dataset, columns=["city"], rows=rows.rows["train"].numbers)["city"]
    )


def test_however_large_the_batches_the_rows_are_the_same(lab, prepared, monkeypatch):
    run, rows = prepared
    kept = {part: (rows.rows[part].numbers, whole(rows, part)) for part in PARTS}
    monkeypatch.setattr(type(lab.catalog).batches, "__defaults__", (7,))
    other = lab.new_run(ModelSpec(key="dummy"))
    again = prepare(other.spec, lab.dataset, lab.catalog, lab.store.folder(other.id))
    assert again.preparation.to_plain() == rows.preparation.to_plain()
    assert again.counts == rows.counts and again.n_twins == rows.n_twins
    for part, (numbers, values) in kept.items():
        assert np.array_equal(again.rows[part].numbers, numbers)
        for name, expected in values.inputs.items():
            assert np.array_equal(whole(again, part).inputs[name], expected)


def test_of_many_training_rows_a_sample_teaches_the_preparation(lab, prepared, monkeypatch):
    _, rows = prepared
    monkeypatch.setattr(teaching, "TEACHING_ROWS", 100)
    taught = []
    monkeypatch.setattr(source, "make_contract", lambda frame, *_, **__: taught.append(frame))
    for seed in (0, 0, 1):
        run = lab.new_run(ModelSpec(key="dummy"), seed=seed)
        again = prepare(run.spec, lab.dataset, lab.catalog, lab.store.folder(run.id))
        assert again.counts == rows.counts, "all rows are trained on all the same"
    numbers = [set(frame[ROW]) for frame in taught]
    assert all(30 < len(n) <= 100 and n <= set(rows.rows["train"].numbers) for n in numbers)
    assert numbers[0] == numbers[1] != numbers[2]


def test_preparing_can_be_left_off_between_batches(lab):
    class LeftOff(Exception):
        pass

    def report(fraction):
        assert 0 < fraction <= 1
        raise LeftOff

    run = lab.new_run(ModelSpec(key="dummy"))
    with pytest.raises(LeftOff):
        prepare(run.spec, lab.dataset, lab.catalog, lab.store.folder(run.id), report)


def test_under_a_chronological_split_the_test_rows_are_in_blocks_of_neighbours_in_time(lab):
    run = lab.new_run(ModelSpec(key="dummy"), split=Split(strategy="chronological", column="size"))
    rows = prepare(run.spec, lab.dataset, lab.catalog, lab.store.folder(run.id))
    numbers = rows.rows["test"].numbers
    size = lab.catalog.read(lab.dataset, columns=["size"], rows=numbers)["size"].to_numpy()
    in_time = rows.test_groups[np.argsort(size)]
    assert (np.diff(in_time) >= 0).all() and 1 < len(set(in_time)) < len(in_time)
