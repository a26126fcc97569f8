"""LanceDB: a table on disk with an index of vectors and one of the filter's column."""

from pathlib import Path

import lancedb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from peers.engine import BUCKETS, WIDTHS, Vectors, pieces

REFINE = 2


class LanceDb:
    """IVF_HNSW_SQ, refined; the filter goes first, by a scalar index."""

    package = "lancedb"
    settings = f"IVF_HNSW_SQ cosine, 1 partition, refine_factor {REFINE}, BTREE on the bucket, prefilter"

    def __init__(self, dimension: int, buckets: NDArray[np.int64], folder: Path) -> None:
        self._schema = pa.schema(
            {"row": pa.int64(), "bucket": pa.int64(), "vector": pa.list_(pa.float32(), dimension)}
        )
        self._buckets = buckets
        self._table = lancedb.connect(folder).create_table("rows", schema=self._schema)

    def build(self, vectors: NDArray[np.float16]) -> None:
        """Write all rows, then build the indexes."""
        for start, piece in pieces(vectors):
            rows = np.arange(start, start + len(piece))
            self._table.add(self._batch(rows, self._buckets[rows], piece))
        self._table.create_index(metric="cosine", index_type="IVF_HNSW_SQ", num_partitions=1)
        self._table.create_scalar_index("bucket")
        self._table.create_scalar_index("row")
        self._table.optimize()

    def widths(self, share: float) -> tuple[int, ...]:
        """Give ef, which must be REFINE times as many as are wanted, or more."""
        del share
        return WIDTHS[1:]

    def search(self, query: Vectors, k: int, width: int, share: float) -> list[int]:
        """Find the nearest rows."""
        asked = self._table.search(query).metric("cosine").ef(width).refine_factor(REFINE).limit(k)
        if share < 1:
            asked = asked.where(f"bucket < {round(BUCKETS * share)}", prefilter=True)
        found: list[int] = asked.select(["row"]).to_arrow()["row"].to_pylist()
        return found

    def upsert(self, row: int, vector: Vectors) -> None:
        """Merge a row in."""
        batch = self._batch(np.array([row]), np.array([0]), vector[None])
        merge = self._table.merge_insert("row").when_matched_update_all().when_not_matched_insert_all()
        merge.execute(batch)

    def delete(self, row: int) -> None:
        """Delete a row."""
        self._table.delete(f"row = {row}")

    def save(self) -> None:
        """Do nothing: it is on disk."""

    def _batch(self, rows: NDArray[np.int64], buckets: NDArray[np.int64], vectors: Vectors) -> pa.Table:
        values = pa.FixedSizeListArray.from_arrays(pa.array(vectors.ravel()), vectors.shape[1])
        return pa.table([pa.array(rows), pa.array(buckets), values], schema=self._schema)
