from dataclasses import replace

import pytest

from core.domain import Task
from core.errors import ContractBroken
from core.prediction.contract import Contract, Field
from core.prediction.matching import match_columns


def a_contract(names, file_columns=(), headerless=False, target="y") -> Contract:
    task = Task(kind="regression", target=target, features=tuple(names))
    fields = tuple(Field(name=n, kind="decimal") for n in names)
    return Contract(task=task, fields=fields, headerless=headerless, file_columns=tuple(file_columns))


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (["age", "income"], {"age": "age", "income": "income"}),
        (["income", "extra", "age", "y"], {"age": "age", "income": "income"}),
        ([" AGE ", "In come"], None),
        (["AGE", "Income"], {"age": "AGE", "income": "Income"}),
    ],
)
def test_columns_are_found_by_name_whatever_their_order_and_company(found, expected):
    contract = a_contract(["age", "income"])
    if expected is None:
        with pytest.raises(ContractBroken, match="'income'"):
            match_columns(found, contract, headerless=False)
    else:
        assert match_columns(found, contract, headerless=False) == expected


def test_blanks_underscores_and_case_do_not_matter_but_an_exact_name_comes_first():
    contract = a_contract(["Total Charges", "total_charges"])
    found = match_columns(["total_charges", "Total-Charges"], contract, headerless=False)
    assert found == {"total_charges": "total_charges", "Total Charges": "Total-Charges"}


def test_one_column_never_stands_in_for_two():
    contract = a_contract(["Total Charges", "total_charges"])
    with pytest.raises(ContractBroken, match="'total_charges'"):
        match_columns(["Total Charges"], contract, headerless=False)


def test_the_difference_names_what_is_absent_what_is_there_and_what_was_meant():
    contract = a_contract(["income", "age"])
    with pytest.raises(ContractBroken) as broken:
        match_columns(["incme", "y", "age", "zip"], contract, headerless=False)
    sentence = str(broken.value)
    assert "'income'" in sentence and "Is 'incme' meant to be 'income'?" in sentence and "'zip'" in sentence
    assert "'y'" not in sentence  # the target is no spare column


HEADERLESS = a_contract(
    ["column_3", "column_4"], [f"column_{i}" for i in range(1, 6)], headerless=True, target="column_1"
)  # column_2 is an identifier, column_5 is ignored


@pytest.mark.parametrize(
    ("n_columns", "third"), [(5, "column_3"), (4, "column_2"), (2, "column_1")],
    ids=["as trained", "without the target", "features alone"],
)  # fmt: skip
def test_files_without_names_are_matched_by_place(n_columns, third):
    names = [f"column_{i}" for i in range(1, n_columns + 1)]
    assert match_columns(names, HEADERLESS, headerless=True)["column_3"] == third


def test_a_headerless_file_of_another_width_is_refused_with_both_counts():
    with pytest.raises(ContractBroken, match="3 columns.*5"):
        match_columns(["column_1", "column_2", "column_3"], HEADERLESS, headerless=True)


def test_names_made_up_for_a_file_never_match_by_place_what_has_real_names():
    with pytest.raises(ContractBroken):
        match_columns(["column_1", "column_2"], replace(HEADERLESS, headerless=False), headerless=True)
