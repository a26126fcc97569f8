"""Maps of a real store, by a real index."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from visualsearch.atlas.flow import State, lay_out
from visualsearch.atlas.layout import NOTHING, Layout
from visualsearch.domain import (
    WHOLE,
    Change,
    Neighbours,
    PictureId,
    Product,
    ProductId,
    Record,
    Sighting,
    Tag,
    Vectors,
    View,
)
from visualsearch.index.exact import ExactIndex
from visualsearch.store.sqlite import SqliteStore

COUNT, DIMENSION = 24, 16
"""So few that they are laid out by PCA, which is quick."""


class Shop:
    def __init__(self, folder: Path, store: SqliteStore) -> None:
        self.store = store
        self.path = folder / "map.snapshot"
        self.searched = 0

    def put(self, number: int, *, like: int | None = None, product: Product | None = None) -> None:
        picture = PictureId(f"{number:064x}")
        vector = np.random.default_rng(number if like is None else like).normal(size=DIMENSION)
        if like is not None:
            vector += 0.01
        view = View(WHOLE, np.asarray(vector, np.float32))
        named = product or Product(
            ProductId(f"p{number}"), price=float(number), categories=(f"Kind {number % 5}",)
        )
        self.store.put([Record(named, (Sighting("x.jpg", "", picture),))], {picture: (view,)})

    def lay_out(self, revision: str = "one", eye: str = "eye") -> Layout:
        index = ExactIndex(DIMENSION)
        changes: list[Change] = self.store.changes(0, 10_000)
        live = [change for change in changes if change.vector is not None]
        rows = np.array([change.row for change in live], np.int64)
        index.add(rows, np.stack([change.vector for change in live if change.vector is not None]))

        def search(vectors: Vectors, k: int) -> Neighbours:
            self.searched += len(vectors)
            return index.search(vectors, k)

        return lay_out(
            self.store, search, State(self.store.identity, eye, revision), self.path, lambda *_: None
        )


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with SqliteStore(tmp_path / "catalogue.db", eye="eye", dimension=DIMENSION) as store:
        shop = Shop(tmp_path, store)
        for number in range(COUNT):
            shop.put(number)
        yield shop


def places_of(layout: Layout) -> dict[int, list[int]]:
    return {int(row): place.tolist() for row, place in zip(layout.points.rows, layout.places, strict=True)}


def test_each_row_is_a_point_with_its_price_and_category(shop: Shop) -> None:
    layout = shop.lay_out()

    assert sorted(layout.points.rows) == list(range(1, COUNT + 1))
    for row, price, category in zip(
        layout.points.rows, layout.points.prices, layout.points.categories, strict=True
    ):
        assert price == row - 1
        assert layout.about.categories[category] == f"Kind {(row - 1) % 5}"
    assert layout.about.method == "pca"


def test_neighbours_are_the_rows_that_the_index_finds(shop: Shop) -> None:
    shop.put(100, like=3)
    layout = shop.lay_out()
    rows = layout.points.rows.tolist()
    twin, original = rows.index(COUNT + 1), rows.index(4)

    assert layout.near[twin][0] == original
    assert layout.near[original][0] == twin
    assert layout.strengths[twin][0] > 240
    assert not (layout.near == np.arange(len(layout))[:, None]).any(), "none is its own neighbour"


def test_a_product_that_comes_is_placed_by_what_it_is_like_and_the_others_stay(shop: Shop) -> None:
    before = places_of(shop.lay_out())
    shop.searched = 0
    shop.put(100, like=3)

    layout = shop.lay_out("two")

    after = places_of(layout)
    assert shop.searched == 1, "the neighbours of the others are kept"
    assert layout.about.laid_out == COUNT
    moved = [np.abs(np.subtract(after[row], before[row])).max() for row in before]
    assert max(moved) <= 1, "but for rounding"
    away = {row: np.linalg.norm(np.subtract(after[COUNT + 1], place)) for row, place in before.items()}
    assert min(away, key=lambda row: float(away[row])) == 4


def test_a_product_that_goes_is_no_point_and_nobodys_neighbour(shop: Shop) -> None:
    shop.lay_out()
    shop.store.delete([ProductId("p3")])

    layout = shop.lay_out("two")

    assert 4 not in layout.points.rows
    assert len(layout) == COUNT - 1
    assert ((layout.near == NOTHING) | (layout.near < COUNT - 1)).all()


def test_what_is_written_anew_of_a_product_is_shown_without_any_search(shop: Shop) -> None:
    before = shop.lay_out()
    shop.searched = 0
    shop.put(3, product=Product(ProductId("p3"), price=999.0, categories=("Kind 3",)))

    layout = shop.lay_out("two")

    assert shop.searched == 0
    assert 999.0 in layout.points.prices
    assert places_of(layout) == places_of(before)
    assert layout.version != before.version


def test_once_much_has_changed_all_is_laid_out_anew(shop: Shop) -> None:
    shop.lay_out()
    for number in range(100, 104):
        shop.put(number)
    assert shop.lay_out("two").about.laid_out == COUNT
    shop.put(104)

    assert shop.lay_out("three").about.laid_out == COUNT + 5

    shop.store.delete([ProductId(f"p{number}") for number in range(7)])
    assert shop.lay_out("four").about.laid_out == COUNT - 2


def test_nothing_changed_is_the_same_version(shop: Shop) -> None:
    assert shop.lay_out("one").version == shop.lay_out("two").version


def test_a_map_that_is_broken_or_of_another_eye_is_made_anew(shop: Shop) -> None:
    whole = shop.lay_out()
    data = shop.path.read_bytes()
    shop.path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    shop.searched = 0

    assert shop.lay_out().version == whole.version
    assert shop.searched == COUNT

    assert shop.lay_out(eye="another").about.eye == "another"
    assert shop.searched == 2 * COUNT


def test_a_catalogue_without_categories_has_the_kinds_that_were_seen(shop: Shop) -> None:
    for number in range(COUNT):
        shop.put(number, product=Product(ProductId(f"p{number}")))
    tags = {ProductId("p1"): [Tag("kind", "lamp", 0.9), Tag("colour", "red", 0.5)]}
    shop.store.tag(tags, "tagger")

    layout = shop.lay_out()

    named = {
        int(row): layout.about.categories[one]
        for row, one in zip(layout.points.rows, layout.points.categories, strict=True)
    }
    assert named[2] == "lamp"
    assert set(named.values()) == {"", "lamp"}


def test_an_empty_catalogue_has_an_empty_map(shop: Shop) -> None:
    state = State(shop.store.identity, "eye", "one")
    shop.store.delete([ProductId(f"p{number}") for number in range(COUNT)])

    def search(_vectors: Vectors, _k: int) -> Neighbours:
        raise AssertionError("there is nothing to search for")

    layout = lay_out(shop.store, search, state, shop.path, lambda *_: None)

    assert (len(layout), layout.tiles) == (0, [])
    shop.put(1)
    assert len(shop.lay_out("two")) == 1


def test_the_widest_level_of_the_categories_that_has_several_is_shown(shop: Shop) -> None:
    for number in range(COUNT):
        named = Product(ProductId(f"p{number}"), categories=("All", f"Floor {number % 6}", f"Shelf {number}"))
        shop.put(number, product=replace(named, title="x"))

    assert set(shop.lay_out().about.categories) == {"", *(f"Floor {number}" for number in range(6))}
