"""Draws where a query and what was found for it show the same print."""

import cv2
import numpy as np
from numpy.typing import NDArray

from visualsearch.domain import Pixels, SharedPrint

HEIGHT = 480
"""Of the drawing, in pixels."""
_AREA, _PLACE = (255, 0, 128), (0, 200, 83)
_LINES_AT_MOST = 40


def show_match(query: Pixels, found: Pixels, shared: SharedPrint) -> Pixels:
    """Set the searched part beside the part that was found, what they share outlined and joined by lines."""
    left, right = _fitted(query), _fitted(found)
    drawing = np.concatenate([left, right], axis=1)
    here = _places(shared.query, left)
    there = _places(shared.found, right) + np.array([left.shape[1], 0])
    for places in (here, there):
        cv2.polylines(drawing, [cv2.convexHull(places)], isClosed=True, color=_AREA, thickness=2)
    step = max(1, len(here) // _LINES_AT_MOST)
    for one, other in zip(here[::step].tolist(), there[::step].tolist(), strict=True):
        cv2.line(drawing, one, other, _PLACE, 1, cv2.LINE_AA)
    return drawing


def _fitted(pixels: Pixels) -> Pixels:
    height, width = pixels.shape[:2]
    size = (max(1, round(width * HEIGHT / height)), HEIGHT)
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)


def _places(places: NDArray[np.float32], pixels: Pixels) -> NDArray[np.int32]:
    return np.asarray(np.round(places * max(pixels.shape[:2])), np.int32)
