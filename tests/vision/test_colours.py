"""Palettes tell colours apart, more finely under one lamp, and know a plain ground."""

import numpy as np

from visualsearch.domain import Pixels
from visualsearch.vision.colours import compare, signature


def on_white(*colour: int) -> Pixels:
    picture = np.full((100, 100, 3), 255, np.uint8)
    picture[25:75, 25:75] = colour
    return picture


def test_the_same_colour_is_alike_and_another_is_not() -> None:
    red, navy, black = (
        signature(on_white(*colour)) for colour in ((200, 20, 20), (15, 20, 50), (10, 10, 10))
    )
    found = compare(red, [red, navy, black, b""])
    assert np.allclose(found.narrow, [1, 0, 0, 0], atol=0.01)
    assert found.are_plain.tolist() == [True, True, True, False]
    near = compare(navy, [black])
    assert near.narrow[0] < near.wide[0] < 0.9


def test_a_small_shift_of_light_counts_less_when_compared_widely() -> None:
    shifted = compare(signature(on_white(200, 40, 40)), [signature(on_white(185, 38, 38))])
    assert shifted.narrow[0] < shifted.wide[0]
    assert shifted.wide[0] > 0.7


def test_a_picture_without_a_ground_is_not_plain() -> None:
    noise = np.random.default_rng(0).integers(0, 255, (80, 80, 3)).astype(np.uint8)
    assert not compare(signature(noise), [signature(on_white(9, 9, 9))]).are_plain[0]


def test_an_empty_signature_is_like_nothing() -> None:
    assert compare(b"", [signature(on_white(9, 9, 9))]).wide.tolist() == [0]
