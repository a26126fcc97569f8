"""Every vector index that the contract holds for, and what its tests are made of."""

import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pytest
from numpy.typing import NDArray

from visualsearch.domain import Neighbours, Vectors
from visualsearch.index.exact import ExactIndex
from visualsearch.index.hnsw import HnswIndex
from visualsearch.ports import VectorIndex

FEW = 8
"""The graph adapter compares all of up to so few rows, so that it follows its graph nearly always."""

DIMENSIONS = (1, 2, 7, 13, 40, 100)

TOLERANCE = 2e-3
"""What rounding to float16 may do to a cosine."""


@dataclass(frozen=True)
class Adapter:
    make: Callable[[int], VectorIndex]
    reopened: Callable[[Any, str, Path], tuple[VectorIndex, str]]
    """Keeps an index with a mark, in a folder if need be, and gives what a process finds that starts then."""
    is_exact: bool
    histories: int = 40
    """So many are tried."""


def _snapshot(open_snapshot: Callable[[Path], tuple[VectorIndex, str]]) -> Any:
    def reopened(index: Any, mark: str, folder: Path) -> tuple[VectorIndex, str]:
        index.save(folder / "index", mark)
        assert [path.name for path in folder.iterdir()] == ["index"]
        return open_snapshot(folder / "index")

    return reopened


def _on_milvus(uri: str) -> Adapter:
    """Make collections once, for that takes seconds, and empty them for each test."""
    from visualsearch.index.milvus import MilvusIndex  # noqa: PLC0415 - a second, of the tests that need it

    run = f"test_{secrets.token_hex(6)}"

    def open_here(dimension: int) -> MilvusIndex:
        return MilvusIndex(uri, f"{run}_{dimension}", dimension)

    with ThreadPoolExecutor() as pool:
        made = dict(zip(DIMENSIONS, pool.map(open_here, DIMENSIONS), strict=True))

    def make(dimension: int) -> VectorIndex:
        if dimension not in made:
            return open_here(dimension)
        index = made[dimension]
        index.refresh()
        held = index.search(np.zeros((1, dimension), np.float32), max(1, len(index)))
        index.remove(held.rows[0, : held.counts[0]])
        return index

    def reopened(index: MilvusIndex, mark: str, _: Path) -> tuple[VectorIndex, str]:
        index.keep_mark(mark)
        again = open_here(index.dimension)
        return again, again.mark()

    return Adapter(make, reopened, is_exact=True, histories=3)


SNAPSHOTS = {
    "exact": Adapter(ExactIndex, _snapshot(ExactIndex.open), is_exact=True),
    "hnsw comparing all": Adapter(HnswIndex, _snapshot(HnswIndex.open), is_exact=True),
    "hnsw following its graph": Adapter(
        partial(HnswIndex, scan_rows=FEW),
        _snapshot(partial(HnswIndex.open, scan_rows=FEW)),
        is_exact=False,
    ),
}
ADAPTERS = [
    *SNAPSHOTS,
    # On one worker of the tests, so that one server is enough.
    pytest.param("milvus", marks=pytest.mark.xdist_group("milvus")),
]
_on_one_milvus = lru_cache(_on_milvus)


def adapter_of(request: pytest.FixtureRequest) -> Adapter:
    """Give the adapter that a test's parameter names."""
    if request.param == "milvus":
        return _on_one_milvus(request.getfixturevalue("milvus_uri"))
    return SNAPSHOTS[request.param]


Make: TypeAlias = Callable[[int], VectorIndex]


def draw(count: int, dimension: int, seed: int = 0) -> Vectors:
    return np.random.default_rng(seed).standard_normal((count, dimension)).astype(np.float32)


def rows(*numbers: int) -> NDArray[np.int64]:
    return np.array(numbers, np.int64)


def filled(make: Make, count: int, dimension: int = 13) -> tuple[VectorIndex, Vectors]:
    """An index of rows 100, 101 … and their vectors."""
    index, vectors = make(dimension), draw(count, dimension)
    index.add(np.arange(100, 100 + count), vectors)
    return index, vectors


def found(neighbours: Neighbours, query: int = 0) -> list[int]:
    listed: list[int] = neighbours.rows[query, : neighbours.counts[query]].tolist()
    return listed


def cosine(left: Vectors, right: Vectors) -> NDArray[np.float64]:
    left, right = left.astype(np.float64), right.astype(np.float64)
    length = np.linalg.norm(left, axis=1)[:, None] * np.linalg.norm(right, axis=1)
    scores: NDArray[np.float64] = np.divide(
        left @ right.T, length, where=length > 0, out=np.zeros_like(length)
    )
    return scores
