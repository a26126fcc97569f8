"""A vector index on a real Milvus server that several processes share."""

import multiprocessing
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from stored import DIMENSION, found, put, vector

from visualsearch.assemble import open_index
from visualsearch.domain import ProductId
from visualsearch.places import open_shared_index
from visualsearch.search.live import LiveIndex
from visualsearch.store.sqlite import SqliteStore

pytestmark = pytest.mark.xdist_group("milvus")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with open_store(tmp_path) as store:
        yield store


def open_store(folder: Path) -> SqliteStore:
    return SqliteStore(folder / "catalogue.db", eye="eye", dimension=DIMENSION)


def open_live(store: SqliteStore, folder: Path, uri: str) -> LiveIndex:
    shared = open_shared_index(uri, store, "eye", DIMENSION)
    return open_index(store, "eye", DIMENSION, folder, shared)


def test_what_one_has_applied_another_finds_and_none_applies_again(
    store: SqliteStore, tmp_path: Path, milvus_uri: str
) -> None:
    one, other = (open_live(store, tmp_path, milvus_uri) for _ in range(2))
    put(store, *range(20))
    one.catch_up()
    store.delete([ProductId("p7")])
    assert (one.behind, other.behind) == (1, 21)

    other.catch_up()

    assert len(other) == 19
    assert found(store, other, 7) != "p7"
    one.catch_up()
    assert found(store, one, 7) != "p7"
    _, held = open_live(store, tmp_path, milvus_uri).search(vector(0)[None], 1)
    assert held == store.latest()


def test_changes_of_processes_that_apply_at_once_are_all_there_and_none_comes_back(
    store: SqliteStore, tmp_path: Path, milvus_uri: str
) -> None:
    put(store, *range(600))
    context = multiprocessing.get_context("spawn")
    followers = [context.Process(target=follow, args=(tmp_path, milvus_uri)) for _ in range(2)]
    for follower in followers:
        follower.start()
    for number in range(0, 600, 3):
        store.delete([ProductId(f"p{number}")])
    for follower in followers:
        follower.join()
    assert [follower.exitcode for follower in followers] == [0, 0]

    index = open_live(store, tmp_path, milvus_uri)
    index.catch_up()
    assert len(index) == 400
    assert [found(store, index, number) for number in (1, 2, 4)] == ["p1", "p2", "p4"]


def follow(folder: Path, uri: str) -> None:
    with open_store(folder) as store:
        index = open_live(store, folder, uri)
        for _ in range(20):
            index.catch_up()


def test_an_index_of_an_older_catalogue_is_begun_anew(
    store: SqliteStore, tmp_path: Path, milvus_uri: str
) -> None:
    put(store, *range(5))
    older = tmp_path / "older"
    older.mkdir()
    with closing(sqlite3.connect(tmp_path / "catalogue.db")) as connection:
        connection.execute("VACUUM INTO ?", (str(older / "catalogue.db"),))
    put(store, *range(5, 9))
    open_live(store, tmp_path, milvus_uri).catch_up()

    with open_store(older) as restored:
        index = open_live(restored, older, milvus_uri)
        index.catch_up()
        assert len(index) == 5
