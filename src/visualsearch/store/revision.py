"""Tells whether anything in a catalogue's database has changed, at the price of a look at shared memory."""

import threading
from pathlib import Path

from visualsearch.store.schema import connect, translate


class Revision:
    """Watches a database that exists, by a connection that writes nothing; used by any thread."""

    def __init__(self, path: Path, *, busy_timeout_s: float = 30) -> None:
        self._path = path
        with translate(path):
            self._connection = connect(path, busy_timeout_s=busy_timeout_s)
        self._looking = threading.Lock()
        self._version = -1
        self._seen = "", 0

    def newest(self) -> tuple[str, int]:
        """Give a name that is drawn anew whenever anyone changes anything, and the newest change of the log.

        It is the same for all who watch, and outlives them.
        """
        with self._looking, translate(self._path):
            version: int = self._connection.execute("PRAGMA data_version").fetchone()[0]
            if version != self._version:
                self._seen = self._connection.execute(
                    "SELECT revision, (SELECT coalesce(max(number), 0) FROM changes) FROM catalogue"
                ).fetchone()
                self._version = version
            return self._seen

    def close(self) -> None:
        """Stop watching."""
        self._connection.close()
