"""Where in a photo the search looks."""

import numpy as np

from visualsearch.domain import WHOLE, Box, Region, Spot
from visualsearch.vision.aim import LEAST_SCORE, MOST_AT_ONCE, aim

BOX = Box(0.2, 0.2, 0.8, 0.8)
STREET = np.random.default_rng(1).integers(0, 256, (90, 120, 3), np.uint8)
STUDIO = np.full((90, 120, 3), 250, np.uint8)
STUDIO[30:60, 40:80] = STREET[30:60, 40:80]


def regions(*scores: float) -> list[Region]:
    return [Region(BOX, "top", score) for score in scores]


def test_the_surest_regions_are_looked_at_beside_the_whole() -> None:
    spot = aim(STREET, regions(0.9, LEAST_SCORE, LEAST_SCORE - 0.01))
    assert spot.box == WHOLE
    assert [region.score for region in spot.regions] == [0.9, LEAST_SCORE]
    assert len(aim(STREET, regions(*[0.9] * 8)).regions) == MOST_AT_ONCE


def test_where_nothing_is_found_the_whole_is_looked_at() -> None:
    assert aim(STREET, []) == Spot()
    assert aim(STREET, regions(LEAST_SCORE / 2)) == Spot()


def test_a_picture_on_a_plain_ground_is_looked_at_as_the_catalogues_are() -> None:
    assert aim(STUDIO, regions(0.9)) == Spot()
