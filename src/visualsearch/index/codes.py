"""Finds the nearest codes of bits, by faiss."""

import faiss
import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.uint8]
"""Shape (count, bytes)."""


def nearest_two(
    asked: Codes, known: Codes, within: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int32]]:
    """Find the two of at least two known codes that differ least from each asked one.

    Gives which of the asked have any that differs in at most ``within`` bits [n], which that is [n], and in
    how many bits it and the second nearest differ [n, 2].
    """
    asked, known = np.ascontiguousarray(asked), np.ascontiguousarray(known)
    # Tables of all distances, for so few codes, take half the time of a binary index.
    differ = np.empty((len(asked), len(known)), np.int32)
    faiss.hammings(
        *map(faiss.swig_ptr, (asked, known)), len(asked), len(known), known.shape[1], faiss.swig_ptr(differ)
    )
    nearest = differ.argmin(axis=1)
    distance = differ[np.arange(len(asked)), nearest]
    near = np.flatnonzero(distance <= within)
    nearest, distance, differ = nearest[near], distance[near], differ[near]
    differ[np.arange(len(near)), nearest] = np.iinfo(np.int32).max
    return near, nearest, np.stack([distance, differ.min(axis=1)], axis=1)
