"""The PostgreSQL store: made once, checked when opened, and its troubles told in our own words."""

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import numpy as np
import psycopg
import pytest
from services import PostgresServer

from visualsearch.domain import WHOLE, Counts, PictureId, Product, ProductId, Record, Row, Sighting, Tag, View
from visualsearch.errors import BadInput, FormatTooNew, NotFound, StoreCorrupt, Unavailable
from visualsearch.store.postgres import Listener, PostgresDatabase, PostgresRevision, PostgresStore
from visualsearch.store.postgres_schema import VERSION


def open_store(url: str, *, busy_timeout_s: float = 30) -> PostgresStore:
    return PostgresStore(url, eye="eye", dimension=2, busy_timeout_s=busy_timeout_s)


def put(store: PostgresStore, *names: str, title: str = "") -> None:
    records = [
        Record(Product(ProductId(name), title), (Sighting("s", "v", PictureId(name)),)) for name in names
    ]
    view = View(WHOLE, np.array([1, 0], np.float32), b"print", b"colours")
    store.put(records, {PictureId(name): [view] for name in names})


@pytest.fixture
def store(schema_url: str) -> Iterator[PostgresStore]:
    with open_store(schema_url) as opened:
        yield opened


def alter(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement.encode())


def test_what_was_put_is_there_after_opening_again(store: PostgresStore, schema_url: str) -> None:
    put(store, "a", "b")
    with open_store(schema_url) as again:
        assert again.counts() == Counts(products=2, pictures=2, failed_pictures=0, rows=2)
        assert again.identity == store.identity
        assert again.changes(0, 9)[0].print == b"print"
        assert again.seen([Row(1)])[Row(1)].colours == b"colours"
        assert again.size_bytes() > 0


def test_a_server_that_is_started_again_is_used_again(own_postgres: PostgresServer) -> None:
    url = own_postgres.url
    with open_store(url) as store, closing(PostgresRevision(url)) as revision:
        put(store, "a")
        before = revision.newest()
        own_postgres.kill()
        with pytest.raises(Unavailable, match=r"expected (a connection to )?PostgreSQL at .*try again"):
            store.counts()
        with pytest.raises(Unavailable, match="try again"):
            revision.newest()
        own_postgres.start()
        assert store.counts().products == 1
        assert revision.newest() == before
        put(store, "b")
        assert store.counts().products == 2


def test_a_transaction_that_the_server_cut_off_keeps_nothing(store: PostgresStore, schema_url: str) -> None:
    put(store, "a")

    def write() -> None:
        with store._database.writing() as connection:
            assert connection.execute("DELETE FROM products").rowcount == 1
            [(process,)] = connection.execute("SELECT pg_backend_pid()").fetchall()
            alter(schema_url, f"SELECT pg_terminate_backend({process})")

    with pytest.raises(Unavailable, match="try again"):
        write()
    assert store.counts().products == 1


def test_who_waits_too_long_for_another_writer_is_told_to_try_again(
    store: PostgresStore, schema_url: str
) -> None:
    with open_store(schema_url, busy_timeout_s=0.05) as hasty, store._database.writing() as writer:
        assert writer.execute("SELECT count(*) FROM products").fetchone() == (0,)
        with pytest.raises(Unavailable, match="another process has held it too long; try again"):
            put(hasty, "a")
        assert hasty.counts().products == 0, "who reads does not wait"


def test_a_server_that_is_not_there_is_told_of_without_the_password() -> None:
    with pytest.raises(Unavailable, match=r"PostgreSQL at 127\.0\.0\.1, database shop") as told:
        open_store("postgresql://me:secret@127.0.0.1:1/shop")
    assert "secret" not in told.value.message


@pytest.mark.parametrize("url", ["postgresql://host/shop?none=1", "no address"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(BadInput, match="expected an address such as postgresql://"):
        open_store(url)


def test_another_program_s_tables_are_refused_and_left_as_they_are(schema_url: str) -> None:
    alter(schema_url, "CREATE TABLE products (name text)")
    with pytest.raises(StoreCorrupt, match="another program's table products"):
        open_store(schema_url)


def test_a_newer_format_is_refused(store: PostgresStore, schema_url: str) -> None:
    assert store.identity
    alter(schema_url, f"UPDATE catalogue SET format = {VERSION + 1}")
    with pytest.raises(FormatTooNew, match=f"found format {VERSION + 1}: use the newer program"):
        open_store(schema_url)


def test_contents_that_are_not_ours_are_told_as_damage(store: PostgresStore, schema_url: str) -> None:
    put(store, "a")
    alter(schema_url, "UPDATE products SET categories = 'no JSON'")
    with pytest.raises(StoreCorrupt, match="no JSON"):
        store.records([ProductId("a")])
    alter(schema_url, "DROP TABLE changes")
    with pytest.raises(StoreCorrupt, match="changes"):
        store.latest()


def test_without_tables_and_without_a_schema_there_is_no_catalogue(schema_url: str) -> None:
    with pytest.raises(NotFound, match="expected a searchable catalogue"):
        PostgresDatabase(schema_url, create=False)
    with pytest.raises(NotFound, match="create it"):
        PostgresDatabase(schema_url + "_none")


def test_a_closed_store_is_refused(store: PostgresStore) -> None:
    store.close()
    store.close()
    with pytest.raises(Unavailable, match="closed: open it again"):
        store.latest()


def test_another_stemming_makes_the_words_anew_and_keeps_tags(store: PostgresStore, schema_url: str) -> None:
    put(store, "a", "b", title="shoe")
    store.tag({ProductId("b"): [Tag("colour", "Silver", 0.5)]}, "tagger")
    assert [one for one, _ in store.find("shoes ", 5)] == ["a", "b"]
    with PostgresStore(schema_url, eye="eye", dimension=2, stemming="none") as plain:
        assert plain.find("shoes ", 5) == []
        assert len(plain.find("shoe ", 5)) == 2
        assert [one for one, _ in plain.find("silver", 5)] == ["b"]
        assert plain.untagged("tagger", 5) == ["a"]


def test_a_text_that_is_longer_than_any_index_takes_is_stored(store: PostgresStore) -> None:
    long = " ".join(f"word{number}" for number in range(300_000))
    product = Product(ProductId("a"), long, description=long, categories=(long,), attributes={long: long})
    store.put([Record(product)], {})
    assert store.records([product.id])[product.id].product == product
    assert [one for one, _ in store.find("word7 ", 5)] == ["a"]


def test_the_name_of_the_state_changes_with_every_write_and_with_nothing_else(
    store: PostgresStore, schema_url: str
) -> None:
    with closing(PostgresRevision(schema_url)) as revision, closing(PostgresRevision(schema_url)) as other:
        put(store, "a")
        first = revision.newest()
        store.delete([ProductId("unknown")])
        store.counts()
        assert revision.newest() == other.newest() == first == (first[0], 1)
        put(store, "a", title="another")
        assert revision.newest()[0] != first[0]
        assert revision.newest()[1] == 1, "its row was kept"
        store.delete([ProductId("a")])
        assert revision.newest()[1] == 2


def test_a_listener_is_told_at_once_and_survives_its_server(own_postgres: PostgresServer) -> None:
    url = own_postgres.url
    stop, heard = threading.Event(), threading.Semaphore(0)
    with open_store(url) as store, closing(Listener(url)) as listener:

        def listen() -> None:
            while not listener.wait(stop):
                heard.release()

        thread = threading.Thread(target=listen)
        thread.start()
        assert heard.acquire(timeout=4), "it looks for what came before it listened"
        put(store, "a")
        assert heard.acquire(timeout=4), "sooner than it would look by itself"
        own_postgres.kill()
        own_postgres.start()
        assert heard.acquire(timeout=30), "it looks for what came while it did not listen"
        stop.set()
        thread.join()


def test_threads_write_and_read_at_once(store: PostgresStore) -> None:
    def work(thread: int) -> None:
        for turn in range(5):
            put(store, f"{thread} {turn}", f"{thread} {turn} too")
            counts = store.counts()
            assert counts.products % 2 == 0
            assert counts.products == counts.rows

    with ThreadPoolExecutor(24) as pool:  # more than there are connections
        for task in [pool.submit(work, thread) for thread in range(24)]:
            task.result()
    assert store.counts().products == 240
    assert [change.number for change in store.changes(0, 999)] == list(range(1, 241))


OPEN = """
import sys
from visualsearch.store.postgres import PostgresStore
with PostgresStore(sys.argv[1], eye="eye", dimension=2) as store:
    print(store.identity)
"""


def test_processes_that_create_a_catalogue_at_once_share_one(schema_url: str) -> None:
    command = [sys.executable, "-c", OPEN, schema_url]
    openers = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(3)]
    identities = {opener.communicate()[0] for opener in openers}
    assert [opener.returncode for opener in openers] == [0] * 3
    assert len(identities) == 1


WRITE = """
import itertools, sys
import numpy as np
from visualsearch.domain import WHOLE, PictureId, Product, ProductId, Record, Sighting, View
from visualsearch.store.postgres import PostgresStore

store, writer = PostgresStore(sys.argv[1], eye="eye", dimension=2), sys.argv[2]
view = View(WHOLE, np.array([1, 0], np.float32))
for put in itertools.count(int(sys.argv[3])):
    names = [f"{writer} {put} {n}" for n in range(8)]
    store.put(
        [Record(Product(ProductId(name)), (Sighting("s", "", PictureId(name)),)) for name in names],
        {PictureId(name): [view] for name in names},
    )
    print(put, flush=True)
"""


def test_writers_killed_beside_one_another_leave_whole_puts_and_a_log_without_gaps(
    store: PostgresStore, schema_url: str
) -> None:
    random, answered, followed = np.random.default_rng(0), {"a": -1, "b": -1}, list[int]()
    for _ in range(4):
        writers = {
            name: subprocess.Popen(
                [sys.executable, "-c", WRITE, schema_url, name, str(last + 2)], stdout=subprocess.PIPE
            )
            for name, last in answered.items()
        }
        for name, writer in writers.items():
            assert writer.stdout is not None
            for _ in range(random.integers(1, 9)):
                answered[name] = int(writer.stdout.readline())
                followed += _follow(store, followed)
        for name, writer in writers.items():
            assert writer.stdout is not None
            writer.send_signal(signal.SIGKILL)
            answered[name] = max([answered[name], *map(int, writer.stdout.read().splitlines())])
            writer.stdout.close()
            writer.wait()
    while came := _follow(store, followed):
        followed += came
    products = list(store.products())
    assert len(followed) == len(set(followed)) == len(products) == store.counts().rows, (
        "who followed meanwhile has passed over nothing"
    )
    by_put: dict[str, int] = {}
    for product in products:
        put_name = product.rpartition(" ")[0]
        by_put[put_name] = by_put.get(put_name, 0) + 1
    assert set(by_put.values()) == {8}
    assert {f"{name} {last}" for name, last in answered.items()} <= by_put.keys()


def _follow(store: PostgresStore, known: list[int]) -> list[int]:
    """The numbers of the next changes, as one reads them that goes on after the last."""
    return [change.number for change in store.changes(known[-1] if known else 0, 100)]
