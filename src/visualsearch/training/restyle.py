"""Draws what shops and shoppers show of one product: another studio view, its print alone, another colour."""

import cv2
import numpy as np
from numpy.typing import NDArray

from visualsearch.domain import Pixels
from visualsearch.evaluation.street import wear
from visualsearch.vision.cutout import Mask

SHAPES = ((400, 300), (300, 400), (400, 400))
"""Heights and widths of studio pictures."""
PRINT_SIDE = 400
LEAST_PRINT = 100.0
"""The variance of the Laplacian below which a part shows no print."""

Image = NDArray[np.float32]


def other_view(product: Pixels, mask: Mask, random: np.random.Generator) -> Pixels:
    """Show a product as another of its shop's pictures does: another part or side of it, on a plain ground.

    The lamp is mostly the same, so its colours stay while its outline does not.
    """
    if random.random() < 0.4:
        mask = _part_of(mask, random)
    if random.random() < 0.4:
        product = _other_side(product, mask, random)
    height, width = SHAPES[random.integers(len(SHAPES))]
    warp = _askew(mask, (height, width), random)
    layer = np.asarray(cv2.warpPerspective(product, warp, (width, height)), np.float32)
    alpha = cv2.warpPerspective(cv2.erode(mask, np.ones((3, 3), np.uint8)), warp, (width, height))
    is_same_lamp = random.random() < 0.9
    lamp = random.uniform(0.99, 1.01, 3) if is_same_lamp else random.uniform(0.94, 1.06, 3)
    lamp = lamp * (random.uniform(0.98, 1.02) if is_same_lamp else random.uniform(0.8, 1.15))
    across, down = random.uniform(-0.06, 0.06, 2)
    light = 1 + across * np.linspace(-1, 1, width) + down * np.linspace(-1, 1, height)[:, None]
    share = alpha[:, :, None].astype(np.float32) / 255
    ground = random.uniform(225, 255)
    picture = ground * (1 - share) + np.clip(layer * light[:, :, None] * lamp, 0, 255) * share
    picture += random.standard_normal(picture.shape) * random.uniform(0, 2)
    return np.asarray(np.clip(picture, 0, 255), np.uint8)


def print_alone(product: Pixels, mask: Mask, random: np.random.Generator) -> Pixels | None:
    """Show a printed part of a product large and flat, as artwork and close photos do; None if there is none.

    Its colours are another printer's, and half of the time it lies on a white ground.
    """
    part = _printed_part(product, mask, random)
    if part is None:
        return None
    scale = PRINT_SIDE / max(part.shape[:2])
    large = cv2.resize(
        part, None, fx=scale, fy=scale * random.uniform(0.85, 1.2), interpolation=cv2.INTER_CUBIC
    )
    if random.random() < 0.5:
        border = int(random.uniform(0.03, 0.15) * PRINT_SIDE)
        large = cv2.copyMakeBorder(
            large, border, border, border, border, cv2.BORDER_CONSTANT, value=(255, 255, 255)
        )
    height, width = large.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), random.uniform(-8, 8), 1.0)
    flat = cv2.warpAffine(large, turn, (width, height), borderMode=cv2.BORDER_REPLICATE)
    flat = (
        255 * (np.asarray(flat, np.float64) / 255) ** random.uniform(0.7, 1.4) * random.uniform(0.75, 1.25, 3)
    )
    if random.random() < 0.3:
        flat = np.repeat(flat.mean(axis=2, keepdims=True), 3, axis=2)
    return wear(np.asarray(np.clip(flat, 0, 255), np.float32), random)


def another(product: Pixels, mask: Mask, random: np.random.Generator) -> Pixels:
    """Show another piece of the same style in another colour, stood up and photographed in the same way.

    Its outline is nearly the same, and what is on it lies elsewhere.
    """
    piece = _other_side(_recoloured(product, mask, random), mask, random)
    height, width = piece.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    moved = corners + random.uniform(-0.05, 0.05, (4, 2)) * (width, height)
    warp = cv2.getPerspectiveTransform(corners, moved.astype(np.float32))
    stood = cv2.warpPerspective(piece, warp, (width, height), borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(cv2.GaussianBlur(stood, (0, 0), random.uniform(0.3, 1.0)), np.uint8)


def _recoloured(product: Pixels, mask: Mask, random: np.random.Generator) -> Pixels:
    """Turn and shift its hues, and make it lighter or darker."""
    lab = cv2.cvtColor(product.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    angle = np.deg2rad(random.uniform(50, 310))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]], np.float32)
    towards = np.deg2rad(random.uniform(0, 360))
    shift = random.uniform(10, 40) * np.array([np.cos(towards), np.sin(towards)])
    lab[:, :, 1:] = lab[:, :, 1:] @ turn.T + shift.astype(np.float32)
    lab[:, :, 0] = 100 * np.clip(lab[:, :, 0] / 100, 0, 1) ** random.uniform(0.5, 2.0)
    changed = np.clip(255 * cv2.cvtColor(lab, cv2.COLOR_LAB2RGB), 0, 255)
    share = cv2.GaussianBlur(mask, (3, 3), 0)[:, :, None].astype(np.float32) / 255
    return np.asarray(product * (1 - share) + changed * share, np.uint8)


def _part_of(mask: Mask, random: np.random.Generator) -> Mask:
    left, top, across, down = cv2.boundingRect(mask)
    width, height = (int(side * random.uniform(0.4, 0.95)) + 1 for side in (across, down))
    x, y = left + int(random.integers(across - width + 1)), top + int(random.integers(down - height + 1))
    part = np.zeros_like(mask)
    part[y : y + height, x : x + width] = mask[y : y + height, x : x + width]
    return part if (part > 0).sum() > 0.1 * (mask > 0).sum() else mask


def _other_side(product: Pixels, mask: Mask, random: np.random.Generator) -> Pixels:
    """Move what is on the product along its width: the same cloth, nothing where it was."""
    left, _, across, _ = cv2.boundingRect(mask)
    moved = product.copy()
    moved[:, left : left + across] = np.roll(
        product[:, left : left + across], int(across * random.uniform(0.25, 0.75)), axis=1
    )
    return np.where(cv2.inRange(moved, (235,) * 3, (255,) * 3)[:, :, None] > 0, product, moved)


def _askew(mask: Mask, shape: tuple[int, int], random: np.random.Generator) -> NDArray[np.float64]:
    """Find the warp that turns, mirrors and tilts the product into the middle of a picture."""
    left, top, across, down = cv2.boundingRect(mask)
    corners = np.array([[0, 0], [across, 0], [across, down], [0, down]], np.float32)
    corners += np.array([left, top], np.float32)
    angle = np.deg2rad(random.uniform(-180, 180) if random.random() < 0.3 else random.uniform(-30, 30))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    around = (corners - corners.mean(axis=0)) @ turn.T * random.uniform(0.7, 1.4, 2)
    around *= 1 + random.uniform(-0.15, 0.15, (4, 2))
    if random.random() < 0.5:
        around[:, 0] *= -1
    height, width = shape
    around *= random.uniform(0.5, 0.95) / max(np.ptp(around[:, 0]) / width, np.ptp(around[:, 1]) / height)
    target = around - around.mean(axis=0) + np.array([width / 2, height / 2])
    warp = cv2.getPerspectiveTransform(corners.astype(np.float32), target.astype(np.float32))
    return np.asarray(warp, np.float64)


def _printed_part(product: Pixels, mask: Mask, random: np.random.Generator) -> Pixels | None:
    """Choose the busiest of a few parts that lie on the product."""
    left, top, across, down = cv2.boundingRect(mask)
    best, found = LEAST_PRINT, None
    for _ in range(8):
        width, height = (int(side * random.uniform(0.18, 0.6)) + 8 for side in (across, down))
        x = left + int(random.integers(max(1, across - width + 1)))
        y = top + int(random.integers(max(1, down - height + 1)))
        part = product[y : y + height, x : x + width]
        if (mask[y : y + height, x : x + width] > 0).mean() < 0.9:
            continue
        busy = float(cv2.Laplacian(cv2.cvtColor(part, cv2.COLOR_RGB2GRAY), cv2.CV_32F).var())
        if busy > best:
            best, found = busy, part
    return found
