"""Names a product's colours as shops do, with their shares, from its palette."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from visualsearch.domain import Tag
from visualsearch.vision.colours import read_palette

SHOP_COLOURS = "shop-colours-1"
"""Names how ``name_colours`` works; change it with anything that changes its answers."""

ANCHORS: Mapping[str, tuple[tuple[int, int, int], ...]] = {
    "black": ((8, 0, 0), (18, 0, -2), (24, 1, 1), (31, 0, 0)),
    "white": ((100, 0, 0), (93, 0, -2), (90, 0, 1)),
    "grey": ((45, 0, -1), (53, 0, 0), (62, 0, -2), (76, 0, -1)),
    "beige": ((80, 4, 16), (70, 6, 18), (87, 3, 13), (62, 5, 16)),
    "brown": (
        (30, 12, 16),
        (40, 14, 22),
        (22, 8, 9),
        (50, 16, 28),
        (34, 20, 22),
        (38, 8, 9),
        (28, 6, 6),
        (48, 9, 12),
    ),
    "red": ((46, 64, 38), (38, 56, 32), (55, 62, 32), (42, 52, 20), (50, 42, 22), (40, 42, 22)),
    "maroon": ((24, 32, 13), (30, 38, 16), (18, 24, 8)),
    "pink": ((76, 28, 3), (64, 50, 2), (56, 62, -6), (84, 16, 3), (48, 62, 4)),
    "orange": ((64, 42, 58), (58, 52, 56), (72, 30, 56), (78, 26, 36)),
    "yellow": ((88, -2, 68), (82, 6, 72), (92, -10, 48), (70, 8, 58)),
    "green": (
        (48, -40, 30),
        (36, -28, 18),
        (66, -40, 40),
        (80, -28, 36),
        (28, -18, 10),
        (60, -30, 10),
        (45, -16, 8),
        (62, -15, 8),
        (32, -10, 4),
    ),
    "olive": ((42, -4, 22), (34, -4, 18), (52, -4, 26), (28, -2, 12), (48, -1, 13)),
    "turquoise": ((68, -32, -12), (52, -28, -14), (80, -24, -8), (40, -22, -10)),
    "blue": (
        (42, 8, -42),
        (58, -8, -34),
        (72, -12, -22),
        (34, 24, -56),
        (50, -2, -24),
        (40, 0, -22),
        (62, -3, -13),
        (46, -1, -14),
    ),
    "navy": ((18, 5, -18), (25, 6, -22), (14, 3, -10), (22, 0, -13), (30, 1, -13)),
    "purple": (
        (36, 34, -32),
        (50, 32, -30),
        (26, 24, -20),
        (70, 20, -20),
        (32, 28, -10),
        (40, 14, -13),
        (55, 13, -12),
        (28, 12, -10),
    ),
}
"""Places in CIELAB (D65) of what shops call each colour; a colour is called by the place nearest to it."""

_LIGHTNESS_WEIGHT = 0.55
"""Shading changes lightness more than hue."""
LEAST_SHARE = 0.15
"""Of the product; what is less is a detail."""
LEAST_OF_MANY, MANY = 0.1, 3
"""So many colours of at least this share, each another hue, are multicolour."""
HUELESS = ("black", "white", "grey", "beige", "navy", "maroon")
"""Colours that shading makes of others."""

_PURE = {"silver": 0.85, "gold": 0.5}
_LEAST_LIGHT, _MOST_LIGHT = 40, 80
_SHINE = {"silver": 20.0, "gold": 16.0}
"""How far the lightness of a metal's one hue is spread: it mirrors a studio's lights and its dark corners."""


@dataclass(frozen=True, slots=True)
class NamedColour:
    """A colour by its shop name, and how much of the product has it."""

    name: str
    share: float


def colour_tags(signature: bytes) -> list[Tag]:
    """Write the colours of a signature as tags, with their shares."""
    return [Tag("colour", colour.name, colour.share) for colour in name_colours(signature)]


def name_colours(signature: bytes) -> tuple[NamedColour, ...]:
    """Name the colours of a signature, the largest share first; none where there is no signature.

    A grey or golden surface that is lit as metal is, is ``silver`` or ``gold`` as well, by the same share;
    where no colour is the most of a product with many, it is ``multicolour`` as well.
    """
    if not signature:
        return ()
    places, shares = read_palette(signature)
    nearest = _OWNERS[_distances(places).argmin(axis=1)]
    names = list(ANCHORS)
    found = {name: float(shares[nearest == place].sum()) for place, name in enumerate(names)}
    named = {name: share for name, share in found.items() if share >= LEAST_SHARE}
    hues = [share for name, share in found.items() if name not in HUELESS and share >= LEAST_OF_MANY]
    if len(hues) >= MANY:
        named["multicolour"] = sum(hues)
    named |= _metals(places, shares)
    ordered = sorted(named.items(), key=lambda one: (-one[1], one[0]))
    return tuple(NamedColour(name, round(min(share, 1.0), 3)) for name, share in ordered)


def _metals(places: NDArray[np.float32], shares: NDArray[np.float32]) -> dict[str, float]:
    """Tell metals by one hue over a wide range of lightness."""
    chroma, hue = np.hypot(places[:, 1], places[:, 2]), np.degrees(np.arctan2(places[:, 2], places[:, 1]))
    metals = {"silver": chroma < 8, "gold": (chroma > 10) & (hue > 50) & (hue < 100)}
    found = {}
    for name, is_of in metals.items():
        share, lightness = float(shares[is_of].sum()), places[is_of, 0]
        if share > _PURE[name]:
            mean = np.average(lightness, weights=shares[is_of])
            spread = np.sqrt(np.average((lightness - mean) ** 2, weights=shares[is_of]))
            if _LEAST_LIGHT < mean < _MOST_LIGHT and spread > _SHINE[name]:
                found[name] = share
    return found


def _distances(places: NDArray[np.float32]) -> NDArray[np.float32]:
    """Measure how far colours [n, 3] are from the anchors [m, 3], in CIELAB."""
    apart = places[:, None] - _PLACES[None]
    apart[..., 0] *= _LIGHTNESS_WEIGHT
    return np.asarray(np.linalg.norm(apart, axis=2), np.float32)


_PLACES = np.array([place for places in ANCHORS.values() for place in places], np.float32)
_OWNERS = np.repeat(np.arange(len(ANCHORS)), [len(places) for places in ANCHORS.values()])
