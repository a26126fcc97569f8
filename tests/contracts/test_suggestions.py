"""Words that were begun are completed by what is written of products."""

import pytest
from catalogues import Catalogue, Open

from visualsearch.domain import Product, ProductId, Record, Suggestion, Tag


@pytest.fixture
def store(open_store: Open) -> Catalogue:
    products = [
        Product(ProductId("a"), brand="Coastline", categories=("Home", "Coffee Tables")),
        Product(ProductId("b"), categories=("Home", "Coffee Tables"), attributes={"Colour": "Copper"}),
        Product(ProductId("c"), title="Compass", categories=("Home", "Tableware")),
    ]
    store = open_store()
    store.put([Record(product) for product in products], {})
    store.tag({ProductId("c"): [Tag("kind", "compass", 0.9)]}, "a tagger")
    return store


def test_the_most_frequent_comes_first_and_titles_are_left_out(store: Catalogue) -> None:
    assert store.suggest("CO", 8) == [
        Suggestion("Coffee Tables", "category", 2),
        Suggestion("Coastline", "brand", 1),
        Suggestion("compass", "kind", 1),
        Suggestion("Copper", "colour", 1),
    ]
    assert len(store.suggest("co", 2)) == 2


def test_the_last_words_are_completed_and_those_before_stay(store: Catalogue) -> None:
    assert [one.words for one in store.suggest("coffee t", 8)] == ["Coffee Tables"]
    assert [one.words for one in store.suggest("copper coffee t", 8)] == ["copper Coffee Tables"]
    assert [one.words for one in store.suggest("red tabl", 8)] == ["red Tableware"]


@pytest.mark.parametrize("begun", ["", " ", "coffee ", "%", "_", "'", "\ud800", "no such"])
def test_what_begins_nothing_is_completed_by_nothing(store: Catalogue, begun: str) -> None:
    assert store.suggest(begun, 8) == []
