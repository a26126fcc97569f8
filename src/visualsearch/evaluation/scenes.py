"""The grounds that made photos stand on: given pictures, parts of a shop's own, or drawn ones."""

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from visualsearch.domain import Pixels
from visualsearch.errors import BadInput
from visualsearch.pictures.decode import decode

MOST_SCENES = 200
LONGEST_SIDE = 640
"""Of a scene in pixels; photos are smaller."""
LEAST_SIDE = 32
LEAST_CONTRAST = 8.0
"""Standard deviation of a part's brightness, of 255; below it is a plain ground, not a scene."""
DRAWN_SIDE = 480


def read_scenes(folder: Path) -> list[Pixels]:
    """Read the pictures of a folder and its sub-folders, at most 200; raises BadInput if there is none."""
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    scenes: list[Pixels] = []
    for path in found:
        try:
            scenes.append(decode(path.read_bytes(), max_side=LONGEST_SIDE).pixels)
        except (BadInput, OSError):  # a list of sources or a licence lies beside the pictures
            continue
        if len(scenes) == MOST_SCENES:
            break
    if not scenes:
        raise BadInput(
            f"Expected pictures to stand products on in {folder}, found {len(found)} files and no picture "
            "among them. Name a folder of pictures with --scenes, or leave it away."
        )
    return scenes


def parts(pixels: Pixels) -> Iterator[Pixels]:
    """Cut the four corners out of a picture, those that are not plain: its own product is in the middle."""
    height, width = pixels.shape[:2]
    high, wide = height * 2 // 5, width * 2 // 5
    if min(high, wide) < LEAST_SIDE:
        return
    for top in (0, height - high):
        for left in (0, width - wide):
            part = pixels[top : top + high, left : left + wide]
            if part.mean(axis=2).std() >= LEAST_CONTRAST:
                yield np.ascontiguousarray(part)


def draw_scene(random: np.random.Generator) -> Pixels:
    """Draw a ground: two colours that pass into each other, under a texture of noise of several scales."""
    ends = random.uniform(30, 225, (2, 3))
    angle = random.uniform(0, 2 * np.pi)
    down, across = np.mgrid[-1 : 1 : DRAWN_SIDE * 1j, -1 : 1 : DRAWN_SIDE * 1j]
    along = (np.cos(angle) * across + np.sin(angle) * down)[:, :, None] / 2 + 0.5
    ground = ends[0] * (1 - along) + ends[1] * along
    for cells in (4, 15, 60, 240):
        noise = random.standard_normal((cells, cells), np.float32) * random.uniform(0, 22)
        ground += cv2.resize(noise, (DRAWN_SIDE, DRAWN_SIDE), interpolation=cv2.INTER_CUBIC)[:, :, None]
    return np.asarray(np.clip(ground, 0, 255), np.uint8)
