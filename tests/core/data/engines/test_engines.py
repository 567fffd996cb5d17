"""What every engine must answer alike: the same SQL over the same Parquet gives the same rows and types."""

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.data import casting
from core.data.engines.choice import ENGINES, engine_named
from core.data.engines.duckdb import identifier
from core.data.engines.spark_sql import translated
from core.data.inference import infer
from core.data.sources import recognise
from core.errors import BadInput, UnknownName
from tests.core.data.engines.conftest import TABLE, close

# DuckDB's answers are the promise; each of these was once something else to Spark, or might have been
CELLS = (
    "CAST(x AS VARCHAR)", "CAST(n AS VARCHAR)", "CAST(d AS VARCHAR)", "CAST(b AS VARCHAR)", "try_cast(w AS BIGINT)",
    "try_cast(w AS DOUBLE)", "CAST(n * CAST(0.5 AS DOUBLE) AS BIGINT)", "try_cast(x AS BIGINT)", "try_cast(s AS TIMESTAMP)",
    "try_strptime(s, '%d/%m/%Y')", "try_strptime(s, '%d/%m/%y %I:%M %p')", "try_strptime(s, '%d %b %Y')",
    "try_strptime(s, '%Y年%m月%d日')", "md5(concat('7', ':', CAST(_row AS VARCHAR)))", "left(sha256('salt' || t), 16)",
    "x / 0", "n / 2", "1.0 * n / 3", "n % 4", "TRY(n % 0)", "TRY(ln(x))", "TRY(log(x))", "TRY(sqrt(x))",
    "TRY(n * 9007199254740993)", "TRY(CAST(w AS DOUBLE) + 1)", "isfinite(x)", "round(x, 1)", "round(x)", "floor(x)",
    "ceil(x)", "log(100 + n)", "abs(n)", "sign(x)", "epoch(d)", "isodow(d)", "weekofyear(d)", "dayofyear(d)", "year(d)",
    "quarter(d)", "hour(d)", "minute(d)", "CAST(date_trunc('week', d) AS TIMESTAMP)", "date_trunc('quarter', d)",
    "date_diff('day', CAST('2020-01-01 23:00' AS TIMESTAMP), d)", "d > TIMESTAMP '2020-02-01 00:00:00'", "upper(t)",
    "lower(t)", "length(t)", "regexp_replace(t, '[^0-9.]', '', 'g')", "regexp_extract(t, '[$]|b')",
    "regexp_matches(t, '[(-]')", "regexp_full_match(t, 'a|it.s')", "split_part(t, '-', 2)",
    "array_to_string(list_slice(string_split(t, '-'), 2, 1000000), '-')", "coalesce(list_position(['a', 'it''s'], t), 0)",
    "[10, 20][1]", "[10, 20, 30][_row + 1]", "concat(t, '!')", "t || '!'", "concat_ws('/', t, CAST(n AS VARCHAR))", "trim(w, ' 1')", "translate(t, 'ab', 'c')",
    "greatest(n, x, 3)", "least(n, x)", "t IS DISTINCT FROM 'a'", "contains(lower(t), 'd')", "starts_with(t, 'a')",
    "repeat('*', greatest(length(t) - 2, 0))", "right(t, 2)", "row_number() OVER (ORDER BY t DESC, _row)",
    "dense_rank() OVER (ORDER BY b)", "count(*) OVER (PARTITION BY b)", "nullif(t, 'a')", "'it''s \\d ${x} ? :y\n\x1f'",
    "t = 'x\\d\n''`\"'", 'concat("q""u`o.te\n", t)', "CASE WHEN n IN (1, 2) THEN 'few' ELSE 'many' END",
    "last_value(t IGNORE NULLS) OVER (ORDER BY _row ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)",
)  # fmt: skip
FIGURES = (
    "avg(CASE WHEN b THEN 1.0 ELSE 0.0 END)", "quantile_cont(x, [0.25, 0.5])", "quantile_cont(n, 0.5)", "quantile_disc(d, 0.5)",
    "quantile_disc(n, 0.25)", "count(DISTINCT t)", "min(d)", "max(t)", "stddev_samp(CASE WHEN abs(x) < 1e150 THEN x END)",
    "count(*)", "count(*) FILTER (x > 1)", "avg(length(t))", "sum(CAST(n AS DOUBLE))", "corr(x, n)", "min(b)",
    "approx_count_distinct(n)",
)  # fmt: skip


def selected(expressions) -> str:
    return ", ".join(f"{sql} AS v{i}" for i, sql in enumerate(expressions))


@pytest.mark.parametrize(
    ("expressions", "rest"),
    [(CELLS, "ORDER BY _row"), (FIGURES, ""), (FIGURES, "WHERE n IS NULL")],
    ids=["cells", "figures", "figures of a row without values"],
)
def test_the_same_question_has_the_same_answer(key, opened, parquet, expressions, rest):
    sql = f"SELECT {selected(expressions)} FROM t {rest}"
    with opened("duckdb", {"t": parquet}) as session:
        expected = session.query(sql)
    with opened(key, {"t": parquet}) as session:
        found = session.query(sql)
    for sql, mine, theirs in zip(expressions, found.columns, expected.columns, strict=True):
        assert close(mine.to_pylist(), theirs.to_pylist()), sql
        if not pa.types.is_list(theirs.type):  # the engines call a list's elements differently
            assert mine.type == theirs.type, sql


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT b, count(*) AS n, avg(x) AS m FROM t GROUP BY 1 ORDER BY 1",
        "SELECT t FROM t ORDER BY x DESC, t LIMIT 5",
        "SELECT _row FROM t QUALIFY row_number() OVER (PARTITION BY b ORDER BY _row DESC) = 1 ORDER BY _row",
        "SELECT a._row, q.v FROM t AS a LEFT JOIN (VALUES ('a', 1), ('it''s', 2)) AS q (k, v) ON a.t = q.k ORDER BY 1",
        "WITH part AS MATERIALIZED (SELECT b FROM t) (SELECT 0 AS i, b, count(*) AS n FROM part GROUP BY b "
        "ORDER BY count(*) DESC, part.b LIMIT 2) UNION ALL (SELECT 1, b, 0 FROM part WHERE b LIMIT 1)",
        "SELECT i, count(v) AS n FROM (SELECT unnest([4, 7]) AS i, unnest([x, CAST(n AS DOUBLE)]) AS v FROM t) AS long GROUP BY i ORDER BY i",
        "SELECT count(DISTINCT hash(a, b)) AS n FROM (VALUES ('x', NULL), (NULL, 'x'), ('x', NULL)) AS v (a, b)",
        "SELECT * FROM t ORDER BY _row",
        "SELECT * FROM big ORDER BY _row",
    ],
)
def test_rows_come_alike_and_in_their_order(key, opened, parquet, sql):
    views = {"big": 'SELECT _row, "q""u`o.te\n", d FROM t WHERE x > 1'}
    with opened("duckdb", {"t": parquet}, views) as session:
        expected = session.query(sql)
    with opened(key, {"t": parquet}, views) as session:
        found = session.query(sql)
    assert found.schema.names == expected.schema.names and found.schema.types == expected.schema.types
    assert close(found.to_pylist(), expected.to_pylist())


def test_batches_are_the_rows_a_few_at_a_time(key, opened, parquet):
    sql = "SELECT * FROM t WHERE _row > 0 ORDER BY x"
    with opened(key, {"t": parquet}) as session:
        batches = list(session.batches(sql, 3))
        assert [len(b) for b in batches] == [3, 3, 1]
        assert pa.Table.from_batches(batches).to_pylist() == session.query(sql).to_pylist()
        assert sum(len(b) for b in session.batches("SELECT * FROM t WHERE _row < 0", 3)) == 0


def test_rows_are_written_in_their_order_and_only_where_they_may_be(key, parquet, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    engine = engine_named(key, tmp_path / "temp")
    with engine.open({"data": parquet}, writes=out) as session:
        session.write("SELECT _row, n * 2 AS n, t FROM data WHERE n >= 0", out / "made.parquet", 3)
        with pytest.raises((BadInput, duckdb.Error)):
            session.write("SELECT n FROM data", tmp_path / "elsewhere.parquet", 1)
    assert [p.name for p in out.iterdir()] == ["made.parquet"]
    made = pq.read_table(out / "made.parquet")
    assert made.column("_row").to_pylist() == [0, 3, 4, 5, 6, 7]
    assert made.column("n").to_pylist()[:2] == [2, 18014398509481986]
    with engine.open({"data": parquet}) as session, pytest.raises((BadInput, duckdb.Error)):
        session.write("SELECT n FROM data", out / "more.parquet", 1)


def test_typed_parquet_comes_back_as_it_was_written(key, opened, parquet):
    with opened(key, {"t": parquet}) as session:
        found = session.query("SELECT * FROM t ORDER BY _row")
    assert found.schema.types == TABLE.schema.types and found.to_pylist() == TABLE.to_pylist()


def test_what_another_engine_wrote_is_read_alike(key, tmp_path):
    """More values than a dictionary holds, so that every way of writing a type is met."""
    n = 30_000
    made = pa.table({
        "whole": pa.array(range(n), pa.int64()), "real": pa.array([i**0.5 for i in range(n)]),
        "word": [f"word {i}" for i in range(n)], "yes": [i % 2 == 0 for i in range(n)],
        "at": pa.array([i * 1_000_000 for i in range(n)], pa.timestamp("us")),
    })  # fmt: skip
    pq.write_table(made, tmp_path / "in.parquet")
    out = tmp_path / "out"
    out.mkdir()
    with engine_named("duckdb", tmp_path / "a").open({"t": tmp_path / "in.parquet"}, writes=out) as session:
        session.write("SELECT * EXCLUDE (_row) FROM t ORDER BY _row", out / "t.parquet", 5)
    with engine_named(key, tmp_path / "b").open({"t": out / "t.parquet"}) as session:
        assert session.query("SELECT * EXCLUDE (_row) FROM t ORDER BY _row").to_pydict() == made.to_pydict()


MESSY = (
    "id,amount,share,when,moment,yes,code,word,mixed\n"
    '1,"1,234.50","12,5 %",31/12/2020,2020-01-01 10:00:00,true,007,a,1\n'
    '2,"-3.00","0,5 %",1/2/2021,2020-01-02,false,012,"it\'s",x\n'
    '3,,?,,,,113,"b ""q""",2\n'
    '4,(7),"100 %",28/2/2021,2021-02-03T04:05:06Z,TRUE,999,N/A,3\n'
)


def test_text_becomes_typed_columns(key, opened, tmp_path):
    """What a file's cells are taken for, and their values, do not depend on the engine."""
    (tmp_path / "messy.csv").write_text(MESSY)
    table = recognise(tmp_path / "messy.csv").read(tmp_path / "messy.csv", tmp_path, {})
    typed = {}
    for each in ("duckdb", key):
        with opened(each, {"cells": table.path}) as session:
            found = infer(session, table.names, table.n_rows)
            items = ", ".join(
                f"{casting.cell_value(f'c{i}', f.kind, f.statistics)} AS {identifier(name)}"
                for i, (name, f) in enumerate(zip(table.names, found))
            )
            out = tmp_path / f"{each}.parquet"
            batches = list(session.batches(f"SELECT _row, {items} FROM cells ORDER BY _row", 100))
            pq.write_table(pa.Table.from_batches(batches), out)
            typed[each] = (found, pq.read_table(out))
    assert typed[key][0] == typed["duckdb"][0]
    assert typed[key][1].schema.types == typed["duckdb"][1].schema.types
    assert typed[key][1].to_pylist() == typed["duckdb"][1].to_pylist()
    assert {f.kind for f in typed[key][0]} >= {"integer", "decimal", "date", "boolean"}


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_text('/etc/hostname')", "SELECT * FROM '/etc/passwd'", "SELECT * FROM parquet.\"/etc/passwd\"",
        "COPY t TO 'out.csv'", "DROP VIEW t", "SET memory_limit = '90GB'", "SELECT 1; SELECT 2",
        "SELECT reflect('java.lang.System', 'exit', 1)", "SELECT java_method('java.lang.System', 'getenv', 'HOME')",
        "SELECT * FROM elsewhere", "CREATE TABLE x AS SELECT 1",
    ],
)  # fmt: skip
def test_a_session_answers_about_its_tables_and_nothing_else(spark, opened, parquet, sql):
    with opened("spark", {"t": parquet}) as session, pytest.raises(BadInput):
        session.query(sql)


def test_a_session_does_not_see_another_ones_tables(spark, opened, parquet):
    with opened("spark", {"mine": parquet}), opened("spark", {"t": parquet}) as session:
        with pytest.raises(BadInput):
            session.query("SELECT * FROM mine")


def test_spark_without_its_packages_or_java_says_so(tmp_path, monkeypatch):
    engine = engine_named("spark", tmp_path)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(BadInput, match="requirements-spark.txt"), engine.open({}):
        pass
    monkeypatch.undo()
    monkeypatch.setattr("importlib.util.find_spec", lambda name: "there")
    monkeypatch.setattr("shutil.which", lambda name: None)
    with pytest.raises(BadInput, match="Java"), engine.open({}):
        pass


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT regexp_replace(t, 'a', 'b') FROM t",
        "SELECT histogram(x) FROM t",
        "SELECT try_strptime(t, '%j') FROM t",
        "SELECT date_diff('hour', d, d) FROM t",
    ],
)
def test_what_has_no_equal_in_spark_is_refused_and_not_guessed(sql):
    with pytest.raises(BadInput) as caught:
        translated(sql)
    assert caught.value.code == "spark_no_words"


def test_an_unknown_engine_is_refused_with_those_that_exist(tmp_path):
    with pytest.raises(UnknownName, match="duckdb, spark"):
        engine_named("sparc", tmp_path)
    assert set(ENGINES) == {"duckdb", "spark"}
