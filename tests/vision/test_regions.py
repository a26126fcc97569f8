"""Boxes as fractions to pixels."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from visualsearch.domain import WHOLE, Box
from visualsearch.vision.regions import GREY, crop, region, squared

FRACTIONS = st.lists(st.floats(0, 1), min_size=2, max_size=2, unique=True).map(sorted)
SIDES = st.integers(1, 60)


@settings(max_examples=200, deadline=None)
@given(FRACTIONS, FRACTIONS, SIDES, SIDES)
def test_a_crop_has_the_pixels_that_the_box_touches_and_at_least_one(
    across: list[float], down: list[float], width: int, height: int
) -> None:
    box = Box(across[0], down[0], across[1], down[1])
    column, row = np.meshgrid(np.arange(width), np.arange(height))
    found = crop(np.stack([column, row, row], axis=-1).astype(np.uint8), box)
    assert found.size > 0
    for (start, stop), size, places in ((across, width, found[0, :, 0]), (down, height, found[:, 0, 1])):
        assert places.tolist() == list(range(places[0], places[-1] + 1))
        assert places[0] <= start * size
        assert places[-1] + 1 >= stop * size or places[-1] == size - 1
        assert places[0] > start * size - 1 or places[0] == size - 1
        assert places[-1] < stop * size or len(places) == 1


def test_the_whole_is_the_picture_itself() -> None:
    pixels = np.zeros((5, 7, 3), np.uint8)
    assert np.shares_memory(crop(pixels, WHOLE), pixels)
    assert crop(pixels, WHOLE).shape == pixels.shape


def test_a_box_on_pixel_borders_gets_exactly_those_pixels() -> None:
    pixels = np.arange(8 * 4 * 3, dtype=np.uint8).reshape(4, 8, 3)
    assert np.array_equal(crop(pixels, Box(0.25, 0.5, 0.75, 1)), pixels[2:4, 2:6])


@given(SIDES, SIDES)
def test_a_square_holds_the_pixels_in_its_middle_and_grey_around(width: int, height: int) -> None:
    pixels = np.random.default_rng(0).integers(128, 256, (height, width, 3), dtype=np.uint8)

    square = squared(pixels)

    assert square.shape == (max(width, height), max(width, height), 3)
    rows, columns = np.where((square != GREY).all(axis=2))
    assert np.array_equal(square[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1], pixels)
    assert abs(rows.min() - (square.shape[0] - 1 - rows.max())) <= 1
    assert abs(columns.min() - (square.shape[1] - 1 - columns.max())) <= 1


def test_the_whole_picture_keeps_its_shape_and_a_box_gets_a_square() -> None:
    pixels = np.zeros((20, 60, 3), np.uint8)

    assert region(pixels, WHOLE).shape == (20, 60, 3)
    assert region(pixels, Box(0, 0, 0.5, 1)).shape == (30, 30, 3)
