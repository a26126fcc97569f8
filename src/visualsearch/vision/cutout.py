"""Cuts a product out of a catalogue picture whose ground is plain."""

import cv2
import numpy as np
from numpy.typing import NDArray

from visualsearch.domain import Pixels

Mask = NDArray[np.uint8]
"""Shape (height, width): 255 on the product, 0 on the ground."""

TOLERANCE = 14
"""How far, of 255 in any channel, a pixel may be from the ground's colour."""
PLAIN_SHARE = 0.85
"""The share of the picture's edge that has to be of the ground's colour."""
LEAST_SHARE, LARGEST_SHARE = 0.03, 0.95


SMALL = 48
"""Pixels of a picture's sides where only its ground and colours matter."""


def small(pixels: Pixels) -> Pixels:
    """Squash a picture to as few pixels as tell its ground and colours."""
    return np.asarray(cv2.resize(pixels, (SMALL, SMALL), interpolation=cv2.INTER_AREA), np.uint8)


def has_plain_ground(pixels: Pixels) -> bool:
    """Tell whether a picture shows something on one even colour, as catalogues do."""
    return cut_out(small(pixels)) is not None


def cut_out(pixels: Pixels) -> Mask | None:
    """Mark the product, or tell by None that the picture has no plain ground or nothing on it.

    The ground is what can be reached from the edge over pixels of the edge's median colour, so a white
    shirt on white keeps its inside as long as its outline holds.
    """
    edge = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    ground = np.median(edge, axis=0)
    is_near = (np.abs(pixels.astype(np.int16) - ground.astype(np.int16)) <= TOLERANCE).all(axis=2)
    around = np.concatenate([is_near[0], is_near[-1], is_near[:, 0], is_near[:, -1]])
    if around.mean() < PLAIN_SHARE:
        return None
    padded = cv2.copyMakeBorder(is_near.astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=1)
    cv2.floodFill(padded, None, (0, 0), 2)
    mask: Mask = np.where(padded[1:-1, 1:-1] == 2, 0, 255).astype(np.uint8)
    mask = np.asarray(cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)), np.uint8)
    return mask if LEAST_SHARE <= (mask > 0).mean() <= LARGEST_SHARE else None
