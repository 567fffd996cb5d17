"""An open database that can only be read, and its errors without its secrets. Writes no file."""

import importlib.util
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from core.data.databases import Database, database_of
from core.errors import BadInput, UnknownName

MOST_TABLES = 2_000
SYSTEM = ("information_schema", "mysql", "performance_schema", "sys", "main")
_REASONS = (
    (re.compile(r"password|authenticat|access denied|role", re.I), "the sign-in was refused"),
    (re.compile(r"timed? ?out", re.I), "it did not answer in time"),
    (re.compile(r"refused|unreachable|resolve|translate host|unknown host|can't connect", re.I), "nobody answers there"),
    (re.compile(r"does not exist|unknown database|unable to open", re.I), "there is no such database"),
)  # fmt: skip


@contextmanager
def reading(name: str, url: str) -> Iterator[tuple[Any, Database]]:
    """A SQLAlchemy connection inside a transaction that only reads, and what kind it is.

    name: of the connection, for sentences, in which nothing of the url is ever said.
    Raises BadInput.
    """
    database = database_of(url)
    absent = [p for p in database.packages if importlib.util.find_spec(p) is None]
    if absent:
        raise BadInput("database_packages", title=database.title, packages=", ".join(absent))
    import sqlalchemy
    from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

    try:
        address = sqlalchemy.make_url(url).set(drivername=database.driver)
    except (ArgumentError, ValueError):
        raise BadInput("database_address") from None
    engine = sqlalchemy.create_engine(
        address, poolclass=sqlalchemy.NullPool, hide_parameters=True, connect_args=dict(database.arguments)
    )
    try:
        try:
            connection = engine.connect()
        except (SQLAlchemyError, OSError, ValueError, TypeError) as error:
            raise BadInput("database_unreachable", name=name, reason=_reason(str(error))) from None
        with connection:
            for statement in database.before:
                connection.exec_driver_sql(statement)
            yield connection, database
            connection.rollback()  # whatever a function in a SELECT did all the same
    except DBAPIError as error:
        detail = (str(error.orig).splitlines() or [""])[0]
        raise BadInput("database_refused", name=name, detail=_without(detail, address)) from None
    except SQLAlchemyError as error:
        raise BadInput("database_refused", name=name, detail=type(error).__name__) from None
    finally:
        engine.dispose()


def table_names(name: str, url: str) -> list[str]:
    """Tables and views, those of other schemas as schema.table. Raises BadInput."""
    with reading(name, url) as (connection, _):
        return list(_tables(connection))


def select_of(connection: Any, table: str) -> str:
    """SELECT of all there is in a table that `table_names` lists. Raises UnknownName."""
    known = _tables(connection)
    if table not in known:
        raise UnknownName("table", table, known)
    quote = connection.dialect.identifier_preparer.quote_identifier
    return f"SELECT * FROM {'.'.join(quote(part) for part in known[table] if part)}"


def _tables(connection: Any) -> dict[str, tuple[str | None, str]]:
    """Schema (None for the connection's own) and table by the name they are shown by."""
    import sqlalchemy

    inspector = sqlalchemy.inspect(connection)
    found: dict[str, tuple[str | None, str]] = {
        table: (None, table) for table in [*inspector.get_table_names(), *inspector.get_view_names()]
    }
    for schema in inspector.get_schema_names():
        if schema != inspector.default_schema_name and not schema.startswith("pg_") and schema not in SYSTEM:
            for table in inspector.get_table_names(schema):
                found.setdefault(f"{schema}.{table}", (schema, table))
    return dict(list(found.items())[:MOST_TABLES])


def check_select(sql: str, dialect: str) -> str:
    """The statement, when it is a single SELECT. Raises BadInput."""
    import sqlglot
    from sqlglot import exp

    try:
        statements = [s for s in sqlglot.parse(sql, dialect=dialect) if s is not None]
    except (sqlglot.errors.SqlglotError, RecursionError):
        raise BadInput("database_select") from None
    changes = (exp.DML, exp.DDL, exp.Command, exp.Into, exp.Lock, exp.Set, exp.Pragma, exp.Attach)
    if len(statements) != 1 or not isinstance(statements[0], exp.Query):
        raise BadInput("database_select")
    for node in statements[0].walk():
        if isinstance(node, changes) and not isinstance(node, exp.Query):
            raise BadInput("database_select")
    return sql.strip().rstrip(";")


def _reason(said: str) -> str:
    return next((reason for pattern, reason in _REASONS if pattern.search(said)), "it did not let us in")


def _without(detail: str, address: Any) -> str:
    """What the database said, without anything of its address."""
    for secret in (address.password, address.host, address.username):
        if secret:
            detail = detail.replace(str(secret), "…")
    return detail[:300].rstrip(". ")
