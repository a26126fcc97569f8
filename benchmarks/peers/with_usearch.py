"""usearch: a graph in one header; its Python part has no filter."""

import threading
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from usearch.index import Index

from peers.engine import WIDTHS, Vectors, let_through, pieces

LINKS, EXPANSION_ADD = 16, 128


class Usearch:
    """Its defaults, with float16; what a filter leaves out is dropped from more rows than are wanted.

    It may not grow while it is searched: a lock.
    """

    package = "usearch"
    settings = f"cos, f16, connectivity {LINKS}, expansion_add {EXPANSION_ADD}, filtered afterwards"

    def __init__(self, dimension: int, buckets: NDArray[np.int64], folder: Path) -> None:
        self._index = Index(
            ndim=dimension, metric="cos", dtype="f16", connectivity=LINKS, expansion_add=EXPANSION_ADD
        )
        self._folder = folder
        self._buckets = buckets
        self._through: dict[float, NDArray[np.bool_]] = {}
        self._lock = threading.Lock()

    def build(self, vectors: NDArray[np.float16]) -> None:
        """Add all rows."""
        for start, piece in pieces(vectors):
            self._index.add(np.arange(start, start + len(piece)), piece)

    def widths(self, share: float) -> tuple[int, ...]:
        """Give expansion_search, or, with a filter, how many rows are asked for."""
        if share == 1:
            return WIDTHS
        self._through[share] = let_through(self._buckets, share)
        wanted = (int(times * 10 / share) for times in (1, 1.5, 2, 4, 8))
        return tuple(sorted({min(count, len(self._buckets)) for count in wanted}))

    def search(self, query: Vectors, k: int, width: int, share: float) -> list[int]:
        """Find the nearest rows."""
        with self._lock:
            self._index.expansion_search = width
            keys = self._index.search(query, k if share == 1 else width, threads=1).keys.astype(np.int64)
        if share < 1:
            keys = keys[self._through[share][keys]][:k]
        found: list[int] = keys.tolist()
        return found

    def upsert(self, row: int, vector: Vectors) -> None:
        """Add a row in the place of the one of its number."""
        with self._lock:
            if row in self._index:
                self._index.remove(row)
            self._index.add(row, vector)

    def delete(self, row: int) -> None:
        """Remove a row."""
        with self._lock:
            self._index.remove(row)

    def save(self) -> None:
        """Write the index."""
        self._index.save(self._folder / "index")
