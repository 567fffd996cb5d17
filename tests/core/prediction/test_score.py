from dataclasses import replace

import numpy as np
import pytest

from core.commands import OWNER
from core.domain import ModelSpec, Task
from core.errors import UnknownName
from core.home import Home
from core.prediction.doubts import Doubts
from core.prediction.margin import Margin
from core.prediction.rows import rows_from_form
from core.prediction.score import Answers, load_scorer
from core.runs.records import first_records, save_record
from core.runs.store import RunStore
from tests.core.prediction.conftest import FEATURES, TRAINING


def test_answers_name_the_most_probable_class_and_every_probability(scorer):
    table = scorer.answer(TRAINING[list(FEATURES)]).table()
    assert list(table.columns) == ["prediction", "p_no", "p_yes", "trust"] and len(table) == len(TRAINING)
    assert (table["prediction"] == np.where(table["p_yes"] > table["p_no"], "yes", "no")).all()


def test_classes_that_are_integers_stay_as_they_are_written(scorer):
    task = replace(scorer.task, classes=("0", "1"), positive_class="1")
    spec = replace(scorer.run.spec, task=task)
    table = replace(scorer, run=replace(scorer.run, spec=spec)).answer(TRAINING[list(FEATURES)]).table()
    assert set(table["prediction"]) <= {"0", "1"} and "p_1" in table


def test_no_rows_give_no_answers_but_their_columns(scorer):
    table = scorer.answer(*rows_from_form([], scorer.contract)).table()
    assert list(table.columns) == ["prediction", "p_no", "p_yes", "trust"] and table.empty


def test_a_row_alone_is_answered_as_among_others(scorer):
    frame = TRAINING[list(FEATURES)]
    together = scorer.predict(frame)
    alone = np.vstack([scorer.predict(frame.iloc[[i]]) for i in range(4)])
    np.testing.assert_allclose(alone, together[:4], rtol=1e-6)


def a_price(predicted, margin, *, never_negative=False):
    """The table of answers that are these numbers."""
    task = Task(kind="regression", target="price", features=FEATURES)
    none = np.array([], np.int64)
    doubts = Doubts(len(predicted), (), none, none)
    return Answers(task, np.array(predicted, float), doubts, margin, never_negative).table()


def test_a_number_is_answered_with_the_range_that_the_validation_rows_suggest():
    table = a_price([100.0, -3.0], Margin(width=10.0, n=50))
    assert list(table.columns) == ["prediction", "low", "high", "trust"]
    assert table["low"].tolist() == [90, -13] and table["high"].tolist() == [110, 7]


def test_without_validation_rows_the_columns_are_there_and_empty():
    table = a_price([100.0], None)
    assert list(table.columns) == ["prediction", "low", "high", "trust"]
    assert table[["low", "high"]].isna().all(axis=None)


def test_a_target_that_never_was_negative_gets_no_negative_range():
    table = a_price([4.0, 100.0, -2.0], Margin(width=10.0, n=50), never_negative=True)
    assert table["low"].tolist() == [0, 90, -2]  # an answer is never out of its own range


def test_no_answer_has_more_digits_than_a_model_knows(scorer):
    for name in ("p_no", "p_yes"):
        for value in scorer.answer(TRAINING[list(FEATURES)]).table()[name]:
            assert float(f"{value:.7g}") == value
    assert a_price([123181.35371234], Margin(width=1 / 3, n=50)).iloc[0, :3].tolist() == [
        123181.4, 123181, 123181.7,
    ]  # fmt: skip


def test_a_model_that_is_not_there_is_answered_with_the_titles_of_those_that_are(scorer, tmp_path):
    store = RunStore(Home.at(tmp_path))
    spec = replace(scorer.run.spec, models=(ModelSpec(key="tree"),))
    run = store.create(spec, OWNER, "run")
    (record,) = first_records(run.spec)
    save_record(store.folder(run.id), replace(record, state="done"))
    store.write_manifest(run.id)
    with pytest.raises(UnknownName, match=record.title):
        load_scorer(store, run, 99)
