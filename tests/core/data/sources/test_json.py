"""JSON in every shape a table comes in; what is no table or no JSON gives a sentence."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data.sources import Glance
from core.data.sources import json as source
from core.data.text_table import read_text
from core.errors import TooLarge, UnreadableFile


@pytest.fixture
def table(tmp_path):
    """table(content, **options): that file, read as text."""

    def read(content: str | bytes, **options):
        path = tmp_path / "t.json"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_text(path, options)

    return read


def rows(table):
    return [[None if c != c else c for c in row] for row in table.frame().values.tolist()]


@pytest.mark.parametrize(
    "text",
    [
        '[{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]',
        '{"a": 1, "b": "x"}\n\n{"a": 2, "b": "y"}\n',
        '{"a": 1, "b": "x"}{"a": 2, "b": "y"}',
        '{\n "a": 1,\n "b": "x"\n}\n{\n "a": 2,\n "b": "y"\n}',
        '{"data": [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]}',
        '{"n": 2, "answer": {"rows": [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]}}',
        '{"a": [1, 2], "b": ["x", "y"]}',
        '{"a": {"0": 1, "1": 2}, "b": {"0": "x", "1": "y"}}',
        '{"columns": ["a", "b"], "index": [0, 1], "data": [[1, "x"], [2, "y"]]}',
        '[["a", "b"], [1, "x"], [2, "y"]]',
        '["a", "b"]\n[1, "x"]\n[2, "y"]',
    ],
)
def test_the_same_table_in_any_shape(table, text):
    found = table(text)
    assert found.names == ("a", "b") and rows(found) == [["1", "x"], ["2", "y"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_every_encoding_that_json_may_have(table, encoding):
    assert rows(table('[{"a": "é漢", "b": 1}]'.encode(encoding))) == [["é漢", "1"]]


def test_another_encoding_is_named_and_can_be_given(table):
    content = '[{"a": "é", "b": 1}]'.encode("cp1252")
    with pytest.raises(UnreadableFile, match="0xe9"):
        table(content)
    assert rows(table(content, encoding="cp1252")) == [["é", "1"]]


def test_objects_become_columns_and_arrays_stay_text(table):
    found = table('[{"a": {"b": {"c": 1.50}, "d": [1, {"e": null}]}}, {"a": null, "z": true}]')
    assert found.names == ("a.b.c", "a.d", "a", "z")
    assert rows(found) == [["1.50", '[1, {"e": null}]', None, None], [None, None, None, "true"]]


def test_numbers_are_kept_as_written(table):
    assert rows(table('[{"id": 12345678901234567890, "x": 1.10, "y": 1e400}]'))[0] == [
        "12345678901234567890", "1.10", "1e400",
    ]  # fmt: skip


def test_a_column_that_comes_late_is_missing_before(table, monkeypatch):
    monkeypatch.setattr("core.data.sources._cells.BATCH_ROWS", 2)
    found = table("\n".join(json.dumps({"a": i, **({"b": i} if i > 4 else {})}) for i in range(7)))
    assert [row[1] for row in rows(found)] == [None] * 5 + ["5", "6"]
    assert [row[0] for row in rows(found)] == [str(i) for i in range(7)]


def test_a_line_that_is_no_json_is_kept_aside_with_its_place(table):
    lines = [f'{{"a": {i}, "b": 1}}' for i in range(20)]
    lines[7] = '{"a": 7, "b":}'
    found = table("\n".join(lines))
    assert (found.n_rows, found.n_rejected) == (19, 1)
    assert found.findings[0].parameters["line"] == 8
    kept = found.rejects.read_text().splitlines()
    assert kept[0] == "line,reason,text" and kept[1].startswith("8,")


def test_a_file_cut_in_the_middle_gives_the_rows_before(table):
    whole = json.dumps([{"a": i, "b": "x" * 5} for i in range(50)])
    found = table(whole[: len(whole) // 2])
    assert 20 < found.n_rows < 30 and found.n_rejected == 1
    assert "ends in the middle" in found.findings[0].explanation


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[{"a": 1},\n {"a": 2},,\n {"a": 3}]', "line 2"),
        ('[{"a": 1}] and more', "more after"),
        ('{"a": 1', "line 1"),
        ("[]", "no records"),
        ("{}", "no records"),
        ("[{}, {}]", "no records"),
        ('{"a":1}\n{"a":}\n{"a":}', "2 of 3 records"),
    ],
)
def test_what_is_no_table_gives_a_sentence_with_the_place(table, text, said):
    with pytest.raises(UnreadableFile, match=said):
        table(text)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        '{"a":' * 100_000,
        '[{"a":' + "[" * 5_000 + "]" * 5_000 + "}]",
        '[{"a":' + '{"b":' * 60 + "1" + "}" * 61 + "]",
        '{"a":1}\n{"a":' + "[" * 50_000,
    ],
)
def test_deep_json_is_refused(table, text):
    with pytest.raises(TooLarge, match="deeply"):
        table(text)


def test_records_with_endless_fields_are_refused(table):
    with pytest.raises(TooLarge, match="different fields"):
        table("\n".join(json.dumps({f"k{i * 1000 + j}": 1 for j in range(1000)}) for i in range(11)))


def test_a_record_that_never_ends_is_refused(table, monkeypatch):
    monkeypatch.setattr("core.data.sources._json_text.MOST_CHARACTERS", 3 << 20)
    with pytest.raises(TooLarge, match="longer than"):
        table('[{"a": "' + "x" * (5 << 20))


def test_a_large_object_is_read_by_the_record(table, monkeypatch):
    monkeypatch.setattr("core.data.sources._json_shape.MOST_CHARACTERS", 100)
    monkeypatch.setattr("core.data.sources._json_text.MOST_CHARACTERS", 100)
    monkeypatch.setattr("core.data.sources._json_text.CHUNK", 40)
    records = ", ".join(f'{{"a": {i}, "b": "x"}}' for i in range(100))
    found = table(f'{{"n": 100, "meta": {{"m": [1, 2]}}, "answer": {{"data": [{records}]}}}}')
    assert found.n_rows == 100 and rows(found)[99] == ["99", "x"]
    assert "answer.data" in found.findings[0].explanation


def test_a_key_that_is_named_twice_is_said(table):
    found = table('[{"a": 1, "a": 2, "b": 3}]')
    assert rows(found) == [["2", "3"]] and found.findings[0].code == "json_key_twice"


def test_half_a_character_is_replaced_and_said(table):
    found = table('[{"a": "\\ud800x", "b": 1}]')
    assert rows(found) == [["?x", "1"]] and found.findings[0].code == "replaced_characters"


@pytest.mark.parametrize("text", ["a,b\n1,2\n", "[section]\nx,y\n", "{braces} in text, yes\n1,2\n"])
def test_other_text_is_left_to_others(tmp_path, text):
    (tmp_path / "t").write_text(text)
    assert not source.accepts(Glance(path=tmp_path / "t", head=text.encode()))


scalars = st.none() | st.booleans() | st.integers() | st.text(max_size=8)
values = st.recursive(
    scalars, lambda v: st.lists(v, max_size=3) | st.dictionaries(st.text(max_size=3), v, max_size=3)
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.dictionaries(st.text(max_size=4), values, max_size=4), min_size=1, max_size=6), st.data())
def test_any_records_and_any_cut_of_them_give_rows_or_a_sentence(tmp_path_factory, records, data):
    path = tmp_path_factory.mktemp("json") / "t.json"
    text = json.dumps(records, ensure_ascii=data.draw(st.booleans()))
    path.write_text(text, encoding="utf-8", errors="replace")
    try:
        assert read_text(path).n_rows == len(records)
    except (UnreadableFile, TooLarge) as error:
        assert not any(records) or "no records" in str(error)
    cut = text.encode(errors="replace")[: data.draw(st.integers(1, len(text)))]
    path.write_bytes(cut)
    try:
        assert read_text(path).n_rows <= len(records)
    except (UnreadableFile, TooLarge) as error:
        assert "t.json" in str(error)
