"""Rows and vectors as an index takes them, checked and scaled, and answers as it gives them."""

import numpy as np
from numpy.typing import NDArray

from visualsearch.domain import Neighbours, Rows, Vectors

_APART = 1e-3
"""How far vectors are set apart: less, and the scores among them would still be equal in float32."""


def scale(vectors: Vectors, dimension: int) -> Vectors:
    """Copy vectors scaled to length 1; a vector of zeros stays, and is as near to everything as to nothing.

    Raises ValueError for another shape than (count, dimension) and for numbers that are not finite.
    """
    found = np.asarray(vectors, np.float32)
    if found.ndim != 2 or found.shape[1] != dimension:
        raise ValueError(
            f"expected vectors of shape (count, {dimension}), found {found.shape}: "
            "an index and the eye that made its vectors must have the same dimension"
        )
    largest = np.abs(found).max(axis=1, keepdims=True, initial=0)
    if not np.isfinite(largest).all():
        bad = np.flatnonzero(~np.isfinite(largest))
        raise ValueError(
            f"expected finite vectors of shape {found.shape}, found NaN or infinity in vector {bad[0]}"
        )
    # Divided by the largest first, no square of a very large or small number leaves the range of float32.
    scaled = found / np.where(largest > 0, largest, 1)
    length = np.linalg.norm(scaled, axis=1, keepdims=True)
    return np.asarray(scaled / np.where(length > 0, length, 1), np.float32)


def pair(rows: Rows, vectors: Vectors, dimension: int) -> tuple[Rows, Vectors]:
    """Scale vectors and keep the last of each row; raises ValueError where rows and vectors do not match."""
    named = check_rows(rows)
    scaled = scale(vectors, dimension)
    if len(named) != len(scaled):
        raise ValueError(
            f"expected one row for each vector, found {len(named)} rows and {len(scaled)} vectors"
        )
    if named.size and (np.diff(named) > 0).all():
        return named, scaled
    unique, from_the_end = np.unique(named[::-1], return_index=True)
    return unique, scaled[len(named) - 1 - from_the_end]


def set_apart(rows: Rows, vectors: Vectors) -> Vectors:
    """Set equal vectors apart by moving each at random, by little more than float16 rounds.

    Many products show the same picture. The graph links equal vectors to one another alone, and such an
    island swallows searches: with a fifth of all vectors equal, recall falls to 0.86; set apart, it is 1.00.
    """
    if not len(rows):
        return vectors
    widest = _APART * (12 / vectors.shape[1]) ** 0.5  # uniform numbers of this width make that length
    noise = np.random.default_rng(rows[0]).random(vectors.shape, np.float32) - np.float32(0.5)
    return vectors + np.float32(widest) * noise


def check_rows(rows: Rows) -> Rows:
    """Give rows as int64; raises ValueError for another shape or kind, and numbers below 0."""
    found = np.asarray(rows)
    if found.ndim != 1 or (found.size and found.dtype.kind not in "iu"):
        raise ValueError(
            f"expected rows as integers of shape (count,), found {found.dtype} of shape {found.shape}"
        )
    if found.size and found.min() < 0:
        raise ValueError(f"expected rows of 0 or more, found {found.min()}")
    return found.astype(np.int64)


def answer(rows: NDArray[np.int64], scores: NDArray[np.float32], k: int) -> Neighbours:
    """Make an answer of shape (queries, k) of narrower rows and scores; a row below 0 is none."""
    found, width = rows >= 0, rows.shape[1]
    padded_rows = np.full((len(rows), k), -1, np.int64)
    padded_scores = np.zeros((len(rows), k), np.float32)
    padded_rows[:, :width] = np.where(found, rows, -1)
    padded_scores[:, :width] = np.where(found, scores, 0)
    return Neighbours(padded_rows, padded_scores, found.sum(axis=1, dtype=np.int64))


def cosines(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """Keep scores from -1 to 1: rounding may carry that of a vector with itself a little past 1."""
    return np.asarray(np.clip(scores, -1, 1), np.float32)


def check_k(k: int) -> int:
    """Give k back; raises ValueError unless it is 1 or more."""
    if k < 1:
        raise ValueError(f"expected to be asked for 1 neighbour or more, found k = {k}")
    return k
