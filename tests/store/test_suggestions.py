"""Words that were begun are completed by what is written of products."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from visualsearch.domain import Product, ProductId, Record, Suggestion, Tag
from visualsearch.store.sqlite import SqliteStore


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    products = [
        Product(ProductId("a"), brand="Coastline", categories=("Home", "Coffee Tables")),
        Product(ProductId("b"), categories=("Home", "Coffee Tables"), attributes={"Colour": "Copper"}),
        Product(ProductId("c"), title="Compass", categories=("Home", "Tableware")),
    ]
    with SqliteStore(tmp_path / "catalogue.db", eye="eye", dimension=2) as store:
        store.put([Record(product) for product in products], {})
        store.tag({ProductId("c"): [Tag("kind", "compass", 0.9)]}, "a tagger")
        yield store


def test_the_most_frequent_comes_first_and_titles_are_left_out(store: SqliteStore) -> None:
    assert store.suggest("CO", 8) == [
        Suggestion("Coffee Tables", "category", 2),
        Suggestion("Coastline", "brand", 1),
        Suggestion("compass", "kind", 1),
        Suggestion("Copper", "colour", 1),
    ]
    assert len(store.suggest("co", 2)) == 2


def test_the_last_words_are_completed_and_those_before_stay(store: SqliteStore) -> None:
    assert [one.words for one in store.suggest("coffee t", 8)] == ["Coffee Tables"]
    assert [one.words for one in store.suggest("copper coffee t", 8)] == ["copper Coffee Tables"]
    assert [one.words for one in store.suggest("red tabl", 8)] == ["red Tableware"]


@pytest.mark.parametrize("begun", ["", " ", "coffee ", "%", "_", "'", "\ud800", "no such"])
def test_what_begins_nothing_is_completed_by_nothing(store: SqliteStore, begun: str) -> None:
    assert store.suggest(begun, 8) == []
