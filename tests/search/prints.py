"""Drawn prints, each unlike the others, and how the catalogue and a query see them."""

import cv2
import numpy as np

from visualsearch.domain import Pixels, Print
from visualsearch.vision.local import CATALOGUE, QUERY, LocalFeatures
from visualsearch.vision.words import Vocabulary

VOCABULARY = Vocabulary.packaged()


def printed(seed: int, side: int = 240) -> Pixels:
    """Draw lines, rings and letters at random."""
    rng = np.random.default_rng(seed)
    art = np.full((side, side, 3), 230, np.uint8)
    for _ in range(25):
        colour = tuple(int(part) for part in rng.integers(0, 200, 3))
        first, second = (tuple(int(part) for part in rng.integers(0, side, 2)) for _ in range(2))
        cv2.line(art, first, second, colour, 2)
        cv2.circle(art, first, int(rng.integers(4, 25)), colour, 2)
        cv2.putText(art, chr(int(rng.integers(65, 91))), second, cv2.FONT_HERSHEY_SIMPLEX, 1, colour, 2)
    return art


def asked(pixels: Pixels) -> Print:
    """See a print as a query's."""
    return LocalFeatures(QUERY, VOCABULARY).examine(pixels)


def kept(pixels: Pixels) -> Print:
    """See a print as the catalogue's."""
    return LocalFeatures(CATALOGUE, VOCABULARY).examine(pixels)
