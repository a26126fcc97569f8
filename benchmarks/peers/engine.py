"""What each engine must do to be compared: a file for each, set up as its documentation recommends."""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
"""Shape (count, dimension), each of length 1."""

BUCKETS = 1000
AT_ONCE = 10_000
ROOM = 100_000
"""Rows that may come after those that an engine is built of."""


class Engine(Protocol):
    """Searches rows by cosine; a filter lets those of the first so many of 1,000 buckets through."""

    package: str
    settings: str
    """As they are printed beside what was measured."""

    def __init__(self, dimension: int, buckets: NDArray[np.int64], folder: Path) -> None:
        """Begin; ``buckets`` has the bucket of each row that will be built, ``folder`` is empty."""

    def build(self, vectors: NDArray[np.float16]) -> None:
        """Take all rows in, row i with vector i, and build what finds them."""

    def widths(self, share: float) -> tuple[int, ...]:
        """Give how widely it can search among a share of the rows, the narrowest first."""

    def search(self, query: Vectors, k: int, width: int, share: float) -> list[int]:
        """Find the nearest rows of a vector [dimension], of all where ``share`` is 1."""

    def upsert(self, row: int, vector: Vectors) -> None:
        """Let a row come, or replace it."""

    def delete(self, row: int) -> None:
        """Let a row go."""

    def save(self) -> None:
        """Write everything to the folder."""


WIDTHS = (16, 32, 64, 128, 256, 512, 1024, 2048, 4096)


def pieces(vectors: NDArray[np.float16]) -> Iterator[tuple[int, Vectors]]:
    """Go through vectors as float32, with the row that each piece begins with."""
    for start in range(0, len(vectors), AT_ONCE):
        yield start, vectors[start : start + AT_ONCE].astype(np.float32)


def let_through(buckets: NDArray[np.int64], share: float) -> NDArray[np.bool_]:
    """Tell which rows a filter lets through."""
    through: NDArray[np.bool_] = buckets < round(BUCKETS * share)
    return through
