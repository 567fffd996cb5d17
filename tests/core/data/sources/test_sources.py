"""What every source keeps: round trips, and a sentence for what it cannot read."""

import datetime
import decimal
import sqlite3
from contextlib import closing
from dataclasses import replace

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
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
    book.active["A1"] = "Read me first"
    sheet = book.create_sheet("data")
    sheet.append(["Report of 2020"])
    sheet.append(["id", "flag", "day", "amount"])
    sheet.append([1, True, datetime.datetime(2020, 1, 31), 12.0])
    sheet.append([2, False, datetime.datetime(2020, 2, 1, 10, 30), 0.5])
    book.save(tmp_path / "book.xlsx")
    return tmp_path / "book.xlsx"


def test_the_first_sheet_that_may_be_a_table_is_read_and_titles_skipped(workbook):
    table = read_text(workbook)
    assert table.names == ("id", "flag", "day", "amount") and table.options["sheet"] == "data"
    assert table.frame().values.tolist() == [
        ["1", "true", "2020-01-31", "12"],
        ["2", "false", "2020-02-01 10:30:00", "0.5"],
    ]
    assert {finding.code for finding in table.findings} == {"skipped_lines", "other_sheets"}


def test_what_stands_below_a_sheets_table_is_kept_aside(tmp_path):
    book = openpyxl.Workbook()
    rows = [["city", "n", "x"], *(["Oslo", i, i / 2] for i in range(12))]
    for row in (*rows, [], ["Total", 66, 33], ["Source: the office"]):
        book.active.append(row)
    book.save(tmp_path / "book.xlsx")
    table = read_text(tmp_path / "book.xlsx")
    assert (table.n_rows, table.lines.below) == (12, 2)
    assert table.rejects.read_text().splitlines()[1:] == [
        '15,below the table,"Total, 66, 33"',
        "16,below the table,Source: the office",
    ]


def test_another_sheet_can_be_asked_for(workbook):
    with pytest.raises(UnreadableFile, match="Read me first"):
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


def test_parquet_values_are_what_their_texts_would_be_read_as(tmp_path, monkeypatch):
    day, moment = datetime.date, datetime.datetime
    zone = datetime.timezone(datetime.timedelta(hours=8))
    table = pa.table({
        "{braces}": pa.array([1, -5, None, 7], pa.int8()), "beyond": pa.array([2**64 - 1, 0, 3, None], pa.uint64()),
        "single": pa.array([0.1, None, float("nan"), 3.5], pa.float32()),
        "double": [0.1, float("inf"), float("nan"), -0.0], "exact": pa.array([decimal.Decimal("1.10"), None, None, decimal.Decimal("-2.25")]),
        "yes": [True, False, None, True], "day": [day(2020, 2, 29), None, day(900, 1, 1), day(1970, 1, 1)],
        "at": pa.array([moment(2020, 1, 1, 5, 6, 7, 89), None, moment(3500, 1, 1), moment(1000, 1, 1)], pa.timestamp("us")),
        "zoned": pa.array([moment(2020, 1, 1, 5, tzinfo=zone), None, None, None], pa.timestamp("ms", tz="Asia/Shanghai")),
        "fine": pa.array([1, 10**15 + 1, None, 10**18 + 999], pa.timestamp("ns")), "word": [" a", "NA", "b", None],
        "clock": pa.array([1, 2, None, 3], pa.time32("s")), "none": pa.nulls(4),
    })  # fmt: skip
    pq.write_table(table, tmp_path / "t.parquet")
    source, told = recognise(tmp_path / "t.parquet"), []
    for number, one in enumerate((source, replace(source, read_values=None))):
        monkeypatch.setattr("core.data.ingest.recognise", lambda path, one=one: one)
        (folder := tmp_path / f"{number}").mkdir()
        _, columns = stored_table(tmp_path / "t.parquet", folder, {})
        told.append((columns, repr(pq.read_table(folder / "table.parquet").to_pydict())))
    assert told[0] == told[1]


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
