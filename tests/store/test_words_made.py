"""The index of words: made anew for older files and another stemming."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from visualsearch.domain import Among, Product, ProductId, Record, Tag
from visualsearch.store.database import Stemming
from visualsearch.store.fts5 import Fts5
from visualsearch.store.sqlite import SqliteStore

GERMAN = Product(ProductId("a"), "Schöne Lampen", "O'Hara", ("Home",), attributes={"Farbe": "Grün"})


def open_store(path: Path, stemming: Stemming = "english") -> SqliteStore:
    return SqliteStore(path, eye="eye", dimension=2, stemming=stemming)


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    path = tmp_path / "catalogue.db"
    with open_store(path) as store:
        store.put([Record(GERMAN), Record(Product(ProductId("b"), "shoe"))], {})
    return path


@pytest.mark.parametrize("version", [1, 2])
def test_an_older_catalogue_gets_its_words(stored: Path, version: int) -> None:
    with closing(sqlite3.connect(stored)) as connection:
        connection.executescript(
            "DROP TRIGGER products_went; DROP TRIGGER items_untag; DROP TABLE words; DROP TABLE facts;"
            "DROP TABLE documents; ALTER TABLE catalogue DROP COLUMN revision;"
            f"PRAGMA user_version = {version};"
        )
        if version == 1:
            connection.executescript(
                "ALTER TABLE items DROP COLUMN print; ALTER TABLE items DROP COLUMN colours;"
            )
    for _ in range(2):
        with open_store(stored) as store:
            assert [product for product, _ in store.find("lampen", 5)] == ["a"]
            assert store.facets(["farbe"])[0].values == {"Grün": 1}
            assert store.untagged("any", 5) == ["a", "b"]
            assert store.records([GERMAN.id])[GERMAN.id].product == GERMAN


def test_another_stemming_makes_the_words_anew_and_keeps_tags(stored: Path) -> None:
    with open_store(stored) as store:
        assert store.find("shoes", 5)
        store.tag({ProductId("b"): [Tag("colour", "Silver", 0.5)]}, "tagger")
    with open_store(stored, "none") as store:
        assert not store.find("shoes", 5)
        assert store.find("shoe", 5)
        assert store.find("silver", 5)
        assert store.untagged("tagger", 5) == ["a"]
    with open_store(stored) as store:
        assert store.find("shoes", 5)


def test_words_and_facts_go_with_their_product(stored: Path) -> None:
    with open_store(stored) as store:
        store.delete([GERMAN.id])
        assert not store.select(Among("farbe", ("grün",))).size
    with closing(sqlite3.connect(stored)) as connection:
        counts = [
            connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in ("words", "documents", "facts")
        ]
    assert counts == [1, 1, 0]


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        ("red shoe", '"red" OR "shoe" *'),
        ("red ", '"red"'),
        ('a"b', '"a""b" *'),
        ("NOT\0-x", '"NOT" OR "-x" *'),
        ("!? ...", None),
        ("", None),
    ],
)
def test_words_are_quoted(words: str, asked: str | None) -> None:
    assert Fts5().ask(words, every=False) == asked
