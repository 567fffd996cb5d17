from dataclasses import replace

import numpy as np

from core.prediction.rows import rows_from_form
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
