"""SQL that people type: what it may ask, what it never reaches, and how it is ended."""

import time
from pathlib import Path

import duckdb
import pytest

from core.data.catalog import Catalog
from core.data.ingest import ingest
from core.data.query import read_answer, write_answer, write_parquet
from core.data.query_history import MOST_KEPT, QueryHistory
from core.data.query_process import Question, ask
from core.data.sql_guard import tables_of
from core.data.table_names import table_names
from core.errors import BadInput, FathomError, TooLarge, UnknownName
from core.home import Home

SALES = "region,units,price\n" + "".join(f"{'north' if i % 3 else 'south'},{i},{i / 4}\n" for i in range(60))

READS_FILES = [
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM read_csv_auto('/etc/passwd', header=false)",
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM read_blob('/etc/passwd')",
    "SELECT * FROM sniff_csv('/etc/passwd')",
    "SELECT * FROM glob('/etc/*')",
    "SELECT * FROM '/etc/passwd'",
    'SELECT * FROM "/etc/passwd.csv"',
    "SELECT * FROM read_json_objects('/etc/passwd')",
    "SELECT * FROM sales WHERE units IN (SELECT 1 FROM read_text('/etc/passwd'))",
    "WITH x AS (SELECT * FROM read_text('/etc/passwd')) SELECT * FROM x",
    "SELECT (SELECT content FROM read_text('/etc/passwd'))",
    "SELECT * FROM sales, LATERAL (SELECT * FROM read_text('/etc/passwd'))",
    "SELECT * FROM sales SEMI JOIN read_text('/etc/passwd') ON true",
    "SELECT getenv('HOME')",
    "SELECT 'HOME'.getenv()",
    "SELECT \"getenv\"('HOME')",
]
HOSTILE = [
    *READS_FILES,
    # the stored tables past their views
    "SELECT * FROM read_parquet('{table}')",
    "SELECT * FROM parquet_scan('{table}')",
    "SELECT * FROM parquet_metadata('{table}')",
    "SELECT * FROM '{table}'",
    "FROM '{table}'",
    # settings, other SQL, the catalogue
    "SELECT current_setting('allowed_paths')",
    "SELECT getvariable('x')",
    "SELECT * FROM duckdb_settings()",
    "SELECT * FROM duckdb_views()",
    "SELECT * FROM pragma_table_info('sales')",
    "SELECT * FROM query('SELECT 1')",
    "SELECT * FROM query_table('sales')",
    "SELECT * FROM json_execute_serialized_sql('x')",
    "SELECT * FROM information_schema.tables",
    "SELECT sql FROM sqlite_master",
    "SELECT * FROM pg_catalog.pg_class",
    "SELECT sleep_ms(100000)",
    "SELECT nextval('x')",
    "SELECT * FROM which_secret('s3://x', 's3')",
    "SELECT * FROM enable_logging()",
    # anything but a question
    "ATTACH '/tmp/x.db'",
    "ATTACH '/tmp/x.db' AS x; SELECT 1",
    "INSTALL httpfs",
    "LOAD httpfs",
    "COPY sales TO '/tmp/x.csv'",
    "COPY (SELECT 1) TO '/tmp/x.csv'",
    "EXPORT DATABASE '/tmp/x'",
    "IMPORT DATABASE '/tmp/x'",
    "SET memory_limit = '90GB'",
    "RESET memory_limit",
    "PRAGMA memory_limit='90GB'",
    "PRAGMA show_tables",
    "CALL pragma_version()",
    "CREATE TABLE x AS SELECT 1",
    "CREATE MACRO f(x) AS x + 1",
    "CREATE SECRET s (TYPE s3)",
    "DROP VIEW sales",
    "INSERT INTO sales VALUES ('x', 1, 1)",
    "UPDATE sales SET units = 1",
    "DELETE FROM sales",
    "ALTER TABLE sales RENAME TO x",
    "CHECKPOINT",
    "EXPLAIN ANALYZE SELECT 1",
    "PREPARE x AS SELECT 1",
    "EXECUTE x",
    "USE memory",
    "VACUUM",
    "BEGIN",
    "SELECT 1 INTO x",
    "SUMMARIZE sales",
    "SHOW TABLES",
    "WITH x AS (INSERT INTO sales VALUES ('x', 1, 1) RETURNING *) SELECT * FROM x",
    # several at once, and hidden ones
    "SELECT 1; SELECT 2",
    "SELECT 1; DROP VIEW sales",
    "SELECT 1 /* ; */ ; SET x = 1 --",
    "SELECT 1 -- \n; COPY sales TO '/tmp/x'",
    "/* SELECT */ COPY sales TO '/tmp/x'",
    "SELECT 1) TO '/tmp/x.csv'; --",
    "SELECT 1) TO '/tmp/x.csv' --",
    # nothing at all, and no SQL
    "",
    "   \n",
    ";",
    "-- only a comment",
    "SELEC * FROM sales",
    "SELECT * FROM sales WHERE",
    "SELECT $1",
    "🙂",
    "SELECT 'open",
    "(" * 3_000,
    "SELECT " + "(" * 2_000 + "1" + ")" * 2_000,
    "SELECT 1" + " " * 60_000,
]


@pytest.fixture(scope="module")
def sales_home(tmp_path_factory):
    """A home with one table, for all: whatever is asked, it is as before in the end."""
    folder = tmp_path_factory.mktemp("sales")
    home, path = Home(folder / "home"), folder / "Sales.csv"
    path.write_text(SALES)
    table = Path(ingest(path, name=path.name, owner="ada", home=home).location) / "table.parquet"
    before = table.read_bytes()
    yield home
    assert table.read_bytes() == before


@pytest.fixture(scope="module")
def tables(sales_home):
    return table_names(Catalog(sales_home).list("ada"))


@pytest.fixture
def answered(tables, tmp_path):
    def run(sql: str, most_rows: int = 1_000, limit_s: float = 20.0):
        out = tmp_path / "answer.arrow"
        answer = write_answer(sql, tables, out, most_rows=most_rows, limit_s=limit_s, temp=tmp_path / "temp")
        return answer, read_answer(out)

    return run


@pytest.mark.parametrize("sql", HOSTILE, ids=lambda sql: sql[:60])
def test_hostile_sql_is_refused_in_a_sentence_without_a_path(sql, tables, answered, tmp_path, sales_home):
    table = Path(tables["sales"].location) / "table.parquet"
    before = set(Path("/tmp").glob("x*"))
    with pytest.raises(FathomError) as refused:
        answered(sql.replace("{table}", str(table)))
    said = str(refused.value)
    beside = said.replace(str(table), "")
    assert not any(str(path) in beside for path in (tmp_path, sales_home.root)) and "Traceback" not in said
    assert said.endswith(".")
    assert set(Path("/tmp").glob("x*")) == before


@pytest.mark.parametrize("sql", READS_FILES)
def test_what_reads_elsewhere_fails_in_the_sealed_connection_too(sql, tables, tmp_path, monkeypatch):
    monkeypatch.setattr("core.data.query.tables_of", lambda sql, known: frozenset(known))
    with pytest.raises(FathomError):
        write_answer(sql, tables, tmp_path / "a", most_rows=10, limit_s=2, temp=tmp_path / "temp")


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        ("SELECT count(*) AS n FROM sales", [{"n": 60}]),
        ("FROM sales SELECT max(units) AS u;", [{"u": 59}]),
        ("WITH big AS (SELECT * FROM Sales WHERE units > 57) SELECT sum(units) AS s FROM big", [{"s": 117}]),
        ("SELECT 1 AS a UNION ALL SELECT 2 ORDER BY a", [{"a": 1}, {"a": 2}]),
        ("SELECT a.units FROM sales a JOIN sales b USING (units) WHERE units = 3 -- done", [{"units": 3}]),
        ("SELECT unnest([1, 2]) AS x", [{"x": 1}, {"x": 2}]),
        ("SELECT sum(range) AS s FROM range(4)", [{"s": 6}]),
        ("SELECT 1 AS a, 2 AS a", [{"a": 1, "a_2": 2}]),
        ("SELECT [1, 2] AS l, NULL AS nothing", [{"l": "[1, 2]", "nothing": None}]),
        ("(SELECT 'x;y' AS t)", [{"t": "x;y"}]),
        ("SELECT units FROM sales QUALIFY row_number() OVER (ORDER BY units DESC) = 1", [{"units": 59}]),
    ],
)
def test_a_question_is_answered(answered, sql, rows):
    _, frame = answered(sql)
    assert [{k: None if v != v else v for k, v in row.items()} for row in frame.to_dict("records")] == rows


def test_the_row_number_of_storage_is_not_shown(answered):
    assert list(answered("SELECT * FROM sales")[1]) == ["region", "units", "price"]


@pytest.mark.parametrize("most", [1, 59, 60, 61])
def test_only_so_many_rows_are_kept_and_it_is_said_that_there_are_more(answered, most):
    answer, frame = answered("SELECT * FROM sales", most_rows=most)
    assert (answer.n_rows, answer.has_more) == (min(most, 60), most < 60)
    assert len(frame) == answer.n_rows


def test_an_endless_answer_is_cut_not_collected(answered):
    answer, _ = answered("SELECT range AS i FROM range(100000000000)", most_rows=100)
    assert answer.has_more and answer.seconds < 60


@pytest.mark.parametrize(
    ("sql", "line", "column"),
    [
        ("SELECT nope FROM sales", 1, 8),
        ("SELECT units\nFROM sales\nWHERE regin = 'x'", 3, 7),
        ("SELECT 'a' + 1 FROM sales", 1, None),
    ],
)
def test_a_mistake_is_told_with_its_place(answered, sql, line, column):
    with pytest.raises(BadInput) as error:
        answered(sql)
    assert "LINE" not in str(error.value) and "\n" not in str(error.value)
    if column is not None:
        assert (error.value.parameters["line"], error.value.parameters["column"]) == (line, column)


def test_an_unknown_table_is_answered_with_the_known(answered):
    with pytest.raises(UnknownName, match="Did you mean 'sales'"):
        answered("SELECT * FROM sale")


def test_tables_are_told_from_names_in_with():
    assert tables_of("WITH a AS (SELECT * FROM t) SELECT * FROM a, u", ["t", "u", "v"]) == {"t", "u"}


@pytest.mark.parametrize(
    "sql",
    [
        "WITH RECURSIVE t AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM t) SELECT count(*) FROM t",
        "SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE a.range + b.range < 0",
    ],
)
def test_what_runs_forever_is_interrupted(answered, sql):
    started = time.monotonic()
    with pytest.raises(TooLarge, match="stopped after"):
        answered(sql, limit_s=0.5)
    assert time.monotonic() - started < 60


@pytest.fixture
def question(tables, sales_home, tmp_path):
    def make(sql: str, **more: object) -> Question:
        return Question(root=str(sales_home.root), owner="ada", sql=sql, out=str(tmp_path / "out"), **more)

    sales_home.exports.mkdir(parents=True, exist_ok=True)
    return make


def test_a_process_of_its_own_answers(question):
    asked = question("SELECT count(*) AS n FROM sales")
    assert ask(asked).n_rows == 1
    assert read_answer(Path(asked.out)).to_dict("records") == [{"n": 60}]


def test_errors_come_back_from_it_as_they_were(question):
    with pytest.raises(BadInput, match="line 1, column 8"):
        ask(question("SELECT nope FROM sales"))
    with pytest.raises(BadInput, match="Did you mean 'sales'"):
        ask(question("SELECT * FROM sale"))


def test_what_does_not_heed_the_interrupt_is_ended(question, monkeypatch):
    monkeypatch.setattr("core.data.query_process.GRACE_S", 0.5)
    sql = "SELECT levenshtein(repeat('a', 200000), repeat('b', 200000))"
    started = time.monotonic()
    with pytest.raises(TooLarge, match="stopped after"):
        ask(question(sql, limit_s=1.0))
    assert time.monotonic() - started < 30


def test_what_grows_beyond_the_memory_is_ended_in_a_sentence(question):
    with pytest.raises(TooLarge, match="memory"):
        ask(question("SELECT len(list(range)) FROM range(10000000000)", limit_s=20.0))


def test_what_is_no_longer_wanted_is_ended(question):
    started = time.monotonic()
    sql = "SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE a.range + b.range < 0"
    assert ask(question(sql), lambda: time.monotonic() - started > 0.3) is None
    assert time.monotonic() - started < 30


def test_nobody_asks_about_the_tables_of_others(question, sales_home):
    theirs = Question(
        root=str(sales_home.root), owner="bob", sql="SELECT * FROM sales", out=question("x").out
    )
    with pytest.raises(BadInput, match="No table is called 'sales'"):
        ask(theirs)


def test_a_whole_answer_is_written_as_parquet(tables, tmp_path):
    folder = tmp_path / "made"
    folder.mkdir()
    out = folder / "it's.parquet"
    sql = "SELECT region, sum(units) AS units, 1 AS region FROM sales GROUP BY region -- by region"
    answer = write_parquet(sql, tables, out, limit_s=20, temp=tmp_path / "temp")
    assert answer.n_rows == 2 and len(duckdb.read_parquet(str(out)).columns) == 3


def test_tables_are_called_so_that_they_can_be_typed(store, catalog):
    for name in ("Sales 2024.csv", "sales-2024.xlsx", "2024.csv", "order.csv", "销售.csv", "---.csv", "a.csv.gz"):  # fmt: skip
        store(SALES.replace("60", f"{len(name)}"), name="t.csv")
        newest = catalog.list("ada")[0]
        catalog.rename(newest.id, "ada", name)
    names = table_names(catalog.list("ada"))
    assert list(names) == ["sales_2024", "sales_2024_2", "data_2024", "data_order", "销售", "data", "a"]
    for name in names:
        assert tables_of(f"SELECT * FROM {name}", names) == {name}


def test_the_last_hundred_are_remembered_by_their_owner_alone(home):
    home.root.mkdir(parents=True)
    history = QueryHistory(home)
    for i in range(MOST_KEPT + 5):
        history.add("ada", f"SELECT {i}", seconds=0.1, n_rows=1, error=None)
    history.add("ada", "SELECT 50", seconds=0.2, n_rows=None, error="No.")
    assert len(history.list("ada")) == MOST_KEPT
    assert history.list("ada")[0].sql == "SELECT 50" and history.list("ada")[0].error == "No."
    assert [q.sql for q in history.list("ada")].count("SELECT 50") == 1
    assert history.list("bob") == []
    history.delete("bob", history.list("ada")[0].place)
    assert len(history.list("ada")) == MOST_KEPT
    history.delete("ada", history.list("ada")[0].place)
    assert len(history.list("ada")) == MOST_KEPT - 1
    history.clear("ada")
    assert history.list("ada") == []


@pytest.mark.parametrize("sql", ["SELEC Region, Profit FROM sales", "-- all\nSELEC * FROM sales", "SELEC"])
def test_a_first_word_that_begins_no_query_is_named(answered, sql):
    with pytest.raises(BadInput, match="must begin with SELECT or WITH, and this one begins with 'SELEC'"):
        answered(sql)


@pytest.mark.parametrize("sql", ["SELECT regon FROM sales", "SELECT region FROM sales GROUP BY regon"])
def test_names_that_may_have_been_meant_are_asked_for_in_plain_words(answered, sql):
    with pytest.raises(BadInput, match=r'\(line 1, column \d+\)\. Did you mean: ".*\? Correct') as caught:
        answered(sql)
    assert "Candidate" not in str(caught.value) and "region" in str(caught.value).lower()
