"""Every sample table is what its card says."""

import csv
import subprocess
import sys

import pytest

from core.data.samples import FOLDER, list_samples, sample_called
from core.data.text_table import read_text
from core.errors import UnknownName

SAMPLES = list_samples()
each_sample = pytest.mark.parametrize("sample", SAMPLES, ids=[s.key for s in SAMPLES])


def read(path) -> tuple[list[str], list[list[str]]]:
    if path.suffix == ".zip":
        frame = read_text(path).frame()
        return list(frame), frame.values.tolist()
    with open(path, encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    return header, rows


def test_there_is_a_sample_for_each_field_people_come_with():
    assert [s.key for s in SAMPLES] == [
        "churn", "campaign", "loan_default", "demand", "attrition", "house_prices", "sales", "digits", "parts",
        "reviews", "messages_zh", "machines",
    ]  # fmt: skip


@each_sample
def test_the_card_describes_the_columns_that_the_file_has(sample):
    header, rows = read(sample.path)
    assert list(sample.columns) == header
    assert sample.target in header
    assert len(rows) == sample.n_rows
    assert all(len(row) == len(header) for row in rows)


@each_sample
def test_the_card_says_where_it_is_from_and_what_to_try(sample):
    assert sample.question.endswith("?")
    assert sample.source and sample.licence and sample.to_try and sample.flaws
    assert sample.icon.startswith(":material/")


@each_sample
def test_the_target_is_known_in_every_row(sample):
    header, rows = read(sample.path)
    values = {row[header.index(sample.target)] for row in rows}
    assert "" not in values
    assert (len(values) == 2) == (sample.task == "binary")
    assert (len(values) > 12) == (sample.task == "regression")


@each_sample
def test_a_sample_is_small_enough_to_open_at_once(sample):
    assert sample.path.stat().st_size <= 600 * 1024


def test_all_samples_together_stay_small():
    assert sum(path.stat().st_size for path in FOLDER.iterdir() if path.is_file()) <= 4 * 1024 * 1024


def test_every_table_has_a_card():
    named = {s.file for s in SAMPLES} | {s.new_rows for s in SAMPLES if s.new_rows}
    assert {path.name for path in FOLDER.iterdir() if path.suffix in (".csv", ".zip")} == named


def test_new_houses_have_every_column_but_the_price_and_something_never_seen():
    houses = sample_called("house_prices")
    header, rows = read(houses.path)
    new_header, new_rows = read(houses.new_rows_path)
    assert new_header == [name for name in header if name != "price_eur"]
    assert len(new_rows) == 50
    district = header.index("district")
    assert {row[district] for row in new_rows} - {row[district] for row in rows} == {"Island"}


def test_an_unknown_sample_is_refused_with_what_there_is():
    with pytest.raises(UnknownName, match="Did you mean 'churn'"):
        sample_called("chrun")


def test_listing_samples_reads_no_table_and_imports_nothing_heavy():
    code = (
        "import sys; from core.data.samples import list_samples; list_samples(); "
        "print([m for m in ('pandas', 'numpy', 'duckdb', 'sklearn', 'tensorflow') if m in sys.modules])"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=FOLDER.parent, check=True
    )
    assert answer.stdout.strip() == "[]"
