"""Scattered motifs: flowers, leaves, stars, hearts, speckle, terrazzo, brush strokes."""

from collections.abc import Callable
from math import pi, tau
from random import Random

from prints.strokes import Draw, disc, flower, heart, petal, star


def _scatter(random: Random, width: int, height: int, repeat: int) -> list[tuple[float, float, float]]:
    """Places and sizes spread evenly with some disorder; those at an edge return at the other."""
    step = width / repeat
    spots = []
    for row in range(int(height / step) + 1):
        for column in range(repeat):
            x = (column + 0.5 * (row % 2) + random.uniform(0.3, 0.7)) * step % width
            y, size = (row + random.uniform(0.3, 0.7)) * step, step * random.uniform(0.3, 0.5)
            spots += [
                (x + shift, y, size) for shift in (-width, 0, width) if -size < x + shift < width + size
            ]
    return spots


def _floral(draw: Draw, random: Random, inks: list[str], width: int, height: int, repeat: int) -> None:
    """Blossoms with leaves."""
    petals = random.choice((5, 6, 8))
    for x, y, size in _scatter(random, width, height, repeat):
        turn, ink = (x % width + y) % tau, inks[int(y + x % width) % len(inks)]
        for side in (0.6, 2.4):
            petal(draw, x, y, size * 1.25, turn + side, inks[-1], slim=0.35)
        flower(draw, x, y, size * 0.9, ink, inks[(inks.index(ink) + 1) % len(inks)], petals, turn)


def _leaves(draw: Draw, random: Random, inks: list[str], width: int, height: int, repeat: int) -> None:
    """Sprigs of paired leaves."""
    for x, y, size in _scatter(random, width, height, repeat):
        ink, lean = inks[int(y + x % width) % len(inks)], random.uniform(-0.4, 0.4)
        draw.line((x, y - size, x, y + size), fill=ink, width=max(2, int(size * 0.07)))
        for number in range(4):
            for side in (-1, 1):
                angle = -pi / 2 + side * 0.9 + lean * 0.3
                petal(draw, x, y + size - number * size * 0.5, size * 0.7, angle, ink, slim=0.45)


def _stars(draw: Draw, random: Random, inks: list[str], width: int, height: int, repeat: int) -> None:
    """Five-pointed stars."""
    for x, y, size in _scatter(random, width, height, repeat):
        star(draw, x, y, size * 0.8, inks[int(y + x % width) % len(inks)])


def _hearts(draw: Draw, random: Random, inks: list[str], width: int, height: int, repeat: int) -> None:
    """Hearts."""
    for x, y, size in _scatter(random, width, height, repeat):
        heart(draw, x, y, size * 0.7, inks[int(y + x % width) % len(inks)])


def _speckle(draw: Draw, random: Random, inks: list[str], width: int, height: int, repeat: int) -> None:
    """Fine spatter."""
    for _ in range(repeat * repeat * 14):
        x, y = random.uniform(0, width), random.uniform(0, height)
        disc(draw, x, y, width / repeat * 0.05 * random.random() ** 2 * 2 + 1.5, random.choice(inks))


def _terrazzo(draw: Draw, random: Random, inks: list[str], width: int, height: int, repeat: int) -> None:
    """Angular chips."""
    for x, y, size in _scatter(random, width, height, repeat * 2):
        outline = [
            (x + random.uniform(-1, 1) * size * 0.8, y + random.uniform(-1, 1) * size * 0.8) for _ in range(4)
        ]
        draw.polygon(
            sorted(outline, key=lambda p: (p[1] > y, p[0] if p[1] < y else -p[0])), fill=random.choice(inks)
        )


def _brush(draw: Draw, random: Random, inks: list[str], width: int, height: int, repeat: int) -> None:
    """Short loose dashes."""
    for x, y, size in _scatter(random, width, height, repeat):
        lean = random.uniform(-0.5, 0.5) * size
        draw.line((x - lean, y - size * 0.8, x + lean, y + size * 0.8), random.choice(inks), int(size * 0.4))


def _ombre(draw: Draw, random: Random, inks: list[str], width: int, height: int, repeat: int) -> None:
    """The second color fading in from below."""
    ground = draw._image.getpixel((0, 0))
    goal = tuple(int(inks[0].lstrip("#")[place : place + 2], 16) for place in (0, 2, 4))
    for y in range(height):
        part = min(1.0, max(0.0, (y / height - 0.25) / 0.5))
        blend = tuple(int(a + (b - a) * part) for a, b in zip(ground, goal))
        draw.line((0, y, width, y), fill=blend)


def _dip(draw: Draw, random: Random, inks: list[str], width: int, height: int, repeat: int) -> None:
    """The lower part in the second color, as if dipped."""
    draw.rectangle((0, int(height * random.choice((0.45, 0.58, 0.7))), width, height), fill=inks[0])


def _band(draw: Draw, random: Random, inks: list[str], width: int, height: int, repeat: int) -> None:
    """One broad band between thin lines."""
    middle, half = height * random.choice((0.3, 0.5, 0.66)), height * random.choice((0.05, 0.1))
    draw.rectangle((0, middle - half, width, middle + half), fill=inks[0])
    for edge in (middle - half * 1.6, middle + half * 1.6):
        draw.rectangle((0, edge - height * 0.008, width, edge + height * 0.008), fill=inks[-1])


MOTIFS: dict[str, Callable[[Draw, Random, list[str], int, int, int], None]] = {
    "floral": _floral, "leaves": _leaves, "stars": _stars, "hearts": _hearts, "speckle": _speckle,
    "terrazzo": _terrazzo, "brush": _brush, "ombre": _ombre, "dip": _dip, "band": _band,
}  # fmt: skip
