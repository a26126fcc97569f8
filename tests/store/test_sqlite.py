"""The database file: created once, checked when opened, and its troubles told in our own words."""

import resource
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
import pytest

from visualsearch.domain import WHOLE, Counts, PictureId, Product, ProductId, Record, Sighting, View
from visualsearch.errors import (
    FormatTooNew,
    NotFound,
    StorageFull,
    StoreCorrupt,
    Unavailable,
    VisualsearchError,
)
from visualsearch.store.schema import VERSION
from visualsearch.store.sqlite import SqliteStore

DIMENSION = 64


def open_store(path: Path, *, busy_timeout_s: float = 30, dimension: int = DIMENSION) -> SqliteStore:
    return SqliteStore(path, eye="eye", dimension=dimension, busy_timeout_s=busy_timeout_s)


def put(store: SqliteStore, *names: str) -> None:
    records = [Record(Product(ProductId(name)), (Sighting("s", "v", PictureId(name)),)) for name in names]
    vectors = np.random.default_rng(len(names)).standard_normal((len(names), DIMENSION)).astype(np.float32)
    views = {PictureId(name): [View(WHOLE, vector)] for name, vector in zip(names, vectors, strict=True)}
    store.put(records, views)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "catalogue.db"


@pytest.fixture
def stored(path: Path) -> Path:
    """A closed catalogue of 300 products."""
    with open_store(path) as store:
        put(store, *(f"product {n}" for n in range(300)))
    return path


def alter(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement)


def test_what_was_put_is_there_after_opening_again(stored: Path) -> None:
    with open_store(stored) as store:
        assert store.counts() == Counts(products=300, pictures=300, failed_pictures=0, rows=300)
    assert [file.name for file in stored.parent.iterdir()] == ["catalogue.db"]


def test_an_empty_file_becomes_a_catalogue(path: Path) -> None:
    path.touch()
    with open_store(path) as store:
        assert store.counts().products == 0


def test_an_answer_is_on_disk_and_a_reader_never_blocks_a_writer(path: Path) -> None:
    with open_store(path) as store, store._database.reading() as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
        assert connection.execute("PRAGMA foreign_keys").fetchone() == (1,)
        put(store, "written beside the reader")


def test_a_catalogue_of_the_first_format_keeps_its_rows_and_takes_prints_from_then_on(stored: Path) -> None:
    for column in ("print", "colours"):
        alter(stored, f"ALTER TABLE items DROP COLUMN {column}")
    alter(stored, "ALTER TABLE catalogue DROP COLUMN revision")
    alter(stored, "PRAGMA user_version = 1")
    with ThreadPoolExecutor(4) as threads:  # whoever opens it first brings it up to date
        for opened in list(threads.map(lambda _: open_store(stored), range(4))):
            opened.close()
    with open_store(stored) as store:
        assert store.counts() == Counts(products=300, pictures=300, failed_pictures=0, rows=300)
        [old] = store.views([PictureId("product 0")])[PictureId("product 0")]
        assert (old.print, old.colours) == (b"", b"")
        record = Record(Product(ProductId("new")), (Sighting("s", "v", PictureId("new")),))
        store.put([record], {PictureId("new"): [View(WHOLE, old.vector, b"print", b"colours")]})
        [new] = store.views([PictureId("new")])[PictureId("new")]
        assert (new.print, new.colours) == (b"print", b"colours")
        assert store.changes(300, 10)[0].print == b"print"


def test_a_newer_format_is_refused(stored: Path) -> None:
    alter(stored, f"PRAGMA user_version = {VERSION + 1}")
    with pytest.raises(FormatTooNew, match=f"found format {VERSION + 1}: use the newer program"):
        open_store(stored)


def test_another_program_s_database_is_refused_and_left_as_it_is(path: Path) -> None:
    alter(path, "CREATE TABLE things (name TEXT)")
    before = path.read_bytes()
    with pytest.raises(StoreCorrupt, match="another program's database"):
        open_store(path)
    assert path.read_bytes() == before


def test_a_file_that_is_no_database_is_refused_and_left_as_it_is(path: Path) -> None:
    path.write_bytes(b"id,title\n" * 1000)
    with pytest.raises(StoreCorrupt, match="file is not a database: restore the file"):
        open_store(path)
    assert path.read_bytes() == b"id,title\n" * 1000


def test_without_a_folder_there_is_no_catalogue(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="found none at"):
        open_store(tmp_path / "none" / "catalogue.db")


def test_a_folder_in_the_place_of_the_file_is_refused(path: Path) -> None:
    path.mkdir()
    with pytest.raises(Unavailable, match="check its folder's permissions"):
        open_store(path)


def use(path: Path) -> None:
    """Read and write all there is."""
    with open_store(path) as store:
        store.records(list(store.products()))
        store.changes(0, 1000)
        put(store, *(f"product {n}" for n in range(300)))


def _zero(data: bytearray) -> None:
    data[len(data) // 4 : len(data) // 2] = bytes(len(data) // 2 - len(data) // 4)


def _cut(data: bytearray) -> None:
    del data[len(data) // 2 :]


def _scramble(data: bytearray) -> None:
    data[100:] = np.random.default_rng(0).bytes(len(data) - 100)


@pytest.mark.parametrize("damage", [_zero, _cut, _scramble])
def test_a_damaged_file_is_told_as_such(stored: Path, damage: Callable[[bytearray], None]) -> None:
    data = bytearray(stored.read_bytes())
    damage(data)
    stored.write_bytes(data)
    with pytest.raises(StoreCorrupt, match="restore the file"):
        use(stored)


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TABLE changes",
        "UPDATE products SET categories = 'no JSON'",
        "UPDATE products SET title = CAST(x'ff' AS TEXT)",
        "UPDATE items SET vector = x'00' WHERE row = 5",
    ],
)
def test_contents_that_are_not_ours_are_told_as_damage(stored: Path, statement: str) -> None:
    alter(stored, statement)
    with pytest.raises(StoreCorrupt):
        use(stored)


def test_an_eye_of_another_dimension_under_the_same_name_is_found_out(stored: Path) -> None:
    with (
        open_store(stored, dimension=DIMENSION - 1) as store,
        pytest.raises(StoreCorrupt, match="an eye of another dimension has used the same name"),
    ):
        store.changes(0, 1)


def test_who_waits_too_long_for_another_writer_is_told_to_try_again(path: Path) -> None:
    with open_store(path, busy_timeout_s=0.01) as store, closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Unavailable, match="another process has held it too long; try again"):
            put(store, "a")
        other.rollback()
        put(store, "a")
        assert store.counts().products == 1


@contextmanager
def limited_file_size(size_bytes: int) -> Iterator[None]:
    """Let no file of this process grow past a size."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_write_that_the_system_refuses_keeps_nothing_and_the_next_one_works(path: Path) -> None:
    with open_store(path) as store:
        put(store, "a")
        with limited_file_size(100_000), pytest.raises(StorageFull, match="make room and repeat"):
            put(store, *(f"product {n}" for n in range(2000)))
        assert store.counts().products == 1
        put(store, "b")
        assert list(store.products()) == ["a", "b"]


def test_a_full_disk_keeps_nothing_and_the_next_write_works(path: Path) -> None:
    with open_store(path) as store:
        put(store, "a")
        with store._database.writing() as connection:
            pages = connection.execute("PRAGMA page_count").fetchone()[0]
            connection.execute(f"PRAGMA max_page_count = {pages + 2}")
        with pytest.raises(StorageFull, match="full"):
            put(store, *(f"product {n}" for n in range(300)))
        # The refused connection went with its limit, as a disk gets room again.
        put(store, "b")
        assert list(store.products()) == ["a", "b"]


def test_threads_write_and_read_at_once(path: Path) -> None:
    def work(store: SqliteStore, thread: int) -> None:
        for turn in range(10):
            put(store, f"{thread} {turn}", f"{thread} {turn} too")
            counts = store.counts()
            assert counts.products % 2 == 0
            assert counts.products == counts.rows
            assert store.latest() >= counts.rows

    with open_store(path) as store:
        with ThreadPoolExecutor(6) as pool:
            for task in [pool.submit(work, store, thread) for thread in range(6)]:
                task.result()
        assert store.counts() == Counts(products=120, pictures=120, failed_pictures=0, rows=120)
        assert len(store._database._idle) <= 7  # type: ignore[attr-defined]


def test_a_closed_store_is_refused(path: Path) -> None:
    store = open_store(path)
    store.close()
    store.close()
    with pytest.raises(Unavailable, match="closed: open it again"):
        store.latest()


def test_a_connection_that_is_lent_while_the_store_closes_is_closed_after(path: Path) -> None:
    store = open_store(path)
    with store._database.reading() as connection:
        store.close()
        connection.execute("SELECT 1")
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        connection.execute("SELECT 1")


def test_an_error_inside_a_transaction_takes_its_changes_back(path: Path) -> None:
    with open_store(path) as store:
        with pytest.raises(sqlite3.ProgrammingError), store._database.writing() as connection:
            connection.executemany("INSERT INTO changes (row, came) VALUES (?, ?)", [(1, 1), (2,)])
        assert store.latest() == 0


def test_our_own_mistakes_are_not_taken_for_damage(path: Path) -> None:
    with open_store(path) as store:
        with pytest.raises(sqlite3.IntegrityError), store._database.writing() as connection:
            connection.execute("INSERT INTO sightings VALUES ('none', 0, '', '', NULL, NULL, NULL, NULL)")
        assert not issubclass(sqlite3.IntegrityError, VisualsearchError)


def test_pictures_that_some_product_still_names_are_told(path: Path) -> None:
    with open_store(path) as store:
        put(store, "a", "b")
        store.put([Record(Product(ProductId("c")), (Sighting("s", "", PictureId("a")),))], {})
        store.delete([ProductId("a"), ProductId("b")])
        assert store.pictures_in_use([PictureId("a"), PictureId("b")]) == {"a"}


OPEN = """
import sys
from pathlib import Path
from visualsearch.store.sqlite import SqliteStore
with SqliteStore(Path(sys.argv[1]), eye="eye", dimension=64) as store:
    print(store.identity)
"""


def test_processes_that_create_a_catalogue_at_once_share_one(path: Path) -> None:
    command = [sys.executable, "-c", OPEN, str(path)]
    openers = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(4)]
    identities = {opener.communicate()[0] for opener in openers}
    assert [opener.returncode for opener in openers] == [0] * 4
    assert len(identities) == 1
