"""How well regions and masks fit what is truly there."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from visualsearch.domain import Box

FITS = 0.5
"""The overlap from which a box counts as found."""


@dataclass(frozen=True, slots=True)
class Judged:
    """The boxes of one picture: what was proposed, the surest first, and what is there."""

    proposed: tuple[Box, ...]
    scores: tuple[float, ...]
    truth: tuple[Box, ...]


def overlap(one: Box, other: Box) -> float:
    """Compute intersection over union, 0 to 1."""
    across = min(one.right, other.right) - max(one.left, other.left)
    down = min(one.bottom, other.bottom) - max(one.top, other.top)
    if across <= 0 or down <= 0:
        return 0.0
    shared = across * down
    return shared / (_area(one) + _area(other) - shared)


def recall(pictures: Sequence[Judged], first: int, *, fits: float = FITS) -> list[float]:
    """Tell of each true box whether one of the first proposals of its picture fits: 1, or 0."""
    return [
        float(any(overlap(box, proposed) >= fits for proposed in picture.proposed[:first]))
        for picture in pictures
        for box in picture.truth
    ]


def average_precision(pictures: Sequence[Judged], *, fits: float = FITS) -> float:
    """Compute the area under precision over recall, all pictures together, kinds aside.

    Each true box is found at most once, by the surest proposal that fits it best; precision is made
    falling, and summed at every step of recall (Everingham et al., Pascal VOC, 2010).
    """
    found = [entry for picture in pictures for entry in _matches(picture, fits)]
    total = sum(len(picture.truth) for picture in pictures)
    if not found or not total:
        return 0.0
    hits = np.array([hit for _, hit in sorted(found, key=lambda entry: -entry[0])], np.float64)
    precision = np.cumsum(hits) / np.arange(1, len(hits) + 1)
    falling = np.maximum.accumulate(precision[::-1])[::-1]
    return float((falling * hits).sum() / total)


def confusion(truth: NDArray[np.uint8], told: NDArray[np.uint8], count: int) -> NDArray[np.int64]:
    """Count pixels by their true label (rows) and the one told; labels from ``count`` on are left out."""
    is_known = truth < count
    pairs = truth[is_known].astype(np.int64) * count + told[is_known]
    return np.asarray(np.bincount(pairs, minlength=count * count).reshape(count, count), np.int64)


def overlaps_by_label(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Compute intersection over union of each label; NaN for one that is neither there nor told."""
    shared = np.diag(counts).astype(np.float64)
    union = counts.sum(axis=0) + counts.sum(axis=1) - shared
    return np.where(union > 0, shared / np.maximum(union, 1), np.nan)


def _matches(picture: Judged, fits: float) -> list[tuple[float, bool]]:
    """Tell of each proposal its score and whether it is the first that fits a true box."""
    left = list(picture.truth)
    told = []
    for box, score in zip(picture.proposed, picture.scores, strict=True):
        best = max(left, key=lambda true: overlap(box, true), default=None)
        hit = best is not None and overlap(box, best) >= fits
        if hit and best is not None:
            left.remove(best)
        told.append((score, hit))
    return told


def _area(box: Box) -> float:
    return (box.right - box.left) * (box.bottom - box.top)
