"""Connections to one SQLite file: one at a time writes, others read beside it."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from visualsearch.errors import Unavailable
from visualsearch.store.fts5 import Fts5
from visualsearch.store.schema import alone, connect, prepare, translate


class Connections:
    """Lends connections to threads, each inside a transaction, and translates what goes wrong there."""

    words = Fts5()
    numbers = "SELECT value FROM json_each(?)"
    size = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"

    def __init__(self, path: Path, *, busy_timeout_s: float) -> None:
        prepare(path, busy_timeout_s=busy_timeout_s)
        self._path = path
        self._busy_timeout_s = busy_timeout_s
        self._writer = threading.Lock()
        self._idle: list[sqlite3.Connection] = []
        self._idle_lock = threading.Lock()
        self._is_closed = False

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection that sees one state of the database throughout."""
        with self._transaction("BEGIN") as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection whose changes are kept all at the end, or not at all after an exception."""
        with self._writer, self._transaction("BEGIN IMMEDIATE") as connection:
            before = connection.total_changes
            yield connection
            if connection.total_changes != before:
                connection.execute("UPDATE catalogue SET revision = lower(hex(randomblob(16)))")

    def alone(self) -> AbstractContextManager[None]:
        """Keep others out who ask for the same."""
        return alone(self._path.parent, patience_s=self._busy_timeout_s)

    def close(self) -> None:
        """Close what is idle now, and what is lent as it comes back."""
        with self._idle_lock:
            self._is_closed = True
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[sqlite3.Connection]:
        with translate(self._path):
            connection = self._take()
            try:
                connection.execute(begin)
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                connection.close()  # This rolls back; whatever state it was in goes with it.
                raise
            self._give_back(connection)

    def _take(self) -> sqlite3.Connection:
        with self._idle_lock:
            if self._is_closed:
                raise Unavailable(f"expected an open store, found {self._path} closed: open it again")
            if self._idle:
                return self._idle.pop()
        return connect(self._path, busy_timeout_s=self._busy_timeout_s)

    def _give_back(self, connection: sqlite3.Connection) -> None:
        with self._idle_lock:
            if not self._is_closed:
                self._idle.append(connection)
                return
        connection.close()
