import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from stored import DIMENSION, found, put, vector

from visualsearch.assemble import open_index
from visualsearch.domain import ProductId
from visualsearch.errors import Unavailable
from visualsearch.search.live import DEAD_SHARE, LiveIndex, following
from visualsearch.store.sqlite import SqliteStore


def often(stop: threading.Event) -> bool:
    return stop.wait(0.02)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with SqliteStore(tmp_path / "catalogue.db", eye="eye", dimension=DIMENSION) as store:
        yield store


@pytest.fixture
def live(store: SqliteStore, tmp_path: Path) -> Callable[[], LiveIndex]:
    return lambda: open_index(store, "eye", DIMENSION, tmp_path)


def test_what_is_stored_is_found_once_the_index_has_caught_up(
    store: SqliteStore, live: Callable[[], LiveIndex]
) -> None:
    index = live()
    for number in range(20):
        put(store, number)
        index.catch_up()
        assert found(store, index, number) == f"p{number}"


def test_what_is_deleted_is_gone_once_the_index_has_caught_up(
    store: SqliteStore, live: Callable[[], LiveIndex]
) -> None:
    put(store, *range(20))
    index = live()
    index.catch_up()
    store.delete([ProductId("p7")])
    index.catch_up()

    assert found(store, index, 7) != "p7"
    assert len(index) == 19


def test_a_search_names_the_newest_change_that_it_knew(
    store: SqliteStore, live: Callable[[], LiveIndex]
) -> None:
    put(store, *range(5))

    index = live()
    _, before = index.search(vector(0)[None], 1)
    index.catch_up()
    _, after = index.search(vector(0)[None], 1)

    assert (before, after) == (0, store.latest())


def test_searches_go_on_while_changes_are_applied(store: SqliteStore, live: Callable[[], LiveIndex]) -> None:
    put(store, *range(50))
    index = live()
    index.catch_up()
    with following(index.keep_up, print, often):
        writer = threading.Thread(target=lambda: put(store, *range(50, 1000)))
        writer.start()
        while len(index) < 1000:
            assert found(store, index, 7) == "p7"
        writer.join()


def test_a_snapshot_is_gone_on_from(store: SqliteStore, live: Callable[[], LiveIndex]) -> None:
    put(store, *range(30))
    first = live()
    first.catch_up()
    first.save()
    put(store, 30)
    store.delete([ProductId("p3")])

    second = live()

    assert len(second) == 30, "what the snapshot holds is there before any change is read"
    assert second.behind > 0
    second.catch_up()
    assert found(store, second, 30) == "p30"
    assert found(store, second, 3) != "p3"


def test_a_snapshot_of_another_catalogue_or_another_eye_is_not_used(
    store: SqliteStore, live: Callable[[], LiveIndex], tmp_path: Path
) -> None:
    put(store, *range(30))
    index = live()
    index.catch_up()
    index.save()
    with SqliteStore(tmp_path / "other.db", eye="eye", dimension=DIMENSION) as other:
        put(other, *range(40))
        assert len(open_index(other, "eye", DIMENSION, tmp_path)) == 0
    assert len(open_index(store, "another eye", DIMENSION, tmp_path)) == 0


@pytest.mark.parametrize("damage", [b"", b"GIF89a", None])
def test_a_damaged_snapshot_is_built_anew_from_the_log(
    store: SqliteStore, live: Callable[[], LiveIndex], tmp_path: Path, damage: bytes | None
) -> None:
    put(store, *range(30))
    index = live()
    index.catch_up()
    index.save()
    snapshot = tmp_path / "index.snapshot"
    good = snapshot.read_bytes()
    snapshot.write_bytes(good[:-20] if damage is None else damage)

    index = live()
    index.catch_up()

    assert [found(store, index, number) for number in range(30)] == [f"p{number}" for number in range(30)]


def test_compacting_clears_removed_rows_and_keeps_the_rest(
    store: SqliteStore, live: Callable[[], LiveIndex]
) -> None:
    put(store, *range(30))
    index = live()
    index.catch_up()
    store.delete([ProductId(f"p{number}") for number in range(0, 30, 2)])
    index.catch_up()
    assert index.dead_share > DEAD_SHARE

    index.compact()

    assert (index.dead_share, len(index)) == (0, 15)
    assert [found(store, index, number) for number in range(1, 30, 2)] == [
        f"p{number}" for number in range(1, 30, 2)
    ]


def test_the_follower_compacts_by_itself_and_ends_when_told(
    store: SqliteStore, live: Callable[[], LiveIndex]
) -> None:
    put(store, *range(30))
    index = live()
    index.catch_up()
    deaths: list[BaseException] = []
    with following(index.keep_up, deaths.append, often):
        store.delete([ProductId(f"p{number}") for number in range(20)])
        wait_until(lambda: len(index) == 10 and index.dead_share == 0)
    assert deaths == []
    assert "follower" not in [thread.name for thread in threading.enumerate()]


def test_a_follower_that_fails_says_so(store: SqliteStore, live: Callable[[], LiveIndex]) -> None:
    index = live()
    died = threading.Event()
    deaths: list[BaseException] = []

    def remember(error: BaseException) -> None:
        deaths.append(error)
        died.set()

    with following(index.keep_up, remember, often):
        with store._database.writing() as connection:
            connection.execute("DROP TABLE changes")
        assert died.wait(30)
    assert len(deaths) == 1


def test_a_store_that_is_away_for_a_while_is_followed_again(
    store: SqliteStore, live: Callable[[], LiveIndex]
) -> None:
    index, turns, deaths = live(), iter(range(100_000)), list[BaseException]()

    def keep_up() -> None:
        if next(turns) < 3:
            raise Unavailable("expected a database, found none; try again")
        index.keep_up()

    with following(keep_up, deaths.append, often):
        put(store, 1)
        wait_until(lambda: len(index) == 1)
    assert deaths == []


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait for what another thread does; the test's own time limit ends it if that never comes."""
    pause = threading.Event()
    while not condition():
        pause.wait(0.01)
