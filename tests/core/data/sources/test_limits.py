"""Files made to fill the memory are refused within little of it, and soon."""

import time
import tracemalloc
import zipfile

import pytest

from core.data.sources import excel
from core.data.sources._encoding import survey
from core.data.text_table import read_text
from core.errors import FathomError, TooLarge, UnreadableFile


def refused(path, code, within_s=10.0):
    started = time.process_time()
    with pytest.raises(FathomError) as caught:
        read_text(path)
    assert caught.value.code == code and time.process_time() - started < within_s


def test_a_line_without_end_is_refused_long_before_it_ends(tmp_path):
    path = tmp_path / "line.csv"
    with open(path, "wb") as file:
        file.write(b"a,b\n")
        file.write(b"x" * (64 << 20))
        file.truncate(2 << 30)  # what follows are zeros that take no room on the disk
    tracemalloc.start()
    refused(path, "line_too_long")
    assert tracemalloc.get_traced_memory()[1] < 100 << 20
    tracemalloc.stop()


def test_a_line_without_end_in_utf_16_is_refused(tmp_path):
    (tmp_path / "line.csv").write_bytes(("a,b\n" + "x" * (20 << 20)).encode("utf-16"))
    refused(tmp_path / "line.csv", "line_too_long")


@pytest.mark.parametrize("line", [b"a" + b"," * (12 << 20), b"1," * (5 << 20)])
def test_columns_without_number_are_refused(tmp_path, line):
    (tmp_path / "wide.csv").write_bytes(line + b"\n" + line + b"\n")
    refused(tmp_path / "wide.csv", "too_many_columns", within_s=20)


def test_words_that_a_workbook_declares_are_refused(tmp_path):
    laughs = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><sst><si><t>&b;</t></si></sst>'
    with zipfile.ZipFile(tmp_path / "laughs.xlsx", "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/sharedStrings.xml", laughs)
    refused(tmp_path / "laughs.xlsx", "sheet_damaged")


def test_a_workbook_that_unpacks_to_more_than_it_may_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(excel, "MAX_UNPACKED_BYTES", 50 << 20)
    with zipfile.ZipFile(tmp_path / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            for _ in range(60):
                part.write(bytes(1 << 20))
    assert (tmp_path / "bomb.xlsx").stat().st_size < 1 << 20
    refused(tmp_path / "bomb.xlsx", "table_memory")


@pytest.mark.parametrize("encoding", ["klingon", "zlib", "rot13"])
def test_what_is_no_encoding_is_refused(tmp_path, encoding):
    (tmp_path / "t.csv").write_text("a,b\n1,2\n")
    with pytest.raises(UnreadableFile, match="encoding"):
        survey(tmp_path / "t.csv", encoding)


def test_a_memory_error_has_a_sentence():
    assert "memory" in str(TooLarge("out_of_memory"))
