"""What a model finds in a picture: the masks of regions, and what each pixel shows."""

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from visualsearch.domain import Box, Mask, Region

HALF = 127
MASK_SIDE = 32
"""Rows and columns of a mask at most: it says what is meant, and outlines need no more."""


def marked(region: Region, height: int, width: int) -> NDArray[np.bool_]:
    """Mark the pixels of a region in a picture of this size; without a mask, the whole box."""
    pixels = np.zeros((height, width), np.bool_)
    box = region.box
    left, right = round(box.left * width), round(box.right * width)
    top, bottom = round(box.top * height), round(box.bottom * height)
    inside = pixels[top : max(bottom, top + 1), left : max(right, left + 1)]
    if region.mask is None:
        inside[...] = True
    elif inside.size:
        inside[...] = cv2.resize(region.mask, inside.shape[::-1], interpolation=cv2.INTER_LINEAR) > HALF
    return pixels


def mask_from(shares: NDArray[np.float32]) -> Mask:
    """Turn shares of 0 to 1, in any number of rows and columns, into a mask of few."""
    height, width = shares.shape
    size = (min(width, MASK_SIDE), min(height, MASK_SIDE))
    fewer = cv2.resize(shares, size, interpolation=cv2.INTER_AREA)
    return np.asarray(np.round(255 * np.clip(fewer, 0, 1)), np.uint8)


@dataclass(frozen=True, slots=True, eq=False)
class Segmentation:
    """What each place of a picture shows."""

    surfaces: tuple[str, ...]
    """The first is the background."""
    shares: NDArray[np.float32]
    """Shape (surfaces, rows, columns): how surely, 0 to 1; rows and columns span the picture."""

    def labels(self, height: int, width: int) -> NDArray[np.uint8]:
        """Give the place in ``surfaces`` of what each pixel of a picture of this size shows most likely."""
        return np.asarray(self._enlarged(height, width).argmax(axis=0), np.uint8)

    def is_foreground(self, height: int, width: int) -> NDArray[np.bool_]:
        """Mark the pixels that more likely show anything than the background."""
        return np.asarray(self._enlarged(height, width)[0] < 0.5, np.bool_)

    def _enlarged(self, height: int, width: int) -> NDArray[np.float32]:
        return np.stack(
            [cv2.resize(one, (width, height), interpolation=cv2.INTER_LINEAR) for one in self.shares]
        )


def within(left: float, top: float, right: float, bottom: float) -> Box | None:
    """Bound sides to the picture; None where nothing is left, or a model gave no numbers."""
    sides = [min(1.0, max(0.0, float(side))) for side in (left, top, right, bottom)]
    if any(map(math.isnan, (left, top, right, bottom))) or sides[0] >= sides[2] or sides[1] >= sides[3]:
        return None
    return Box(*sides)


def kind_at(kinds: tuple[str, ...], number: int) -> str | None:
    """Name a kind by its number; None for one that the card does not know."""
    return kinds[number] if 0 <= number < len(kinds) else None
