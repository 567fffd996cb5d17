"""What a kind of SQL database needs in order to be read from. Knows no address and no password."""

import sys
from dataclasses import dataclass, field
from typing import Any

from core.errors import BadInput, UnknownName
from core.registry import Registry


@dataclass(frozen=True, kw_only=True)
class Database:
    """schemes: how addresses of this kind begin. driver: SQLAlchemy's name of it with its dialect.
    packages: what has to be installed. dialect: sqlglot's name of its SQL. arguments: for the
    driver's connect. before: statements after which nothing can be changed or run for ever.
    """

    key: str
    title: str
    schemes: tuple[str, ...]
    driver: str
    packages: tuple[str, ...]
    dialect: str
    arguments: dict[str, Any] = field(default_factory=dict)
    before: tuple[str, ...] = ()


DATABASES: Registry[Database] = Registry(sys.modules[__name__], "database")


def database_of(url: str) -> Database:
    """The kind of database at that address, of which only the scheme is looked at. Raises UnknownName."""
    scheme, separator, _ = url.partition("://")
    if not separator:
        raise BadInput("database_address")
    for database in DATABASES.values():
        if scheme.partition("+")[0].lower() in database.schemes:
            return database
    known = [scheme for database in DATABASES.values() for scheme in database.schemes]
    raise UnknownName("kind of database", scheme[:20], known)
