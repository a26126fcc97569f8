"""Products with drawn vectors in a store, and which of them an index finds."""

import numpy as np

from visualsearch.domain import WHOLE, PictureId, Product, ProductId, Record, Sighting, View
from visualsearch.search.live import LiveIndex
from visualsearch.store.sqlite import SqliteStore

DIMENSION = 16


def vector(number: int) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    drawn = np.random.default_rng(number).standard_normal(DIMENSION).astype(np.float32)
    return (drawn / np.linalg.norm(drawn)).astype(np.float32)


def put(store: SqliteStore, *numbers: int) -> None:
    pictures = {number: PictureId(f"{number:064x}") for number in numbers}
    store.put(
        [
            Record(Product(ProductId(f"p{number}")), (Sighting("a.jpg", "", picture=picture),))
            for number, picture in pictures.items()
        ],
        {picture: (View(WHOLE, vector(number)),) for number, picture in pictures.items()},
    )


def found(store: SqliteStore, live: LiveIndex, number: int) -> str:
    """The product nearest to a number's vector."""
    neighbours, _ = live.search(vector(number)[None], 1)
    [item] = store.items(neighbours.rows[0].tolist()).values()
    return item.product
