"""Shop names of colours, on drawn products."""

from typing import get_args

import numpy as np
import pytest

from visualsearch import domain
from visualsearch.domain import Pixels
from visualsearch.vision.colours import signature
from visualsearch.vision.shop_colours import ANCHORS, name_colours

Colour = tuple[int, int, int]


def draw(*colours: Colour) -> Pixels:
    """A square of bands of colours on white, or on blue where it is white itself."""
    pixels = np.full(
        (90, 90, 3), (255, 255, 255) if (255, 255, 255) not in colours else (60, 90, 200), np.uint8
    )
    pixels[15:75, 15:75] = np.repeat(np.array(colours, np.uint8), 60 // len(colours), axis=0)[:, None]
    return pixels


@pytest.mark.parametrize(
    ("colour", "name"),
    [
        ((15, 15, 15), "black"),
        ((255, 255, 255), "white"),
        ((128, 128, 128), "grey"),
        ((210, 190, 160), "beige"),
        ((100, 65, 40), "brown"),
        ((200, 30, 40), "red"),
        ((100, 20, 40), "maroon"),
        ((240, 150, 180), "pink"),
        ((240, 120, 30), "orange"),
        ((245, 220, 60), "yellow"),
        ((40, 130, 60), "green"),
        ((95, 100, 50), "olive"),
        ((50, 180, 190), "turquoise"),
        ((40, 90, 200), "blue"),
        ((25, 30, 70), "navy"),
        ((110, 50, 140), "purple"),
    ],
)
def test_each_colour_has_its_name(colour: Colour, name: str) -> None:
    [only] = name_colours(signature(draw(colour)))
    assert only.name == name
    assert only.share > 0.95


def test_shares_are_of_the_product_and_not_of_its_ground() -> None:
    first, second = name_colours(signature(draw((200, 30, 40), (200, 30, 40), (40, 90, 200))))
    assert (first.name, second.name) == ("red", "blue")
    assert first.share == pytest.approx(2 / 3, abs=0.05)


def test_many_hues_are_multicolour() -> None:
    bands = [(200, 30, 40), (40, 90, 200), (245, 220, 60), (40, 130, 60)]
    assert "multicolour" in [one.name for one in name_colours(signature(draw(*bands)))]


@pytest.mark.parametrize(("name", "tint"), [("silver", (1, 1, 1)), ("gold", (1, 0.82, 0.5))])
def test_a_surface_that_mirrors_light_and_dark_is_metal(name: str, tint: tuple[float, float, float]) -> None:
    lights = np.linspace(25, 245, 60)
    bands = [tuple(int(light * part) for part in tint) for light in lights]
    assert name in [one.name for one in name_colours(signature(draw(*bands)))]  # type: ignore[arg-type]


def test_without_a_signature_nothing_is_named() -> None:
    assert name_colours(b"") == ()


def test_every_name_has_its_own_places() -> None:
    places = [place for listed in ANCHORS.values() for place in listed]
    assert len(set(places)) == len(places)


def test_every_name_can_be_asked_for() -> None:
    assert set(get_args(domain.Colour)) - {"same", "any"} == {*ANCHORS, "silver", "gold", "multicolour"}
