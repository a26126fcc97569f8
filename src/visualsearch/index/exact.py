"""The nearest vectors by comparing all: numpy alone, and the oracle of every other index."""

import threading
from pathlib import Path
from typing import Self

import numpy as np

from visualsearch.domain import Neighbours, Rows, Vectors
from visualsearch.index import snapshot
from visualsearch.index.vectors import answer, check_k, check_rows, cosines, pair, scale

_KIND = "exact"


class ExactIndex:
    """Compares every row with every query; equal scores come in the order of their rows.

    Searches never wait: a change puts new arrays in the place of the old ones.
    """

    def __init__(self, dimension: int) -> None:
        if dimension < 1:
            raise ValueError(f"expected a dimension of 1 or more, found {dimension}")
        self.dimension = dimension
        self._held = (np.empty(0, np.int64), np.empty((0, dimension), np.float32))
        self._changing = threading.Lock()

    def add(self, rows: Rows, vectors: Vectors) -> None:
        """Add rows; one that is there already, or comes again in the same call, is replaced."""
        new_rows, new_vectors = pair(rows, vectors, self.dimension)
        with self._changing:
            old_rows, old_vectors = self._held
            stays = ~np.isin(old_rows, new_rows)
            all_rows = np.concatenate([old_rows[stays], new_rows])
            order = np.argsort(all_rows, kind="stable")
            self._held = (all_rows[order], np.concatenate([old_vectors[stays], new_vectors])[order])

    def remove(self, rows: Rows) -> None:
        """Remove rows; one that is not there is passed over."""
        with self._changing:
            old_rows, old_vectors = self._held
            stays = ~np.isin(old_rows, check_rows(rows))
            self._held = (old_rows[stays], old_vectors[stays])

    def search(self, vectors: Vectors, k: int, allowed: Rows | None = None) -> Neighbours:
        """Find the k nearest rows of each vector, among the allowed rows only where they are given."""
        queries, k = scale(vectors, self.dimension), check_k(k)
        rows, compared = self._held
        if allowed is not None:
            wanted = np.isin(rows, check_rows(allowed))
            rows, compared = rows[wanted], compared[wanted]
        scores = queries @ compared.T
        best = np.argsort(-scores, axis=1, kind="stable")[:, :k]
        return answer(rows[best], cosines(np.take_along_axis(scores, best, axis=1)), k)

    def save(self, path: Path, mark: str) -> None:
        """Write a snapshot in one step; ``mark`` comes back from ``open``. Raises StorageFull."""
        rows, vectors = self._held
        contents = snapshot.Contents(_KIND, self.dimension, len(rows), mark)
        blocks = {"rows": lambda write: write(rows), "vectors": lambda write: write(vectors)}
        snapshot.save(path, contents, blocks)

    @classmethod
    def open(cls, path: Path) -> tuple[Self, str]:
        """Read a snapshot and its mark; raises NotFound, SnapshotCorrupt or FormatTooNew."""
        with snapshot.load(path, _KIND) as stored:
            index = cls(stored.contents.dimension)
            rows = stored.array("rows", np.int64)
            index.add(rows, stored.array("vectors", np.float32).reshape(len(rows), index.dimension))
            return index, stored.contents.mark

    def __len__(self) -> int:
        """Count the rows that search can find."""
        return len(self._held[0])
