"""What a model finds in a picture: regions that may be searched for, and what each pixel shows."""

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from visualsearch.domain import Box

Shares = NDArray[np.float32]
"""Shape (rows, columns), 0 to 1."""


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """A part of a picture that may be searched for."""

    box: Box
    kind: str
    score: float
    """How sure the model is, 0 to 1; not to be compared between models."""
    mask: Shares | None = None
    """How surely each place of the box is of what was found, in any number of rows and columns."""

    def mask_of(self, height: int, width: int) -> NDArray[np.bool_]:
        """Mark the pixels of a picture of this size; without a mask, the whole box."""
        marked = np.zeros((height, width), np.bool_)
        left, right = round(self.box.left * width), round(self.box.right * width)
        top, bottom = round(self.box.top * height), round(self.box.bottom * height)
        right, bottom = max(right, left + 1), max(bottom, top + 1)
        inside = marked[top:bottom, left:right]
        if self.mask is None:
            inside[...] = True
        elif inside.size:
            inside[...] = cv2.resize(self.mask, inside.shape[::-1], interpolation=cv2.INTER_LINEAR) > 0.5
        return marked


@dataclass(frozen=True, slots=True, eq=False)
class Segmentation:
    """What each place of a picture shows."""

    surfaces: tuple[str, ...]
    """The first is the background."""
    shares: NDArray[np.float32]
    """Shape (surfaces, rows, columns): how surely, 0 to 1; rows and columns span the picture."""

    def labels(self, height: int, width: int) -> NDArray[np.uint8]:
        """Give the place in ``surfaces`` of what each pixel of a picture of this size shows most likely."""
        return np.asarray(self._enlarged(height, width).argmax(axis=0), np.uint8)

    def is_foreground(self, height: int, width: int) -> NDArray[np.bool_]:
        """Mark the pixels that more likely show anything than the background."""
        return np.asarray(self._enlarged(height, width)[0] < 0.5, np.bool_)

    def _enlarged(self, height: int, width: int) -> NDArray[np.float32]:
        return np.stack(
            [cv2.resize(one, (width, height), interpolation=cv2.INTER_LINEAR) for one in self.shares]
        )


def within(left: float, top: float, right: float, bottom: float) -> Box | None:
    """Bound sides to the picture; None where nothing is left, or a model gave no numbers."""
    sides = [min(1.0, max(0.0, float(side))) for side in (left, top, right, bottom)]
    if any(map(math.isnan, (left, top, right, bottom))) or sides[0] >= sides[2] or sides[1] >= sides[3]:
        return None
    return Box(*sides)


def kind_at(kinds: tuple[str, ...], number: int) -> str | None:
    """Name a kind by its number; None for one that the card does not know."""
    return kinds[number] if 0 <= number < len(kinds) else None
