"""SQLite files: a table is chosen and read; a stranger's database can do no harm."""

import sqlite3

import pytest

from core.data.text_table import read_text
from core.errors import UnknownName, UnreadableFile


@pytest.fixture
def database(tmp_path):
    """database(*statements): a file they were run in."""

    def make(*statements: str):
        path = tmp_path / "t.db"
        with sqlite3.connect(path) as connection:
            for statement in statements:
                connection.execute(statement)
        connection.close()
        return path

    return make


ONE = (
    'CREATE TABLE "my ""t" (a, b)',
    "INSERT INTO \"my \"\"t\" VALUES (1, 'x'), (2.5, NULL), (x'ff00', x'41')",
)


def test_the_only_table_is_read_with_what_each_cell_holds(database):
    table = read_text(database(*ONE))
    assert table.names == ("a", "b") and table.options == {"table": 'my "t'}
    assert table.frame().fillna("").values.tolist() == [["1", "x"], ["2.5", ""], ["", "A"]]
    assert table.findings[0].parameters == {"n": 1}


def test_of_several_tables_one_is_chosen(database):
    path = database(*ONE, "CREATE VIEW v AS SELECT 1 AS c, 2 AS d")
    with pytest.raises(UnreadableFile, match="'v'"):
        read_text(path)
    assert read_text(path, {"table": "v"}).names == ("c", "d")
    with pytest.raises(UnknownName):
        read_text(path, {"table": "sqlite_master"})


def test_an_empty_or_damaged_database_gives_a_sentence(database, tmp_path):
    path = database("CREATE TABLE t (a, b)")
    with pytest.raises(UnreadableFile, match="no rows"):
        read_text(path)
    content = path.read_bytes()
    path.write_bytes(content[:20] + b"\xff" * 500 + content[520:])
    with pytest.raises(UnreadableFile, match="t.db"):
        read_text(path)
    path.write_bytes(b"SQLite format 3\0")
    with pytest.raises(UnreadableFile, match="t.db"):
        read_text(path)


def test_a_view_that_never_ends_is_stopped(database, monkeypatch):
    monkeypatch.setattr("core.data.sources.sqlite.MOST_SILENT_S", 0.2)
    endless = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) AS a, 1 AS b FROM n"
    )
    with pytest.raises(UnreadableFile, match="interrupted"):
        read_text(database(f"CREATE VIEW v AS {endless}"))
