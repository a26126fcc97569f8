"""Draws a pile of one product, as fruit, cans and boxes lie in a shop; a shopper photographs the pile."""

import cv2
import numpy as np
from numpy.typing import NDArray

from visualsearch.domain import Pixels
from visualsearch.evaluation.street import relight, wear
from visualsearch.vision.cutout import Mask

LONG_SIDE = 224
Image = NDArray[np.float32]


def pile(product: Pixels, mask: Mask, scene: Pixels, random: np.random.Generator) -> Pixels:
    """Fill a square photo, or most of it, with copies that lie every way and cover each other."""
    ground = cv2.resize(scene, (LONG_SIDE, LONG_SIDE), interpolation=cv2.INTER_AREA)
    photo = np.asarray(ground, np.float32)
    size = LONG_SIDE * random.uniform(0.22, 0.6)
    lies_straight = random.random() < 0.4  # packs on a shelf stand upright
    for across, down in _places(size * random.uniform(0.55, 0.9), random):
        angle = random.normal(0, 6) if lies_straight else random.uniform(0, 360)
        layer, alpha = _copy(product, mask, size * random.uniform(0.85, 1.15), angle)
        _paste(photo, layer * random.uniform(0.75, 1.1), alpha, (across, down))
    return wear(relight(photo, random), random)


def _places(step: float, random: np.random.Generator) -> list[tuple[int, int]]:
    """Scatter places over the photo, from the top down, some of them left empty."""
    across, down = np.meshgrid(np.arange(0, LONG_SIDE + step, step), np.arange(0, LONG_SIDE + step, step))
    places = np.stack([across.ravel(), down.ravel()], axis=1)
    places += random.uniform(-0.35, 0.35, places.shape) * step
    kept = places[random.random(len(places)) < random.choice([0.6, 0.9, 1.0])]
    return [(int(left), int(top)) for left, top in kept]


def _copy(product: Pixels, mask: Mask, size: float, angle: float) -> tuple[Image, Image]:
    """Turn and scale one copy; its corner of the square is transparent."""
    left, top, across, down = cv2.boundingRect(mask)
    scale = size / max(across, down)
    side = int(size * 1.42) + 2
    turn = cv2.getRotationMatrix2D((left + across / 2, top + down / 2), angle, scale)
    turn[:, 2] += np.array([side / 2 - left - across / 2, side / 2 - top - down / 2])
    layer = cv2.warpAffine(product, turn, (side, side), flags=cv2.INTER_LINEAR)
    alpha = cv2.warpAffine(mask, turn, (side, side), flags=cv2.INTER_LINEAR)
    return np.asarray(layer, np.float32), np.asarray(alpha[:, :, None] / 255, np.float32)


def _paste(photo: Image, layer: Image, alpha: Image, centre: tuple[int, int]) -> None:
    """Lay a square onto the photo where they meet, with a shadow under it."""
    side = len(layer)
    left, top = centre[0] - side // 2, centre[1] - side // 2
    first_left, first_top = max(0, left), max(0, top)
    last_left, last_top = min(LONG_SIDE, left + side), min(LONG_SIDE, top + side)
    if first_left >= last_left or first_top >= last_top:
        return
    inside = np.s_[first_top - top : last_top - top, first_left - left : last_left - left]
    there = photo[first_top:last_top, first_left:last_left]
    over = alpha[inside]
    shade = 1 - 0.35 * cv2.blur(over, (9, 9))[:, :, None]
    there[:] = there * shade * (1 - over) + layer[inside] * over
