"""Products are listed as they are stored, those included that no search finds."""

import pytest
from catalogues import Catalogue, Open

from visualsearch.domain import Among, Listing, Product, ProductId, Record


@pytest.fixture
def store(open_store: Open) -> Catalogue:
    products = [
        Product(ProductId(f"b{number:02}"), title=f"Chair {number}", brand=("Oak", "Elm")[number % 2])
        for number in range(12)
    ]
    store = open_store()
    store.put([Record(product) for product in [*products, Product(ProductId("a"), title="Lamp")]], {})
    return store


def test_pages_follow_one_another_in_the_order_in_which_products_came(store: Catalogue) -> None:
    pages = [store.browse("", None, start, 5) for start in (0, 5, 10, 15)]

    assert {page.total for page in pages} == {13}
    assert [one for page in pages for one in page.products] == [*(f"b{n:02}" for n in range(12)), "a"]


def test_all_words_must_fit_or_the_beginning_of_the_id(store: Catalogue) -> None:
    assert store.browse("chair 7", None, 0, 10) == Listing((ProductId("b07"),), 1)
    assert store.browse("b1", None, 0, 10).products == ("b10", "b11")
    assert store.browse("a", None, 0, 10).products == ("a",)
    assert store.browse("no such", None, 0, 10) == Listing((), 0)


def test_a_condition_and_words_hold_together(store: Catalogue) -> None:
    oak = Among("brand", ("oak",))

    assert store.browse("", oak, 2, 2) == Listing((ProductId("b04"), ProductId("b06")), 6)
    assert store.browse("chair 7", oak, 0, 10).total == 0


def test_what_is_written_anew_keeps_its_place_and_what_is_deleted_goes(store: Catalogue) -> None:
    store.put([Record(Product(ProductId("b03"), title="Stool"))], {})
    store.delete([ProductId("b00")])

    assert store.browse("", None, 0, 3).products == ("b01", "b02", "b03")
    assert store.browse("stool", None, 0, 3).products == ("b03",)
