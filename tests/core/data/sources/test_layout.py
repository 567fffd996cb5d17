"""Where a table begins and ends in a file, and what its columns are called."""

import openpyxl
import pytest

from core.data.sources._layout import find_layout, joined_names, n_notes
from core.data.text_table import read_text

BODY = [[f"row {i}", f"{i}", f"{i}.5", f"{i * 2}"] for i in range(12)]


@pytest.mark.parametrize(
    ("top", "first", "names"),
    [
        ([["", "a", "b", "c"]], 0, ["", "a", "b", "c"]),
        ([["", "2019", "", "2020"], ["city", "Sales", "Cost", "Sales"]], 0, ["city", "2019 / Sales", "2019 / Cost", "2020 / Sales"]),
        ([["weight", "height", "age", "n"], ["g", "kg", "m", "years"]], 0, ["weight / g", "height / kg", "age / m", "n / years"]),
        ([["Report", "", "", ""], ["", "", "", ""], ["city", "a", "b", "c"]], 2, ["city", "a", "b", "c"]),
        ([["Report", "", "", ""], ["Year", "2024", "", ""], ["", "", "", ""], ["city", "a", "b", "c"]], 3, ["city", "a", "b", "c"]),
        ([["city", "2018", "2019", "2020"]], 0, ["city", "2018", "2019", "2020"]),
        ([], 0, None),
    ],
)  # fmt: skip
def test_names_are_told_from_titles_and_values(top, first, names):
    layout = find_layout([*top, *BODY])
    assert layout.first == first
    header = [*top, *BODY][layout.first : layout.first + layout.n_header]
    assert (joined_names(header, layout.width) if header else None) == names


def test_notes_stand_below_a_blank_row():
    note, blank = ["Source: the office", "", "", ""], ["", "", "", ""]
    assert n_notes([*BODY, blank, note], 4) == 2
    assert n_notes([*BODY, note], 4) == 0
    assert n_notes([*BODY, blank], 4) == 1
    assert n_notes(BODY, 4) == 0


def test_a_total_below_a_blank_row_is_no_row_of_the_table():
    total, blank = ["Total:", "66", "72", "132"], ["", "", "", ""]
    assert n_notes([*BODY, blank, total], 4) == 2
    assert n_notes([*BODY, total], 4) == 0, "it may be the name of something"


def test_a_name_above_a_blank_row_is_no_title_where_no_names_follow():
    rows = [["city", "n", ""], ["", "", ""], *(["Oslo", f"{i}", ""] for i in range(12))]
    assert find_layout(rows).first == 0


def test_what_stands_around_a_table_is_kept_with_its_lines(tmp_path):
    rows = "".join(f"{i};a;{i}.5\n" for i in range(20))
    (tmp_path / "t.csv").write_text(f'Title "of 2020\n\nn;word;x\n{rows}\nSource: the office\n')
    table = read_text(tmp_path / "t.csv")
    assert (table.n_rows, table.n_rejected, table.names) == (20, 0, ("n", "word", "x"))
    assert table.rejects.read_text().splitlines() == [
        "line,reason,text",
        '1,above the table,"Title ""of 2020"',
        "25,below the table,Source: the office",
    ]
    assert table.lines.blank == 2


@pytest.mark.parametrize(("last", "n_rows"), [(",,", 20), ('"","",""', 22), ('"Source",,', 20)])
def test_blank_rows_at_the_end_are_padding_unless_somebody_quoted_their_cells(tmp_path, last, n_rows):
    rows = "".join(f'"{i}","a","{i}.5"\n' for i in range(20))
    blank = ",," if last != '"","",""' else last
    (tmp_path / "t.csv").write_text(f"n,word,x\n{rows}{blank}\n{last}\n")
    table = read_text(tmp_path / "t.csv")
    assert (table.n_rows, table.n_rejected) == (n_rows, 0)
    assert table.lines.total == 1 + n_rows + table.lines.below + table.lines.blank


def test_runs_of_blanks_separate_and_a_person_may_say_otherwise(tmp_path):
    (tmp_path / "t.txt").write_text("id   x  name\n1    2.5  'a b'\n22  13.5  'c d'\n3  4.5  'e'\n")
    table = read_text(tmp_path / "t.txt")
    assert table.names == ("id", "x", "name") and table.options["separator"] == "wide blanks"
    assert read_text(tmp_path / "t.txt", {"separator": "blanks", "quote": "'"}).frame()["name"].tolist() == [
        "a b",
        "c d",
        "e",
    ]


def test_merged_names_stand_over_all_their_columns(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["City", 2019, None, 2020, None])
    sheet.append([None, "Sales", "Cost", "Sales", "Cost"])
    for i in range(8):
        sheet.append([f"city {i // 2}" if i % 2 == 0 else None, i, i * 2, i * 3, i * 4])
    for area in ("A1:A2", "B1:C1", "D1:E1", *(f"A{3 + i}:A{4 + i}" for i in range(0, 8, 2))):
        sheet.merge_cells(area)
    book.save(tmp_path / "merged.xlsx")
    table = read_text(tmp_path / "merged.xlsx")
    assert table.names == ("City", "2019 / Sales", "2019 / Cost", "2020 / Sales", "2020 / Cost")
    assert table.frame()["City"].tolist() == [f"city {i // 2}" for i in range(8)]
