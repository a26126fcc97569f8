"""A catalogue in one SQLite file."""

from pathlib import Path

from visualsearch.store.connections import Connections
from visualsearch.store.database import Stemming
from visualsearch.store.sql_store import SqlStore


class SqliteStore(SqlStore):
    """Keeps a catalogue in a file; threads and processes of one machine may use it at once."""

    def __init__(
        self,
        path: Path,
        *,
        eye: str,
        dimension: int,
        stemming: Stemming = "english",
        busy_timeout_s: float = 30,
    ) -> None:
        """Open or create the file; raises NotFound, StoreCorrupt, FormatTooNew or Unavailable."""
        super().__init__(
            Connections(path, busy_timeout_s=busy_timeout_s), eye=eye, dimension=dimension, stemming=stemming
        )
