import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.data.engines.duckdb import DuckEngine, identifier, literal, sealed


@pytest.fixture
def table(tmp_path):
    pq.write_table(pa.table({"a": [1, 2, 3]}), tmp_path / "it's.parquet")
    return tmp_path / "it's.parquet"


def test_a_session_answers_over_named_tables_and_views(tmp_path, table):
    with DuckEngine(tmp_path / "temp").open({"t": table}, {"big": "SELECT * FROM t WHERE a > 1"}) as session:
        assert session.query("SELECT sum(a) AS s FROM big").to_pylist() == [{"s": 5}]
        assert [batch.num_rows for batch in session.batches("SELECT * FROM t", 2)] and True


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_text('/etc/hostname')",
        "SELECT * FROM '/etc/passwd'",
        "COPY t TO '{folder}/out.csv'",
        "ATTACH '{folder}/new.db'",
        "SET memory_limit = '90GB'",
        "SET enable_external_access = true",
        "INSTALL httpfs",
        "SELECT * FROM secret",
    ],
)
def test_a_session_reaches_nothing_it_was_not_handed(tmp_path, table, sql):
    secret = pa.table({"a": [1]})
    assert secret.num_rows
    with DuckEngine(tmp_path / "temp").open({"t": table}) as session, pytest.raises(duckdb.Error):
        session.connection.execute(sql.replace("{folder}", str(tmp_path)))


def test_a_connection_writes_into_its_folder_only(tmp_path, table):
    (tmp_path / "out").mkdir()
    with sealed(tmp_path / "temp", reads=[table], writes=tmp_path / "out") as connection:
        connection.execute(
            f"COPY (SELECT 1 AS a) TO {literal(str(tmp_path / 'out' / 'x.parquet'))} (FORMAT parquet)"
        )
        with pytest.raises(duckdb.Error):
            connection.execute(f"COPY (SELECT 1 AS a) TO {literal(str(tmp_path / 'outside.parquet'))}")


def test_what_exceeds_the_memory_is_spilled(tmp_path):
    with sealed(tmp_path / "temp") as connection:
        limit = connection.execute("SELECT current_setting('memory_limit')").fetchone()[0]
    assert limit.endswith("MiB")


def test_strangers_names_and_texts_cannot_leave_their_quotes():
    assert identifier('a"; DROP') == '"a""; DROP"' and literal("it's") == "'it''s'"
