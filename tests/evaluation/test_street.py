"""Photos made of products."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualsearch.domain import Pixels
from visualsearch.evaluation.split import HELD_OUT_SHARE, is_held_out
from visualsearch.evaluation.street import Photo, photograph
from visualsearch.vision.cutout import Mask

RED = (220, 10, 10)


def product() -> tuple[Pixels, Mask]:
    pixels = np.full((80, 80, 3), 255, np.uint8)
    mask = np.zeros((80, 80), np.uint8)
    pixels[20:60, 25:55], mask[20:60, 25:55] = RED, 255
    return pixels, mask


def taken(seed: int, *, side: int = 200) -> Photo:
    blue = np.full((90, 120, 3), (10, 10, 160), np.uint8)
    return photograph(*product(), blue, np.random.default_rng(seed), long_side=side)


@pytest.mark.parametrize("seed", range(20))
def test_the_product_is_in_its_box_and_nowhere_else(seed: int) -> None:
    photo = taken(seed)
    height, width = photo.pixels.shape[:2]
    is_red = photo.pixels[:, :, 0].astype(int) > photo.pixels[:, :, 2].astype(int) + 30
    box = photo.box
    inside = is_red[
        int(box.top * height) : int(box.bottom * height) + 1,
        int(box.left * width) : int(box.right * width) + 1,
    ]
    assert inside.mean() > 0.3
    # Blur, and what covers it in one colour, may reach a little past it.
    assert is_red.sum() - inside.sum() < 0.1 * is_red.size


def test_the_same_seed_takes_the_same_photo_and_another_does_not() -> None:
    assert (taken(3).pixels == taken(3).pixels).all()
    assert not np.array_equal(taken(3).pixels, taken(4).pixels)


@given(st.integers(1, 60), st.integers(1, 60), st.integers(0, 1000))
def test_scenes_of_any_size_will_do(height: int, width: int, seed: int) -> None:
    scene = np.zeros((height, width, 3), np.uint8)
    photo = photograph(*product(), scene, np.random.default_rng(seed), long_side=64)
    assert max(photo.pixels.shape[:2]) == 64
    assert photo.pixels.dtype == np.uint8


def test_three_in_ten_are_held_out_for_ever() -> None:
    held = [is_held_out(str(number)) for number in range(10_000)]
    assert abs(sum(held) / 10_000 - HELD_OUT_SHARE) < 0.02
    assert [is_held_out(name) for name in ("B0006Q5USA", "10001", "7490aa07c8e4")] == [False, False, True]
