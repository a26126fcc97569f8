from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from visualsearch.domain import WHOLE, PictureId, Product, ProductId, Record, Sighting, View
from visualsearch.store.revision import Revision
from visualsearch.store.sqlite import SqliteStore

PICTURE = PictureId("a" * 64)
VIEWS = {PICTURE: (View(WHOLE, np.array([1, 0], np.float32)),)}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with SqliteStore(tmp_path / "catalogue.db", eye="eye", dimension=2) as store:
        yield store


@pytest.fixture
def revision(store: SqliteStore, tmp_path: Path) -> Iterator[Revision]:
    assert store.identity
    watcher = Revision(tmp_path / "catalogue.db")
    yield watcher
    watcher.close()


def record(title: str) -> Record:
    return Record(Product(ProductId("p"), title), (Sighting("p.jpg", "", PICTURE),))


def test_the_name_stays_while_nothing_is_written(store: SqliteStore, revision: Revision) -> None:
    store.put([record("Chair")], VIEWS)
    before = revision.newest()
    store.records([ProductId("p")])
    store.delete([ProductId("unknown")])

    assert revision.newest() == before == (before[0], 1)


def test_the_name_changes_with_what_no_index_needs_to_know_of_too(
    store: SqliteStore, revision: Revision
) -> None:
    store.put([record("Chair")], VIEWS)
    before = revision.newest()
    store.put([record("Stool")], {})

    assert revision.newest()[0] != before[0]
    assert revision.newest()[1] == before[1], "its row was kept"


def test_the_name_is_the_same_for_all_who_watch_and_outlives_them(
    store: SqliteStore, revision: Revision, tmp_path: Path
) -> None:
    store.put([record("Chair")], VIEWS)
    for _ in range(2):
        with closing(Revision(tmp_path / "catalogue.db")) as other:
            assert other.newest() == revision.newest()


def test_a_delete_is_noticed_with_its_change(store: SqliteStore, revision: Revision) -> None:
    store.put([record("Chair")], VIEWS)
    before = revision.newest()
    store.delete([ProductId("p")])

    assert revision.newest()[0] != before[0]
    assert revision.newest()[1] == 2
