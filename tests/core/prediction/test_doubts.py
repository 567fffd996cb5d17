import pandas as pd

from core.data.columns import CellProblem
from core.prediction.doubts import find_doubts
from core.prediction.rows import rows_from_form
from tests.core.prediction.conftest import FEATURES, TRAINING

FINE = {"age": 30, "price": 2.5, "city": "Bonn", "member": True, "since": "2020-06-01"}


def found(contract, *rows):
    frame, problems = rows_from_form(rows, contract)
    return find_doubts(frame, contract, problems)


def test_training_rows_are_beyond_doubt(contract):
    doubts = find_doubts(TRAINING[list(FEATURES)], contract)
    assert set(doubts.trust()) == {"ok"} and doubts.counts() == {} and doubts.n_rows_doubted == 0


def test_each_way_of_being_strange_has_its_code(contract):
    cases = {
        "unseen": FINE | {"city": "Paris"},
        "out_of_range": FINE | {"age": 99},
        "missing": FINE | {"age": None},
        "unreadable": FINE | {"age": "thirty"},
    }
    doubts = found(contract, *cases.values())
    assert [[d.code for d in row] for row in doubts.by_row()] == [[code] for code in cases]
    assert doubts.counts() == dict.fromkeys(cases, 1)


def test_dates_out_of_range_are_doubted(contract):
    (row,) = found(contract, FINE | {"since": "2031-01-01"}).by_row()
    assert [d.sentence for d in row] == [
        "'since' is 2031-01-01, outside 2020-01-01 to 2022-12-31 as seen in training"
    ]


def test_a_truth_value_that_training_never_had_is_unseen(contract, task):
    from core.prediction.contract import make_contract
    from tests.core.prediction.conftest import a_dataset

    always = make_contract(TRAINING.assign(member=True), a_dataset(), task)
    assert [d.code for d in found(always, FINE | {"member": False}).by_row()[0]] == ["unseen"]


def test_a_missing_value_that_training_had_too_is_no_doubt(contract):
    assert found(contract, FINE | {"price": None}).trust().tolist() == ["ok"]


def test_an_unreadable_cell_is_doubted_also_where_values_may_miss(contract):
    (row,) = found(contract, FINE | {"price": "cheap"}).by_row()
    assert [(d.code, d.value) for d in row] == [("unreadable", "cheap")]


def test_many_doubts_about_one_row_are_counted_rather_than_listed(contract):
    frame, _ = rows_from_form([{}], contract)
    problems = [CellProblem(row=0, column=n, value="x") for n in FEATURES]
    wide = find_doubts(frame, contract, problems)
    assert wide.n_rows_doubted == 1 and wide.counts() == {"unreadable": 1}
    strange = {"age": 99, "price": 99, "city": "Paris", "member": "maybe", "since": "2031-01-01"}
    assert found(contract, strange).trust()[0].count(";") == 4


def test_a_long_strange_text_is_cut(contract):
    (row,) = found(contract, FINE | {"city": "x" * 500}).by_row()
    assert len(row[0].value) <= 81


def test_values_beyond_the_known_choices_are_not_called_unseen(contract):
    from dataclasses import replace

    city = replace(contract.fields[2], n_choices=5000)
    loose = replace(contract, fields=(*contract.fields[:2], city, *contract.fields[3:]))
    assert found(loose, FINE | {"city": "Paris"}).trust().tolist() == ["ok"]


def test_no_rows_no_doubts(contract):
    empty = find_doubts(TRAINING[list(FEATURES)].iloc[:0], contract)
    assert empty.trust().tolist() == [] and empty.counts() == {} and empty.by_row() == []


def test_doubts_stay_with_their_rows_whatever_the_index(contract):
    frame = TRAINING[list(FEATURES)].assign(city=["Paris", *["Bonn"] * 19])
    frame.index = pd.RangeIndex(100, 120)
    assert find_doubts(frame, contract).trust().tolist()[1:] == ["ok"] * 19
