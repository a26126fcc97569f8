"""Rows that share an id -> one product, in constant memory."""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import asdict

from visualsearch.catalogue.fields import MAX_ATTRIBUTES
from visualsearch.catalogue.scratch import count_ids, find_count, open_scratch
from visualsearch.catalogue.sources import MAX_PICTURES
from visualsearch.domain import Failure, Product, ProductId


def merge_products(
    ids: Iterable[ProductId], products: Iterable[Product | Failure]
) -> Iterator[Product | Failure]:
    """Make one product of all rows with the same id, wherever they are, at the place of the last of them.

    The first row that tells a field wins; pictures add up in the order of the rows. ``ids`` are those of all
    rows and are gone through first, to be counted on disk; where none is repeated, products pass through.
    """
    with open_scratch() as scratch:
        if count_ids(scratch, ids) == 0:
            yield from products
            return
        scratch.execute(
            "CREATE TABLE waiting (id TEXT PRIMARY KEY, product TEXT, left INTEGER) WITHOUT ROWID"
        )
        for product in products:
            if isinstance(product, Failure) or (times := find_count(scratch, product.id)) == 1:
                yield product
            elif whole := _gather(product, scratch, times=times):
                yield whole
        # Nothing waits now, unless the file changed in the meantime.
        yield from (_load(text) for (text,) in scratch.execute("SELECT product FROM waiting"))


def _gather(product: Product, scratch: sqlite3.Connection, *, times: int) -> Product | None:
    """Join a product with its earlier rows; None while later ones are to come."""
    waiting = scratch.execute("SELECT product, left FROM waiting WHERE id = ?", (product.id,)).fetchone()
    joined = join_products(_load(waiting[0]), product) if waiting else product
    left = (waiting[1] if waiting else times) - 1
    if left == 0:
        scratch.execute("DELETE FROM waiting WHERE id = ?", (product.id,))
        return joined
    row = (product.id, json.dumps(asdict(joined)), left)
    scratch.execute("INSERT OR REPLACE INTO waiting VALUES (?, ?, ?)", row)
    return None


def join_products(first: Product, second: Product) -> Product:
    """Join two rows of one product."""
    priced = first if first.price is not None else second
    attributes = {**first.attributes, **second.attributes, **first.attributes}
    return Product(
        id=first.id,
        title=first.title or second.title,
        brand=first.brand or second.brand,
        categories=first.categories or second.categories,
        price=priced.price,
        currency=priced.currency,
        description=first.description or second.description,
        url=first.url or second.url,
        pictures=tuple(dict.fromkeys(first.pictures + second.pictures))[:MAX_PICTURES],
        attributes=dict(list(attributes.items())[:MAX_ATTRIBUTES]),
    )


def _load(text: str) -> Product:
    told = json.loads(text)
    return Product(**{**told, "categories": tuple(told["categories"]), "pictures": tuple(told["pictures"])})
