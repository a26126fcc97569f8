"""Parts of pictures, and smaller pictures."""

import io
from math import ceil, floor

from PIL import Image

from visualsearch.domain import Box, Pixels
from visualsearch.pictures.decode import MAX_PIXELS, decode, measure

_QUALITY = 80
_TALLEST = 8
"""A thumbnail is at most so many times as high as it is wide: beyond lie scrolls, and JPEG's own bound."""
_ROUNDING = 1e-6


def crop(pixels: Pixels, box: Box) -> Pixels:
    """Cut out every pixel that the box touches, so at least one; a view of the same memory.

    A side that falls on the border between two pixels touches neither more than it must.
    """
    height, width = pixels.shape[:2]
    left, right = _touched(box.left, box.right, width)
    top, bottom = _touched(box.top, box.bottom, height)
    return pixels[top:bottom, left:right]


def thumbnail(data: bytes, width: int, *, max_pixels: int = MAX_PIXELS) -> bytes:
    """Make a JPEG of at most this width from an encoded picture: upright, on white, without metadata.

    Never larger than the picture itself; raises as ``decode`` does. WebP would be a third smaller and
    take twelve times as long.
    """
    full_width, full_height = measure(data, max_pixels=max_pixels)
    scale = min(1.0, width / full_width, _TALLEST * width / full_height)
    longer = max(1, round(max(full_width, full_height) * scale))
    pixels = decode(data, max_pixels=max_pixels, max_side=longer).pixels
    encoded = io.BytesIO()
    Image.fromarray(pixels).save(encoded, "JPEG", quality=_QUALITY, optimize=True)
    return encoded.getvalue()


def _touched(start: float, stop: float, length: int) -> tuple[int, int]:
    """Turn two fractions into the first pixel and the one past the last."""
    first = min(floor(start * length + _ROUNDING), length - 1)
    return first, max(ceil(stop * length - _ROUNDING), first + 1)
