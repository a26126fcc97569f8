"""What every store promises to those that follow its change log."""

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest
from catalogues import (
    ADAPTERS,
    HALF,
    Catalogue,
    Followed,
    Open,
    all_seen,
    follow,
    ids,
    live,
    open_sqlite,
    picture,
    record,
    seen,
    vector,
)

from visualsearch.domain import (
    WHOLE,
    Counts,
    Item,
    ProductId,
    Row,
    View,
)


def test_rows_are_logged_and_name_their_items(store: Catalogue) -> None:
    store.put([record("a", 1, 2), record("b", 3)], {**all_seen(1, 3), picture(2): seen(2, 2)})
    changes = store.changes(0, 10)
    items = store.items([change.row for change in changes])
    assert [items[change.row] for change in changes] == [
        Item(changes[0].row, ProductId("a"), picture(1), WHOLE),
        Item(changes[1].row, ProductId("a"), picture(2), WHOLE),
        Item(changes[2].row, ProductId("a"), picture(2), HALF),
        Item(changes[3].row, ProductId("b"), picture(3), WHOLE),
    ]
    for change, expected in zip(changes, (*seen(1), *seen(2, 2), *seen(3)), strict=True):
        assert change.vector is not None
        assert np.allclose(change.vector, expected.vector, atol=1e-3)
    assert [change.number for change in changes] == sorted({change.number for change in changes})
    assert store.latest() == changes[-1].number


def test_changes_are_read_in_pieces(store: Catalogue) -> None:
    store.put([record(str(n), n) for n in range(20)], all_seen(*range(20)))
    whole = live(store)
    assert live(store, limit=3).keys() == whole.keys()
    middle = store.changes(0, 7)[-1].number
    assert len(store.changes(middle, 1000)) == 13
    assert store.changes(store.latest(), 5) == []


def test_pictures_that_stay_keep_their_rows(store: Catalogue) -> None:
    store.put([record("a", 1, 2)], all_seen(1, 2))
    before, last = live(store), store.latest()
    store.put([record("a", 2, 1, title="renamed")], {})
    assert store.latest() == last
    assert live(store).keys() == before.keys()
    assert store.records(ids("a"))[ProductId("a")] == record("a", 2, 1, title="renamed")


def test_rows_of_pictures_that_left_go_and_new_ones_come(store: Catalogue) -> None:
    store.put([record("a", 1, 2)], all_seen(1, 2))
    first, second = sorted(live(store))
    store.put([record("a", 2, 3)], all_seen(3))
    rows = live(store)
    assert first not in rows
    assert second in rows
    assert len(rows) == 2
    assert max(rows) > second
    assert store.items([first]) == {}
    assert store.views([picture(1)]) == {}


def test_views_given_again_for_a_picture_that_stays_change_nothing(store: Catalogue) -> None:
    store.put([record("a", 1)], all_seen(1))
    last = store.latest()
    store.put([record("a", 1)], {picture(1): seen(9, 2)})
    assert store.latest() == last
    assert np.allclose(store.views([picture(1)])[picture(1)][0].vector, vector(10), atol=1e-3)


def test_a_row_number_is_never_given_twice(store: Catalogue) -> None:
    given: set[Row] = set()
    for turn in range(4):
        store.put([record("a", turn)], all_seen(turn))
        [row] = live(store)
        assert row not in given
        given.add(row)
        store.delete(ids("a"))


def test_a_row_that_came_and_went_is_as_gone(store: Catalogue) -> None:
    store.put([record("a", 1)], all_seen(1))
    store.delete(ids("a"))
    assert [change.vector for change in store.changes(0, 10)] == [None, None]


def test_rows_may_be_asked_for_as_an_index_gives_them(store: Catalogue) -> None:
    store.put([record("a", 1)], all_seen(1))
    [row] = live(store)
    found = store.items(np.array([row, 99]))  # type: ignore[arg-type]
    assert found.keys() == {row}


def test_what_another_eye_saw_is_as_gone_and_stays_for_that_eye(open_store: Open) -> None:
    old = open_store()
    old.put([record("a", 1), record("b", 1)], all_seen(1))
    new = open_store(eye="another eye", dimension=3)
    assert new.counts() == Counts(products=2, pictures=1, failed_pictures=0, rows=0)
    assert new.views([picture(1)]) == {}
    assert new.items(list(live(old))) == {}
    assert [change.vector for change in new.changes(0, 9)] == [None, None]
    with pytest.raises(ValueError, match="expected the views"):
        new.put([record("a", 1)], {})
    new.put([record("a", 1)], {picture(1): [View(WHOLE, np.array([0, 1, 0], np.float32))]})
    assert (new.counts().rows, old.counts().rows) == (1, 2)
    assert [found.tolist() for found in live(new).values()] == [[0, 1, 0]]
    assert {item.product for item in old.items(list(live(old))).values()} == {"a", "b"}


def test_a_picture_that_its_product_no_longer_shows_is_gone_for_every_eye(open_store: Open) -> None:
    old = open_store()
    new = open_store(eye="another eye", dimension=3)
    old.put([record("a", 1)], all_seen(1))
    new.put([record("a", 1)], {picture(1): [View(WHOLE, np.array([0, 1, 0], np.float32))]})
    old.put([record("a")], {})
    assert (new.counts().rows, old.counts().rows) == (0, 0)
    assert live(new) == {}


def test_a_store_keeps_its_identity_and_shares_it_with_no_other(open_store: Open, tmp_path: Path) -> None:
    first, again = open_store(), open_store(eye="another eye", dimension=3)
    assert first.identity == again.identity
    with tempfile.TemporaryDirectory(dir=tmp_path) as folder:
        other = open_sqlite(Path(folder))
        assert other.identity != first.identity
        other.close()


FOLLOWED = """
import sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from catalogues import ADAPTERS, all_seen, ids, record
store = ADAPTERS[sys.argv[2]](Path(sys.argv[3]))
for turn in range(60):
    store.put([record(str(turn % 7), turn, turn + 1)], all_seen(turn, turn + 1))
    if turn % 5 == 0:
        store.delete(ids(str(turn % 4)))
store.close()
"""


def test_one_process_follows_what_another_writes(store_name: str, tmp_path: Path) -> None:
    store = ADAPTERS[store_name](tmp_path)
    rows = Followed()
    last = 0
    command = [sys.executable, "-c", FOLLOWED, str(Path(__file__).parent), store_name, str(tmp_path)]
    with subprocess.Popen(command) as writer:
        while writer.poll() is None:
            if store.latest() != last:
                last = follow(store, rows, last, limit=5)
        assert writer.returncode == 0
    last = follow(store, rows, last)
    assert (last, len(rows)) == (store.latest(), store.counts().rows)
    assert rows.keys() == live(store).keys() == store.items(list(rows)).keys()
    assert len(rows) >= 5
    store.close()
