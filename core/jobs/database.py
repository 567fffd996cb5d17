"""The SQLite file that holds queue and index, safe for many processes and threads. Knows no table.

Every thread has a connection of its own for as long as it lives: opening one takes about as
long as ten look-ups, and closing the last one would make SQLite fold its log back each time.
Write-ahead logging lets readers go on while somebody writes; writers wait for one another.
"""

import os
import sqlite3
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PATIENCE_S = 20.0  # a writer waits this long for the others before it gives up


class Database:
    """One file of tables. schema: statements that may be run again without harm."""

    def __init__(self, path: Path, schema: Sequence[str]):
        self.path = path
        self._schema = tuple(schema)
        self._local = threading.local()

    @property
    def connection(self) -> sqlite3.Connection:
        """This thread's own connection, opened at first use.

        A forked child opens its own too: sharing one across a fork corrupts the file.
        """
        if getattr(self._local, "pid", None) != os.getpid():
            self._local.connection = self._open()
            self._local.pid = os.getpid()
        return self._local.connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction that holds the write lock from its first line: what it reads stays true."""
        connection = self.connection
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")

    def rows(self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> list[sqlite3.Row]:
        return self.connection.execute(sql, parameters).fetchall()

    def row(self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> sqlite3.Row | None:
        return self.connection.execute(sql, parameters).fetchone()

    def _open(self) -> sqlite3.Connection:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        deadline = time.monotonic() + PATIENCE_S
        while True:
            connection = sqlite3.connect(self.path, timeout=PATIENCE_S, isolation_level=None)
            connection.row_factory = sqlite3.Row
            try:
                # of two processes that open a new file at once, one is told "locked" without waiting
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = NORMAL")
                for statement in self._schema:
                    connection.execute(statement)
                return connection
            except sqlite3.OperationalError:
                connection.close()
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.02)
