"""What every store and its change log promise, over every adapter."""

import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol, TypeAlias

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from numpy.typing import NDArray

from visualsearch.domain import (
    WHOLE,
    Box,
    Counts,
    Failure,
    Item,
    PictureId,
    Product,
    ProductId,
    Record,
    Row,
    Sighting,
    View,
)
from visualsearch.ports import ChangeLog, Store
from visualsearch.store.sqlite import SqliteStore

DIMENSION = 6
HALF = Box(0, 0.25, 0.5, 1)


class Catalogue(Store, ChangeLog, Protocol):
    """Both ports, as each adapter keeps them."""

    def close(self) -> None: ...


Open: TypeAlias = Callable[..., Catalogue]


def open_sqlite(folder: Path, eye: str = "an eye", dimension: int = DIMENSION) -> Catalogue:
    return SqliteStore(folder / "catalogue.db", eye=eye, dimension=dimension)


ADAPTERS: dict[str, Open] = {"sqlite": open_sqlite}


@pytest.fixture(params=[pytest.param(adapter, id=name) for name, adapter in ADAPTERS.items()])
def open_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Open]:
    opened: list[Catalogue] = []

    def open_here(**eye: Any) -> Catalogue:
        opened.append(request.param(tmp_path, **eye))
        return opened[-1]

    yield open_here
    for one in opened:
        one.close()


@pytest.fixture
def store(open_store: Open) -> Catalogue:
    return open_store()


def picture(name: object) -> PictureId:
    return PictureId(str(name).rjust(64, "0"))


def vector(seed: int) -> NDArray[np.float32]:
    drawn = np.random.default_rng(seed).standard_normal(DIMENSION).astype(np.float32)
    scaled: NDArray[np.float32] = drawn / np.linalg.norm(drawn)
    return scaled


def seen(seed: int, count: int = 1) -> tuple[View, ...]:
    return tuple(View((WHOLE, HALF)[n % 2], vector(10 * seed + n)) for n in range(count))


def record(name: str, *pictures: object, title: str = "") -> Record:
    sightings = tuple(Sighting(f"{one}.jpg", "v", picture(one)) for one in pictures)
    return Record(
        Product(ProductId(name), title, pictures=tuple(f"{one}.jpg" for one in pictures)), sightings
    )


def all_seen(*pictures: int) -> dict[PictureId, tuple[View, ...]]:
    return {picture(one): seen(one) for one in pictures}


def ids(*names: str) -> list[ProductId]:
    return [ProductId(name) for name in names]


def live(store: ChangeLog, after: int = 0, limit: int = 1000) -> dict[Row, NDArray[np.float32]]:
    """What a follower has that reads the whole log."""
    rows: dict[Row, NDArray[np.float32]] = {}
    follow(store, rows, after, limit)
    return rows


def follow(store: ChangeLog, rows: dict[Row, NDArray[np.float32]], after: int, limit: int = 1000) -> int:
    while changes := store.changes(after, limit):
        assert len(changes) <= limit
        for change in changes:
            assert change.number > after
            after = change.number
            if change.vector is None:
                rows.pop(change.row, None)
            else:
                rows[change.row] = change.vector
    return after


def test_an_empty_store_has_nothing(store: Catalogue) -> None:
    assert store.counts() == Counts(0, 0, 0, 0)
    assert (store.latest(), store.changes(0, 10), list(store.failures())) == (0, [], [])
    assert store.records(ids("a")) == {}
    assert store.views([picture(1)]) == {}
    assert store.items([Row(1)]) == {}


def test_everything_said_of_a_product_comes_back(open_store: Open) -> None:
    product = Product(
        id=ProductId("B00 'x'; --\n\0\U0001f9f8"),
        title='"Süß"',
        brand="O'Hara",
        categories=("Home", "Lamps, (new)"),
        price=1234.5,
        currency="EUR",
        description="línea\n" * 1000,
        url="https://shop.example/p?id=1",
        pictures=("/a.jpg", "/a.jpg", "data:,", "/gone.jpg"),
        attributes={"Größe": "XL", "": "'"},
    )
    failure = Failure("not-found", "expected a picture, found none", "/gone.jpg")
    sightings = (
        Sighting("/a.jpg", "12 34", picture(1)),
        Sighting("data:,", "", picture(2)),
        Sighting("/gone.jpg", "", failure=failure),
    )
    open_store().put([Record(product, sightings)], all_seen(1, 2))
    stored = open_store()
    assert stored.records([product.id]) == {product.id: Record(product, sightings)}
    assert list(stored.failures()) == [(product.id, failure)]
    assert stored.counts() == Counts(products=1, pictures=2, failed_pictures=1, rows=2)


def test_a_product_that_says_nothing_comes_back_as_silent(store: Catalogue) -> None:
    silent = Record(Product(ProductId("")))
    store.put([silent], {})
    assert store.records(ids("")) == {"": silent}


def test_what_was_seen_comes_back_at_length_one(store: Catalogue) -> None:
    views = seen(1, 3)
    store.put([record("a", 1)], {picture(1): views})
    [(found, stored)] = store.views([picture(1), picture(2)]).items()
    assert found == picture(1)
    assert [view.box for view in stored] == [view.box for view in views]
    vectors = np.stack([view.vector for view in stored])
    assert vectors.dtype == np.float32
    assert np.allclose(vectors, np.stack([view.vector for view in views]), atol=1e-3)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


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


def test_a_picture_twice_in_one_product_counts_once(store: Catalogue) -> None:
    store.put([record("a", 1, 1)], all_seen(1))
    assert store.counts() == Counts(products=1, pictures=1, failed_pictures=0, rows=1)
    assert store.records(ids("a")) == {"a": record("a", 1, 1)}


def test_of_a_product_twice_in_one_call_the_later_stays(store: Catalogue) -> None:
    store.put([record("a", 1), record("b", 2), record("a", 3)], all_seen(1, 2, 3))
    assert store.records(ids("a", "b")) == {"a": record("a", 3), "b": record("b", 2)}
    assert store.counts().rows == 2


def test_a_picture_of_two_products_is_looked_at_once(store: Catalogue) -> None:
    store.put([record("a", 1)], {picture(1): seen(1, 2)})
    store.put([record("b", 1), record("c", 1)], {})
    assert store.counts() == Counts(products=3, pictures=1, failed_pictures=0, rows=6)
    assert len(store.views([picture(1)])[picture(1)]) == 2
    store.delete(ids("a"))
    assert len(store.views([picture(1)])[picture(1)]) == 2


def test_a_picture_can_move_from_one_product_to_another_in_one_call(store: Catalogue) -> None:
    store.put([record("a", 1)], all_seen(1))
    store.put([record("a"), record("b", 1)], {})
    [item] = store.items(list(live(store))).values()
    assert (item.product, item.picture) == ("b", picture(1))


def test_a_picture_without_views_is_refused_and_nothing_is_kept(store: Catalogue) -> None:
    store.put([record("a", 1)], all_seen(1))
    with pytest.raises(ValueError, match="this is a bug"):
        store.put([record("a"), record("b", 1, 2)], {})
    assert store.records(ids("a", "b")) == {"a": record("a", 1)}
    assert store.counts().rows == 1


@pytest.mark.parametrize(
    ("bad", "message"),
    [(np.ones(DIMENSION + 1), r"shape \(6,\), found shape \(7,\)"), (np.full(DIMENSION, np.nan), "with NaN")],
    ids=["another dimension", "NaN"],
)
def test_vectors_of_another_eye_are_refused_and_nothing_is_kept(
    store: Catalogue, bad: NDArray[np.float32], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        store.put([record("a", 1)], {picture(1): [View(WHOLE, bad)]})
    assert store.counts() == Counts(0, 0, 0, 0)


def test_deleting_removes_products_with_all_that_is_theirs(store: Catalogue) -> None:
    failed = Record(Product(ProductId("c")), (Sighting("x", "", failure=Failure("c", "m", "x")),))
    store.put([record("a", 1, 2), record("b", 2), failed], all_seen(1, 2))
    assert store.delete(ids("a", "none", "c", "a")) == 2
    assert store.records(ids("a", "b", "c")) == {"b": record("b", 2)}
    assert store.counts() == Counts(products=1, pictures=1, failed_pictures=0, rows=1)
    assert list(store.failures()) == []
    assert {item.product for item in store.items(list(live(store))).values()} == {"b"}
    assert store.delete([]) == 0


def test_a_row_that_came_and_went_is_as_gone(store: Catalogue) -> None:
    store.put([record("a", 1)], all_seen(1))
    store.delete(ids("a"))
    assert [change.vector for change in store.changes(0, 10)] == [None, None]


def test_failures_come_by_product_however_many(store: Catalogue) -> None:
    records = [
        Record(
            Product(ProductId(f"{n:05}")),
            tuple(Sighting(f"{n}/{m}", "", failure=Failure("code", f"{m}", f"{n}/{m}")) for m in range(2)),
        )
        for n in range(1100)
    ]
    store.put(records, {})
    failures = list(store.failures())
    assert failures == [(one.product.id, s.failure) for one in records for s in one.sightings]
    assert store.counts().failed_pictures == 2200


def test_thousands_can_be_asked_for_at_once(store: Catalogue) -> None:
    records = [record(str(n), n % 7) for n in range(2500)]
    store.put(records, all_seen(*range(7)))
    assert store.records([one.product.id for one in records]) == {one.product.id: one for one in records}
    rows = [change.row for change in store.changes(0, 5000)]
    assert store.items(rows).keys() == set(rows)
    assert store.views([picture(n) for n in range(3000)]).keys() == {picture(n) for n in range(7)}
    assert store.delete([one.product.id for one in records]) == 2500


def test_rows_may_be_asked_for_as_an_index_gives_them(store: Catalogue) -> None:
    store.put([record("a", 1)], all_seen(1))
    [row] = live(store)
    found = store.items(np.array([row, 99]))  # type: ignore[arg-type]
    assert found.keys() == {row}


def test_what_another_eye_saw_is_as_gone_until_it_is_put_again(open_store: Open) -> None:
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
    assert (new.counts().rows, old.counts().rows) == (1, 1)
    assert [found.tolist() for found in live(new).values()] == [[0, 1, 0]]
    assert {item.product for item in old.items(list(live(old))).values()} == {"b"}


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
from test_store import ADAPTERS, all_seen, ids, record
store = ADAPTERS[sys.argv[2]](Path(sys.argv[3]))
for turn in range(60):
    store.put([record(str(turn % 7), turn, turn + 1)], all_seen(turn, turn + 1))
    if turn % 5 == 0:
        store.delete(ids(str(turn % 4)))
store.close()
"""


@pytest.mark.parametrize("name", ADAPTERS)
def test_one_process_follows_what_another_writes(name: str, tmp_path: Path) -> None:
    store = ADAPTERS[name](tmp_path)
    rows: dict[Row, NDArray[np.float32]] = {}
    last = 0
    command = [sys.executable, "-c", FOLLOWED, str(Path(__file__).parent), name, str(tmp_path)]
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


class StoreModel(RuleBasedStateMachine):
    """Does the same to a store and to a dictionary, with a follower that stops and goes on anywhere."""

    adapter: Open
    products = st.integers(0, 4).map(str)
    pictures = st.lists(st.integers(0, 5) | st.none(), max_size=4)

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.store = self.adapter(Path(self.folder.name))
        self.model: dict[str, Record] = {}
        self.known: dict[Row, Item] = {}
        self.rows: dict[Row, NDArray[np.float32]] = {}
        self.last = 0

    @rule(changed=st.dictionaries(products, pictures, min_size=1, max_size=3))
    def put(self, changed: Mapping[str, list[int | None]]) -> None:
        records = [
            Record(
                Product(ProductId(name), pictures=tuple(map(str, pictures))),
                tuple(
                    Sighting("gone", "", failure=Failure("not-found", "m", name))
                    if one is None
                    else Sighting(f"{one}.jpg", "", picture(one))
                    for one in pictures
                ),
            )
            for name, pictures in changed.items()
        ]
        named = {one for pictures in changed.values() for one in pictures if one is not None}
        views = {picture(one): seen(one, 1 + one % 2) for one in named}
        stored = self.store.views(list(views))
        self.store.put(records, {one: view for one, view in views.items() if one not in stored})
        self.model |= {one.product.id: one for one in records}

    @rule(names=st.lists(products, max_size=3))
    def delete(self, names: list[str]) -> None:
        assert self.store.delete(ids(*names)) == len(self.model.keys() & set(names))
        for name in names:
            self.model.pop(name, None)

    @rule(limit=st.integers(1, 5))
    def follow_a_little(self, limit: int) -> None:
        for change in self.store.changes(self.last, limit):
            if change.vector is None:
                self.rows.pop(change.row, None)
            else:
                self.rows[change.row] = change.vector
            self.last = change.number

    @rule()
    def open_again(self) -> None:
        self.store.close()
        self.store = self.adapter(Path(self.folder.name))

    @invariant()
    def holds_what_the_dictionary_holds(self) -> None:
        assert self.store.records(ids(*"01234")) == self.model
        sightings = [one for record in self.model.values() for one in record.sightings]
        rows = live(self.store)
        assert self.store.counts() == Counts(
            products=len(self.model),
            pictures=len({one.picture for one in sightings if one.picture}),
            failed_pictures=sum(one.failure is not None for one in sightings),
            rows=len(rows),
        )
        items = self.store.items(list(rows))
        expected = sorted(
            (name, one, view.box.right)
            for name, record in self.model.items()
            for one in {one.picture for one in record.sightings if one.picture}
            for view in seen(int(one), 1 + int(one) % 2)
        )
        assert sorted((item.product, item.picture, item.box.right) for item in items.values()) == expected
        for row, item in items.items():
            number = 10 * int(item.picture) + (item.box == HALF)
            assert np.allclose(rows[row], vector(number), atol=1e-3)
            assert self.known.setdefault(row, item) == item

    def teardown(self) -> None:
        if hasattr(self, "store"):
            follow(self.store, self.rows, self.last, limit=3)
            assert self.rows.keys() == live(self.store).keys()
            self.store.close()
            self.folder.cleanup()


@pytest.mark.parametrize("name", ADAPTERS)
def test_any_history_ends_as_it_does_for_a_dictionary(name: str) -> None:
    machine = type("Machine", (StoreModel,), {"adapter": staticmethod(ADAPTERS[name])})
    run_state_machine_as_test(
        machine, settings=settings(max_examples=40, stateful_step_count=15, deadline=None)
    )
