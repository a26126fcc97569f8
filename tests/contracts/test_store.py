"""What every store promises of products and what was seen of them."""

import numpy as np
import pytest
from catalogues import DIMENSION, Catalogue, Open, all_seen, ids, live, picture, record, seen
from numpy.typing import NDArray

from visualsearch.domain import (
    WHOLE,
    Counts,
    Failure,
    Product,
    ProductId,
    Record,
    Row,
    Sighting,
    Tag,
    View,
)


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


def test_rows_are_read_one_after_the_other_with_what_is_said_of_their_products(store: Catalogue) -> None:
    lamp = Product(ProductId("a"), categories=("Home", "Lamps"), price=9.5)
    [view] = seen(1)
    view = View(view.box, view.vector, b"print", b"colours")
    store.put([Record(lamp, record("a", 1).sightings), record("b", 2)], {picture(1): [view], **all_seen(2)})
    store.tag({lamp.id: [Tag("kind", "lamp", 0.9)]}, "tagger")
    first, second = sorted(live(store))
    [of_a, of_b] = store.seen_rows(Row(0), 5)
    assert (of_a.row, of_a.categories, of_a.kind, of_a.price, of_a.colours) == (
        first,
        ("Home", "Lamps"),
        "lamp",
        9.5,
        b"colours",
    )
    assert (of_b.row, of_b.categories, of_b.kind, of_b.price, of_b.colours) == (second, (), "", None, b"")
    assert np.allclose(of_a.vector, view.vector, atol=1e-3)
    assert [one.row for one in store.seen_rows(first, 5)] == [second]
    assert store.categories(Row(0), 1) == [(first, ("Home", "Lamps"))]
    assert [one[:3] for one in store.labelled(first, 5)] == [(second, "b", ())]
    assert [item.row for item in store.items_of(ids("b", "a", "none"))] == [first, second]
    assert (store.seen([first])[first].print, store.seen([first])[first].colours) == (b"print", b"colours")
    vectors = store.vectors([second, first, Row(second + 1)])
    assert sorted(vectors) == [first, second]
    assert np.array_equal(vectors[first], store.seen([first])[first].vector)
    assert store.pictures_in_use([picture(1), picture(3)]) == {picture(1)}


def test_another_eye_goes_on_where_it_stopped_and_is_forgotten(open_store: Open) -> None:
    first = open_store()
    first.put([record("a", 1, 2), record("b", 2)], all_seen(1, 2))
    other = open_store(eye="another eye", dimension=3)
    view = View(WHOLE, np.array([0, 1, 0], np.float32))
    assert other.count_unseen() == 2
    assert other.unseen("", 5) == [picture(1), picture(2)]
    other.add_views({picture(1): [view]})
    assert other.unseen("", 5) == [picture(2)]
    other.add_views({picture(2): [view]})
    assert (other.count_unseen(), other.counts().rows) == (0, 3)
    assert first.forget_eyes(["another eye"]) == 3
    assert (first.counts().rows, other.counts().rows) == (0, 3)
