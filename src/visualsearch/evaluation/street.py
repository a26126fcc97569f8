"""Makes a shopper's photo of a product: cut out, turned, relit, set into a scene, covered and worn."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from visualsearch.domain import WHOLE, Box, Pixels
from visualsearch.vision.cutout import Mask

Image = NDArray[np.float32]
"""Shape (height, width, channels), 0 to 255."""

LONG_SIDE = 400
"""Of a photo, in pixels; blur and shadow grow with it."""
SHAPES = ((1.0, 0.75), (0.75, 1.0), (1.0, 1.0))
"""Heights and widths of photos, as shares of the long side."""


@dataclass(frozen=True, slots=True)
class Photo:
    """A made photo, and where the product is in it."""

    pixels: Pixels
    box: Box


def photograph(
    product: Pixels, mask: Mask, scene: Pixels, random: np.random.Generator, *, long_side: int = LONG_SIDE
) -> Photo:
    """Set a product into a scene; the same arguments and random state make the same photo.

    The product fills 45 to 95 % of the photo, is turned by up to 25 degrees and seen askew, is lit from a
    side in a colour, throws a shadow or not, is covered by up to a quarter, and the photo is blurred,
    noisy and compressed: what a phone in a hurried hand does (Dwibedi, Misra, Hebert: Cut, Paste and Learn,
    2017, cut and paste in this way to train detectors).
    """
    height, width = (int(share * long_side) for share in SHAPES[random.integers(len(SHAPES))])
    ground = fill(scene, height, width, random)
    layer, alpha = place(product, mask, (height, width), random)
    box = box_of(alpha) or WHOLE
    layer = relight(layer, random)
    if random.random() < 0.6:
        ground = shadow(ground, alpha, random)
    photo = ground * (1 - alpha) + layer * alpha
    if random.random() < 0.5:
        photo = _covered(photo, scene, box, random)
    return Photo(wear(photo, random), box)


def fill(scene: Pixels, height: int, width: int, random: np.random.Generator) -> Image:
    """Cut a random part of the scene, of the photo's shape."""
    scene_height, scene_width = scene.shape[:2]
    largest = min(scene_height / height, scene_width / width)
    part = largest * random.uniform(0.5, 1)
    part_height, part_width = max(1, int(height * part)), max(1, int(width * part))
    top = int(random.integers(scene_height - part_height + 1))
    left = int(random.integers(scene_width - part_width + 1))
    cut = scene[top : top + part_height, left : left + part_width]
    return np.asarray(cv2.resize(cut, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)


def place(
    product: Pixels,
    mask: Mask,
    shape: tuple[int, int],
    random: np.random.Generator,
    *,
    share: tuple[float, float] = (0.45, 0.95),
) -> tuple[Image, Image]:
    """Warp the product into a photo of this height and width; alpha has one channel, 0 to 1.

    ``share`` bounds the part of the photo's height or width that it fills, whichever is more.
    """
    left, top, across, down = cv2.boundingRect(mask)
    corners = np.array([[0, 0], [across, 0], [across, down], [0, down]], np.float32) + np.array(
        [left, top], np.float32
    )
    height, width = shape
    angle = np.deg2rad(random.uniform(-25, 25) * (random.random() < 0.7))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    around = (corners - corners.mean(axis=0)) @ turn.T
    around *= 1 + random.uniform(-0.12, 0.12, (4, 2))  # seen askew
    around *= random.uniform(*share) / max(np.ptp(around[:, 0]) / width, np.ptp(around[:, 1]) / height)
    extent = np.ptp(around, axis=0)
    room = np.maximum(np.array([width, height]) - extent, 0)
    target = around - around.min(axis=0) + room * random.uniform(0, 1, 2)
    warp = cv2.getPerspectiveTransform(corners.astype(np.float32), target.astype(np.float32))
    layer = cv2.warpPerspective(product, warp, (width, height), flags=cv2.INTER_LINEAR)
    shrunk = cv2.erode(mask, np.ones((3, 3), np.uint8))  # the ground's colour clings to the outline
    alpha = cv2.warpPerspective(shrunk, warp, (width, height), flags=cv2.INTER_LINEAR)
    if random.random() < 0.5:
        layer, alpha = layer[:, ::-1], alpha[:, ::-1]
        if random.random() < 0.7:  # mirrored seldom: print never is in life
            layer, alpha = layer[:, ::-1], alpha[:, ::-1]
    soft = cv2.GaussianBlur(np.ascontiguousarray(alpha), (3, 3), 0)
    return np.asarray(layer, np.float32), np.asarray(soft[:, :, None] / 255, np.float32)


def relight(layer: Image, random: np.random.Generator) -> Image:
    """Light pixels with a coloured lamp from a side, and change their contrast."""
    height, width = layer.shape[:2]
    lamp = random.uniform(0.88, 1.12, 3) * random.uniform(0.6, 1.2)
    slope = random.uniform(-0.3, 0.3, 2)
    light = 1 + slope[0] * np.linspace(-1, 1, width)[None, :] + slope[1] * np.linspace(-1, 1, height)[:, None]
    gamma = random.uniform(0.75, 1.35)
    lit = 255 * np.clip(layer / 255, 0, 1) ** gamma * light[:, :, None] * lamp
    return np.asarray(np.clip(lit, 0, 255), np.float32)


def shadow(ground: Image, alpha: Image, random: np.random.Generator) -> Image:
    """Let what has this alpha throw a soft shadow."""
    unit = max(alpha.shape) / LONG_SIDE
    across, down = random.uniform(-15, 15) * unit, random.uniform(0, 15) * unit
    shift = np.array([[1, 0, across], [0, 1, down]], np.float32)
    moved = cv2.warpAffine(alpha, shift, (alpha.shape[1], alpha.shape[0]))
    shade = cv2.GaussianBlur(moved, (0, 0), 6 * unit)[:, :, None]
    return np.asarray(ground * (1 - random.uniform(0.2, 0.6) * shade), np.float32)


def _covered(photo: Image, scene: Pixels, box: Box, random: np.random.Generator) -> Image:
    """Lay an ellipse of something else of the scene, or of one colour, over a part of the product."""
    height, width = photo.shape[:2]
    across, down = (box.right - box.left) * width, (box.bottom - box.top) * height
    centre = (
        int(box.left * width + across * random.uniform(0, 1)),
        int(box.top * height + down * random.uniform(0, 1)),
    )
    axes = (int(across * random.uniform(0.08, 0.25)) + 1, int(down * random.uniform(0.08, 0.25)) + 1)
    over = np.zeros((height, width), np.float32)
    cv2.ellipse(over, centre, axes, random.uniform(0, 180), 0, 360, 1.0, -1)
    cover = fill(scene, height, width, random)
    if random.random() < 0.5:
        cover = np.full_like(photo, random.uniform(20, 235, 3))
    over = over[:, :, None]
    return np.asarray(photo * (1 - over) + cover * over, np.float32)


def wear(photo: Image, random: np.random.Generator) -> Pixels:
    """Blur, expose, add noise and compress."""
    unit = max(photo.shape) / LONG_SIDE
    if random.random() < 0.5:
        photo = np.asarray(cv2.GaussianBlur(photo, (0, 0), random.uniform(0.4, 1.6) * unit), np.float32)
    photo = (photo - 128) * random.uniform(0.8, 1.2) + 128 + random.uniform(-20, 20)
    photo = photo + random.standard_normal(photo.shape, np.float32) * random.uniform(0, 8)
    levels = np.clip(photo, 0, 255).astype(np.uint8)
    quality = int(random.integers(35, 86))
    _, packed = cv2.imencode(".jpg", levels[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    read = np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.uint8)
    return np.ascontiguousarray(read[:, :, ::-1])


def box_of(alpha: Image) -> Box | None:
    """Bound what is more than half there; None where nothing is."""
    height, width = alpha.shape[:2]
    left, top, across, down = cv2.boundingRect((alpha[:, :, 0] > 0.5).astype(np.uint8))
    if not across:
        return None
    return Box(left / width, top / height, (left + across) / width, (top + down) / height)
