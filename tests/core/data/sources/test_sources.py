"""What every source keeps: round trips, and a sentence for what it cannot read."""

import datetime
import sqlite3
from contextlib import closing

import openpyxl
import pandas as pd
import pytest

from core.data.ingest import stored_table
from core.data.sources import SOURCES, _encoding, csv, recognise
from core.data.text_table import read_text
from core.errors import UnknownName, UnreadableFile

FRAME = pd.DataFrame(
    {
        "name": ["Ann", "Bob", None, "Dün"],
        "age": [31, 4, 7, 12],
        "paid": [1.5, None, 2.25, -3.0],
        "when": pd.to_datetime(["2020-01-31", "2020-02-01", None, "2021-12-31"]),
    }
)


def write(path, key):
    if key == "csv":
        FRAME.to_csv(path, index=False)
    elif key == "parquet":
        FRAME.to_parquet(path, index=False)
    elif key == "json":
        FRAME.to_json(path, orient="records", date_format="iso", date_unit="s")
    elif key == "compressed":
        FRAME.to_csv(path, index=False, compression="gzip")
    elif key == "sqlite":
        with closing(sqlite3.connect(path)) as connection:
            FRAME.to_sql("people", connection, index=False)
    else:
        FRAME.to_excel(path, index=False)
    return path


FILES = {
    "csv": "t.csv",
    "parquet": "t.parquet",
    "excel": "t.xlsx",
    "json": "t.json",
    "compressed": "t.csv.gz",
    "sqlite": "t.db",
}


def test_every_source_has_a_file_here():
    assert {*FILES, "images", "sounds"} == set(SOURCES)  # what holds files instead of cells has its own tests


@pytest.mark.parametrize("key", FILES)
def test_a_table_survives_being_written_and_read(tmp_path, key):
    table = read_text(write(tmp_path / FILES[key], key))
    frame = table.frame()
    assert recognise(tmp_path / FILES[key]).key == key
    assert list(frame.columns) == list(FRAME.columns) and len(frame) == table.n_rows == 4
    assert frame["name"].fillna("").tolist() == ["Ann", "Bob", "", "Dün"]
    assert [float(v) for v in frame["age"]] == [31, 4, 7, 12]
    assert [float(v) for v in frame["paid"].dropna()] == [1.5, 2.25, -3.0]
    assert [v[:10] for v in frame["when"].dropna()] == ["2020-01-31", "2020-02-01", "2021-12-31"]


@pytest.mark.parametrize("key", FILES)
@pytest.mark.parametrize("share", [0.3, 0.9])
def test_a_truncated_file_gives_a_sentence_or_whole_rows(tmp_path, key, share):
    path = write(tmp_path / FILES[key], key)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    try:
        assert read_text(path).n_rows <= 4
    except UnreadableFile as error:
        assert "t." in str(error)


def test_batches_are_the_whole_table_in_order(tmp_path):
    (tmp_path / "t.csv").write_text("a,b\n" + "".join(f"{i},x\n" for i in range(2500)))
    sizes = [len(batch) for batch in read_text(tmp_path / "t.csv").batches(size=1000)]
    assert sum(sizes) == 2500 and max(sizes) <= 1000


@pytest.fixture
def workbook(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "notes"
    sheet = book.create_sheet("data")
    sheet.append(["Report of 2020"])
    sheet.append(["id", "flag", "day", "amount"])
    sheet.append([1, True, datetime.datetime(2020, 1, 31), 12.0])
    sheet.append([2, False, datetime.datetime(2020, 2, 1, 10, 30), 0.5])
    book.save(tmp_path / "book.xlsx")
    return tmp_path / "book.xlsx"


def test_the_first_sheet_with_rows_is_read_and_titles_skipped(workbook):
    table = read_text(workbook)
    assert table.names == ("id", "flag", "day", "amount") and table.options["sheet"] == "data"
    assert table.frame().values.tolist() == [
        ["1", "true", "2020-01-31", "12"],
        ["2", "false", "2020-02-01 10:30:00", "0.5"],
    ]
    assert {finding.code for finding in table.findings} == {"skipped_lines", "other_sheets"}


def test_another_sheet_can_be_asked_for(workbook):
    with pytest.raises(UnreadableFile, match="notes"):
        read_text(workbook, {"sheet": "notes"})
    with pytest.raises(UnknownName, match="Known: notes, data"):
        read_text(workbook, {"sheet": "dat"})


def test_a_protected_spreadsheet_is_refused(tmp_path):
    path = tmp_path / "secret.xlsx"
    path.write_bytes(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + b"\0" * 512
        + "EncryptedPackage".encode("utf-16-le")
        + b"\0" * 512
    )
    with pytest.raises(UnreadableFile, match="protected by a password"):
        read_text(path)


def test_parquet_states_its_kinds_and_may_hold_any_names(tmp_path):
    frame = pd.DataFrame(
        {'we"ird': ["1", "2"], "A": [1, 2], "a": [True, False], "z": pd.Categorical(["1", "2"])}
    )
    frame.to_parquet(tmp_path / "t.parquet")
    table = read_text(tmp_path / "t.parquet")
    assert table.names == ('we"ird', "A", "a_2", "z")
    assert table.declared == {"A": "integer", "a_2": "boolean", "z": "category"}
    assert table.frame()["a_2"].tolist() == ["true", "false"]


def test_a_lone_quotation_mark_does_not_swallow_the_rest(tmp_path):
    rows = "".join(f"ham\t{'' if i % 50 else chr(34)}text {i}\n" for i in range(300))
    (tmp_path / "t.tsv").write_text("label\tmessage\n" + rows)
    table = read_text(tmp_path / "t.tsv")
    assert (table.n_rows, table.n_rejected) == (300, 0)


def test_a_single_column_is_text_enough_for_new_rows(tmp_path):
    (tmp_path / "t.csv").write_text("age\n31\n4\n")
    assert read_text(tmp_path / "t.csv").frame().to_dict("list") == {"age": ["31", "4"]}


@pytest.mark.parametrize(("mark", "given"), [("separator", "Semicolon"), ("quote", "''")])
def test_a_mark_of_several_characters_is_refused_in_a_sentence(tmp_path, mark, given):
    path = tmp_path / "t.csv"
    path.write_text("a;b\n1;2\n3;4\n")
    with pytest.raises(UnreadableFile, match=f"was given as '{given}', but it is a single character"):
        read_text(path, {mark: given})


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "utf-8-sig"])
@pytest.mark.parametrize(
    ("late", "feed"), [("Größe", "\n"), ("Größe", "\r"), ("x", "\r"), ('a "quoted" word', "\n")]
)
def test_a_large_file_that_goes_on_otherwise_than_it_begins_is_read_as_a_whole(
    tmp_path, monkeypatch, encoding, late, feed
):
    """Its first lines decide how it is read ahead; what stands further down decides in the end."""
    monkeypatch.setattr(_encoding, "HEAD", 2_000)
    first = "".join(f"{i},word {i % 5},{i}.5\n" for i in range(400))
    after = "".join(f"{i},{late},{i}.5{feed}" for i in range(400, 450))
    (tmp_path / "t.csv").write_bytes(f"n,word,x\n{first}{after}".encode(encoding))
    told = []
    for least in (10**9, 0):  # read as a small file, then as a large one
        monkeypatch.setattr(csv, "MIN_TYPED_BYTES", least)
        folder = tmp_path / f"{least}"
        folder.mkdir()
        table, _ = stored_table(tmp_path / "t.csv", folder, {})
        kept = table.rejects.read_text() if table.rejects else ""
        told.append(
            (
                table.n_rows,
                table.options,
                table.lines,
                kept,
                pd.read_parquet(folder / "table.parquet").to_dict("list"),
            )
        )
    assert told[0] == told[1]
    assert told[0][0] == (450 if feed == "\n" else 400)
