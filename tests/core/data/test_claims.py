"""A large table typed in passing is the table that reading every cell as text would have given."""

import random

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data import casting, claims
from core.data.catalog import Catalog
from core.data.engines.duckdb import in_memory
from core.data.inference import Inferred
from core.data.ingest import ingest
from core.data.sources import _scan, csv
from core.data.sources._writing import write_cells
from core.home import Home

ROWS = 300
COLUMNS = {
    "integer": [str(i) for i in range(ROWS)],
    "padded": [f" {i} " for i in range(ROWS)],
    "decimal": [f"{i / 8}" for i in range(ROWS)],
    "gappy": ["", "NA", "1.5", "none"] * (ROWS // 4),
    "money": [f"$1,{i:03}.50" for i in range(ROWS)],
    "day": [f"2020-01-{1 + i % 28:02}" for i in range(ROWS)],
    "moment": [f"2020-01-{1 + i % 28:02} 10:{i % 60:02}:00" for i in range(ROWS)],
    "twin": [f"0{1 + i % 9}/0{1 + i % 7}/2020" for i in range(ROWS)],
    "german": [f"{13 + i % 9}.02.2020" for i in range(ROWS)],
    "truth": [("true", "False", "")[i % 3] for i in range(ROWS)],
    "words": [f"{('Nice', 'na', ' x', 'n/a ', '-')[i % 5]}" for i in range(ROWS)],
    "few words": [("north", "South Pole", "")[i % 3] for i in range(ROWS)],
    "code": [f"{i:05}" for i in range(ROWS)],
    "mixed": [str(i) if i % 9 else "x1" for i in range(ROWS)],
    "blank": [""] * ROWS,
}
LATE = [
    "1.5",
    "007",
    "x",
    "",
    "none",
    "1_000",
    "inf",
    "12345678901234567890",
    "2020-02-30",
    "13/12/2020",
    " 7",
    "Yes",
]


@pytest.fixture
def both(tmp_path, monkeypatch):
    """both(columns or text): the table's frame, columns and findings, typed in passing and read as text."""

    def read(content, name):
        path = tmp_path / f"{name}.csv"
        if not isinstance(content, str):
            rows = (",".join(f'"{c}"' for c in row) for row in zip(*content.values()))
            content = "\n".join([",".join(content), *rows]) + "\n"
        path.write_text(content, encoding="utf-8")
        answers = []
        for least in (0, 1 << 40):
            monkeypatch.setattr(csv, "MIN_TYPED_BYTES", least)
            home = Home(tmp_path / f"home-{name}-{least}")
            dataset = ingest(path, name="t", owner="ada", home=home, options={"header": True})
            catalog = Catalog(home)
            answers.append((catalog.read(dataset), dataset.columns, catalog.reading_findings(dataset)))
        return answers

    return read


def test_both_roads_give_the_same_table(both):
    (frame, columns, findings), (other, other_columns, other_findings) = both(COLUMNS, "all")
    assert frame.equals(other) and columns == other_columns
    assert sorted(findings, key=repr) == sorted(other_findings, key=repr)


BODY = "n,day,words\n" + "".join(f"{i}.5,2020-01-{1 + i % 28:02},word {i % 7}\n" for i in range(200))
FILES = {
    "notes below": BODY + ",,\nSource: the office,,\n",
    "prose below": BODY + "\nAll figures are provisional.\n",
    "blank rows below": BODY + ",,\n,,\n",
    "missing row last": BODY + "NA,NA,NA\n",
    "titles above": "Sales of the office\n\n" + BODY,
    "row too short": BODY.replace("\n7.5,", "\n", 1),
    "cells of several lines": BODY.replace("word 3", '"word\n3"'),
    "line ends around a word": BODY.replace("word 3", '"\nword 3\n"'),
    "blank lines between": BODY.replace("\n9.5", "\n\n9.5"),
    "separators at the ends": BODY.replace("\n", ",\n"),
    "a column of tokens at the end": BODY.replace("\n", ",NA\n"),
    "a scale that comes late": BODY.replace("word", "5k word").replace("5k word ", ""),
    "column named as row numbers": BODY.replace("words", "file_row_number"),
}


@pytest.mark.parametrize("name", FILES)
def test_what_is_around_a_table_and_in_its_cells_is_told_on_both_roads(both, name):
    (frame, columns, findings), (other, other_columns, other_findings) = both(FILES[name], "file")
    assert frame.equals(other) and columns == other_columns
    assert sorted(findings, key=repr) == sorted(other_findings, key=repr)


def test_claims_that_do_not_fit_in_memory_are_given_up_for_the_text(both, monkeypatch):
    (frame, columns, _), _ = both(COLUMNS, "before")
    given_up = []

    def short_of_memory(*asked, **how):
        if asked[-1]:
            given_up.append(asked[-1])
            raise duckdb.OutOfMemoryException("more columns than fit")
        return write_cells(*asked, **how)

    monkeypatch.setattr(_scan, "write_cells", short_of_memory)
    (again, same, _), _ = both(COLUMNS, "after")
    assert given_up and again.equals(frame) and same == columns


@pytest.mark.parametrize("name", FILES)
def test_every_line_has_its_account_on_both_roads(tmp_path, monkeypatch, name):
    path = tmp_path / "file.csv"
    path.write_text(FILES[name], encoding="utf-8")
    monkeypatch.setattr(csv, "MIN_TYPED_BYTES", 0)
    tables = []
    for read in (csv.read, csv.read_values):
        folder = tmp_path / read.__name__
        folder.mkdir()
        tables.append(read(path, folder, {}))
    text, values = tables
    assert text.lines == values.lines and text.n_rows == values.n_rows and text.names == values.names
    assert values.typed or "below" in name or name == "missing row last"


@pytest.mark.parametrize("doubtful", ["1.234", "1,234", "01/02/2020", "5k", "none", "$5"])
def test_a_sample_that_leaves_a_doubt_claims_nothing(tmp_path, monkeypatch, doubtful):
    path = tmp_path / "file.csv"
    path.write_text("a;b\n" + f"{doubtful};word\n" * 50, encoding="utf-8")
    monkeypatch.setattr(csv, "MIN_TYPED_BYTES", 0)
    assert set(csv.read_values(path, tmp_path, {}).typed) == {1}


@pytest.mark.parametrize("key", ["kinds", "date_formats", "number_formats"])
def test_a_word_on_a_column_is_taken_at_the_text(tmp_path, monkeypatch, key):
    (tmp_path / "file.csv").write_text(BODY, encoding="utf-8")
    monkeypatch.setattr(csv, "MIN_TYPED_BYTES", 0)
    assert not csv.read_values(tmp_path / "file.csv", tmp_path, {key: {"n": "text"}}).typed


@pytest.mark.parametrize("name", COLUMNS)
def test_a_cell_that_comes_late_is_judged_like_an_early_one(both, monkeypatch, name):
    monkeypatch.setattr("core.data.sources._writing.SAMPLE_ROWS", 100)
    monkeypatch.setattr("core.data.sources._writing.MAX_BROKEN", len(LATE))
    columns = {f"c{k}": [*COLUMNS[name][:200], cell] for k, cell in enumerate(LATE)}
    (frame, found, findings), (other, other_found, other_findings) = both(columns, name)
    assert frame.equals(other) and found == other_found
    assert sorted(findings, key=repr) == sorted(other_findings, key=repr)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text(st.sampled_from(casting.BLANKS + "nNaAuUlL/?#<>()-.x9ß中"), max_size=9), max_size=60))
def test_a_word_is_trimmed_and_found_missing_as_everywhere(texts):
    held = claims.held("cell", Inferred(kind="text"), 0, cast="")
    with in_memory() as connection:
        connection.register("texts", pa.table({"cell": pa.array(texts, pa.string())}))
        rows = connection.execute(f"SELECT {held}, {casting.present('cell')} FROM texts").fetchall()
    assert [row[0] for row in rows] == [row[1] for row in rows]


def test_three_broken_claims_do_not_cost_a_reading_each_for_ever(both, monkeypatch):
    monkeypatch.setattr("core.data.sources._writing.SAMPLE_ROWS", 50)
    columns = {f"c{k}": [*(str(i) for i in range(100)), f"late{k}"] for k in range(9)}
    (frame, found, _), (other, other_found, _) = both(columns, "late")
    assert frame.equals(other) and found == other_found


NEARLY = {"integer": "-1200", "decimal": "120.25e1", "date": "2019-01-03 12:34:56"}


@pytest.mark.parametrize("kind", NEARLY)
def test_no_quick_test_takes_for_a_value_what_the_full_one_would_not(kind):
    """Of texts that differ from a value in a few characters; those with underscores are left to the full test."""
    rng = random.Random(0)
    claim = Inferred(kind=kind, statistics={"date_format": "iso"} if kind == "date" else {})
    texts = {_changed(NEARLY[kind][: rng.choice((4, 8, 9, 10, 19))], rng) for _ in range(40_000)}
    full = claims._full(casting.trimmed("cell"), claim)
    with in_memory() as connection:
        connection.register("texts", pa.table({"cell": sorted(texts)}))
        for has_underscores in (True, False):
            tests = " OR ".join(claims._usual("cell", claim, "v", has_underscores))
            seen = connection.execute(
                f"SELECT cell FROM (SELECT cell, {claims.casts(claim, 'cell')} AS v FROM texts) "
                f"WHERE ({tests}) AND {full} IS DISTINCT FROM v AND ({has_underscores} OR NOT contains(cell, '_'))"
            )
            assert seen.fetchall() == []
            n = connection.execute(
                f"SELECT count(*) FROM (SELECT cell, {claims.casts(claim, 'cell')} AS v FROM texts) WHERE {tests}"
            ).fetchone()[0]
            assert n > 100


def _changed(text: str, rng: random.Random) -> str:
    letters = list(text)
    for _ in range(rng.randint(0, 3)):
        place = rng.randrange(len(letters) + 1)
        letters[place : place + rng.randint(0, 1)] = rng.choice(["", *"0123456789-+/:. TZe_x\u00a0\t"])
    return "".join(letters)
