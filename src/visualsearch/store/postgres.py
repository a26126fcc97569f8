"""A catalogue in a schema of a PostgreSQL database; the only file that knows the driver."""

import json
import logging
import select
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any
from uuid import uuid4

try:
    import psycopg
    import psycopg_pool
    from psycopg import conninfo
    from psycopg.types.string import StrDumperUnknown, TextBinaryLoader
except ImportError as error:
    from visualsearch.errors import MissingExtra

    raise MissingExtra(
        "expected psycopg, found that it is not installed: install visualsearch[postgres]"
    ) from error

from visualsearch.errors import BadInput, FormatTooNew, NotFound, StorageFull, StoreCorrupt, Unavailable
from visualsearch.store.database import TABLES, Stemming
from visualsearch.store.postgres_schema import OLDEST, SCHEMA, VERSION
from visualsearch.store.sql_store import SqlStore
from visualsearch.store.text_search import TextSearch

CONNECTIONS = 16
"""Connections of one process at most."""
PATIENCE_S = 5.0
"""How long a server that is away is waited for."""
INTERVAL_S, LONGEST_INTERVAL_S = 0.25, 5.0
"""How often a listener looks whether it is to stop, and into the log without being told."""

_DEFAULTS = {"connect_timeout": "5", "tcp_user_timeout": "30000", "application_name": "visualsearch"}

logging.getLogger("psycopg.pool").setLevel(logging.ERROR)  # whoever asks for a connection tells it better


class PostgresStore(SqlStore):
    """Keeps a catalogue in the first schema of a connection's search path; machines may use it at once."""

    def __init__(
        self,
        url: str,
        *,
        eye: str,
        dimension: int,
        stemming: Stemming = "english",
        busy_timeout_s: float = 30,
    ) -> None:
        """Open the catalogue, or make its tables.

        Raises BadInput for an address that is none, StoreCorrupt, FormatTooNew or Unavailable.
        """
        database = PostgresDatabase(url, busy_timeout_s=busy_timeout_s)
        try:
            super().__init__(database, eye=eye, dimension=dimension, stemming=stemming)
        except BaseException:
            database.close()
            raise


class PostgresDatabase:
    """Lends connections to threads, each inside a transaction, and translates what goes wrong there."""

    words = TextSearch()
    numbers = "SELECT value::bigint FROM jsonb_array_elements_text(?::jsonb)"
    size = (
        "SELECT sum(pg_total_relation_size(oid))::bigint FROM pg_class"
        " WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'"
    )

    def __init__(self, url: str, *, create: bool = True, busy_timeout_s: float = 30) -> None:
        """Connect; raises NotFound where there is no catalogue and none may be made."""
        self._place = place_of(url)
        with _translated(self._place), _connect(url) as connection:
            _prepare(connection, self._place, create=create)
            self._channel = _channel(connection)
        self._writer = threading.Lock()
        wait_ms = round(busy_timeout_s * 1000)

        def configure(connection: psycopg.Connection) -> None:
            _adapt(connection)
            connection.execute(f"SET lock_timeout = {wait_ms:d}".encode())
            # A machine that is gone without a word holds its locks until the server misses it.
            connection.execute(b"SET tcp_keepalives_idle = 10")
            connection.execute(b"SET tcp_keepalives_interval = 5")
            connection.execute(b"SET tcp_keepalives_count = 4")

        self._pool = psycopg_pool.ConnectionPool(
            _address(url),
            kwargs={"autocommit": True},
            min_size=0,
            max_size=CONNECTIONS,
            timeout=PATIENCE_S,
            reconnect_timeout=PATIENCE_S,
            num_workers=1,
            configure=configure,
            check=_check,
            open=True,
        )

    @contextmanager
    def reading(self) -> Iterator["_Lent"]:
        """Lend a connection that sees one state of the database throughout."""
        with self._transaction(b"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY") as lent:
            yield lent

    @contextmanager
    def writing(self) -> Iterator["_Lent"]:
        """Lend a connection whose changes are kept all at the end, or not at all after an exception."""
        # Those who wait within a process wait here, so that they hold no connection meanwhile.
        with self._writer, self._transaction(b"BEGIN") as lent:
            # Numbers of changes are drawn in the order in which they are committed, or a follower would
            # pass over the one that came late.
            lent.execute("SELECT 1 FROM catalogue FOR UPDATE")
            yield lent
            if lent.has_changed:
                lent.execute("UPDATE catalogue SET revision = ?", (uuid4().hex,))
                lent.execute("SELECT pg_notify(?, '')", (self._channel,))

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep others out who ask for the same, by a lock that goes with its connection."""
        with _translated(self._place):
            connection = self._pool.getconn()
        try:
            with _translated(self._place):
                connection.execute(b"SELECT pg_advisory_lock(hashtext(identity)) FROM catalogue")
            yield
            with _translated(self._place):
                connection.execute(b"SELECT pg_advisory_unlock(hashtext(identity)) FROM catalogue")
        except BaseException:
            connection.close()  # the lock goes with it
            raise
        finally:
            self._pool.putconn(connection)

    def close(self) -> None:
        """Close the connections; what uses it after this is refused."""
        self._pool.close()

    @contextmanager
    def _transaction(self, begin: bytes) -> Iterator["_Lent"]:
        with _translated(self._place):
            connection = self._pool.getconn()
            try:
                with connection.pipeline() as pipeline:
                    connection.execute(begin)
                    yield _Lent(connection, pipeline)
                    connection.execute(b"COMMIT")
            except BaseException:
                connection.close()  # This rolls back; whatever state it was in goes with it.
                raise
            finally:
                self._pool.putconn(connection)


class _Lent:
    """A connection as the shared statements use it: question marks for parameters.

    Statements are sent without waiting for what came before; whoever reads what one gave waits.
    """

    def __init__(self, connection: psycopg.Connection, pipeline: psycopg.Pipeline) -> None:
        self._connection = connection
        self._pipeline = pipeline
        self._writes: list[psycopg.Cursor] = []

    def execute(self, statement: str, parameters: Sequence[Any] = (), /) -> "_Given":
        cursor = self._connection.cursor(binary=True)
        cursor.execute(_marked(statement), parameters or None)
        return self._given(statement, cursor)

    def executemany(self, statement: str, parameters: Iterable[Sequence[Any]], /) -> "_Given":
        cursor = self._connection.cursor(binary=True)
        cursor.executemany(_marked(statement), parameters)
        return self._given(statement, cursor)

    @property
    def has_changed(self) -> bool:
        self._pipeline.sync()
        return any(cursor.rowcount > 0 for cursor in self._writes)

    def _given(self, statement: str, cursor: psycopg.Cursor) -> "_Given":
        if not statement.startswith("SELECT"):
            self._writes.append(cursor)
        return _Given(cursor, self._pipeline)


class _Given:
    """What a statement gave, once it is there."""

    def __init__(self, cursor: psycopg.Cursor, pipeline: psycopg.Pipeline) -> None:
        self._cursor = cursor
        self._pipeline = pipeline

    @property
    def rowcount(self) -> int:
        self._pipeline.sync()
        return self._cursor.rowcount

    def fetchone(self) -> Any:
        return self._cursor.fetchone()

    def fetchall(self) -> list[Any]:
        return self._cursor.fetchall()

    def __iter__(self) -> Iterator[Any]:
        return iter(self._cursor)


class PostgresRevision:
    """Tells whether anything in a catalogue has changed; used by any thread."""

    def __init__(self, url: str) -> None:
        self._kept = _Kept(url)
        self._looking = threading.Lock()
        with self._looking:
            self._kept.connection()

    def newest(self) -> tuple[str, int]:
        """Give a name that is drawn anew with every change of anything, and the newest change of the log."""
        with self._looking:
            try:
                return self._newest()
            except Unavailable:
                return self._newest()  # by a connection that is made anew

    def _newest(self) -> tuple[str, int]:
        with self._kept.used() as connection:
            found: tuple[str, int] | None = connection.execute(
                b"SELECT revision, (SELECT coalesce(max(number), 0) FROM changes) FROM catalogue"
            ).fetchone()
            assert found is not None, "a catalogue without its line: this is a bug"
            return found

    def close(self) -> None:
        """Stop watching."""
        self._kept.close()


class Listener:
    """Waits for the changes of other processes by LISTEN; used by one thread."""

    def __init__(self, url: str) -> None:
        self._kept = _Kept(url)
        self._is_listening = False

    def wait(self, stop: threading.Event) -> bool:
        """Wait until something may have changed, five seconds at most; True once told to stop.

        A server that is away is waited for, and what may have come meanwhile is looked for then.
        """
        give_up = time.monotonic() + LONGEST_INTERVAL_S
        while not stop.is_set() and time.monotonic() < give_up:
            try:
                if self._hears():
                    break
            except Unavailable:
                self._is_listening = False
                stop.wait(INTERVAL_S)
        return stop.is_set()

    def _hears(self) -> bool:
        with self._kept.used() as connection:
            if not self._is_listening:
                connection.execute(f'LISTEN "{_channel(connection)}"'.encode())
                self._is_listening = True
                return True  # what came before is not told of
            return any(True for _ in connection.notifies(timeout=INTERVAL_S, stop_after=1))

    def close(self) -> None:
        """Stop listening."""
        self._kept.close()


class _Kept:
    """One connection that is made anew when it was lost."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._place = place_of(url)
        self._connection: psycopg.Connection | None = None

    def connection(self) -> psycopg.Connection:
        if self._connection is None:
            with _translated(self._place):
                self._connection = _connect(self._url)
        return self._connection

    @contextmanager
    def used(self) -> Iterator[psycopg.Connection]:
        connection = self.connection()
        try:
            with _translated(self._place):
                yield connection
        except Unavailable:
            self.close()
            raise

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class _Text(StrDumperUnknown):
    """Texts as PostgreSQL takes them: it knows no NUL, which is written as two characters, in order."""

    def dump(self, obj: str) -> bytes | bytearray | memoryview | None:
        if "\0" in obj or "\1" in obj:
            obj = obj.replace("\1", "\1\2").replace("\0", "\1\1")
        return super().dump(obj)


class _TextLoader(TextBinaryLoader):
    """Reads what ``_Text`` wrote."""

    def load(self, data: Any) -> bytes | str:
        text = super().load(data)
        if isinstance(text, str) and "\1" in text:
            text = text.replace("\1\1", "\0").replace("\1\2", "\1")
        return text


def place_of(url: str) -> str:
    """Name a database without its password; raises BadInput for an address that is none."""
    try:
        named = conninfo.conninfo_to_dict(_address(url))
    except psycopg.ProgrammingError as error:
        raise BadInput(
            f"expected an address such as postgresql://user@host/database, found another: {error}"
        ) from error
    return f"PostgreSQL at {named.get('host', 'localhost')}, database {named.get('dbname', 'of the user')}"


def _address(url: str) -> str:
    try:
        given = conninfo.conninfo_to_dict(url)
        return conninfo.make_conninfo(url, **{name: _DEFAULTS[name] for name in _DEFAULTS.keys() - given})
    except psycopg.ProgrammingError as error:
        raise BadInput(
            f"expected an address such as postgresql://user@host/database, found another: {error}"
        ) from error


def _connect(url: str) -> psycopg.Connection:
    connection = psycopg.connect(_address(url), autocommit=True)
    _adapt(connection)
    return connection


def _adapt(connection: psycopg.Connection) -> None:
    connection.adapters.register_dumper(str, _Text)
    connection.adapters.register_loader("text", _TextLoader)
    connection.execute(b"SET client_encoding = 'UTF8'")
    connection.execute(b"SET client_min_messages = warning")


def _check(connection: psycopg.Connection) -> None:
    """Raise where an idle connection was lost: the server has said so, or has hung up."""
    poller = select.poll()
    poller.register(connection.fileno(), select.POLLIN)
    if poller.poll(0):
        connection.execute(b"")


def _channel(connection: psycopg.Connection) -> str:
    found = connection.execute(b"SELECT 'visualsearch_' || identity FROM catalogue").fetchone()
    assert found is not None, "a catalogue without its line: this is a bug"
    return str(found[0])


def _prepare(connection: psycopg.Connection, place: str, *, create: bool) -> None:
    """Make the tables, or check that those there are ours."""
    version = connection.info.server_version // 10_000
    encoding = connection.info.parameter_status("server_encoding")
    if version < OLDEST or encoding != "UTF8":
        raise BadInput(
            f"expected PostgreSQL {OLDEST} or newer with a database in UTF8, found {version} in {encoding} "
            f"at {place}"
        )
    with connection.transaction():
        connection.execute(b"SELECT pg_advisory_xact_lock(hashtext('visualsearch'))")
        [schema] = connection.execute(b"SELECT current_schema()").fetchone() or (None,)
        if schema is None:
            raise NotFound(
                f"expected a schema to keep the catalogue in, found none of the search path at {place}: "
                "create it"
            )
        tables = [
            name
            for (name,) in connection.execute(
                b"SELECT relname::text FROM pg_class WHERE relnamespace = current_schema()::regnamespace"
                b" AND relname = ANY(%s)",
                (["catalogue", *TABLES],),
            )
        ]
        if not tables:
            if not create:
                raise NotFound(f"expected a searchable catalogue in {place}, schema {schema}, found none")
            connection.execute(SCHEMA.encode())
            return
        if "catalogue" not in tables:
            raise _corrupt(f"{place}, schema {schema}", f"another program's table {tables[0]}")
        [found] = connection.execute(b"SELECT format FROM catalogue").fetchone() or (0,)
    if found > VERSION:
        raise FormatTooNew(
            f"expected a catalogue of format {VERSION} or older in {place}, found format {found}: "
            "use the newer program, or ingest into another schema"
        )


@lru_cache(512)
def _marked(statement: str) -> bytes:
    return statement.replace("?", "%s").encode()


@contextmanager
def _translated(place: str) -> Iterator[None]:
    """Tell what an error of PostgreSQL means: wait, make room, or restore the database."""
    try:
        yield
    except json.JSONDecodeError as error:
        raise _corrupt(place, f"text that is no JSON: {error}") from error
    except psycopg_pool.PoolClosed as error:
        raise Unavailable(f"expected an open store, found {place} closed: open it again") from error
    except psycopg_pool.PoolTimeout as error:
        raise Unavailable(
            f"expected a connection to {place} within {PATIENCE_S:g} s, found none: "
            "it is away, or all are in use; try again"
        ) from error
    except psycopg.errors.DiskFull as error:
        raise StorageFull(
            f"expected room in {place}, found {_said(error)}: make room and repeat; nothing was kept"
        ) from error
    except psycopg.errors.LockNotAvailable as error:
        raise Unavailable(
            f"expected a turn at {place}, found {_said(error)}: "
            "another process has held it too long; try again"
        ) from error
    except (
        psycopg.errors.UndefinedTable,
        psycopg.errors.UndefinedColumn,
        psycopg.errors.DataCorrupted,
        psycopg.errors.IndexCorrupted,
    ) as error:
        raise _corrupt(place, _said(error)) from error
    except (psycopg.errors.InsufficientPrivilege, psycopg.errors.ReadOnlySqlTransaction) as error:
        raise Unavailable(
            f"expected to write to {place}, found {_said(error)}: "
            "let its user do so, or name the first server"
        ) from error
    except psycopg.OperationalError as error:
        raise Unavailable(f"expected {place} to answer, found: {_said(error)}; try again") from error


def _said(error: psycopg.Error) -> str:
    return " ".join(str(error).split())[:300]


def _corrupt(place: str, found: str) -> StoreCorrupt:
    return StoreCorrupt(
        f"expected a catalogue's tables in {place}, found {found}: restore them, or name an empty schema"
    )
