"""The kinds of things that the look model of the package tells apart, as shops sell them."""

from collections.abc import Sequence

from visualsearch.domain import Region
from visualsearch.vision.aim import LEAST_SCORE
from visualsearch.vision.kinds import Kind

GARMENTS = (
    "top",
    "outerwear",
    "dress",
    "skirt",
    "trousers",
    "shoes",
    "bag",
    "hat",
    "glasses",
    "jewellery",
)
"""What people wear and carry."""

KINDS = (*GARMENTS, "furniture", "lighting", "decor", "pack", "other")
"""Of boxes."""

BACKGROUND = "background"
SURFACES = (BACKGROUND, *GARMENTS, "skin and hair", "product")
"""Of pixels; a product is whatever is sold and not worn."""


def kinds_shown(regions: Sequence[Region]) -> list[Kind]:
    """Name the garments among sure regions, each kind once, the surest first.

    Other kinds are told too often of what they are not: of a vase that it is lighting.
    """
    surest: dict[str, float] = {}
    for region in regions:
        if region.score >= LEAST_SCORE and region.kind in GARMENTS:
            surest[region.kind] = max(region.score, surest.get(region.kind, 0))
    return [Kind(kind, surest[kind]) for kind in sorted(surest, key=lambda one: -surest[one])]
