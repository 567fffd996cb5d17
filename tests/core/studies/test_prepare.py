import dataclasses
import json

import numpy as np
import pytest

from core.domain import ROW, ModelSpec, Split
from core.errors import BadInput
from core.preparation import Preparation
from core.studies.prepare import PARTS, prepare


@pytest.fixture(scope="module")
def prepared(lab):
    run = lab.new_run(ModelSpec(key="dummy"))
    return run, prepare(run.spec, lab.dataset, lab.catalog, lab.store.folder(run.id))


def test_every_row_takes_part_once(lab, prepared):
    _, rows = prepared
    numbers = np.concatenate([rows.numbers[part] for part in PARTS])
    assert sorted(numbers) == list(range(lab.dataset.n_rows))
    assert {part: len(rows.truth[part]) for part in PARTS} == rows.counts


def test_inputs_and_truth_belong_to_the_numbered_rows(lab, prepared):
    _, rows = prepared
    table = lab.catalog.read(lab.dataset).set_index(ROW)
    for part in PARTS:
        own = table.loc[rows.numbers[part]].reset_index()
        wanted = rows.preparation.transform(own)
        for name, values in rows.rows[part].inputs.items():
            assert np.array_equal(values, wanted[name])
        assert [rows.task.classes[k] for k in rows.truth[part]] == list(own["y"])


def test_the_preparation_is_fitted_on_training_rows_alone(lab, prepared):
    run, rows = prepared
    table = lab.catalog.read(lab.dataset)
    train = table[table[ROW].isin(rows.numbers["train"])]
    columns = tuple(c for c in lab.dataset.columns if c.name in rows.task.features)
    assert Preparation.fit(train, columns, rows.task).to_plain() == rows.preparation.to_plain()


def test_done_again_it_gives_the_same_arrays_from_what_was_stored(lab, prepared):
    run, rows = prepared
    folder = lab.store.folder(run.id)
    stored = {p.name: p.stat().st_mtime_ns for p in folder.iterdir()}
    again = prepare(run.spec, lab.dataset, lab.catalog, folder)
    assert {p.name: p.stat().st_mtime_ns for p in folder.iterdir()} == stored
    for part in PARTS:
        assert np.array_equal(again.numbers[part], rows.numbers[part])
        for name, values in again.rows[part].inputs.items():
            assert np.array_equal(values, rows.rows[part].inputs[name])


def test_the_rows_of_a_second_file_judge(lab):
    split = Split(strategy="file", test_dataset=lab.dataset.id)
    run = lab.new_run(ModelSpec(key="dummy"), split=split)
    rows = prepare(run.spec, lab.dataset, lab.catalog, lab.store.folder(run.id))
    n = lab.dataset.n_rows
    assert rows.numbers["test"].tolist() == list(range(n, 2 * n))
    assert sorted([*rows.numbers["train"], *rows.numbers["validation"]]) == list(range(n))


def test_a_part_without_rows_is_refused(lab):
    run = lab.new_run(ModelSpec(key="dummy"))
    folder = lab.store.folder(run.id)
    prepare(run.spec, lab.dataset, lab.catalog, folder)
    import pandas as pd

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
