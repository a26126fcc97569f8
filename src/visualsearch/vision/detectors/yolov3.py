"""YOLOv3 of the ONNX model zoo: the whole picture in the middle of a grey square."""

import numpy as np
from PIL import Image

from visualsearch.domain import Pixels, Region
from visualsearch.vision.detectors.family import Arrays, Asked, Detection, regions_from, scaled
from visualsearch.vision.weights import DetectorCard

GREY = 128


def ask(pixels: Pixels, card: DetectorCard) -> Asked:
    """Scale the picture until it fits into a square of the card's size; the model undoes that by itself."""
    height, width = pixels.shape[:2]
    scale = card.size / max(height, width)
    wide, high = (max(1, int(side * scale)) for side in (width, height))
    square = np.full((card.size, card.size, 3), GREY, np.float32)
    left, top = (card.size - wide) // 2, (card.size - high) // 2
    square[top : top + high, left : left + wide] = scaled(pixels, wide, high, Image.Resampling.BICUBIC)
    planes = np.ascontiguousarray(square.transpose(2, 0, 1)[None] / np.float32(255))
    inputs = {"input_1": planes, "image_shape": np.array([[height, width]], np.float32)}
    return Asked(inputs, (width, height), height, width)


def regions(outputs: Arrays, asked: Asked, card: DetectorCard) -> list[Region]:
    """Read those candidates that the model chose, in pixels of the picture.

    Boxes [1, candidates, 4] are top, left, bottom, right; scores [1, kinds, candidates]; what was chosen
    [n, 3] is a picture, a kind, a candidate.
    """
    boxes, scores, chosen = outputs
    return regions_from(
        (
            (boxes[picture, place, [1, 0, 3, 2]].tolist(), kind, float(scores[picture, kind, place]))
            for picture, kind, place in chosen.reshape(-1, 3).tolist()
        ),
        asked.scale,
        card,
    )


YOLOV3 = Detection(ask, regions)
