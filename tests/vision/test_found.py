"""Regions, their masks, and how they are drawn."""

import numpy as np
import pytest

from visualsearch.domain import Box, Region
from visualsearch.vision.annotate import annotate
from visualsearch.vision.found import MASK_SIDE, Segmentation, marked, mask_from, within


def test_sides_are_bounded_to_the_picture() -> None:
    assert within(-0.5, 0.2, 1.5, 0.4) == Box(0, 0.2, 1, 0.4)


@pytest.mark.parametrize(
    "sides", [(0.5, 0.1, 0.5, 0.2), (0.6, 0.1, 0.5, 0.2), (1.2, 0, 1.4, 1), (float("nan"), 0, 1, 1)]
)
def test_boxes_that_cannot_be_meant_are_none(sides: tuple[float, float, float, float]) -> None:
    assert within(*sides) is None


def test_a_mask_of_any_resolution_marks_its_part_of_the_picture() -> None:
    mask = np.array([[255, 0], [255, 0]], np.uint8)
    pixels = marked(Region(Box(0.5, 0, 1, 0.5), "top", 0.9, mask), 80, 40)
    assert pixels[:40, 20:28].all()
    assert not pixels[:, :20].any()
    assert not pixels[40:].any()
    assert not pixels[:, 33:].any()


def test_without_a_mask_the_whole_box_is_marked() -> None:
    pixels = marked(Region(Box(0.25, 0.25, 0.75, 0.75), "top", 0.9), 40, 80)
    assert pixels.sum() == 20 * 40


def test_a_box_at_the_edge_marks_at_least_what_is_there() -> None:
    corner = Region(Box(0.999, 0.999, 1, 1), "top", 0.9, np.full((2, 2), 255, np.uint8))
    assert not marked(corner, 10, 10).any()


def test_a_mask_has_few_rows_and_columns_and_keeps_its_form() -> None:
    shares = np.zeros((200, 90), np.float32)
    shares[100:] = 1
    mask = mask_from(shares)
    assert mask.shape == (MASK_SIDE, MASK_SIDE)
    assert (mask[:15] == 0).all()
    assert (mask[17:] == 255).all()
    assert mask_from(np.ones((3, 5), np.float32)).shape == (3, 5)


def test_a_segmentation_tells_labels_at_any_size() -> None:
    shares = np.zeros((3, 4, 4), np.float32)
    shares[0, :, :2], shares[2, :, 2:] = 1, 1
    found = Segmentation(("background", "top", "bag"), shares)
    assert set(found.labels(30, 40)[:, :15].ravel()) == {0}
    assert set(found.labels(30, 40)[:, 25:].ravel()) == {2}
    assert found.is_foreground(30, 40)[:, 25:].all()


def test_drawing_keeps_the_picture_and_shows_the_region() -> None:
    pixels = np.full((90, 120, 3), 200, np.uint8)
    region = Region(Box(0.25, 0.25, 0.75, 0.9), "bag", 0.87, np.full((4, 4), 255, np.uint8))
    seen = annotate(pixels, [region])
    assert (pixels == 200).all()
    assert seen.shape == pixels.shape
    assert (seen[60, 60] != 200).any()
    assert (seen[85, :20] == 200).all()
    assert np.array_equal(annotate(pixels, []), pixels)
