"""Temporary tables on disk for what may not fit in memory."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager

from visualsearch.errors import StorageFull


@contextmanager
def open_scratch() -> Iterator[sqlite3.Connection]:
    """Open a database that keeps about 2 MB in memory and the rest in a temporary file, and then vanishes.

    Raises StorageFull where there is no room for temporary files.
    """
    # Each step of a generator may run in another thread, but never two at once.
    with closing(sqlite3.connect("", isolation_level=None, check_same_thread=False)) as scratch:
        scratch.execute("PRAGMA journal_mode = OFF")
        scratch.execute("PRAGMA synchronous = OFF")
        try:
            yield scratch
        except sqlite3.OperationalError as error:
            raise StorageFull(
                f"expected room for temporary tables, found: {error}; make room or set TMPDIR elsewhere"
            ) from error


def insert_all(scratch: sqlite3.Connection, statement: str, rows: Iterable[tuple[object, ...]]) -> None:
    """Insert rows as they come, in one transaction."""
    scratch.execute("BEGIN")
    scratch.executemany(statement, rows)
    scratch.execute("COMMIT")


def count_ids(scratch: sqlite3.Connection, ids: Iterable[str]) -> int:
    """Count how often each id occurs, for ``find_count``; answers how many ids occur more than once."""
    scratch.execute("CREATE TABLE seen (id TEXT PRIMARY KEY, times INTEGER NOT NULL) WITHOUT ROWID")
    statement = "INSERT INTO seen VALUES (?, 1) ON CONFLICT (id) DO UPDATE SET times = times + 1"
    insert_all(scratch, statement, ((one,) for one in ids))
    repeated: int = scratch.execute("SELECT count(*) FROM seen WHERE times > 1").fetchone()[0]
    return repeated


def find_count(scratch: sqlite3.Connection, one: str) -> int:
    """Say how often an id was counted."""
    row = scratch.execute("SELECT times FROM seen WHERE id = ?", (one,)).fetchone()
    return int(row[0]) if row else 0
