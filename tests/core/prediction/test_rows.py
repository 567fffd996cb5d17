from dataclasses import replace

import pandas as pd

from core.data.columns import MAX_PROBLEMS
from core.prediction.contract import Contract, Field
from core.prediction.rows import rows_from_form, rows_from_text


def test_a_form_is_cast_from_what_widgets_hold(contract):
    frame, problems = rows_from_form(
        [{"age": 30, "price": 2.5, "city": "Köln", "member": True, "since": "2020-06-01"}], contract
    )
    row = frame.iloc[0]
    assert (row["age"], row["price"], row["city"], bool(row["member"])) == (30, 2.5, "Köln", True)
    assert row["since"] == pd.Timestamp("2020-06-01") and problems == ()


def test_a_form_is_a_boundary_like_a_file(contract):
    frame, problems = rows_from_form([{"age": "'; DROP TABLE", "member": "perhaps"}], contract)
    assert frame.isna().all().all() and [p.column for p in problems] == ["age", "member"]


def test_a_form_writes_numbers_as_programs_do_however_the_file_did(contract):
    price = replace(contract.fields[1], number_format="decimal_comma")
    german = replace(contract, fields=(price,))
    from_form, _ = rows_from_form([{"price": 1.5}], german)
    from_file, _ = rows_from_text(pd.DataFrame({"p": ["1,5"]}), {"price": "p"}, german)
    assert from_form["price"].tolist() == from_file["price"].tolist() == [1.5]


def test_every_unreadable_cell_is_told_of_also_when_there_are_very_many(task):
    contract = Contract(task=task, fields=tuple(Field(name=n, kind="integer") for n in "abc"))
    n = MAX_PROBLEMS
    text = pd.DataFrame({name: ["?!"] * n for name in "abc"})
    frame, problems = rows_from_text(text, {name: name for name in "abc"}, contract)
    assert len(frame) == n and len(problems) == 3 * n
    assert problems[-1].row == n - 1
