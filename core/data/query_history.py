"""What each owner asked in SQL, and how it went: the last hundred, in SQLite. Runs no SQL of theirs."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

from core.home import Home

MOST_KEPT = 100
_SCHEMA = """CREATE TABLE IF NOT EXISTS queries (
    place INTEGER PRIMARY KEY AUTOINCREMENT, owner TEXT NOT NULL, sql TEXT NOT NULL, asked_at REAL NOT NULL,
    seconds REAL NOT NULL, n_rows INTEGER, error TEXT)"""


@dataclass(frozen=True, kw_only=True)
class PastQuery:
    """seconds: it took. n_rows: of its answer, None where there was none; error: the sentence then, None if it was stopped."""

    place: int
    sql: str
    asked_at: float
    seconds: float
    n_rows: int | None = None
    error: str | None = None


class QueryHistory:
    """One file for all owners of a home; each sees and deletes only what is theirs."""

    def __init__(self, home: Home):
        self._path = home.root / "queries.db"

    def add(self, owner: str, sql: str, *, seconds: float, n_rows: int | None, error: str | None) -> None:
        """Remember a query at the top; the same text asked before moves there, the oldest are forgotten."""
        with self._open() as db:
            db.execute("DELETE FROM queries WHERE owner = ? AND sql = ?", (owner, sql))
            db.execute(
                "INSERT INTO queries (owner, sql, asked_at, seconds, n_rows, error) VALUES (?, ?, ?, ?, ?, ?)",
                (owner, sql, time.time(), seconds, n_rows, error),
            )
            db.execute(
                "DELETE FROM queries WHERE owner = ? AND place NOT IN"
                " (SELECT place FROM queries WHERE owner = ? ORDER BY place DESC LIMIT ?)",
                (owner, owner, MOST_KEPT),
            )

    def list(self, owner: str) -> list[PastQuery]:
        """The newest first."""
        with self._open() as db:
            rows = db.execute(
                "SELECT place, sql, asked_at, seconds, n_rows, error FROM queries WHERE owner = ?"
                " ORDER BY place DESC",
                (owner,),
            ).fetchall()
        names = ("place", "sql", "asked_at", "seconds", "n_rows", "error")
        return [PastQuery(**dict(zip(names, row))) for row in rows]

    def delete(self, owner: str, place: int) -> None:
        with self._open() as db:
            db.execute("DELETE FROM queries WHERE owner = ? AND place = ?", (owner, place))

    def clear(self, owner: str) -> None:
        with self._open() as db:
            db.execute("DELETE FROM queries WHERE owner = ?", (owner,))

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._path, timeout=20)) as db, db:
            db.execute(_SCHEMA)
            yield db
