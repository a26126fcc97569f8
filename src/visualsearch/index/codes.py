"""Finds the nearest codes of bits, by faiss."""

import faiss
import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.uint8]
"""Shape (count, bytes)."""


def nearest_two(asked: Codes, known: Codes) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Find the two of at least two known codes that differ least from each asked one, the nearer first.

    Gives how many bits differ, [asked, 2], and which they are, [asked, 2].
    """
    index = faiss.IndexBinaryFlat(known.shape[1] * 8)
    index.add(known)
    distances, places = index.search(asked, 2)
    return distances, places
