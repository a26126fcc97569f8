"""This project's index, as a server uses it: it chooses by itself how widely to search."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from peers.engine import Vectors, let_through, pieces
from visualsearch.index.hnsw import HnswIndex


class Ours:
    """HnswIndex by its public interface; a filter is given as the rows that the store selects."""

    package = "visualsearch"
    settings = "as shipped"

    def __init__(self, dimension: int, buckets: NDArray[np.int64], folder: Path) -> None:
        self._index = HnswIndex(dimension)
        self._folder = folder
        self._buckets = buckets
        self._allowed: dict[float, NDArray[np.int64] | None] = {1: None}

    def build(self, vectors: NDArray[np.float16]) -> None:
        """Add all rows."""
        for start, piece in pieces(vectors):
            self._index.add(np.arange(start, start + len(piece)), piece)

    def widths(self, share: float) -> tuple[int, ...]:
        """Leave the width to the index."""
        if share not in self._allowed:
            self._allowed[share] = np.flatnonzero(let_through(self._buckets, share))
        return (0,)

    def search(self, query: Vectors, k: int, width: int, share: float) -> list[int]:
        """Find the nearest rows."""
        del width
        found: list[int] = self._index.search(query[None], k, self._allowed[share]).rows[0].tolist()
        return found

    def upsert(self, row: int, vector: Vectors) -> None:
        """Add a row in the place of the one of its number."""
        self._index.add(np.array([row]), vector[None])

    def delete(self, row: int) -> None:
        """Remove a row."""
        self._index.remove(np.array([row]))

    def save(self) -> None:
        """Write the snapshot."""
        self._index.save(self._folder / "index", "")
