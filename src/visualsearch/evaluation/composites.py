"""Makes photos of several products on a scene, with the box and the pixels of each known for free."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from visualsearch.domain import Box, Pixels
from visualsearch.evaluation.street import SHAPES, box_of, fill, place, relight, shadow, wear
from visualsearch.vision.cutout import Mask

HIDDEN = 0.5
"""The share of a product's pixels from which it counts as covered, and has no box."""
LARGEST, SMALLEST = 0.95, 0.18
"""Of a product, as shares of the photo's height or width."""


@dataclass(frozen=True, slots=True)
class Composite:
    """A made photo; ``boxes`` and ``numbers`` go together."""

    pixels: Pixels
    boxes: tuple[Box, ...]
    numbers: tuple[int, ...]
    """Which of the products each box has."""
    owners: NDArray[np.uint8]
    """Shape (height, width): 1 + the product's number, or 0 on the scene."""


def compose(
    products: Sequence[tuple[Pixels, Mask]],
    scene: Pixels,
    random: np.random.Generator,
    *,
    long_side: int,
    whole_scene: bool = False,
) -> Composite:
    """Set products into a scene, later ones before earlier; the same arguments make the same photo.

    ``whole_scene`` keeps all of the scene in its own proportions, so that what it shows stays in its place.
    """
    height, width = (int(share * long_side) for share in SHAPES[random.integers(len(SHAPES))])
    if whole_scene:
        scale = long_side / max(scene.shape[:2])
        height, width = (max(1, round(side * scale)) for side in scene.shape[:2])
        photo = _scaled(scene, height, width)
    else:
        photo = fill(scene, height, width, random)
    owners = np.zeros((height, width), np.uint8)
    areas = []
    largest = LARGEST / max(1, len(products)) ** 0.5
    for number, (pixels, mask) in enumerate(products):
        layer, alpha = place(pixels, mask, (height, width), random, share=(SMALLEST, largest))
        if random.random() < 0.5:
            photo = shadow(photo, alpha, random)
        photo = photo * (1 - alpha) + relight(layer, random) * alpha
        inside = alpha[:, :, 0] > 0.5
        owners[inside] = number + 1
        areas.append(inside.sum())
    seen = [
        (number, box)
        for number, area in enumerate(areas)
        if (owners == number + 1).sum() > HIDDEN * max(1, area)
        and (box := box_of((owners == number + 1).astype(np.float32)[:, :, None])) is not None
    ]
    return Composite(
        wear(photo, random), tuple(box for _, box in seen), tuple(number for number, _ in seen), owners
    )


def _scaled(scene: Pixels, height: int, width: int) -> NDArray[np.float32]:
    return np.asarray(cv2.resize(scene, (width, height), interpolation=cv2.INTER_AREA), np.float32)
