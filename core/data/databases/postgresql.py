"""PostgreSQL, read through psycopg by a cursor on the server. Changes nothing there."""

from core.data.databases import Database

database = Database(
    key="postgresql",
    title="PostgreSQL",
    schemes=("postgresql", "postgres"),
    driver="postgresql+psycopg",
    packages=("sqlalchemy", "psycopg"),
    dialect="postgres",
    arguments={"connect_timeout": 10},
    before=("SET TRANSACTION READ ONLY", "SET LOCAL statement_timeout = '30min'"),
)
