"""Tables of SQL databases: streamed, read only, and nothing said of the way in."""

import datetime
import logging
import sqlite3
from contextlib import contextmanager

import pytest

from core.data.catalog import Catalog
from core.data.databases import DATABASES, database_of
from core.data.databases.session import check_select
from core.data.ingest import ingest
from core.data.origins import Fetching, fetch
from core.errors import BadInput, FathomError, UnknownName

SELECTS = [
    ("SELECT 1", True),
    ("WITH a AS (SELECT 1) SELECT * FROM a;", True),
    ("SELECT 1 UNION SELECT 2", True),
    ("SELECT a FROM t WHERE b LIKE '10%'", True),
    ("DELETE FROM t", False),
    ("WITH d AS (DELETE FROM t RETURNING *) SELECT * FROM d", False),
    ("SELECT 1; DROP TABLE t", False),
    ("SELECT * INTO u FROM t", False),
    ("COPY t TO '/tmp/x'", False),
    ("SET ROLE postgres", False),
    ("ATTACH 'x' AS y", False),
    ("PRAGMA query_only = OFF", False),
    ("SELECT * FROM t FOR UPDATE", False),
    ("", False),
    ("SELECT (((", False),
]


@pytest.mark.parametrize("database", DATABASES)
@pytest.mark.parametrize(("sql", "passes"), SELECTS)
def test_only_a_single_select_passes(database, sql, passes):
    dialect = DATABASES[database].dialect
    if passes:
        assert check_select(sql, dialect) == sql.rstrip(";")
    else:
        with pytest.raises(BadInput):
            check_select(sql, dialect)


def test_a_kind_of_database_is_told_by_its_scheme():
    assert database_of("postgres://x").key == "postgresql" and database_of("mysql+pymysql://x").key == "mysql"
    with pytest.raises(UnknownName) as caught:
        database_of("oracle://u:hush@h")
    assert "hush" not in str(caught.value)
    with pytest.raises(BadInput):
        database_of("hush")


@pytest.fixture
def fetched(home, tmp_path, settings_of):
    """fetched(url, table=… or select=…): what comes of it as a dataset, and what is remembered."""

    def do(url: str, **what: str):
        home.uploads.mkdir(parents=True, exist_ok=True)
        fetching = Fetching(out=home.uploads / "fetched", home=home, settings=settings_of(url))
        where = fetch({"kind": "database", "connection": "sales", **what}, fetching)
        return ingest(fetching.out, name="t", owner="ada", home=home), where

    return do


def assert_refused(fetched, url, what, home, caplog):
    """In a sentence, without a word of the way in, and with nothing left behind."""
    caplog.set_level(logging.DEBUG)
    with pytest.raises(FathomError) as caught:
        fetched(url, **what)
    assert "hush" not in str(caught.value) + caplog.text and not list(home.uploads.iterdir())


def test_a_server_without_the_packages_says_so(fetched, monkeypatch, home):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(BadInput, match="requirements-databases.txt"):
        fetched("mysql://u:hush@h/d", table="t")


def test_an_sqlite_file_of_a_connection(fetched, tmp_path):
    pytest.importorskip("sqlalchemy", reason="SQLAlchemy is not installed")
    with sqlite3.connect(tmp_path / "s.db") as connection:
        connection.execute("CREATE TABLE t (a INTEGER, b TEXT)")
        connection.executemany("INSERT INTO t VALUES (?, ?)", [(i, f"x{i}") for i in range(30)])
    url = f"sqlite:///{tmp_path / 's.db'}"
    dataset, _ = fetched(url, table="t")
    assert dataset.n_rows == 30 and dataset.column("a").kind == "integer"
    dataset, _ = fetched(url, select="SELECT a, b FROM t WHERE b LIKE 'x1%'")
    assert dataset.n_rows == 11


@pytest.fixture
def people(postgres):
    """The address of a database with tables in it."""
    import psycopg

    with psycopg.connect(postgres) as connection:
        connection.execute('DROP TABLE IF EXISTS people; DROP SCHEMA IF EXISTS "o\'her" CASCADE')
        connection.execute(
            "CREATE TABLE people AS SELECT i AS id, 'n' || i AS name, (i % 3 = 0) AS flag, i / 7.0 AS ratio, "
            "i::float8 / 3 AS f, DATE '2020-01-01' + i AS day, "
            "TIMESTAMPTZ '2020-01-01 00:00:00+02' + i * INTERVAL '1 hour' AS at, "
            "CASE WHEN i % 5 = 0 THEN NULL ELSE i END AS gap, ARRAY[i, 2] AS list, lpad(i::text, 8, '0') AS code "
            "FROM generate_series(1, 25000) AS i"
        )
        connection.execute("DROP SEQUENCE IF EXISTS s; CREATE SEQUENCE s")
        connection.execute('CREATE SCHEMA "o\'her"')
        connection.execute('CREATE TABLE "o\'her"."we.ird" AS SELECT 1 AS a, 2 AS b')
    return postgres


def test_a_table_of_postgresql_keeps_kinds_and_values(fetched, people, home):
    dataset, where = fetched(people, table="people")
    assert dataset.n_rows == 25_000 and where == {
        "kind": "database",
        "connection": "sales",
        "table": "people",
    }
    kinds = {c.name: c.kind for c in dataset.columns}
    assert kinds["id"] == "integer" and kinds["flag"] == "boolean" and kinds["f"] == "decimal"
    assert kinds["ratio"] == "decimal" and kinds["day"] == kinds["at"] == "date" and kinds["gap"] == "integer"
    assert kinds["code"] not in ("integer", "decimal") and dataset.column("gap").n_missing == 5_000
    frame = Catalog(home).read(dataset)
    row = frame[frame["id"] == 1].iloc[0]
    assert (
        row["at"] == datetime.datetime(2019, 12, 31, 23)
        and row["list"] == "[1, 2]"
        and row["code"] == "00000001"
    )


def test_a_select_and_a_table_of_another_schema(fetched, people):
    dataset, where = fetched(
        people, select="SELECT name, count(*) AS n FROM people WHERE name LIKE 'n1%' GROUP BY 1;"
    )
    assert dataset.n_rows == 11_111 and where["select"].endswith("GROUP BY 1")
    assert fetched(people, table="o'her.we.ird")[0].n_rows == 1


@pytest.mark.parametrize(
    "what",
    [
        {"table": "nobody"}, {"select": "SELECT * FROM nobody"}, {"select": "SELECT 1/0 AS a, 2 AS b"},
        {"select": "SELECT pg_sleep('x') AS a, 2 AS b"}, {"select": "SELECT 1 AS a, 2 AS b WHERE false"},
    ],
)  # fmt: skip
def test_what_does_not_work_gives_a_sentence_and_leaves_nothing(fetched, people, what, home, caplog):
    assert_refused(fetched, people, what, home, caplog)


def test_nothing_can_be_changed_even_by_a_function(fetched, people):
    with pytest.raises(BadInput, match="read-only"):
        fetched(people, select="SELECT nextval('s') AS a, 1 AS b")
    fetched(people, select="SELECT lo_create(4711) AS a, 1 AS b")  # allowed by older servers; undone here
    with pytest.raises(BadInput, match="4711"):
        fetched(people, select="SELECT lo_get(4711) AS a, 1 AS b")


@pytest.mark.parametrize(
    "harm",
    [("hush-hush", "wrong-word"), ("fathom:", "nobody:"), ("/postgres?", "/nothing?"), ("host=", "host=/no")],
)
def test_a_closed_door_is_said_without_the_key(fetched, postgres, harm, caplog):
    caplog.set_level(logging.DEBUG)
    with pytest.raises(BadInput, match="could not be opened") as caught:
        fetched(postgres.replace(*harm), table="people")
    assert not any(word in str(caught.value) + caplog.text for word in ("hush", "wrong-word", "pg-"))


@contextmanager
def mariadb_cursor(url: str):
    import pymysql
    from sqlalchemy.engine import make_url

    way = make_url(url)
    with (
        pymysql.connect(
            unix_socket=way.query["unix_socket"], user=way.username, password=way.password, database=way.database,
            charset="utf8mb4", autocommit=True,
        ) as connection,
        connection.cursor() as cursor,
    ):  # fmt: skip
        yield cursor


@pytest.fixture
def orders(mariadb):
    """The address of a MariaDB with a table in it."""
    with mariadb_cursor(mariadb) as cursor:
        cursor.execute("DROP TABLE IF EXISTS orders")
        cursor.execute(
            "CREATE TABLE orders AS SELECT seq AS id, CONCAT('名', seq) AS name, seq / 4 AS price, seq / 3e0 AS f, "
            "DATE '2020-01-01' + INTERVAL seq DAY AS day, TIMESTAMP '2020-01-01 00:00:00' + INTERVAL seq HOUR AS at, "
            "IF(seq % 5 = 0, NULL, seq) AS gap, LPAD(seq, 8, '0') AS code FROM seq_1_to_5000"
        )
    return mariadb


def test_a_table_of_mariadb_keeps_kinds_and_values(fetched, orders, home):
    dataset, where = fetched(orders, table="orders")
    assert dataset.n_rows == 5_000 and where["table"] == "orders"
    kinds = {c.name: c.kind for c in dataset.columns}
    assert kinds["id"] == kinds["gap"] == "integer" and kinds["price"] == kinds["f"] == "decimal"
    assert kinds["day"] == kinds["at"] == "date" and dataset.column("gap").n_missing == 1_000
    row = Catalog(home).read(dataset).set_index("id").loc[1]
    assert row["at"] == datetime.datetime(2020, 1, 1, 1) and row["name"] == "名1"
    assert row["code"] == "00000001" and row["price"] == 0.25
    picked, _ = fetched(orders, select="SELECT name, price FROM orders WHERE name LIKE '名1%' ORDER BY id")
    assert picked.n_rows == 1_111


@pytest.mark.parametrize(
    "what",
    [
        {"table": "nobody"}, {"select": "SELECT nonsense AS a, 2 AS b"}, {"select": "SELECT 1 AS a, 2 AS b WHERE false"},
        {"select": "SELECT LOAD_FILE('/etc/passwd') IS NULL AS a, nobody.x AS b FROM nobody"},
        {"select": "SELECT NEXTVAL(s) AS a, 1 AS b"},
    ],
)  # fmt: skip
def test_what_mariadb_refuses_gives_a_sentence_and_leaves_nothing(fetched, orders, what, home, caplog):
    assert_refused(fetched, orders, what, home, caplog)


def test_a_function_cannot_change_mariadb(fetched, orders):
    with mariadb_cursor(orders) as cursor:
        cursor.execute(
            "CREATE OR REPLACE FUNCTION wipe() RETURNS INT BEGIN DELETE FROM orders; RETURN 1; END"
        )
        with pytest.raises(BadInput, match="READ ONLY"):
            fetched(orders, select="SELECT wipe() AS a, 1 AS b")
        cursor.execute("SELECT count(*) FROM orders")
        assert cursor.fetchone() == (5_000,)


def test_neither_side_holds_the_whole_answer(fetched, postgres):
    import psutil

    before = psutil.Process().memory_info().rss
    dataset, _ = fetched(
        postgres, select="SELECT i AS a, repeat('x', 1000) || i AS b FROM generate_series(1, 150000) i"
    )
    assert dataset.n_rows == 150_000 and psutil.Process().memory_info().rss - before < 600 << 20
