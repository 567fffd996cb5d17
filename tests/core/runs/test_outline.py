from dataclasses import replace

import pytest

from core.domain import ModelSpec
from core.runs.outline import outline
from core.runs.records import first_records
from tests.core.runs.conftest import a_spec

MIX = tuple(
    ModelSpec(key=k)
    for k in ("linear", "tabm", "dummy", "logistic", "tree", "boosting", "forest", "knn", "ensemble")
)


def records(**changed):
    """The mix, with what changes of those of some keys."""
    return [replace(r, **changed.get(r.key, {})) for r in first_records(replace(a_spec(), models=MIX))]


def test_the_list_is_in_the_order_in_which_things_are_done_and_classic_models_are_one_line():
    quick, classics, strong, blend = outline(records())
    assert (quick.title, strong.title, blend.title) == ("Linear network", "TabM", "Ensemble")
    assert classics.title == "Logistic regression, Decision tree, Gradient boosting and 2 more"
    assert (classics.n, classics.state) == (5, "waiting")


@pytest.mark.parametrize(
    ("expected_s", "said"),
    [
        (0.01, "at most 1 s"),
        (7.4, "at most 7 s"),
        (50.0, "at most 50 s"),
        (119.0, "at most 119 s"),
        (125.0, "at most 2 min"),
    ],
)
def test_what_is_expected_is_told_as_roughly_as_it_is_known(expected_s, said):
    assert outline(records(linear={"expected_s": expected_s}))[0].takes == said


def test_nothing_is_said_of_what_nothing_is_known_of():
    assert outline(records(tree={"expected_s": 3.0}))[1].takes is None


def test_classic_models_tick_off_together():
    some = {"logistic": {"state": "done", "fit_s": 2.0}, "tree": {"state": "skipped", "expected_s": 9.0}}
    rest = dict.fromkeys(("boosting", "forest", "knn"), {"expected_s": 4.0})
    line = outline(records(**some, **rest))[1]
    assert (line.state, line.remark, line.takes) == ("training", "2 of 5 are done", "about 14 s")
    done = dict.fromkeys(("logistic", "tree", "boosting", "forest", "knn"), {"state": "done", "fit_s": 2.0})
    line = outline(records(**done))[1]
    assert (line.state, line.takes) == ("done", "10 s") and "held against" in line.remark
    failed = dict.fromkeys(done, {"state": "failed"})
    assert outline(records(**failed))[1].state == "skipped"


def test_what_was_left_out_says_why():
    line = outline(records(tabm={"state": "skipped", "reason": "There was no time.", "expected_s": 9.0}))[2]
    assert (line.remark, line.takes) == ("There was no time.", None)
