"""Products cut out of plain grounds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualsearch.domain import Pixels
from visualsearch.vision.cutout import cut_out


def plain(height: int, width: int, ground: int = 255) -> Pixels:
    return np.full((height, width, 3), ground, np.uint8)


@pytest.mark.parametrize("ground", [255, 200, 0])
def test_what_stands_on_a_plain_ground_is_marked(ground: int) -> None:
    pixels = plain(60, 80, ground)
    pixels[20:40, 30:60] = (200, 30, 90)
    mask = cut_out(pixels)
    assert mask is not None
    expected = np.zeros((60, 80), np.uint8)
    expected[20:40, 30:60] = 255
    assert (mask == expected).all()


def test_a_white_shirt_on_white_keeps_its_inside() -> None:
    pixels = plain(60, 60)
    pixels[15:45, 15:45] = 120
    pixels[17:43, 17:43] = 255
    mask = cut_out(pixels)
    assert mask is not None
    assert mask[30, 30] == 255
    assert mask[5, 5] == 0


def test_a_scene_has_no_plain_ground() -> None:
    assert cut_out(np.random.default_rng(0).integers(0, 256, (50, 50, 3), np.uint8)) is None


def test_nothing_on_the_ground_is_nothing_to_cut_out() -> None:
    assert cut_out(plain(50, 50)) is None


@given(st.integers(1, 70), st.integers(1, 70), st.integers(0, 2**32 - 1))
def test_any_picture_gives_a_mask_of_its_size_or_none(height: int, width: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    pixels = plain(height, width)
    pixels[height // 4 : height // 2, width // 4 : width // 2] = random.integers(0, 255, 3)
    mask = cut_out(pixels)
    assert mask is None or (mask.shape == (height, width) and set(np.unique(mask)) <= {0, 255})
