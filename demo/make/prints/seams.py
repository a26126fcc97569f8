"""Panels and seams of sports balls, painted for `shapes.ball`."""

from collections.abc import Callable
from itertools import product
from math import pi, sqrt

import numpy
from PIL import Image

Array = numpy.ndarray
_GOLDEN = (1 + sqrt(5)) / 2


def ball_print(
    sport: str, colors: list[str], turn: float = 0.0, size: tuple[int, int] = (1024, 512)
) -> Image.Image:
    """The skin of a ball of SEAMS; `colors` are ground, inks and seams, `turn` spins it by degrees."""
    points = _directions(*size)
    panel, seam = SEAMS[sport](_spun(points, turn) if turn else points)
    inks = [tuple(int(color[place : place + 2], 16) for place in (1, 3, 5)) for color in colors]
    pixels = numpy.array(inks[:-1], dtype=float)[panel % (len(inks) - 1)]
    cover = numpy.clip(seam, 0, 1)[..., None]
    return Image.fromarray((pixels * (1 - cover) + numpy.array(inks[-1]) * cover).astype(numpy.uint8))


def _directions(width: int, height: int) -> Array:
    """Where each pixel of the print lies on a ball of radius 1; the middle column is the front (-y)."""
    angle = pi / 2 + 2 * pi * (numpy.arange(width) + 0.5) / width
    rise = 1 - 2 * (numpy.arange(height) + 0.5) / height
    angle, rise = numpy.meshgrid(angle, rise)
    reach = numpy.sqrt(1 - rise**2)
    return numpy.stack([reach * numpy.cos(angle), reach * numpy.sin(angle), rise], axis=-1)


def _spun(points: Array, degrees: float) -> Array:
    """The points seen from a ball that lies a little askew."""
    for axis, angle in ((0, 20.0), (2, degrees), (1, 0.4 * degrees)):
        c, s = numpy.cos(angle * pi / 180), numpy.sin(angle * pi / 180)
        first, second = [index for index in range(3) if index != axis]
        turn = numpy.eye(3)
        turn[first, first] = turn[second, second] = c
        turn[first, second], turn[second, first] = -s, s
        points = points @ turn
    return points


def _line(distance: Array, half_width: float) -> Array:
    """How much of each pixel a line covers, from the distance to its middle."""
    return numpy.clip((half_width - numpy.abs(distance)) / 0.006 + 0.5, 0, 1)


def _soccer(points: Array) -> tuple[Array, Array]:
    """12 pentagons in the first ink between 20 hexagons, 8 of them in the second."""
    signs = list(product((-1, 1), repeat=3))
    pentagons = [numpy.roll((0, a, b * _GOLDEN), shift) for a, b, c in signs if c > 0 for shift in range(3)]
    edges = [
        numpy.roll((0, a * _GOLDEN, b / _GOLDEN), shift) for a, b, c in signs if c > 0 for shift in range(3)
    ]
    centers = numpy.array([*pentagons, *signs, *edges], dtype=float)
    centers /= numpy.linalg.norm(centers, axis=1, keepdims=True)
    weight = numpy.array([1 / 0.9393] * 12 + [1 / 0.9149] * 20)  # distances of the faces from the middle
    reach = points @ (centers * weight[:, None]).T
    best = reach.argmax(axis=-1)
    ordered = numpy.sort(reach, axis=-1)
    return (best < 12).astype(int) + 2 * ((best >= 12) & (best < 20)), _line(
        ordered[..., -1] - ordered[..., -2], 0.012
    )


def _basketball(points: Array) -> tuple[Array, Array]:
    """Two crossing rings and two bows."""
    x, y, z = points[..., 0], points[..., 1], points[..., 2]
    bow = numpy.sqrt((numpy.abs(x) - 1.05) ** 2 + y**2) - 0.75
    seam = numpy.maximum(_line(z, 0.014), _line(y, 0.014))
    return numpy.zeros(x.shape, dtype=int), numpy.maximum(seam, _line(bow, 0.014))


def _tennis(points: Array) -> tuple[Array, Array]:
    """One seam that winds round the ball."""
    angle = numpy.linspace(0, 2 * pi, 240, endpoint=False)
    a, b = 0.76, 0.24
    seam = numpy.stack(
        [
            a * numpy.cos(angle) + b * numpy.cos(3 * angle),
            a * numpy.sin(angle) - b * numpy.sin(3 * angle),
            2 * sqrt(a * b) * numpy.sin(2 * angle),
        ],
        axis=-1,
    )
    nearest = numpy.max([points @ point for point in seam], axis=0)
    return numpy.zeros(nearest.shape, dtype=int), _line(numpy.arccos(numpy.clip(nearest, -1, 1)), 0.045)


def _volleyball(points: Array) -> tuple[Array, Array]:
    """Six sides of three strips each."""
    size = numpy.abs(points)
    side = size.argmax(axis=-1)
    across = numpy.take_along_axis(points, ((side + 1) % 3)[..., None], -1)[..., 0] / size.max(axis=-1)
    strip = numpy.clip(((across + 1) * 1.5).astype(int), 0, 2)
    ordered = numpy.sort(size, axis=-1)
    seam = numpy.maximum(
        _line(ordered[..., 2] - ordered[..., 1], 0.012), _line(numpy.abs(across) - 1 / 3, 0.014)
    )
    return (strip + side) % 3, seam


def _wedges(points: Array) -> tuple[Array, Array]:
    """Twelve wedges from pole to pole, with a cap on either pole."""
    angle = numpy.arctan2(points[..., 1], points[..., 0])
    wedge = ((angle / (2 * pi) + 0.5) * 12).astype(int)
    cap = numpy.clip((numpy.abs(points[..., 2]) - 0.955) / 0.006 + 0.5, 0, 1)
    return wedge, cap


def _rugby(points: Array) -> tuple[Array, Array]:
    """Bands across the long axis."""
    x = points[..., 0]
    panel = (numpy.abs(x) > 0.42).astype(int) + (numpy.abs(x) > 0.72).astype(int) * 2
    return panel, numpy.maximum(_line(points[..., 2], 0.012), _line(points[..., 1], 0.012))


def _football(points: Array) -> tuple[Array, Array]:
    """Ends in the ink beyond two rings, and laces on the upper front."""
    x, y, z = points[..., 2], points[..., 1], -points[..., 0]  # it is turned about its long axis
    rings = _line(numpy.abs(x) - 0.66, 0.05)
    front = y < 0
    across = (z - 0.5) * front - 10 * ~front
    laces = (numpy.abs(x) < 0.3) * _line(across, 0.016)
    stitch = (numpy.abs(across) < 0.09) * (numpy.abs(x) < 0.28) * _line((x * 14 + 0.5) % 1 - 0.5, 0.2)
    return (numpy.abs(x) > 0.66).astype(int), numpy.maximum(rings, numpy.maximum(laces, stitch))


SEAMS: dict[str, Callable[[Array], tuple[Array, Array]]] = {
    "soccer": _soccer, "basketball": _basketball, "tennis": _tennis, "baseball": _tennis,
    "volleyball": _volleyball, "beach": _wedges, "rugby": _rugby, "football": _football, "handball": _soccer,
}  # fmt: skip
