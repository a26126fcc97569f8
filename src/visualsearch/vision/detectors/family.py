"""What a family of detectors has to be able to do."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from visualsearch.domain import Pixels, Region
from visualsearch.vision.found import Segmentation, kind_at, within
from visualsearch.vision.weights import DetectorCard

Arrays = Sequence[NDArray[Any]]
"""A model's outputs, in their order."""

IMAGENET_MEAN = np.array([0.485, 0.456, 0.406], np.float32)
IMAGENET_STD = np.array([0.229, 0.224, 0.225], np.float32)


@dataclass(frozen=True, slots=True)
class Asked:
    """A picture as a model takes it."""

    inputs: Mapping[str, NDArray[Any]]
    scale: tuple[float, float]
    """What to divide the model's coordinates by, across and down, to get fractions of the picture."""
    height: int
    width: int
    """Of the picture."""


@dataclass(frozen=True, slots=True)
class Detection:
    """The functions of one family."""

    ask: Callable[[Pixels, DetectorCard], Asked]
    regions: Callable[[Arrays, Asked, DetectorCard], list[Region]]
    segmentation: Callable[[Arrays, Asked, DetectorCard], Segmentation] | None = None
    """None where the family tells boxes alone."""


def scaled(pixels: Pixels, width: int, height: int, resampling: Image.Resampling) -> NDArray[np.float32]:
    """Resize pixels, as float32 of 0 to 255."""
    return np.asarray(Image.fromarray(pixels).resize((width, height), resampling), np.float32)


def normalised(pixels: NDArray[np.float32]) -> NDArray[np.float32]:
    """Turn RGB of 0 to 255 into a batch of one, as torchvision's networks were trained."""
    planes = ((pixels / np.float32(255) - IMAGENET_MEAN) / IMAGENET_STD).transpose(2, 0, 1)
    return np.ascontiguousarray(planes[None])


def regions_from(
    found: Iterable[tuple[Sequence[float], int, float]], scale: tuple[float, float], card: DetectorCard
) -> list[Region]:
    """Make regions of (left, top, right, bottom), number of the kind and score; the surest first.

    What the model cannot mean is left out: numbers of no kind, boxes without area, scores too low.
    """
    across, down = scale
    regions = [
        Region(box, kind, float(score))
        for (left, top, right, bottom), number, score in found
        if score >= card.least_score
        and (kind := kind_at(card.kinds, number)) is not None
        and (box := within(left / across, top / down, right / across, bottom / down)) is not None
    ]
    return sorted(regions, key=lambda region: -region.score)
