"""hnswlib: the graph by its authors."""

import threading
from pathlib import Path

import hnswlib
import numpy as np
from numpy.typing import NDArray

from peers.engine import ROOM, WIDTHS, Vectors, let_through, pieces

LINKS, EF_CONSTRUCTION = 16, 200


class Hnswlib:
    """Filters by a function of the label; adding and searching at once is not allowed: a lock."""

    package = "hnswlib"
    settings = f"cosine, M {LINKS}, ef_construction {EF_CONSTRUCTION}, filter function, num_threads 1"

    def __init__(self, dimension: int, buckets: NDArray[np.int64], folder: Path) -> None:
        self._index = hnswlib.Index("cosine", dimension)
        self._index.init_index(len(buckets) + ROOM, ef_construction=EF_CONSTRUCTION, M=LINKS)
        self._folder = folder
        self._buckets = buckets
        self._through: dict[float, list[bool]] = {}
        self._lock = threading.Lock()

    def build(self, vectors: NDArray[np.float16]) -> None:
        """Add all rows."""
        for start, piece in pieces(vectors):
            self._index.add_items(piece, np.arange(start, start + len(piece)))

    def widths(self, share: float) -> tuple[int, ...]:
        """Give ef."""
        if share < 1 and share not in self._through:
            self._through[share] = let_through(self._buckets, share).tolist()
        return WIDTHS

    def search(self, query: Vectors, k: int, width: int, share: float) -> list[int]:
        """Find the nearest rows."""
        through = self._through.get(share)
        with self._lock:
            self._index.set_ef(width)
            try:
                labels, _ = self._index.knn_query(
                    query, k, num_threads=1, filter=None if through is None else through.__getitem__
                )
            except RuntimeError:  # it found fewer than k, and then gives none
                return []
        found: list[int] = labels[0].tolist()
        return found

    def upsert(self, row: int, vector: Vectors) -> None:
        """Add or update a row."""
        with self._lock:
            self._index.add_items(vector[None], [row])

    def delete(self, row: int) -> None:
        """Mark a row."""
        with self._lock:
            self._index.mark_deleted(row)

    def save(self) -> None:
        """Write the index."""
        self._index.save_index(str(self._folder / "index"))
