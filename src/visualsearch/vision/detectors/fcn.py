"""FCN-ResNet-50 of the ONNX model zoo: a label for each pixel, and the boxes around what hangs together."""

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from visualsearch.domain import Pixels, Region
from visualsearch.vision.detectors.family import Arrays, Asked, Detection, normalised, scaled
from visualsearch.vision.found import Segmentation, mask_from, within
from visualsearch.vision.weights import DetectorCard

LONGEST = 2
"""The longer side is at most so many times the size asked for the shorter: memory grows with it."""
LEAST_SHARE = 0.002
"""Of the picture; smaller patches are noise."""


def ask(pixels: Pixels, card: DetectorCard) -> Asked:
    """Scale until the shorter side has the card's size."""
    height, width = pixels.shape[:2]
    scale = min(card.size / min(height, width), LONGEST * card.size / max(height, width))
    wide, high = (max(1, round(scale * side)) for side in (width, height))
    given = normalised(scaled(pixels, wide, high, Image.Resampling.BILINEAR))
    return Asked({"input": given}, (wide, high), height, width)


def segmentation(outputs: Arrays, asked: Asked, card: DetectorCard) -> Segmentation:  # noqa: ARG001 (a family's)
    """Read the scores [1, surfaces, height, width] of the first output; the second was for training."""
    scores = outputs[0][0]
    shares = np.exp(scores - scores.max(axis=0, keepdims=True))
    return Segmentation(card.surfaces, np.asarray(shares / shares.sum(axis=0, keepdims=True), np.float32))


def regions(outputs: Arrays, asked: Asked, card: DetectorCard) -> list[Region]:
    """Bound each patch of one surface; its score is the mean share of its pixels."""
    found = segmentation(outputs, asked, card)
    labels = found.shares.argmax(axis=0).astype(np.uint8)
    patches = [
        region
        for number in np.unique(labels)
        if number > 0
        for region in _patches(labels == number, found.shares[number], card.surfaces[number])
        if region.score >= card.least_score
    ]
    return sorted(patches, key=lambda region: -region.score)


def _patches(marked: NDArray[np.bool_], shares: NDArray[np.float32], kind: str) -> Iterator[Region]:
    high, wide = marked.shape
    count, numbers, bounds, _ = cv2.connectedComponentsWithStats(marked.astype(np.uint8), connectivity=8)
    for number in range(1, count):
        left, top, across, down, area = (int(value) for value in bounds[number])
        box = within(left / wide, top / high, (left + across) / wide, (top + down) / high)
        if area >= LEAST_SHARE * high * wide and box is not None:
            part = slice(top, top + down), slice(left, left + across)
            inside = numbers[part] == number
            mean = float(shares[part][inside].mean())
            yield Region(box, kind, mean, mask_from(inside.astype(np.float32)))


FCN = Detection(ask, regions, segmentation)
