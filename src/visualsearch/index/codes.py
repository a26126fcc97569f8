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
    asked, known = np.ascontiguousarray(asked), np.ascontiguousarray(known)
    # Tables of all distances, for so few codes, take half the time of a binary index.
    differ = np.empty((len(asked), len(known)), np.int32)
    faiss.hammings(
        *map(faiss.swig_ptr, (asked, known)), len(asked), len(known), known.shape[1], faiss.swig_ptr(differ)
    )
    every = np.arange(len(asked))
    nearest = differ.argmin(axis=1)
    distance = differ[every, nearest]
    differ[every, nearest] = np.iinfo(np.int32).max
    second = differ.argmin(axis=1)
    return np.stack([distance, differ[every, second]], axis=1), np.stack([nearest, second], axis=1)
