"""Chooses where in a photo to look."""

from collections.abc import Sequence

from visualsearch.domain import Pixels, Region, Spot
from visualsearch.vision.cutout import has_plain_ground

LEAST_SCORE = 0.45
MOST_AT_ONCE = 3


def aim(pixels: Pixels, regions: Sequence[Region]) -> Spot:
    """Look at the whole photo, and at the surest that was found in it.

    A photo with a plain ground is looked at as the catalogue's pictures are, whole alone: they would not be
    found again by themselves else (docs/experiments.md has figures of other ways).
    """
    sure = tuple(region for region in regions if region.score >= LEAST_SCORE)[:MOST_AT_ONCE]
    return Spot() if not sure or has_plain_ground(pixels) else Spot(regions=sure)
