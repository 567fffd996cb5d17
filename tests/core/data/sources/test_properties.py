"""Laws of reading text: what was written comes back, every line is accounted for, damage gives a sentence."""

import csv
import io
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.data.text_table import read_text
from core.errors import FathomError

ENCODINGS = {
    "utf-8": "Größe 商品 日本", "utf-8-sig": "Größe 商品 日本", "utf-16": "Größe 商品 日本", "utf-16-le": "Größe 商品 日本",
    "utf-16-be": "Größe 商品 日本", "gb18030": "商品名称价格数量订单", "big5": "商品名稱價格數量訂單", "cp932": "しょうひん価格数量東京",
    "cp1252": "Größe Straße naïve", "latin-1": "Größe Straße naïve",
}  # fmt: skip
slow = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


def written(rows, *, separator=",", quote='"', newline="\n", doubled=True):
    text = io.StringIO(newline="")
    csv.writer(
        text, delimiter=separator, quotechar=quote, lineterminator=newline, doublequote=doubled,
        escapechar=None if doubled else "\\", quoting=csv.QUOTE_ALL,
    ).writerows(rows)  # fmt: skip
    return text.getvalue()


def read(content: bytes, **options):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        path.write_bytes(content)
        table = read_text(path, options)
        return table, table.frame().astype(object).where(lambda f: f.notna(), "").values.tolist()


cells = st.text(
    st.characters(codec="utf-8", exclude_characters="\0\r\ufeff", exclude_categories=("Cs", "Cc")), max_size=8
)


@slow
@given(
    st.integers(2, 4).flatmap(
        lambda n: st.lists(st.lists(cells, min_size=n, max_size=n), min_size=1, max_size=8)
    ),
    st.sampled_from([",", ";", "\t", "|", "~", ":", "^", " "]),
    st.sampled_from("\"'"),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16-le", "utf-16-be", "gb18030"]),
)
def test_any_cells_come_back_under_a_dialect_that_is_told(rows, separator, quote, newline, encoding):
    header = [f"name {i}" for i in range(len(rows[0]))]
    content = written([header, *rows], separator=separator, quote=quote, newline=newline).encode(encoding)
    table, found = read(
        content, separator=separator, quote=quote, escape=quote, encoding=encoding, header_rows=1, skip=0
    )
    assert found == rows and list(table.names) == header
    assert table.n_rejected == 0


@slow
@given(
    st.integers(6, 30),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from("\"'"),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(sorted(ENCODINGS)),
    st.booleans(),
)
def test_a_regular_table_is_recognised_in_every_dialect_and_encoding(
    n, separator, quote, newline, encoding, doubled
):
    word = ENCODINGS[encoding]
    rows = [
        [
            f"{word[: 2 + i % 5]} {i}",
            f"{i}.5",
            f"a {quote}b{quote}{separator} {word}",
            f"2020-01-{1 + i % 28:02}",
        ]
        for i in range(n)
    ]
    content = written(
        [["name", "price", word, "day"], *rows],
        separator=separator,
        quote=quote,
        newline=newline,
        doubled=doubled,
    )
    table, found = read(content.encode(encoding))
    assert found == rows and table.names == ("name", "price", word, "day")
    assert table.options["separator"] == separator and table.options["quote"] == quote


@slow
@given(
    st.lists(
        st.sampled_from(["1,a,2.5", "", "only one", "1,2,3,4", '4,"two\nlines",5', "7,b,8"]), max_size=30
    ),
    st.lists(st.sampled_from(["Report of the year", "as of 2020"]), max_size=2),
    st.sampled_from(["\n", "\r\n"]),
)
def test_every_line_is_a_row_or_is_accounted_for(lines, above, newline):
    lines = ["0,z,1.5"] * 12 + lines + ["9,y,3.5"]
    text = "\n".join([*above, "n,word,x", *lines]) + "\n"
    try:
        table, found = read(text.replace("\n", newline).encode())
    except FathomError as refused:
        assert refused.code == "too_many_rejected"
        return
    n = table.lines
    assert n.total == text.count("\n")
    assert n.total == n.header + n.rows + n.above + n.below + n.blank + n.rejected
    assert n.blank == lines.count("")
    assert table.n_rejected == n.rejected == lines.count("only one") + lines.count("1,2,3,4")
    assert table.n_rows == len(found) == len(lines) - n.rejected - n.blank


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_a_mutilated_file_is_a_table_or_a_sentence(data):
    rows = [
        ["id", "näme", "when", "x"],
        *([str(i), f'é "{i}", b', "2020-01-02", f"{i},5"] for i in range(60)),
    ]
    encoding = data.draw(st.sampled_from(["utf-8", "utf-16", "cp1252", "gb18030"]))
    content = bytearray(
        written(rows, newline=data.draw(st.sampled_from(["\n", "\r\n", "\r"]))).encode(encoding, "replace")
    )
    for _ in range(data.draw(st.integers(0, 12))):
        place = data.draw(st.integers(0, len(content) - 1))
        match data.draw(st.sampled_from(["flip", "nul", "insert", "cut", "double"])):
            case "flip":
                content[place] ^= 1 << data.draw(st.integers(0, 7))
            case "nul":
                content[place:place] = b"\0"
            case "insert":
                content[place:place] = data.draw(
                    st.sampled_from([b'"', b"\r", b"\n", b"\xff", b"\x85", b",,,", b"'\\"])
                )
            case "cut":
                del content[max(place, 1) :]
            case "double":
                content[place:place] = content[place : place + 50]
    try:
        table, found = read(bytes(content))
    except FathomError as refused:
        assert len(str(refused)) > 20
        return
    assert table.n_rows == len(found)


@pytest.mark.parametrize("size", [1, 2, 3])
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_bytes_are_a_table_or_a_sentence(size, data):
    content = data.draw(st.binary(min_size=1, max_size=10**size))
    try:
        read(content)
    except FathomError as refused:
        assert len(str(refused)) > 20
