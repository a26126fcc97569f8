"""The form of a shoe: its footprint, and an upper that draws back from the toe as it rises (toe at -x)."""

from math import cos, pi, sin, tau

from numpy import interp

WIDTH = 0.1
VAMP = (  # parts of the height, and how far the toe has drawn back there: low shoes, high ones
    ((0, 0.25, 0.42, 0.7, 0.86, 1), (0, 0.05, 0.2, 0.66, 0.88, 1)),
    ((0, 0.16, 0.26, 0.44, 0.56, 1), (0, 0.05, 0.22, 0.68, 0.86, 1)),
)


def footprint(turn: float, heel: float, toe: float, wide: float) -> tuple[float, float]:
    """A footprint's point: turn 0 is the heel, half a turn the toe (at -x)."""
    along, across = cos(turn), sin(turn)
    x = heel + (toe - heel) * (1 - along) / 2
    return x, wide / 2 * _fullness(along) * (abs(across) ** 0.72) * (1 if across > 0 else -1)


def _fullness(along: float) -> float:
    """How much of its width a footprint has along its length, 1 at the heel and -1 at the toe."""
    return 1.0 - 0.2 * max(0.0, along) ** 1.5 - 0.1 * max(0.0, 1 - abs(along - 0.15) / 0.45)


def upper_reach(part: float, collar: float) -> tuple[float, float, float]:
    """Heel, toe and width of the upper at a part of its height: it draws back from the toe as it rises."""
    parts, backs = VAMP[collar > 0.1]
    toe = -0.14 + 0.178 * float(interp(part, parts, backs))
    heel = 0.138 - 0.008 * sin(pi * min(1.0, part * 1.1))
    wide = WIDTH * (0.97 - 0.3 * (part**1.3 if collar < 0.1 else min(1.0, part * 1.4)))
    return heel, toe, wide


def upper_ring(part: float, collar: float, thick: float) -> list:
    """The upper's outline at a part of its height."""
    points = []
    for step in range(48):
        turn = tau * step / 48
        x, y = footprint(turn, *upper_reach(part, collar))
        dip = 0.012 * (1 - abs(cos(turn))) * part**6  # the ankle is lower than heel and tongue
        toe_spring = 0.008 * max(0.0, -cos(turn)) ** 3 * (1 - part)
        points.append((x, y, thick + toe_spring + collar * part - dip))
    return points


def upper_height(x: float, y: float, collar: float) -> float:
    """How high over the sole the vamp is at a place, found by halving."""
    low, high = 0.0, 1.0
    for _ in range(8):
        part = (low + high) / 2
        heel, toe, wide = upper_reach(part, collar)
        along = 1 - 2 * (x - heel) / (toe - heel)
        covered = abs(along) <= 1 and wide / 2 * _fullness(along) * (1 - along * along) ** 0.36 >= abs(y)
        low, high = (part, high) if covered else (low, part)
    return collar * low
