"""What colours a product has: a signature that is alike for colours that look alike."""

import cv2
import numpy as np
from numpy.typing import NDArray

from visualsearch.domain import Pixels
from visualsearch.vision.cutout import cut_out

COLOURS = "lab-9-13-13-1"
"""Names how ``signature`` works; change it with anything that changes its numbers."""

SIDE = 64
_BINS = (9, 13, 13)
"""Of lightness and of the two axes of colour of CIELAB."""
_LOWEST = np.array([0.0, -48.0, -48.0], np.float32)
_HIGHEST = np.array([100.0, 48.0, 48.0], np.float32)


def signature(pixels: Pixels) -> bytes:
    """Count colours of the product alone where its ground is plain, else of the middle most; 1521 bytes.

    Each colour counts in the 8 bins around it by how near it is to each, so that a little more light moves
    a little of the count (a cross-bin comparison by the bins themselves).
    """
    small = cv2.resize(pixels, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    mask = cut_out(np.asarray(small, np.uint8))
    weights = _MIDDLE if mask is None else (mask > 0).ravel().astype(np.float32)
    lab = cv2.cvtColor(small.astype(np.float32) / 255, cv2.COLOR_RGB2LAB).reshape(-1, 3)
    counts = _soft_counts(np.asarray(lab, np.float32), weights)
    roots = np.sqrt(counts / max(float(counts.sum()), 1e-9))
    return np.asarray(np.round(roots * 255), np.uint8).tobytes()


def likeness(one: bytes, others: list[bytes]) -> NDArray[np.float32]:
    """Compare signatures: 1 for the same colours, 0 for none in common or where a signature is empty."""
    if not one or not others:
        return np.zeros(len(others), np.float32)
    given = _unit(one)
    return np.array([_unit(other) @ given if other else 0.0 for other in others], np.float32)


def _soft_counts(lab: NDArray[np.float32], weights: NDArray[np.float32]) -> NDArray[np.float32]:
    steps = np.array(_BINS, np.float32) - 1
    at = np.clip((lab - _LOWEST) / (_HIGHEST - _LOWEST), 0, 1) * steps
    lower = np.minimum(np.floor(at), steps - 1).astype(np.int64)
    share = at - lower
    counts = np.zeros(int(np.prod(_BINS)), np.float64)
    strides = np.array([_BINS[1] * _BINS[2], _BINS[2], 1])
    for corner in np.ndindex(2, 2, 2):
        part = np.where(np.array(corner), share, 1 - share).prod(axis=1) * weights
        counts += np.bincount((lower + np.array(corner)) @ strides, part, len(counts))
    return np.asarray(counts, np.float32)


def _unit(encoded: bytes) -> NDArray[np.float32]:
    counts = np.frombuffer(encoded, np.uint8).astype(np.float32)
    return np.asarray(counts / max(float(np.linalg.norm(counts)), 1e-9), np.float32)


def _middle() -> NDArray[np.float32]:
    """Weigh the middle of a picture, where the product is, and its edge hardly."""
    away = np.linspace(-1, 1, SIDE, dtype=np.float32)
    bell = np.exp(-2 * away**2)
    return np.asarray(np.outer(bell, bell).ravel(), np.float32)


_MIDDLE = _middle()
