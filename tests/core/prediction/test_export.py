import csv
import io

import pandas as pd
import pytest

from core.prediction.export import MARK, for_spreadsheet, harmless, preview, to_csv, without_noise, write_csv


@pytest.mark.parametrize("cell", ["=1+1", "+cmd", "-2+3", "@SUM(A1)", "\t1", "\r1", "\n1", "＝1+1", "-"])
@pytest.mark.parametrize("kind", ["str", "object", "category"])
def test_a_cell_that_a_spreadsheet_would_run_gets_an_apostrophe(cell, kind):
    table = pd.DataFrame({"a": pd.Series([cell, "fine"], dtype=kind)})
    assert harmless(table)["a"].tolist() == [f"'{cell}", "fine"]


def test_a_header_cell_is_made_harmless_too():
    assert harmless(pd.DataFrame({"=cmd|' /C calc'!A0": [1]})).columns[0].startswith("'=")


@pytest.mark.parametrize("number", ["-1", "+3.5", "-1e-7", "-1,5", "+.5", "-12 %"])
def test_numbers_held_as_text_stay_numbers(number):
    assert harmless(pd.DataFrame({"a": [number]}))["a"].tolist() == [number]


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("x;=1+1", "x;'=1+1"),
        ('x;"=1+1;y', "x;\"'=1+1;y"),
        ("x\n@SUM(A1)", "x\n'@SUM(A1)"),
        ("=1\t=2", "'=1\t'=2"),
        ("\t=1", "'\t'=1"),
        ("\r=1", "'\r'=1"),
        ("\n=1", "'\n'=1"),
        ("x;-5;+2", "x;-5;+2"),
        ("x; y - z", "x; y - z"),
    ],
)
@pytest.mark.parametrize("kind", ["str", "object", "category"])
def test_a_cell_that_another_separator_would_split_is_harmless_in_pieces_too(cell, written, kind):
    table = pd.DataFrame({"a": pd.Series([cell, "fine", None], dtype=kind)})
    assert harmless(table)["a"].tolist()[:2] == [written, "fine"]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_no_spreadsheet_finds_a_formula_whatever_its_separator(separator):
    table = pd.DataFrame({"n": [1], "t": ["x;=1+1;y\t=1+1\tz|=1+1|\n=1+1"], "u": ['a";"=1+1;b']})
    text = to_csv(table).decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(text), delimiter=separator) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", '"='))]


def test_text_and_names_stand_in_quotation_marks_and_numbers_do_not():
    table = pd.DataFrame(
        {
            "id": [7],
            "share": [0.25],
            "short": pd.Series([0.1], dtype="float32"),
            "yes": [True],
            "code": ["x;y"],
            "word": pd.Series(["a"], dtype="category"),
        }
    )
    text = to_csv(table).decode("utf-8-sig")
    assert text == '"id","share","short","yes","code","word"\n7,0.25,0.1,True,"x;y","a"\n'


@pytest.mark.parametrize("kind", ["str", "object", "category"])
def test_a_number_held_as_text_is_written_as_it_stands_and_not_as_text(kind):
    cells = ["2.50", "-3", "0", "007", "1,5", "1e5", "12 %", None, "-1+2"]
    text = to_csv(pd.DataFrame({"a": pd.Series(cells, dtype=kind), "b": 1})).decode("utf-8-sig")
    written = [line.removesuffix(",1") for line in text.splitlines()[1:]]
    assert written == ["2.50", "-3", "0", '"007"', '"1,5"', '"1e5"', '"12 %"', "", '"\'-1+2"']


def test_what_is_written_is_read_back_the_same():
    table = pd.DataFrame({"n": [1.5, None], "t": ["a", None], "k": pd.array([1, None], dtype="Int64")})
    back = pd.read_csv(io.BytesIO(to_csv(table)))
    assert (
        back["n"].isna().tolist() == back["t"].isna().tolist() == back["k"].isna().tolist() == [False, True]
    )
    assert (back["n"][0], back["t"][0], back["k"][0]) == (1.5, "a", 1)


def test_numbers_dates_truths_and_blanks_are_left_alone():
    table = pd.DataFrame(
        {"n": [-1.5, 2], "d": pd.to_datetime(["2020-01-01"] * 2), "b": [True, False], "t": ["x", None]}
    )
    pd.testing.assert_frame_equal(harmless(table), table)


def test_the_table_given_is_not_changed():
    table = pd.DataFrame({"=a": ["=1"]})
    harmless(table)
    assert table.columns[0] == "=a" and table.iloc[0, 0] == "=1"


def test_a_download_is_utf_8_that_excel_recognises(tmp_path):
    content = to_csv(pd.DataFrame({"city": ["Köln"]}))
    assert content.startswith(MARK) and pd.read_csv(io.BytesIO(content))["city"].tolist() == ["Köln"]
    write_csv([pd.DataFrame({"city": ["Köln"]})], tmp_path / "a.csv")
    assert for_spreadsheet(tmp_path / "a.csv") == content


def test_pieces_are_written_under_one_header(tmp_path):
    pieces = [pd.DataFrame({"a": []}), pd.DataFrame({"a": [1, 2]}), pd.DataFrame({"a": [3]})]
    assert write_csv(pieces, tmp_path / "a.csv") == 3
    assert (tmp_path / "a.csv").read_text() == '"a"\n1\n2\n3\n'


def test_nothing_is_left_of_a_file_that_could_not_be_finished(tmp_path):
    def pieces():
        yield pd.DataFrame({"a": [1]})
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write_csv(pieces(), tmp_path / "a.csv")
    assert list(tmp_path.iterdir()) == []


def test_a_preview_shows_cells_as_written_and_answers_as_numbers(tmp_path):
    write_csv([pd.DataFrame({"code": ["007", "1"], "p_yes": [0.5, 0.25]})], tmp_path / "a.csv")
    head = preview(tmp_path / "a.csv", 1, numbers=("p_yes",))
    assert head["code"].tolist() == ["007"] and head["p_yes"].tolist() == [0.5]


def test_computed_figures_are_written_without_the_noise_of_adding():
    table = pd.DataFrame(
        {"sum": [-3.8449999999999998, 0.1 + 0.2, None], "n": [2**60 + 1, 1, 2], "who": list("abc")}
    )
    text = to_csv(without_noise(table)).decode("utf-8-sig")
    assert text.splitlines()[1:] == [f'-3.845,{2**60 + 1},"a"', '0.3,1,"b"', ',2,"c"']
