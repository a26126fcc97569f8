"""Finds pictures that are nearly identical though they are sold under different ids."""

import cv2
import numpy as np
from numpy.typing import NDArray

from visualsearch.domain import Pixels, Vectors

HASH_SIDE = 12
LARGEST_DISTANCE = 12
"""Bits of 144 that may differ."""
LEAST_SIMILARITY = 0.95
"""Of the reference model's vectors: a hash alone takes one plain white lamp for another."""

Hash = NDArray[np.bool_]
"""Shape (144,): whether each cell of the shrunk picture is brighter than its right neighbour."""


def difference_hash(pixels: Pixels) -> Hash:
    """Compute the difference hash of a picture (N. Krawetz, Kind of like that, 2013)."""
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    small = cv2.resize(grey, (HASH_SIDE + 1, HASH_SIDE), interpolation=cv2.INTER_AREA).astype(np.int16)
    # A flat ground is neither brighter nor darker: two levels of difference at least.
    return np.asarray((small[:, :-1] - small[:, 1:] > 2).ravel(), np.bool_)


def duplicates(hashes: NDArray[np.bool_], vectors: Vectors) -> NDArray[np.int64]:
    """Find the pairs [pairs, 2] of near-identical pictures, by hash [n, 144] and by vector both."""
    signs = hashes.astype(np.float32) * 2 - 1
    near_by_hash = signs @ signs.T >= signs.shape[1] - 2 * LARGEST_DISTANCE
    near = np.triu(near_by_hash & (vectors @ vectors.T >= LEAST_SIMILARITY), 1)
    return np.argwhere(near)
