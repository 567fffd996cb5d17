"""Collections of files that are hard to read: each is the right table, or one sentence says why not."""

import gzip
import json

import pytest

from core.data.text_table import read_text
from core.errors import FathomError

SPECTRUM = "messy_csv_spectrum/csv-spectrum.zip"
HORROR = "messy_messytables_horror/horror.zip"
CLEVER = "messy_clevercsv/clevercsv_examples.zip"


def test_csv_spectrum_comes_in_cell_by_cell(corpus):
    folder = corpus(SPECTRUM)
    answers = sorted((folder / "json").glob("*.json"))
    assert len(answers) == 11
    for answer in answers:
        table = read_text(folder / "csvs" / f"{answer.stem}.csv")
        cells = table.frame().fillna("").to_dict("records")
        # the packed files have lost the returns that the answers still have
        expected = json.loads(answer.read_text(encoding="utf-8").replace("\\r\\n", "\\n"))
        assert cells == expected, answer.stem
        assert table.n_rejected == 0


HORRORS = {
    # file: rows, columns, rejected, first name, first cell; or the code of the refusal
    "211.csv": (2132, 96, 0, "ResourceAgencyNum", "373463"),
    "begrotingsanalyse-2011.csv": (36, 14, 0, "NR.", "0"),
    "bian-anal-mca-2005-dols-eng-1011-0312-tab3.xlsm": (14, 4, 0, "column_1", None),
    "blank_line.ods": (3, 3, 0, "Name", "Bob"),
    "characters.csv": (382, 18, 0, "id", "v_1"),
    "complex.csv": (3, 4, 0, "date", "2011-01-01"),
    "example.tsv": (140, 17, 0, "hour", "2012-06-22 00:00:00"),
    "excel_pasting.csv": (14, 9, 0, "Year", "Timber"),
    "excel_properties.xls": (17, 1, 0, "bold", "italic"),
    "large.ods": (23760, 5, 0, "Financial Year", "2007/08"),
    "large.xlsx": (28, 11, 0, "SERIES", "Series 'E'"),
    "loffice-4.4.1.2.ods": (3, 3, 0, "Name", "Bob"),
    "long.csv": (4000, 1, 0, "column_1", "foo"),
    "mixedGLB.csv": (133, 19, 0, "Year", "1880"),
    "null.csv": (10, 4, 0, "column_1", "1"),
    "ods_formats.ods": (5, 10, 0, "Date", "2014-11-11"),
    "simple.csv": (6, 3, 0, "date", "2011-01-01"),
    "simple.ods": (3, 3, 0, "Name", "Bob"),
    "simple.psv": (28, 6, 0, "Year", "1986"),
    "simple.ssv": (6, 3, 0, "date", "2011-01-01"),
    "simple.xls": (6, 3, 0, "date", "2011-01-01"),
    "simple.xlsx": (6, 3, 0, "date", "2011-01-01"),
    "skip_initials.csv": (2, 2, 0, "field1", "hello"),
    "span_rich.xls": (5, 4, 0, "I", "j"),
    "spanish_chars.csv": (114, 8, 0, "GF_ID", "1"),
    "sparse_with_column_errors.csv": (2237, 4, 0, "LP", "A"),
    "sw_gen.xlsx": (15, 17, 0, "id_str", "474939423470395392"),
    "utf-16le_encoded.csv": (327, 19, 0, "Organisation_code", "5C1"),
    "weird_head_padding.csv": (60, 10, 0, "column_1", "   Chirurgie (ohne Orthopädie) ..."),
    "badcolspan.html": "not_a_table", "complex.html": "not_a_table", "html.html": "not_a_table",
    "invisible_text.html": "not_a_table", "rowcolspan.html": "not_a_table",
    "encrypted_no_password.xls": "encrypted", "libreoffice.xlsx": "sheet_empty", "multilineods.ods": "header_only",
    "simple.unknown": "file_empty", "small.csv": "header_only", "unicode_sheet_name.xls": "header_only",
    "utf8bom.csv": "header_only",
}  # fmt: skip


def test_messytables_horror_is_read_or_refused_in_a_sentence(corpus):
    folder = corpus(HORROR) / "horror"
    others = {"README.md", "simple.zip"}  # prose; an archive, which is another source's
    assert {path.name for path in folder.iterdir()} - others == set(HORRORS)
    for name, answer in HORRORS.items():
        if isinstance(answer, str):
            with pytest.raises(FathomError) as refused:
                read_text(folder / name)
            assert refused.value.code == answer and len(str(refused.value)) > 20, name
            continue
        table = read_text(folder / name)
        first = next(table.batches(1)).iloc[0, 0]
        found = (table.n_rows, len(table.names), table.n_rejected, table.names[0], first)
        assert found == answer or (answer[4] is None and found[:4] == answer[:4]), name


def test_clevercsv_examples_come_in_whole(corpus):
    folder = corpus(CLEVER) / "example"
    found = {}
    for path in sorted(folder.glob("*.csv")):
        table = read_text(path)
        options = table.options
        found[path.stem] = (
            table.n_rows,
            table.n_rejected,
            options["separator"],
            options["quote"],
            options["escape"],
        )
    assert found == {
        "airedale": (54, 0, ",", '"', '"'),
        "imdb": (100, 0, ",", "", "\\"),  # commas within titles stand behind a backslash
        "milk": (380, 0, "\t", '"', '"'),
    }
    titles = read_text(folder / "imdb.csv").frame()["title"]
    assert "Dr. Seltsam, oder wie ich lernte, die Bombe zu lieben (1964)" in titles.tolist()


def _cases(corpus):
    path = corpus(CLEVER) / "tests" / "test_unit" / "data" / "abstraction_testcases.json.gz"
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def test_clevercsv_cases_come_in_by_themselves(corpus, tmp_path):
    cases = {case["name"]: case["content"] for case in _cases(corpus)}
    found = {}
    for name, content in cases.items():
        (tmp_path / "case.csv").write_text(content, encoding="utf-8", newline="")
        table = read_text(tmp_path / "case.csv")
        found[name[:6]] = (table.options["separator"], len(table.names), table.n_rejected)
    assert found == {
        "ff6197": (",", 4, 0), "ffa3b3": (";", 7, 0), "fe8e89": (",", 6, 0), "fd9e66": (";", 6, 0),
        "ff35b0": (",", 3, 0), "ff748e": (",", 2, 0), "fffbde": (",", 12, 1), "feeea8": (",", 18, 0),
        "ff8431": ("\t", 21, 0), "ffe143": (",", 14, 0), "ff6cc4": (",", 6, 0),
    }  # fmt: skip


def test_under_the_oddest_dialect_there_is_a_table_or_a_sentence(corpus, tmp_path):
    n_read = 0
    for case in _cases(corpus):
        dialect = case["dialect"]
        (tmp_path / "case.csv").write_text(case["content"], encoding="utf-8", newline="")
        options = {"separator": dialect["delimiter"], "quote": dialect["quotechar"]}
        try:
            n_read += read_text(tmp_path / "case.csv", options).n_rows > 0
        except FathomError as refused:
            assert len(str(refused)) > 20
    assert n_read > 20
