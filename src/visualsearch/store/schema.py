"""The tables of a catalogue's database, its format, and what SQLite's errors mean."""

import fcntl
import json
import math
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from visualsearch.errors import FormatTooNew, NotFound, StorageFull, StoreCorrupt, Unavailable

APPLICATION_ID = int.from_bytes(b"vsDB")
"""Tells our files from other programs' databases."""

VERSION = 4
"""Raised by whoever changes the tables; ``prepare`` then brings older files up to date."""

_TABLES = """
CREATE TABLE IF NOT EXISTS catalogue (identity TEXT NOT NULL, revision TEXT NOT NULL DEFAULT '');
INSERT INTO catalogue (identity) SELECT lower(hex(randomblob(16))) WHERE NOT EXISTS (SELECT 1 FROM catalogue);
CREATE TABLE IF NOT EXISTS products (
    id TEXT PRIMARY KEY, title TEXT NOT NULL, brand TEXT NOT NULL, categories TEXT NOT NULL, price REAL,
    currency TEXT NOT NULL, description TEXT NOT NULL, url TEXT NOT NULL, pictures TEXT NOT NULL,
    attributes TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sightings (
    product TEXT NOT NULL REFERENCES products ON DELETE CASCADE, position INTEGER NOT NULL,
    source TEXT NOT NULL, validator TEXT NOT NULL, picture TEXT, code TEXT, message TEXT, subject TEXT,
    PRIMARY KEY (product, position)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS sightings_by_picture ON sightings (picture) WHERE picture IS NOT NULL;
CREATE INDEX IF NOT EXISTS sightings_failed ON sightings (product, position) WHERE code IS NOT NULL;
CREATE TABLE IF NOT EXISTS items (
    row INTEGER PRIMARY KEY AUTOINCREMENT, product TEXT NOT NULL REFERENCES products ON DELETE CASCADE,
    picture TEXT NOT NULL, eye TEXT NOT NULL, box_left REAL NOT NULL, box_top REAL NOT NULL,
    box_right REAL NOT NULL, box_bottom REAL NOT NULL, vector BLOB NOT NULL,
    print BLOB NOT NULL DEFAULT x'', colours BLOB NOT NULL DEFAULT x''
);
CREATE INDEX IF NOT EXISTS items_by_product ON items (product);
CREATE INDEX IF NOT EXISTS items_by_picture ON items (picture, eye);
CREATE TABLE IF NOT EXISTS changes (
    number INTEGER PRIMARY KEY AUTOINCREMENT, row INTEGER NOT NULL, came INTEGER NOT NULL
);
CREATE TRIGGER IF NOT EXISTS items_came AFTER INSERT ON items
BEGIN INSERT INTO changes (row, came) VALUES (new.row, 1); END;
CREATE TRIGGER IF NOT EXISTS items_went AFTER DELETE ON items
BEGIN INSERT INTO changes (row, came) VALUES (old.row, 0); END;
"""
_WRITTEN = """
CREATE TABLE IF NOT EXISTS documents (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    product TEXT NOT NULL UNIQUE REFERENCES products ON DELETE CASCADE, tagger TEXT NOT NULL DEFAULT ''
);
CREATE TABLE IF NOT EXISTS facts (
    document INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE, field TEXT NOT NULL,
    folded TEXT NOT NULL, value TEXT NOT NULL, number REAL, is_tag INTEGER NOT NULL,
    PRIMARY KEY (field, folded, document)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS facts_by_document ON facts (document, field);
CREATE INDEX IF NOT EXISTS facts_by_number ON facts (field, number, document) WHERE number IS NOT NULL;
CREATE TRIGGER IF NOT EXISTS products_went BEFORE DELETE ON products
BEGIN DELETE FROM words WHERE rowid = (SELECT number FROM documents WHERE product = old.id); END;
CREATE TRIGGER IF NOT EXISTS items_untag AFTER INSERT ON items
BEGIN UPDATE documents SET tagger = '' WHERE product = new.product AND tagger != ''; END;
"""
"""What is written of products: a number for each, and what they can be filtered by."""
_FORMAT = f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {VERSION};"

_SINCE_VERSION_1 = """
ALTER TABLE items ADD COLUMN print BLOB NOT NULL DEFAULT x'';
ALTER TABLE items ADD COLUMN colours BLOB NOT NULL DEFAULT x'';
"""

_SINCE_VERSION_3 = "ALTER TABLE catalogue ADD COLUMN revision TEXT NOT NULL DEFAULT '';"

_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL}
_SHUT = {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH}
_UNWRITTEN = {
    sqlite3.SQLITE_IOERR_WRITE,
    sqlite3.SQLITE_IOERR_FSYNC,
    sqlite3.SQLITE_IOERR_TRUNCATE,
    sqlite3.SQLITE_IOERR_SHMSIZE,
}


def connect(path: Path, *, busy_timeout_s: float) -> sqlite3.Connection:
    """Open a connection that any one thread at a time may use; what it commits outlives a power cut."""
    connection = sqlite3.connect(
        path, timeout=busy_timeout_s, isolation_level=None, check_same_thread=False, cached_statements=64
    )
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")
    return connection


def prepare(path: Path, *, busy_timeout_s: float) -> None:
    """Create a database, or check that the one there is ours.

    Raises NotFound, StoreCorrupt, FormatTooNew, Unavailable or StorageFull.
    """
    if not path.parent.is_dir():
        raise NotFound(f"expected a folder to keep the catalogue in, found none at {path.parent}: create it")
    with translate(path), closing(connect(path, busy_timeout_s=busy_timeout_s)) as connection:
        if _is_empty(connection):
            # Changing an empty file to WAL does not wait for others that do the same, so they queue up here.
            with alone(path.parent):
                # One vector is up to 2.6 kB: pages of this size waste a third less than those of 4 kB.
                connection.execute("PRAGMA page_size = 8192")
                connection.execute("PRAGMA journal_mode = WAL")
                connection.executescript(f"BEGIN IMMEDIATE; {_TABLES} {_WRITTEN} {_FORMAT} COMMIT;")
        _check_format(connection, path)


@contextmanager
def translate(path: Path) -> Iterator[None]:
    """Tell what an error of SQLite means: wait, make room, or restore the file."""
    try:
        yield
    except json.JSONDecodeError as error:
        raise _corrupt(path, f"text that is no JSON: {error}") from error
    except (sqlite3.IntegrityError, sqlite3.ProgrammingError, sqlite3.InterfaceError):
        raise  # These are ours: this is a bug.
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
        primary = code & 0xFF
        if primary == sqlite3.SQLITE_FULL or code in _UNWRITTEN:
            raise StorageFull(
                f"expected room to write to {path}, found {error}: make room and repeat; nothing was kept"
            ) from error
        if primary in _BUSY:
            raise Unavailable(
                f"expected a turn at {path}, found {error}: another process has held it too long; try again"
            ) from error
        if primary in _SHUT:
            raise Unavailable(
                f"expected to open {path} for writing, found {error}: check its folder's permissions"
            ) from error
        raise _corrupt(path, str(error)) from error


def _is_empty(connection: sqlite3.Connection) -> bool:
    said = [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")]
    return said == [0, 0] and connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0


def _check_format(connection: sqlite3.Connection, path: Path) -> None:
    found = connection.execute("PRAGMA application_id").fetchone()[0]
    if found != APPLICATION_ID:
        raise _corrupt(path, f"another program's database (application id {found})")
    if _version(connection) < VERSION:
        with alone(path.parent):
            # Another process may have done it while this one waited.
            steps = {1: _SINCE_VERSION_1 + _WRITTEN, 2: _WRITTEN, 3: ""}.get(_version(connection))
            if steps is not None:
                connection.executescript(f"BEGIN IMMEDIATE; {steps} {_SINCE_VERSION_3} {_FORMAT} COMMIT;")
    version = _version(connection)
    if version > VERSION:
        raise FormatTooNew(
            f"expected a catalogue of format {VERSION} or older at {path}, found format {version}: "
            "use the newer program, or ingest into a new folder"
        )


def _version(connection: sqlite3.Connection) -> int:
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version


@contextmanager
def alone(folder: Path, *, patience_s: float = math.inf) -> Iterator[None]:
    """Keep other processes and threads out; the lock goes when its process ends, however."""
    give_up = time.monotonic() + patience_s
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        while not _locked(descriptor):
            if time.monotonic() > give_up:
                raise Unavailable(
                    f"expected a turn at {folder} within {patience_s:g} s, "
                    "found that another process has it: try again"
                )
            time.sleep(0.02)
        yield
    finally:
        os.close(descriptor)


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _corrupt(path: Path, found: str) -> StoreCorrupt:
    return StoreCorrupt(
        f"expected a catalogue's database at {path}, found {found}: "
        "restore the file, or delete it and ingest again"
    )
