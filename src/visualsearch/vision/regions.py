"""The pixels of a box, as they are looked at."""

import math

import numpy as np

from visualsearch.domain import WHOLE, Box, Pixels

REGIONS = "grey-square-1"
"""Names how ``region`` works; change it with anything that changes its pixels."""

GREY = 127
"""What the networks take for nothing: zero, after their scaling."""


def region(pixels: Pixels, box: Box) -> Pixels:
    """Take the whole picture as it is, and anything less on a grey square.

    The model squeezes what it gets into a square. Catalogue pictures stand in nearly square frames, with air
    around; a tight box of a tall bottle would be stretched into something else (docs/models.md has figures).
    """
    return pixels if box == WHOLE else squared(crop(pixels, box))


def squared(pixels: Pixels) -> Pixels:
    """Set pixels into the middle of a grey square."""
    height, width = pixels.shape[:2]
    side = max(height, width)
    square = np.full((side, side, 3), GREY, np.uint8)
    top, left = (side - height) // 2, (side - width) // 2
    square[top : top + height, left : left + width] = pixels
    return square


def crop(pixels: Pixels, box: Box) -> Pixels:
    """Cut out every pixel that the box touches, at least one; a view of the same memory."""
    height, width = pixels.shape[:2]
    left, right = _span(box.left, box.right, width)
    top, bottom = _span(box.top, box.bottom, height)
    return pixels[top:bottom, left:right]


def _span(start: float, stop: float, size: int) -> tuple[int, int]:
    """Round outward; a box thinner than a rounding error still gets the pixel it is on."""
    first = min(math.floor(start * size), size - 1)
    return first, max(min(math.ceil(stop * size), size), first + 1)
