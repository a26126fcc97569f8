"""SSD of the ONNX model zoo: the whole picture squashed into a square."""

from PIL import Image

from visualsearch.domain import Pixels, Region
from visualsearch.vision.detectors.family import Arrays, Asked, Detection, normalised, regions_from, scaled
from visualsearch.vision.weights import DetectorCard


def ask(pixels: Pixels, card: DetectorCard) -> Asked:
    """Squash the picture into a square of the card's size."""
    height, width = pixels.shape[:2]
    square = scaled(pixels, card.size, card.size, Image.Resampling.BILINEAR)
    return Asked({"image": normalised(square)}, (1, 1), height, width)


def regions(outputs: Arrays, asked: Asked, card: DetectorCard) -> list[Region]:
    """Read boxes [1, n, 4] as fractions, labels [1, n] with 1 for the first kind, scores [1, n]."""
    boxes, labels, scores = (output[0] for output in outputs)
    return regions_from(
        zip(boxes.tolist(), (labels - 1).tolist(), scores.tolist(), strict=True), asked.scale, card
    )


SSD = Detection(ask, regions)
