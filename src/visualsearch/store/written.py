"""What is written of products: full text by SQLite's FTS5, and facts to filter by."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from sqlite3 import Connection
from typing import Literal

from visualsearch.domain import Product, ProductId, Tag
from visualsearch.store.columns import read_product

Stemming = Literal["english", "none"]
"""English is Porter's; without, words are found as they are written, and by their beginnings."""

WEIGHTS = {"title": 4.0, "brand": 3.0, "categories": 3.0, "tags": 2.0, "attributes": 1.0, "description": 1.0}
"""What a word counts in each column: a title says what a product is, a description all that is near it."""

MOST_WORDS = 32
LONGEST_VALUE = 200
"""Characters of an attribute that can be filtered by; longer ones are prose."""
CATEGORY, CATEGORY_NAME = "category", "category name"
"""The fields of paths from the widest category, and of each name in the tree."""
_ARROW = " > "
_SPELLINGS = dict.fromkeys(("color", "base colour", "basecolour", "base color"), "colour")

_TOKENIZERS = {"english": "porter unicode61 remove_diacritics 2", "none": "unicode61 remove_diacritics 2"}
_NUMBER = re.compile(r"[+-]?\d{1,15}(\.\d{1,15})?", re.ASCII)

Fact = tuple[str, str, str, float | None]
"""Field, folded value, value as written, number."""


def prepare_words(connection: Connection, stemming: Stemming) -> None:
    """Make the index of words anew if there is none that was made in this way."""
    connection.execute("DROP TABLE IF EXISTS words")
    connection.execute(_table(stemming))
    for stored in connection.execute("SELECT * FROM products"):
        product = read_product(stored)
        number = _number(connection, product.id)
        if number is None:
            write(connection, product)
        else:
            _write_words(connection, number, product, _tags(connection, number))


def is_prepared(connection: Connection, stemming: Stemming) -> bool:
    """Tell whether the index of words was made in this way."""
    stored = connection.execute("SELECT sql FROM sqlite_master WHERE name = 'words'").fetchone()
    return stored is not None and stored[0] == _table(stemming)


def write(connection: Connection, product: Product) -> None:
    """Write what is said of a product; its tags go, for they may be of pictures that it no longer has."""
    number = _number(connection, product.id)
    if number is None:
        number = connection.execute("INSERT INTO documents (product) VALUES (?)", (product.id,)).lastrowid
        assert number is not None
    else:
        connection.execute("UPDATE documents SET tagger = '' WHERE number = ?", (number,))
        connection.execute("DELETE FROM facts WHERE document = ?", (number,))
    _write_facts(connection, number, facts_of(product), is_tag=False)
    _write_words(connection, number, product, ())


def write_tags(connection: Connection, tags: Mapping[ProductId, Sequence[Tag]], tagger: str) -> None:
    """Replace the tags of products; those that are gone are passed over."""
    for product, given in tags.items():
        number = _number(connection, product)
        if number is not None:
            connection.execute("DELETE FROM facts WHERE document = ? AND is_tag", (number,))
            facts = [(tag.field, fold(tag.name), tag.name, tag.confidence) for tag in given]
            _write_facts(connection, number, facts, is_tag=True)
            names = _joined(tag.name for tag in given)
            connection.execute("UPDATE words SET tags = ? WHERE rowid = ?", (names, number))
            connection.execute("UPDATE documents SET tagger = ? WHERE number = ?", (tagger, number))


def ask(words: str, *, every: bool = False) -> str | None:
    """Write words as a question to FTS5, or None where there are none; whatever they are, they are text.

    Any of them may fit unless ``every`` one must, and the last may be the beginning of a word.
    """
    known = "".join(one if one.isprintable() else " " for one in words)
    quoted = ['"' + word.replace('"', '""') + '"' for word in known.split() if any(map(str.isalnum, word))]
    if not quoted:
        return None
    return (" AND " if every else " OR ").join(quoted[:MOST_WORDS]) + " *" * (not words[-1].isspace())


def fold(value: str) -> str:
    """Make what is the same to a reader the same: case, width and spaces."""
    known = value.encode("utf-8", "replace").decode()
    return " ".join(unicodedata.normalize("NFKC", known).casefold().split())


def field_of(name: str) -> str:
    """Find the field of a name, as catalogues and users may spell it."""
    return _SPELLINGS.get(fold(name), fold(name))


def fold_path(value: str) -> str:
    """Fold each name of a path of categories."""
    return _ARROW.join(filter(None, map(fold, value.split(">"))))


def facts_of(product: Product) -> Iterator[Fact]:
    """List what a product can be filtered by."""
    names = [name for name in (" ".join(one.split()) for one in product.categories) if name]
    for depth, name in enumerate(names, 1):
        path = _ARROW.join(names[:depth])
        yield CATEGORY, fold_path(path), path, None
        yield CATEGORY_NAME, fold_path(name), name, None
    if product.price is not None:
        yield "price", f"{product.price:g}", f"{product.price:g}", product.price
    said = {**product.attributes, "brand": product.brand, "currency": product.currency}
    for field, value in said.items():
        if value.strip() and len(value) <= LONGEST_VALUE:
            number = float(value) if _NUMBER.fullmatch(value.strip()) else None
            yield field_of(field), fold(value), value.strip(), number


def _number(connection: Connection, product: str) -> int | None:
    stored = connection.execute("SELECT number FROM documents WHERE product = ?", (product,)).fetchone()
    return None if stored is None else int(stored[0])


def _write_facts(connection: Connection, number: int, facts: Iterable[Fact], *, is_tag: bool) -> None:
    connection.executemany(
        "INSERT INTO facts (document, field, folded, value, number, is_tag) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT DO NOTHING",
        [(number, *fact, is_tag) for fact in facts],
    )


def _write_words(connection: Connection, number: int, product: Product, tags: Iterable[str]) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO words (rowid, title, brand, categories, tags, attributes, description)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            number,
            product.title,
            product.brand,
            _joined(product.categories),
            _joined(tags),
            _joined(product.attributes.values()),
            product.description,
        ),
    )


def _tags(connection: Connection, number: int) -> list[str]:
    stored = connection.execute("SELECT value FROM facts WHERE document = ? AND is_tag", (number,))
    return [value for (value,) in stored]


def _joined(texts: Iterable[str]) -> str:
    return " / ".join(texts)


def _table(stemming: Stemming) -> str:
    return (
        f"CREATE VIRTUAL TABLE words USING fts5({', '.join(WEIGHTS)},"
        f" tokenize = '{_TOKENIZERS[stemming]}', prefix = '2 3')"
    )
