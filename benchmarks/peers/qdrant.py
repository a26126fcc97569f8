"""Qdrant's own engine in this process: qdrant-edge."""

from pathlib import Path

import numpy as np
import qdrant_edge as edge
from numpy.typing import NDArray

from peers.engine import BUCKETS, WIDTHS, Vectors, pieces

VECTOR = "look"
AT_ONCE = 1000


class Qdrant:
    """A shard with its defaults, and an integer index of the filter's field; optimized."""

    package = "qdrant-edge-py"
    settings = "EdgeShard, cosine, defaults (m 16, ef_construct 100), integer index of the bucket"

    def __init__(self, dimension: int, buckets: NDArray[np.int64], folder: Path) -> None:
        vectors = {VECTOR: edge.EdgeVectorParams(size=dimension, distance=edge.Distance.Cosine)}
        self._shard = edge.EdgeShard.create(str(folder), edge.EdgeConfig(vectors=vectors))
        self._buckets = buckets

    def build(self, vectors: NDArray[np.float16]) -> None:
        """Upsert all rows, then let the shard optimize itself."""
        field = edge.UpdateOperation.create_field_index("bucket", edge.PayloadSchemaType.Integer)
        self._shard.update(field)
        for first, piece in pieces(vectors):
            for start in range(0, len(piece), AT_ONCE):
                some = piece[start : start + AT_ONCE]
                rows = range(first + start, first + start + len(some))
                self._put(rows, some, self._buckets[rows])
        while self._shard.optimize():
            pass

    def widths(self, share: float) -> tuple[int, ...]:
        """Give hnsw_ef."""
        del share
        return WIDTHS

    def search(self, query: Vectors, k: int, width: int, share: float) -> list[int]:
        """Find the nearest rows."""
        wanted = edge.FieldCondition(key="bucket", range=edge.RangeFloat(lt=round(BUCKETS * share)))
        asked = edge.SearchRequest(
            query=edge.Query.Nearest(query.tolist(), using=VECTOR),
            limit=k,
            filter=None if share == 1 else edge.Filter(must=[wanted]),
            params=edge.SearchParams(hnsw_ef=width),
        )
        return [int(point.id) for point in self._shard.search(asked)]

    def upsert(self, row: int, vector: Vectors) -> None:
        """Upsert a row."""
        self._put([row], vector[None], np.zeros(1, np.int64))

    def delete(self, row: int) -> None:
        """Delete a row."""
        self._shard.update(edge.UpdateOperation.delete_points([row]))

    def save(self) -> None:
        """Flush what is not on disk yet."""
        self._shard.flush()

    def _put(self, rows: range | list[int], vectors: Vectors, buckets: NDArray[np.int64]) -> None:
        points = [
            edge.Point(row, {VECTOR: vector.tolist()}, {"bucket": int(bucket)})
            for row, vector, bucket in zip(rows, vectors, buckets, strict=True)
        ]
        self._shard.update(edge.UpdateOperation.upsert_points(points))
