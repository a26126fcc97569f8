"""What is written of products: texts for an index of words, and facts to filter by."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence

from visualsearch.domain import Product, ProductId, Tag
from visualsearch.store.columns import read_product
from visualsearch.store.database import Connection, Database, Stemming, Words, select_in

LONGEST_VALUE = 200
"""Characters of an attribute that can be filtered by; longer ones are prose."""
LONGEST_FIELD, LONGEST_PATH = 100, 500
"""Characters of a field's name, and of a path of categories: an index of PostgreSQL takes no longer ones."""
CATEGORY, CATEGORY_NAME = "category", "category name"
"""The fields of paths from the widest category, and of each name in the tree."""
_ARROW = " > "
_SPELLINGS = dict.fromkeys(("color", "base colour", "basecolour", "base color"), "colour")

_AT_ONCE = 500
_NUMBER = re.compile(r"[+-]?\d{1,15}(\.\d{1,15})?", re.ASCII)

Fact = tuple[str, str, str, float | None]
"""Field, folded value, value as written, number."""


def ensure_words(database: Database, stemming: Stemming) -> None:
    """Make the index of words anew if there is none that was made in this way."""
    words = database.words
    with database.reading() as connection:
        is_made = words.is_made(connection, stemming)
    if not is_made:
        with database.writing() as connection:
            # Another process may have done it while this one waited.
            if not words.is_made(connection, stemming):
                _prepare_words(connection, words, stemming)


def _prepare_words(connection: Connection, words: Words, stemming: Stemming) -> None:
    words.make(connection, stemming)
    ids = [product for (product,) in connection.execute("SELECT id FROM products").fetchall()]
    for start in range(0, len(ids), _AT_ONCE):
        chosen = ids[start : start + _AT_ONCE]
        stored = select_in(connection, "SELECT * FROM products WHERE id IN (?)", chosen)
        products = [read_product(columns) for columns in stored]
        numbers = numbers_of(connection, [product.id for product in products])
        write(connection, words, [product for product in products if product.id not in numbers])
        tags: dict[int, list[str]] = {}
        for number, value in select_in(
            connection, "SELECT document, value FROM facts WHERE is_tag AND document IN (?)", numbers.values()
        ):
            tags.setdefault(number, []).append(value)
        words.write(
            connection,
            [
                (numbers[product.id], _texts(product, tags.get(numbers[product.id], ())))
                for product in products
                if product.id in numbers
            ],
        )


def write(connection: Connection, words: Words, products: Sequence[Product]) -> None:
    """Write what is said of products; their tags go, for they may be of pictures that went."""
    connection.executemany(
        "INSERT INTO documents (product) VALUES (?) ON CONFLICT (product) DO UPDATE SET tagger = ''",
        [(product.id,) for product in products],
    )
    numbers = numbers_of(connection, [product.id for product in products])
    connection.executemany("DELETE FROM facts WHERE document = ?", [(number,) for number in numbers.values()])
    facts = [(numbers[product.id], fact) for product in products for fact in facts_of(product)]
    _write_facts(connection, facts, is_tag=False)
    words.write(connection, [(numbers[product.id], _texts(product, ())) for product in products])


def write_tags(
    connection: Connection, words: Words, tags: Mapping[ProductId, Sequence[Tag]], tagger: str
) -> None:
    """Replace the tags of products; those that are gone are passed over."""
    numbers = numbers_of(connection, tags)
    connection.executemany(
        "DELETE FROM facts WHERE document = ? AND is_tag", [(number,) for number in numbers.values()]
    )
    given = [(number, tags[ProductId(product)]) for product, number in numbers.items()]
    facts = [
        (number, (tag.field, fold(tag.name), tag.name, tag.confidence))
        for number, its in given
        for tag in its
    ]
    _write_facts(connection, facts, is_tag=True)
    words.write_tags(connection, [(number, _joined(tag.name for tag in its)) for number, its in given])
    connection.executemany(
        "UPDATE documents SET tagger = ? WHERE number = ?", [(tagger, number) for number, _ in given]
    )


def numbers_of(connection: Connection, products: Iterable[str]) -> dict[str, int]:
    """Tell the numbers under which the texts of products are known."""
    return dict(select_in(connection, "SELECT product, number FROM documents WHERE product IN (?)", products))


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


def _write_facts(connection: Connection, facts: Iterable[tuple[int, Fact]], *, is_tag: bool) -> None:
    connection.executemany(
        "INSERT INTO facts (document, field, folded, value, number, is_tag) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT DO NOTHING",
        [
            (number, field, folded, *said, is_tag)
            for number, (field, folded, *said) in facts
            if len(field) <= LONGEST_FIELD and len(folded) <= LONGEST_PATH
        ],
    )


def _texts(product: Product, tags: Iterable[str]) -> tuple[str, ...]:
    """List what is written of a product, in the order of ``WEIGHTS``."""
    return (
        product.title,
        product.brand,
        _joined(product.categories),
        _joined(tags),
        _joined(product.attributes.values()),
        product.description,
    )


def _joined(texts: Iterable[str]) -> str:
    return " / ".join(texts)
