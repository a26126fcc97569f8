"""Pictures drawn by formula, the same everywhere; their vectors tell whether a model still is itself."""

import numpy as np
from numpy.typing import NDArray

from visualsearch.domain import Pixels


def draw_pictures(size: int = 224) -> tuple[Pixels, ...]:
    """Draw six pictures of size x size: no resizing and no decoding comes between them and the model."""
    down, across = np.mgrid[0:size, 0:size] / size
    stripes = np.sin(40 * across + 9 * np.sin(6 * down))
    rings = np.cos(60 * np.hypot(across - 0.5, down - 0.4))
    checks = np.where((np.floor(8 * across) + np.floor(8 * down)) % 2 > 0, 1.0, -1.0)
    disc = np.where(np.hypot(across - 0.5, down - 0.5) < 0.35, 1.0, -1.0)
    bottle = np.where(np.abs(across - 0.5) < np.where(down > 0.4, 0.18, 0.07), 1.0, -1.0)
    return (
        _colour(stripes, across, down),
        _colour(rings, -across, rings * down),
        _colour(checks, checks * across, down),
        _colour(disc, 1 - disc * down, 0.2 * stripes),
        _colour(-bottle, -bottle * across, 0.8 - bottle * checks),
        _colour(across, down, across * down),
    )


def _colour(*planes: NDArray[np.float64]) -> Pixels:
    """Put three planes of about -1 to 1 together as red, green and blue."""
    return np.clip(np.rint(127.5 + 100 * np.stack(planes, axis=-1)), 0, 255).astype(np.uint8)
