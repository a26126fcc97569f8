"""The nouns as columns of the database, there and back."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from visualsearch.domain import (
    Box,
    Failure,
    Item,
    PictureId,
    Product,
    ProductId,
    Row,
    Sighting,
    Vector,
    Vectors,
    View,
)
from visualsearch.errors import StoreCorrupt

_STORED = np.dtype("<f2")

Columns = Sequence[Any]
"""One line of a table, in the order of its columns."""


def product_columns(product: Product) -> Columns:
    """Write a product."""
    return (
        product.id,
        product.title,
        product.brand,
        json.dumps(product.categories),
        product.price,
        product.currency,
        product.description,
        product.url,
        json.dumps(product.pictures),
        json.dumps(dict(product.attributes)),
    )


def read_product(columns: Columns) -> Product:
    """Read a product."""
    product, title, brand, categories, price, currency, description, url, pictures, attributes = columns
    return Product(
        id=ProductId(product),
        title=title,
        brand=brand,
        categories=tuple(json.loads(categories)),
        price=price,
        currency=currency,
        description=description,
        url=url,
        pictures=tuple(json.loads(pictures)),
        attributes=json.loads(attributes),
    )


def sighting_columns(product: ProductId, position: int, sighting: Sighting) -> Columns:
    """Write one picture of a product."""
    failure = sighting.failure
    said = (None, None, None) if failure is None else (failure.code, failure.message, failure.subject)
    return (product, position, sighting.source, sighting.validator, sighting.picture, *said)


def read_sighting(columns: Columns) -> Sighting:
    """Read one picture of a product."""
    source, validator, picture, code, message, subject = columns
    failure = None if code is None else Failure(code, message, subject)
    return Sighting(source, validator, None if picture is None else PictureId(picture), failure)


def read_item(columns: Columns) -> Item:
    """Read one row of the index."""
    row, product, picture, *box = columns
    return Item(Row(row), ProductId(product), PictureId(picture), Box(*box))


def view_columns(picture: PictureId, views: Sequence[View], dimension: int) -> list[Columns]:
    """Write what was seen in a picture; raises ValueError for vectors of another shape."""
    return [
        (
            view.box.left,
            view.box.top,
            view.box.right,
            view.box.bottom,
            _encode(view.vector, picture, dimension),
            view.print,
            view.colours,
        )
        for view in views
    ]


def read_views(columns: Sequence[Columns], dimension: int) -> tuple[View, ...]:
    """Read what was seen in a picture."""
    vectors = read_vectors([vector for *_, vector, _, _ in columns], dimension)
    return tuple(
        View(Box(*box), vector, printed, colours)
        for (*box, _, printed, colours), vector in zip(columns, vectors, strict=True)
    )


def read_vectors(stored: Iterable[bytes], dimension: int) -> Vectors:
    """Read vectors and scale them to length 1 again, which rounding to float16 has bent a little."""
    listed = list(stored)
    wrong = [len(one) for one in listed if len(one) != dimension * _STORED.itemsize]
    if wrong:
        raise StoreCorrupt(
            f"expected vectors of {dimension * _STORED.itemsize} bytes in the database, found {wrong[0]}: "
            "an eye of another dimension has used the same name; ingest into a new folder"
        )
    flat = np.frombuffer(b"".join(listed), _STORED)
    return _scale(flat.reshape(-1, dimension).astype(np.float32))


def _encode(vector: Vector, picture: PictureId, dimension: int) -> bytes:
    found = np.asarray(vector, np.float32)
    if found.shape != (dimension,) or not np.isfinite(found).all():
        raise ValueError(
            f"expected finite vectors of shape ({dimension},), found shape {found.shape} "
            f"{'' if np.isfinite(found).all() else 'with NaN or infinity '}in picture {picture}"
        )
    encoded: bytes = _scale(found[None])[0].astype(_STORED).tobytes()
    return encoded


def _scale(vectors: Vectors) -> Vectors:
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(length > 0, length, 1), np.float32)
