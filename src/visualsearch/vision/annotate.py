"""Draws what was found and searched in a picture, for people to see."""

from collections.abc import Sequence

import cv2
import numpy as np

from visualsearch.domain import Pixels, Region, Spot
from visualsearch.vision.found import marked
from visualsearch.vision.regions import crop

COLOURS = ((230, 60, 50), (40, 140, 240), (50, 170, 80), (240, 160, 30), (150, 80, 210), (20, 170, 170))
TINT = 0.4
"""How much of a mask's colour is over the picture."""
PALE = 0.7
"""How white the surroundings of what is searched are made."""
WIDE_AT = 300
"""Pixels of the longer side for each pixel of a line's width."""


def annotate(pixels: Pixels, regions: Sequence[Region]) -> Pixels:
    """Draw boxes, masks, kinds and scores into a copy; the surest, which come first, on top."""
    drawn = pixels.astype(np.float32)
    height, width = pixels.shape[:2]
    for number, region in reversed(list(enumerate(regions))):
        if region.mask is not None:
            inside = marked(region, height, width)
            drawn[inside] = (1 - TINT) * drawn[inside] + TINT * np.array(_colour(number), np.float32)
    seen = np.ascontiguousarray(drawn.round().astype(np.uint8))
    line = max(1, round(max(height, width) / WIDE_AT))
    for number, region in reversed(list(enumerate(regions))):
        _frame(seen, region, _colour(number), line)
    return seen


def show_searched(pixels: Pixels, spot: Spot) -> Pixels:
    """Cut a spot out of a copy, all paled that is of none of its regions."""
    height, width = pixels.shape[:2]
    inside = [marked(region, height, width) for region in spot.regions]
    shown = pixels.copy()
    if inside:
        around = ~np.any(inside, axis=0)
        shown[around] = (PALE * 255 + (1 - PALE) * pixels[around]).astype(np.uint8)
    return crop(shown, spot.box)


def _frame(seen: Pixels, region: Region, colour: tuple[int, int, int], line: int) -> None:
    height, width = seen.shape[:2]
    left, right = int(region.box.left * width), min(width - 1, int(region.box.right * width))
    top, bottom = int(region.box.top * height), min(height - 1, int(region.box.bottom * height))
    cv2.rectangle(seen, (left, top), (right, bottom), colour, line)
    words, size = f"{region.kind} {region.score:.2f}", 0.35 * line + 0.15
    (across, down), below = cv2.getTextSize(words, cv2.FONT_HERSHEY_SIMPLEX, size, line)
    floor = max(top, down + below)
    cv2.rectangle(seen, (left, floor - down - below), (left + across, floor), colour, cv2.FILLED)
    place = (left, floor - below // 2)
    cv2.putText(seen, words, place, cv2.FONT_HERSHEY_SIMPLEX, size, (255, 255, 255), line, cv2.LINE_AA)


def _colour(number: int) -> tuple[int, int, int]:
    return COLOURS[number % len(COLOURS)]
