"""Faster R-CNN R-50-FPN of the ONNX model zoo: blue first, means taken off, sides padded to 32."""

import math

import numpy as np
from PIL import Image

from visualsearch.domain import Pixels, Region
from visualsearch.vision.detectors.family import Arrays, Asked, Detection, regions_from, scaled
from visualsearch.vision.weights import DetectorCard

MEAN = np.array([102.9801, 115.9465, 122.7717], np.float32)
"""Of blue, green and red, in this order."""
LONGEST = 5 / 3
"""The longer side is at most so many times the size asked for the shorter, as in training: 1333 to 800."""
PADDED_TO = 32


def ask(pixels: Pixels, card: DetectorCard) -> Asked:
    """Scale until the shorter side has the card's size, and pad right and bottom with zeros."""
    height, width = pixels.shape[:2]
    scale = min(card.size / min(height, width), LONGEST * card.size / max(height, width))
    wide, high = (max(1, int(scale * side)) for side in (width, height))
    blue_first = scaled(pixels, wide, high, Image.Resampling.BILINEAR)[:, :, ::-1] - MEAN
    padded = np.zeros((3, *(PADDED_TO * math.ceil(side / PADDED_TO) for side in (high, wide))), np.float32)
    padded[:, :high, :wide] = blue_first.transpose(2, 0, 1)
    return Asked({"image": padded}, (wide, high), height, width)


def regions(outputs: Arrays, asked: Asked, card: DetectorCard) -> list[Region]:
    """Read boxes [n, 4] in pixels of the scaled picture, labels [n] with 1 for the first kind, scores [n]."""
    boxes, labels, scores = outputs
    return regions_from(
        zip(boxes.tolist(), (labels - 1).tolist(), scores.tolist(), strict=True), asked.scale, card
    )


FASTER_RCNN = Detection(ask, regions)
