"""The look model of the package: boxes without anchors and a mask, of the whole picture squashed."""

import cv2
import numpy as np
from numpy.typing import NDArray

from visualsearch.domain import Box, Mask, Pixels, Region
from visualsearch.vision.detectors.family import Arrays, Asked, Detection
from visualsearch.vision.found import Segmentation, mask_from, within
from visualsearch.vision.prepare import squash_quickly
from visualsearch.vision.weights import DetectorCard

SAME = 0.55
"""The overlap from which two boxes are of the same thing; packs on a shelf stand close."""
MOST = 50
"""Regions of a picture."""
BACKGROUND, SKIN = "background", "skin and hair"
OWN_SHARE = 0.1
"""Of a box, from which the surface of its own kind is taken for its mask."""


def ask(pixels: Pixels, card: DetectorCard) -> Asked:
    """Squash the picture into a square of the card's size."""
    height, width = pixels.shape[:2]
    return Asked({"pixels": squash_quickly(pixels, card.size)[None]}, (1, 1), height, width)


def regions(outputs: Arrays, asked: Asked, card: DetectorCard) -> list[Region]:
    """Read boxes [1, places, 4] as fractions, scores [1, places], kinds [1, places, kinds], surfaces."""
    boxes, scores, kinds, _ = (output[0] for output in outputs)
    found = segmentation(outputs, asked, card)
    regions = []
    for place in _distinct(boxes, scores, card.least_score):
        box = within(*boxes[place].tolist())
        if box is not None:
            kind = card.kinds[int(kinds[place].argmax())]
            regions.append(Region(box, kind, float(scores[place]), _mask(found, kind, box)))
    return regions


def segmentation(outputs: Arrays, asked: Asked, card: DetectorCard) -> Segmentation:  # noqa: ARG001 (a family's)
    """Read the shares [1, surfaces, rows, columns]."""
    return Segmentation(card.surfaces, outputs[3][0])


def _distinct(boxes: NDArray[np.float32], scores: NDArray[np.float32], least: float) -> list[int]:
    """Leave out boxes that surer ones mostly cover; the surest first."""
    corners = np.concatenate([boxes[:, :2], boxes[:, 2:] - boxes[:, :2]], axis=1)
    kept = cv2.dnn.NMSBoxes(corners.tolist(), scores.tolist(), least, SAME, top_k=10 * MOST)
    return [int(place) for place in np.asarray(kept).ravel()[:MOST]]


def _mask(found: Segmentation, kind: str, box: Box) -> Mask:
    """Take the surface of the box's kind if it is there, else whatever is not background nor skin."""
    rows, columns = found.shares.shape[1:]
    left, top = int(box.left * columns), int(box.top * rows)
    right, bottom = max(left + 1, round(box.right * columns)), max(top + 1, round(box.bottom * rows))
    part = found.shares[:, top:bottom, left:right]
    names = found.surfaces
    if kind in names and (own := part[names.index(kind)]).mean() > OWN_SHARE:
        return mask_from(own)
    return mask_from(1 - part[names.index(BACKGROUND)] - part[names.index(SKIN)])


ONE_STAGE = Detection(ask, regions, segmentation)
