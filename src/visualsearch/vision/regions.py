"""The pixels inside a box."""

import math

from visualsearch.domain import Box, Pixels


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
