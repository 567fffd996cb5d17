import numpy as np
import pandas as pd
import pytest

from core.data.columns import typed
from core.data.split import propose_split
from core.data.task import class_labels, propose_task
from core.preparation import Preparation
from tests.core.data.splits import assigned

LOW, HIGH = 2**53, 2**53 + 1
ROWS = "x,code\n" + "".join(f"{i}.5,{'' if i == 7 else (LOW, HIGH)[i % 2]}\n" for i in range(60))


@pytest.fixture
def dataset(store):
    return store(ROWS)


@pytest.mark.parametrize("rows", [None, np.arange(5, 30)])
def test_long_codes_with_a_gap_stay_apart(dataset, catalog, rows):
    frame = catalog.read(dataset, rows=rows)
    task = propose_task(dataset, "code")
    assert task.classes == (str(LOW), str(HIGH))
    expected = [None if i == 7 else str((LOW, HIGH)[i % 2]) for i in frame["_row"]]
    assert class_labels(frame["code"], task).tolist() == expected
    assert catalog.sample(dataset)["code"].dropna().unique().tolist() == [LOW, HIGH]


def test_long_codes_with_a_gap_can_be_learnt_and_learnt_from(dataset, catalog):
    frame = catalog.read(dataset)
    task = propose_task(dataset, "code")
    known = frame[frame["code"].notna()].reset_index(drop=True)
    prepared = Preparation.fit(known, [dataset.column("x")], task)
    assert prepared.targets(known).tolist() == [i % 2 for i in known["_row"]]
    assert len(assigned(dataset, task, propose_split(dataset, task), catalog)) == 59
    other = propose_task(dataset, "x", features=["code"])
    inputs = Preparation.fit(frame, [dataset.column("code")], other).transform(frame)
    assert all(np.isfinite(values).all() for values in inputs.values())
    predicted = propose_task(dataset, "code", "regression")
    assert np.isfinite(Preparation.fit(known, [dataset.column("x")], predicted).targets(known)).all()


def test_new_rows_are_as_exact_as_stored_ones(dataset):
    cells = pd.DataFrame({"code": [str(LOW), None, str(HIGH)]})
    frame, problems = typed(cells, [dataset.column("code")])
    assert frame["code"].dropna().tolist() == [LOW, HIGH] and not problems


def test_short_numbers_with_a_gap_stay_as_pandas_has_them(store, catalog):
    frame = catalog.read(store("x,y\n" + "".join(f"{i},{'' if i == 3 else i}\n" for i in range(20))))
    assert frame["y"].dtype == "float64" and frame["x"].dtype == "int64"
