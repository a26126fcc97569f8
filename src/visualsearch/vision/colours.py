"""What colours a product has: a palette that is alike for colours that look alike."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from visualsearch.domain import Pixels
from visualsearch.vision.cutout import SMALL, cut_out, small

COLOURS = "palette-24-2"
"""Names how ``signature`` works; change it with anything that changes its numbers."""

COLOURS_AT_MOST = 24
_ENTRY = np.dtype([("lightness", "u1"), ("a", "i1"), ("b", "i1"), ("share", "u1")])
_LIGHTNESS_WEIGHT = 0.6
"""Shading changes lightness more than hue."""
_NARROW, _WIDE = 3.0, 8.0
"""How far apart two colours may be to count as one: as under the same lamp, and as under another."""
_MIDDLE_RADIUS = 0.7
_GREY = 128
_ONE_COLOUR = 12.0
"""How far apart in CIELAB shades of one colour are."""
_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike the colours of one picture are to those of others; entry i is of the other i, 0 to 1."""

    narrow: NDArray[np.float32]
    """Told apart as an eye does under one lamp."""
    wide: NDArray[np.float32]
    """Told apart as another lamp or another camera allows."""
    are_plain: NDArray[np.bool_]
    """Whether both pictures have a plain ground, so that only the products' colours are compared."""


def signature(pixels: Pixels) -> bytes:
    """List 24 colours of the product where its ground is plain, else of the picture's middle; 97 bytes.

    Whether the ground is plain, then for each colour its place in CIELAB and its share. The colours are found
    by median cut (Heckbert: Color image quantization, SIGGRAPH 1982).
    """
    shown = small(pixels)
    mask = cut_out(shown)
    chosen = shown[_MIDDLE if mask is None else _inside(mask)][None]
    palette = Image.fromarray(np.ascontiguousarray(chosen)).quantize(
        COLOURS_AT_MOST, Image.Quantize.MEDIANCUT, kmeans=1
    )
    places = np.asarray(palette).ravel()
    lab = cv2.cvtColor(chosen.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)[0]
    counts = np.bincount(places, minlength=COLOURS_AT_MOST)
    means = [np.bincount(places, lab[:, n], COLOURS_AT_MOST) / np.maximum(counts, 1) for n in range(3)]
    entries = np.empty(COLOURS_AT_MOST, _ENTRY)
    for name, mean in zip(("lightness", "a", "b"), means, strict=True):
        entries[name] = np.round(mean)
    entries["share"] = np.round(255 * counts / counts.sum())
    return bytes([mask is not None]) + entries.tobytes()


def read_palette(signature: bytes) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Read a signature's colours in CIELAB [24, 3] and their shares [24], which sum to 1."""
    entries = np.frombuffer(signature[1:], _ENTRY)
    places = np.stack([entries[name] for name in ("lightness", "a", "b")], axis=1).astype(np.float32)
    shares = entries["share"].astype(np.float32)
    return places, np.asarray(shares / max(float(shares.sum()), 1e-9), np.float32)


def leading_colours(signatures: Sequence[bytes]) -> NDArray[np.uint8]:
    """Name the colour that most of each product has, as RGB [count, 3]; grey where none is kept.

    It is the mean of what is near the entry that has most of the product near it.
    """
    colours = np.full((len(signatures), 3), _GREY, np.uint8)
    known = [place for place, signature in enumerate(signatures) if signature]
    for start in range(0, len(known), _AT_ONCE):
        batch = known[start : start + _AT_ONCE]
        entries = np.frombuffer(b"".join(signatures[place][1:] for place in batch), _ENTRY)
        entries = entries.reshape(len(batch), COLOURS_AT_MOST)
        lab = np.stack([entries[name] for name in ("lightness", "a", "b")], axis=2).astype(np.float32)
        squares = ((lab[:, :, None] - lab[:, None]) ** 2).sum(axis=3)
        near = np.exp(squares / np.float32(-2 * _ONE_COLOUR**2)) * entries["share"][:, None].astype(
            np.float32
        )
        leading = near[np.arange(len(batch)), near.sum(axis=2).argmax(axis=1)]
        leading /= np.maximum(leading.sum(axis=1, keepdims=True), 1e-9)
        mean = np.einsum("ij,ijk->ik", leading, lab)
        rgb = cv2.cvtColor(mean[None], cv2.COLOR_LAB2RGB)[0]
        colours[batch] = np.round(255 * np.clip(rgb, 0, 1))
    return colours


def compare(one: bytes, others: Sequence[bytes]) -> Likeness:
    """Compare signatures; where one is empty nothing is alike."""
    none = np.zeros(len(others), np.float32)
    known = [place for place, other in enumerate(others) if other]
    if not one or not known:
        return Likeness(none, none, none > 0)
    read = np.frombuffer(b"".join(others[place][1:] for place in known), _ENTRY)
    theirs, ours = read.reshape(len(known), -1), np.frombuffer(one[1:], _ENTRY)[None]
    plain = np.zeros(len(others), np.bool_)
    plain[known] = bool(one[0]) & np.array([others[place][0] > 0 for place in known])
    narrow, wide = none, none.copy()
    own = np.sqrt(_shared(ours, ours) * _shared(theirs, theirs))
    narrow[known], wide[known] = _shared(ours, theirs) / np.maximum(own, 1e-9)
    return Likeness(narrow, wide, plain)


def _shared(ours: NDArray[np.void], theirs: NDArray[np.void]) -> NDArray[np.float32]:
    """Sum the shares of every pair of colours [n, 24] and [m, 24], less the farther they are apart.

    Gives [2, n or m]: told apart narrowly, and widely.
    """
    squares = sum(
        weight
        * (ours[name].astype(np.float32)[:, :, None] - theirs[name].astype(np.float32)[:, None, :]) ** 2
        for name, weight in (("lightness", _LIGHTNESS_WEIGHT**2), ("a", 1.0), ("b", 1.0))
    )
    # Roots, so that a small but telling colour counts beside a large one.
    weights = [np.sqrt(side["share"].astype(np.float32) / 255) for side in (ours, theirs)]
    both = weights[0][:, :, None] * weights[1][:, None, :]
    near = [np.exp(squares / np.float32(-2 * reach**2)) * both for reach in (_NARROW, _WIDE)]
    return np.stack([one.sum(axis=(1, 2)) for one in near]).astype(np.float32)


def _inside(mask: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Leave the outline out, where product and ground mix, unless little would be left."""
    inner = cv2.erode(mask, np.ones((3, 3), np.uint8)) > 0
    outer = mask > 0
    return np.asarray(inner if inner.sum() > 0.3 * outer.sum() else outer, np.bool_)


def _middle() -> NDArray[np.bool_]:
    """Mark the middle of a picture, where the product is."""
    away = np.linspace(-1, 1, SMALL)
    return np.asarray(away[:, None] ** 2 + away**2 < _MIDDLE_RADIUS**2, np.bool_)


_MIDDLE = _middle()
