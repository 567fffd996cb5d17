"""Compressed files: what is inside is read, and nothing unpacks without limit."""

import bz2
import gzip
import io
import lzma
import zipfile

import pyarrow as pa
import pytest

from core.data.sources import recognise
from core.data.text_table import read_text
from core.errors import TooLarge, UnknownName, UnreadableFile

CSV = b"a,b\n" + b"".join(b"%d,%d\n" % (i, i * i % 101) for i in range(5000))


def zstd(content: bytes) -> bytes:
    return pa.Codec("zstd").compress(content, asbytes=True)


STREAMS = {"gzip": gzip.compress, "bzip2": bz2.compress, "xz": lzma.compress, "zstd": zstd}


def zipped(**members: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, member in members.items():
            archive.writestr(name, member)
    return content.getvalue()


@pytest.fixture
def table(tmp_path):
    def read(content: bytes, **options):
        path = tmp_path / "given"
        path.write_bytes(content)
        return read_text(path, options)

    return read


@pytest.mark.parametrize("key", STREAMS)
def test_a_stream_is_told_by_its_content_and_read(table, key):
    found = table(STREAMS[key](CSV))
    assert found.n_rows == 5000 and found.options["compression"] == key and found.options["separator"] == ","


@pytest.mark.parametrize("key", STREAMS)
def test_streams_one_after_the_other_are_one(table, key):
    assert table(STREAMS[key](CSV) + STREAMS[key](b"1,2\n")).n_rows == 5001


@pytest.mark.parametrize("key", [*STREAMS, "zip"])
def test_a_cut_or_damaged_stream_gives_a_sentence(table, key):
    content = zipped(t=CSV) if key == "zip" else STREAMS[key](CSV)
    harmed = content[:200] + b"harmed" * 9 + content[254:]
    for bad in [content[: len(content) // 2], *([harmed] if key != "zstd" else [])]:  # without a checksum
        with pytest.raises(UnreadableFile, match="given.*damaged"):
            table(bad)


@pytest.mark.parametrize("key", STREAMS)
def test_a_bomb_is_refused_early(table, key, monkeypatch):
    monkeypatch.setattr("core.data.sources._unpack.RATIO_FROM_BYTES", 8 << 20)
    with pytest.raises(TooLarge, match="400 times"):
        table(STREAMS[key](bytes(64 << 20)))


def test_a_zip_bomb_is_refused_by_what_it_says_of_itself(table, monkeypatch):
    monkeypatch.setattr("core.data.sources._unpack.RATIO_FROM_BYTES", 8 << 20)
    with pytest.raises(TooLarge, match="400 times"):
        table(zipped(t=bytes(64 << 20)))


def test_many_small_members_together_are_a_bomb_as_well(table, monkeypatch):
    monkeypatch.setattr("core.data.sources._unpack.RATIO_FROM_BYTES", 8 << 20)
    small = b"a,b\n" + b"1,2\n" * (1 << 19)
    with pytest.raises(TooLarge, match="400 times"):
        table(zipped(**{f"part{i}.csv": small for i in range(5)}))


@pytest.mark.parametrize("key", STREAMS)
def test_a_line_without_end_is_refused_while_it_is_unpacked(table, key, monkeypatch):
    monkeypatch.setattr("core.data.sources._unpack.MOST_BYTES", 40 << 20)
    content = STREAMS[key](b"a,b\n1,2\n" + b"x" * (48 << 20))
    with pytest.raises(TooLarge, match="Line 3 of 'given'"):
        table(content)


def test_more_than_the_limit_is_refused(table, monkeypatch):
    monkeypatch.setattr("core.data.sources._unpack.MOST_BYTES", 10_000)
    with pytest.raises(TooLarge, match="more than"):
        table(gzip.compress(CSV))


def test_a_full_disk_is_said(table, monkeypatch):
    monkeypatch.setattr("core.data.sources._unpack.LEAST_FREE_BYTES", 1 << 60)
    with pytest.raises(TooLarge, match="no room"):
        table(gzip.compress(CSV))


def test_an_archive_in_an_archive_is_refused(table):
    for content in (gzip.compress(gzip.compress(CSV)), zipped(a=zipped(b=CSV)), gzip.compress(zipped(b=CSV))):
        with pytest.raises(UnreadableFile, match="another archive"):
            table(content)


def test_a_tar_in_a_stream_is_refused(table):
    head = bytearray(1024)
    head[257:262] = b"ustar"
    with pytest.raises(UnreadableFile, match="another archive"):
        table(gzip.compress(bytes(head)))


def test_of_several_members_one_is_chosen(table):
    content = zipped(
        **{"x/one.csv": CSV, "two.csv": b"c,d\n1,2\n", "__MACOSX/._one.csv": b"no", "x/.hidden": b"no"}
    )
    with pytest.raises(UnreadableFile, match="2 files: 'x/one.csv', 'two.csv'"):
        table(content)
    assert table(content, member="two.csv").names == ("c", "d")
    with pytest.raises(UnknownName, match="x/one.csv"):
        table(content, member="three.csv")


def test_the_only_table_among_other_files_is_read_and_said(table):
    found = table(zipped(**{"names.txt": b"what it means", "t.csv": CSV}))
    assert found.n_rows == 5000 and found.findings[0].code == "other_members"


def test_a_members_name_is_no_path(table, tmp_path):
    found = table(zipped(**{"/etc/cron.d/x.csv": b"a,b\n1,2\n"}))
    assert found.n_rows == 1 and found.options["member"] == "/etc/cron.d/x.csv"
    with pytest.raises(UnreadableFile):
        table(zipped(**{"../../up.csv": CSV}))
    assert not (tmp_path.parent.parent / "up.csv").exists()


def test_a_protected_or_empty_archive_gives_a_sentence(table):
    content = bytearray(zipped(t=CSV))
    content[6] |= 1
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(UnreadableFile, match="password"):
        table(bytes(content))
    with pytest.raises(UnreadableFile):
        table(zipped())


def test_a_document_is_called_what_it_is(tmp_path):
    with zipfile.ZipFile(tmp_path / "report.docx", "w") as archive:
        archive.writestr("[Content_Types].xml", "<a/>")
        archive.writestr("word/document.xml", "<a/>")
    with pytest.raises(UnreadableFile, match="Word document"):
        read_text(tmp_path / "report.docx")


def test_a_spreadsheet_is_no_archive(tmp_path):
    import openpyxl

    book = openpyxl.Workbook()
    book.active.append(["a", "b"])
    book.save(tmp_path / "t.xlsx")
    assert recognise(tmp_path / "t.xlsx").key == "excel"


def test_sentences_about_what_is_inside_name_the_file_given(table):
    with pytest.raises(UnreadableFile, match="'given' is not a table.*PDF"):
        table(gzip.compress(b"%PDF-1.4"))
