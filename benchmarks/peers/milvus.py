"""Milvus, where MILVUS_URI names one: http://host:19530."""

import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pymilvus import DataType, MilvusClient

from peers.engine import BUCKETS, WIDTHS, Vectors, pieces

COLLECTION = "visualsearch_benchmark"
LINKS, EF_CONSTRUCTION = 16, 200
AT_ONCE = 1000


class Milvus:
    """A collection of its own with HNSW and an index of the bucket; the next run drops it.

    Memory and disk are the service's, and not seen here.
    """

    package = "pymilvus"
    settings = f"HNSW cosine, M {LINKS}, efConstruction {EF_CONSTRUCTION}, STL_SORT, strong consistency"

    def __init__(self, dimension: int, buckets: NDArray[np.int64], folder: Path) -> None:
        del folder
        self._client = MilvusClient(os.environ["MILVUS_URI"], token=os.environ.get("MILVUS_TOKEN", ""))
        self._buckets = buckets
        if self._client.has_collection(COLLECTION):
            self._client.drop_collection(COLLECTION)
        schema = self._client.create_schema(auto_id=False)
        schema.add_field("row", DataType.INT64, is_primary=True)
        schema.add_field("bucket", DataType.INT64)
        schema.add_field("vector", DataType.FLOAT_VECTOR, dim=dimension)
        self._client.create_collection(COLLECTION, schema=schema, consistency_level="Strong")

    def build(self, vectors: NDArray[np.float16]) -> None:
        """Insert all rows, then build the indexes and load them."""
        for first, piece in pieces(vectors):
            for start in range(0, len(piece), AT_ONCE):
                some = piece[start : start + AT_ONCE]
                rows = range(first + start, first + start + len(some))
                self._client.insert(COLLECTION, self._records(rows, some, self._buckets[rows]))
        self._client.flush(COLLECTION)
        indexes = self._client.prepare_index_params()
        links = {"M": LINKS, "efConstruction": EF_CONSTRUCTION}
        indexes.add_index("vector", index_type="HNSW", metric_type="COSINE", params=links)
        indexes.add_index("bucket", index_type="STL_SORT")
        self._client.create_index(COLLECTION, indexes)
        self._client.load_collection(COLLECTION)

    def widths(self, share: float) -> tuple[int, ...]:
        """Give ef."""
        del share
        return WIDTHS

    def search(self, query: Vectors, k: int, width: int, share: float) -> list[int]:
        """Find the nearest rows."""
        [hits] = self._client.search(
            COLLECTION,
            [query.tolist()],
            filter="" if share == 1 else f"bucket < {round(BUCKETS * share)}",
            limit=k,
            search_params={"params": {"ef": width}},
            output_fields=["row"],
        )
        return [int(hit["entity"]["row"]) for hit in hits]

    def upsert(self, row: int, vector: Vectors) -> None:
        """Upsert a row."""
        self._client.upsert(COLLECTION, self._records([row], vector[None], np.zeros(1, np.int64)))

    def delete(self, row: int) -> None:
        """Delete a row."""
        self._client.delete(COLLECTION, ids=[row])

    def save(self) -> None:
        """Flush what is not sealed yet."""
        self._client.flush(COLLECTION)

    def _records(
        self, rows: range | list[int], vectors: Vectors, buckets: NDArray[np.int64]
    ) -> list[dict[str, object]]:
        return [
            {"row": row, "bucket": int(bucket), "vector": vector.tolist()}
            for row, vector, bucket in zip(rows, vectors, buckets, strict=True)
        ]
