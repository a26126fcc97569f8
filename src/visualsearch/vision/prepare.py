"""Any picture to the square pixels, and the numbers, that a model's card asks for."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from visualsearch.domain import Pixels
from visualsearch.vision.weights import Input

Prepare = Callable[[Pixels, int], Pixels]
"""Maps a picture and a size to size x size pixels."""

SQUASH_HAMMING = "squash-hamming-1"
"""Names how ``squash_quickly`` works; change it with anything that changes its pixels."""

WIDER = 8 / 7
"""The shorter side to the square that is cut out of it: 256 to 224, as many networks were trained."""


def squash_quickly(pixels: Pixels, size: int) -> Pixels:
    """Scale a picture to size x size with antialiasing, its proportions given up.

    Five ways to make a square found products equally often, but for letterboxes, which lose tall ones; this
    one is the simplest and cuts nothing off. Of the filters, Pillow's Hamming finds more than bilinear at the
    same cost, and its vectors change least with the size of the picture. The model's card has the numbers.
    """
    picture = Image.fromarray(pixels)
    # Large pictures are first averaged down to 1.5 times the size or more: half the time, the same vectors.
    return np.asarray(picture.resize((size, size), Image.Resampling.HAMMING, reducing_gap=1.5))


def squash(pixels: Pixels, size: int, *, resampling: Image.Resampling) -> Pixels:
    """Scale a picture to size x size, its proportions given up."""
    return np.asarray(Image.fromarray(pixels).resize((size, size), resampling))


def cut(pixels: Pixels, size: int, *, resampling: Image.Resampling, wider: float = 1) -> Pixels:
    """Scale a picture until its shorter side is ``wider`` times the size, and cut the middle out."""
    height, width = pixels.shape[:2]
    scale = round(size * wider) / min(height, width)
    wide, high = (max(size, round(side * scale)) for side in (width, height))
    left, top = (wide - size) // 2, (high - size) // 2
    resized = Image.fromarray(pixels).resize((wide, high), resampling)
    return np.asarray(resized.crop((left, top, left + size, top + size)))


PREPARATIONS: Mapping[str, Prepare] = {
    SQUASH_HAMMING: squash_quickly,
    "squash-bilinear-1": partial(squash, resampling=Image.Resampling.BILINEAR),
    "squash-bicubic-1": partial(squash, resampling=Image.Resampling.BICUBIC),
    "cut-bicubic-1": partial(cut, resampling=Image.Resampling.BICUBIC),
    "cut-wider-bicubic-1": partial(cut, resampling=Image.Resampling.BICUBIC, wider=WIDER),
    "cut-wider-bilinear-1": partial(cut, resampling=Image.Resampling.BILINEAR, wider=WIDER),
}
"""Every preparation by the name that cards give it."""


def numbers(pictures: Sequence[Pixels], asked: Input) -> NDArray[Any]:
    """Stack prepared pictures as a model's input: its layout, its type, its scaling."""
    stacked: NDArray[Any] = np.stack(pictures)
    if asked.type == "float32":
        mean, std = np.array(asked.mean, np.float32), np.array(asked.std, np.float32)
        stacked = (stacked.astype(np.float32) / np.float32(255) - mean) / std
    return stacked if asked.layout == "NHWC" else np.ascontiguousarray(stacked.transpose(0, 3, 1, 2))
