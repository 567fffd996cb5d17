from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from core.commands import OWNER
from core.data.catalog import Catalog
from core.data.ingest import ingest
from core.domain import ModelSpec, Split
from core.errors import NotApplicable
from core.home import Home
from core.prediction.contract import make_contract
from core.prediction.examples import random_test_row, typical_row
from core.prediction.rows import rows_from_form
from core.runs.predictions import save_predictions
from core.runs.records import first_records, save_record
from core.runs.store import RunStore
from core.studies.plan import default_spec

TABLE = pd.DataFrame(
    {
        "age": pd.array([*range(20, 39), None], "Int64"),
        "when": pd.date_range("2020-01-01", periods=20).strftime("%Y-%m-%d"),
        "member": [True, False] * 10,
        "city": ["Bonn", "Köln"] * 10,
        "grade": [1, 2] * 10,
    }
)


@pytest.fixture
def place(tmp_path):
    """A stored table and a run about its grade, of which one model is done; rows 5 and 19 judge."""
    home = Home.at(tmp_path / "home")
    path = tmp_path / "t.csv"
    TABLE.to_csv(path, index=False)
    dataset = ingest(path, name="t.csv", owner=OWNER, home=home)
    catalog, store = Catalog(home), RunStore(home)
    spec = default_spec(dataset, "grade", kind="binary")

    def judged_by(split: Split, rows=(5, 19)):
        run = store.create(replace(spec, split=split, models=(ModelSpec(key="tree"),)), OWNER, "run")
        (record,) = first_records(run.spec)
        save_record(store.folder(run.id), replace(record, state="done"))
        path = store.folder(run.id) / "models" / record.folder / "predictions.parquet"
        n = len(rows)
        save_predictions(path, {"test": (np.array(rows), np.zeros(n, int), np.full((n, 2), 0.5))})
        return run

    contract = make_contract(catalog.read(dataset), dataset, spec.task)
    return SimpleNamespace(
        dataset=dataset, catalog=catalog, store=store, spec=spec, contract=contract, judged_by=judged_by
    )


def draw(place, run, seed=0):
    return random_test_row(place.store, place.catalog, run, place.contract, np.random.default_rng(seed))


def test_the_typical_row_raises_no_doubt_and_can_be_sent_as_it_is(place):
    values = typical_row(place.contract).values
    frame, problems = rows_from_form([values], place.contract)
    assert not problems and len(frame) == 1 and frame["city"][0] in ("Bonn", "Köln")


def test_a_random_row_is_one_of_the_test_rows_with_its_truth_as_it_is_written(place):
    run = place.judged_by(Split())
    drawn = {draw(place, run, seed).number for seed in range(20)}
    assert drawn == {6, 20}
    example = next(e for seed in range(20) if (e := draw(place, run, seed)).number == 6)
    assert example.truth == "2" and example.values["age"] == 25 and type(example.values["age"]) is int
    assert example.values["member"] == "false" and example.values["when"] == "2020-01-06T00:00:00"


def test_what_a_row_lacks_is_missing_in_the_form_too(place):
    assert draw(place, place.judged_by(Split(), rows=(19,))).values["age"] is None


def test_rows_of_a_second_file_are_found_there(place):
    run = place.judged_by(Split(strategy="file", test_dataset=place.dataset.id), rows=(20 + 5,))
    assert draw(place, run).number == 6


def test_a_run_without_models_has_no_test_row_to_show(place):
    run = place.store.create(place.spec, OWNER, "new")
    with pytest.raises(NotApplicable):
        draw(place, run)


def test_the_truth_about_a_number_is_a_number(place):
    run = place.judged_by(Split(), rows=(5,))
    task = replace(run.spec.task, kind="regression", target="age", classes=())
    run = replace(run, spec=replace(run.spec, task=task))
    truth = draw(place, run).truth
    assert truth == 25 and type(truth) is float
