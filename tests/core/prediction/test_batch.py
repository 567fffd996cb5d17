from dataclasses import replace

import pandas as pd
import pytest

from core.errors import ContractBroken, UnreadableFile
from core.prediction.batch import predict_file
from core.prediction.rows import rows_from_form
from tests.core.prediction.conftest import FEATURES

HEADER = "age,price,city,member,since"
ROWS = ["30,2.5,Bonn,true,2020-06-01", "99,,Paris,false,2021-01-01", "x,1.5,Köln,TRUE,2022-01-01"] * 4


@pytest.fixture
def file(tmp_path):
    def write(*lines, name="new.csv"):
        path = tmp_path / name
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return write


def answers_of(path) -> pd.DataFrame:
    return pd.read_csv(path, keep_default_na=False)


def test_pieces_give_what_the_whole_gives(scorer, file, tmp_path):
    path = file(HEADER, *ROWS)
    whole = predict_file(scorer, path, tmp_path / "whole.csv")
    pieces = predict_file(scorer, path, tmp_path / "pieces.csv", piece=5)
    assert whole == pieces and whole.n_rows == 12 and whole.n_doubtful == 8
    assert whole.doubts == {"out_of_range": 4, "unreadable": 4, "unseen": 4}
    pd.testing.assert_frame_equal(answers_of(tmp_path / "whole.csv"), answers_of(tmp_path / "pieces.csv"))


def test_a_file_is_answered_as_the_form_answers(scorer, file, tmp_path):
    predict_file(scorer, file(HEADER, *ROWS[:3]), tmp_path / "out.csv")
    form = [
        {"age": 30, "price": 2.5, "city": "Bonn", "member": True, "since": "2020-06-01"},
        {"age": 99, "price": None, "city": "Paris", "member": False, "since": "2021-01-01T00:00:00"},
        {"age": "x", "price": 1.5, "city": "Köln", "member": "true", "since": "2022-01-01"},
    ]
    expected = scorer.answer(*rows_from_form(form, scorer.contract)).table()
    pd.testing.assert_frame_equal(answers_of(tmp_path / "out.csv"), expected, check_dtype=False)


def test_extra_columns_the_target_and_another_order_change_nothing(scorer, file, tmp_path):
    predict_file(scorer, file(HEADER, *ROWS[:2]), tmp_path / "plain.csv")
    mixed = file(
        "bought,since,note,City,age,price,member",
        "yes,2020-06-01,=1+1,Bonn,30,2.5,true",
        ",2021-01-01,n,Paris,99,,false",
    )
    predict_file(scorer, mixed, tmp_path / "mixed.csv")
    pd.testing.assert_frame_equal(answers_of(tmp_path / "plain.csv"), answers_of(tmp_path / "mixed.csv"))


def test_kept_columns_come_first_and_do_not_hide_the_answers(scorer, file, tmp_path):
    path = file(f"{HEADER},trust,=x", f"{ROWS[0]},-5,=cmd()")
    predict_file(scorer, path, tmp_path / "out.csv", keep_columns=True)
    table = pd.read_csv(tmp_path / "out.csv", dtype=str)
    assert list(table.columns) == [*FEATURES, "trust (file)", "'=x", "prediction", "p_no", "p_yes", "trust"]
    assert table.iloc[0][["trust (file)", "'=x", "trust"]].tolist() == ["-5", "'=cmd()", "ok"]


def test_kept_numbers_stay_numbers_in_every_piece(scorer, file, tmp_path):
    rows = ["30,2.50,Bonn,true,2020-06-01", "31,,Köln,true,2020-06-02", "32,007,Bonn,true,2020-06-03"]
    predict_file(scorer, file(HEADER, *rows), tmp_path / "out.csv", keep_columns=True, piece=1)
    lines = (tmp_path / "out.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert [line.split(',"', 1)[0] for line in lines] == ["30,2.50", "31,", "32"]
    assert '32,"007","Bonn"' in lines[2]


def test_no_number_is_written_with_more_digits_than_a_model_knows(scorer, file, tmp_path):
    predict_file(scorer, file(HEADER, *ROWS), tmp_path / "out.csv")
    for cell in pd.read_csv(tmp_path / "out.csv", dtype=str)["p_yes"]:
        assert len(cell.split("e")[0].replace(".", "").lstrip("0")) <= 7


def test_a_missing_column_is_refused_and_nothing_is_written(scorer, file, tmp_path):
    with pytest.raises(ContractBroken, match="'price'.*Is 'pricee' meant to be 'price'"):
        predict_file(scorer, file(HEADER.replace("price", "pricee"), *ROWS), tmp_path / "out.csv")
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize("content", ["", HEADER], ids=["empty", "header only"])
def test_a_file_without_rows_is_refused_by_the_name_its_owner_knows(scorer, file, tmp_path, content):
    path = file(name="3f2a")
    path.write_text(content)
    with pytest.raises(UnreadableFile, match=r"'mine\.csv'"):
        predict_file(scorer, path, tmp_path / "out.csv", name="mine.csv")


def test_duplicated_columns_are_no_reason_to_fail(scorer, file, tmp_path):
    result = predict_file(scorer, file(f"{HEADER},age", f"{ROWS[0]},77"), tmp_path / "out.csv")
    assert (result.n_rows, result.n_doubtful) == (1, 0)  # the first of the two counts


def test_a_single_row_whose_header_looks_like_data_is_still_understood(scorer, file, tmp_path):
    contract = replace(scorer.contract, fields=(scorer.contract.fields[2],))
    lone = replace(scorer, contract=contract)
    path = file("city,name", "Bonn,Ann")
    from core.prediction.batch import _read

    table, matched = _read(path, lone.contract)
    assert matched == {"city": "city"} and table.n_rows == 1


def test_progress_rises_to_the_end_and_may_stop_the_work(scorer, file, tmp_path):
    told = []
    predict_file(scorer, file(HEADER, *ROWS), tmp_path / "a.csv", piece=5, report=lambda f, m: told.append(f))
    assert told == sorted(told) and told[-1] == 1

    def stop(fraction, message):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        predict_file(scorer, file(HEADER, *ROWS), tmp_path / "b.csv", piece=5, report=stop)
    assert not (tmp_path / "b.csv").exists()
