"""Every vector index that the contract holds for, and what its tests are made of."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from visualsearch.domain import Neighbours, Vectors
from visualsearch.index.exact import ExactIndex
from visualsearch.index.hnsw import HnswIndex
from visualsearch.ports import VectorIndex

FEW = 8
"""The graph adapter compares all of up to so few rows, so that it follows its graph nearly always."""

TOLERANCE = 2e-3
"""What rounding to float16 may do to a cosine."""


@dataclass(frozen=True)
class Adapter:
    make: Callable[[int], VectorIndex]
    open: Callable[[Path], tuple[VectorIndex, str]]
    is_exact: bool


ADAPTERS = {
    "exact": Adapter(ExactIndex, ExactIndex.open, is_exact=True),
    "hnsw comparing all": Adapter(HnswIndex, HnswIndex.open, is_exact=True),
    "hnsw following its graph": Adapter(
        partial(HnswIndex, scan_rows=FEW), partial(HnswIndex.open, scan_rows=FEW), is_exact=False
    ),
}

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
