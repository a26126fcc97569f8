"""faiss without anything around it: what a graph of the same library reaches at the best."""

import threading
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from peers.engine import ROOM, WIDTHS, Vectors, let_through, pieces

LINKS, EF_CONSTRUCTION = 32, 200


class BareFaiss:
    """A graph of float32; a filter is a bitmap, made once. It must not be searched while it grows: a lock."""

    package = "faiss-cpu"
    settings = f"IndexHNSWFlat, M {LINKS}, efConstruction {EF_CONSTRUCTION}, filter IDSelectorBitmap"

    def __init__(self, dimension: int, buckets: NDArray[np.int64], folder: Path) -> None:
        self._index = faiss.IndexHNSWFlat(dimension, LINKS, faiss.METRIC_INNER_PRODUCT)
        self._index.hnsw.efConstruction = EF_CONSTRUCTION
        self._folder = folder
        self._buckets = buckets
        self._dead = np.zeros(len(buckets) + ROOM, np.bool_)
        self._places: dict[int, int] = {}
        self._selectors: dict[float, faiss.IDSelector | None] = {1: None}
        self._lock = threading.Lock()

    def build(self, vectors: NDArray[np.float16]) -> None:
        """Add all rows."""
        for _, piece in pieces(vectors):
            self._index.add(piece)

    def widths(self, share: float) -> tuple[int, ...]:
        """Give efSearch."""
        if share not in self._selectors:
            through = np.zeros(len(self._dead), np.bool_)
            through[: len(self._buckets)] = let_through(self._buckets, share)
            self._selectors[share] = _selector(through)
        return WIDTHS

    def search(self, query: Vectors, k: int, width: int, share: float) -> list[int]:
        """Find the nearest rows."""
        faiss.omp_set_num_threads(1)
        with self._lock:
            parameters = faiss.SearchParametersHNSW(efSearch=width, sel=self._selectors[share])
            found: list[int] = self._index.search(query[None], k, params=parameters)[1][0].tolist()
        return found

    def upsert(self, row: int, vector: Vectors) -> None:
        """Add a row at the end; the place of the old one, if any, is dead."""
        with self._lock:
            self._kill(row)
            self._places[row] = self._index.ntotal
            self._index.add(vector[None])

    def delete(self, row: int) -> None:
        """Mark a row, since a graph of faiss cannot lose one."""
        with self._lock:
            self._kill(row)

    def save(self) -> None:
        """Write the index."""
        faiss.write_index(self._index, str(self._folder / "index"))

    def _kill(self, row: int) -> None:
        place = self._places.get(row, row)
        if place < self._index.ntotal:
            self._dead[place] = True
            self._selectors[1] = _selector(~self._dead)


def _selector(through: NDArray[np.bool_]) -> faiss.IDSelector:
    return faiss.IDSelectorBitmap(np.packbits(through, bitorder="little"))
