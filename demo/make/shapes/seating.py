"""Upholstered seats of any width, for sofas and armchairs; they face the front (-y)."""

from collections.abc import Callable
from math import cos, radians, sin

from materials import Material
from shapes.blocks import box, extrude
from shapes.legs import corner_legs
from shapes.lines import rounded, tube
from shapes.soft import soft_box
from shapes.turned import ball, lathe

Seat = Callable[[float, int, Material, Material, str], None]
_DEPTH = 0.88


def track(width: float, seats: int, cloth: Material, frame: Material, legs: str = "tapered") -> None:
    """Square arms and loose cushions."""
    arm, inside = 0.16, width - 0.32
    soft_box((width - 0.02, _DEPTH - 0.02, 0.2), cloth, softness=16, at=(0, 0, 0.125))
    for side in (-1, 1):
        soft_box((arm, _DEPTH, 0.5), cloth, softness=14, at=(side * (width - arm) / 2, 0, 0.13))
    soft_box((inside + 0.04, 0.2, 0.66), cloth, softness=14, at=(0, 0.34, 0.13))
    cushions(inside, seats, cloth, 0.32)
    corner_legs(width - 0.1, _DEPTH - 0.1, 0.15, frame, legs, 0.03)


def cushions(inside: float, seats: int, cloth: Material, height: float, depth: float = 0.66) -> None:
    """Seat and back cushions side by side."""
    each = inside / seats
    for number in range(seats):
        x = (number + 0.5) * each - inside / 2
        soft_box((each, depth, 0.17), cloth, softness=8, at=(x, 0.24 - depth / 2, height))
        soft_box((each * 0.98, 0.2, 0.44), cloth, softness=4.5, at=(x, 0.16, height + 0.14), turn=(-12, 0, 0))


def rolled(width: float, seats: int, cloth: Material, frame: Material, legs: str = "") -> None:
    """A chesterfield: arms as high as the back, rolled outwards and buttoned."""
    inside, top = width - 0.44, 0.64
    soft_box((width - 0.14, _DEPTH, 0.24), cloth, softness=16, at=(0, 0, 0.1))
    for side in (-1, 1):
        x = side * (width / 2 - 0.13)
        soft_box((0.18, _DEPTH - 0.04, 0.52), cloth, softness=12, at=(x - side * 0.02, 0, 0.12))
        tube([(x, -_DEPTH / 2, top), (x, _DEPTH / 2 - 0.1, top)], 0.115, cloth, sides=32)
        lathe([(0, 0), (0.07, 0), (0.07, 0.01), (0, 0.012)], cloth, at=(x, -_DEPTH / 2, top), turn=(90, 0, 0))
        ball((0.09, 0.09, 0.1), frame, at=(side * (width / 2 - 0.16), -_DEPTH / 2 + 0.08, 0.06))
        ball((0.09, 0.09, 0.1), frame, at=(side * (width / 2 - 0.16), _DEPTH / 2 - 0.08, 0.06))
    soft_box((width - 0.2, 0.2, 0.56), cloth, softness=12, at=(0, 0.28, 0.12))
    tube([(-width / 2 + 0.08, 0.32, top), (width / 2 - 0.08, 0.32, top)], 0.12, cloth, sides=32)
    each = inside / seats
    for number in range(seats):
        x = (number + 0.5) * each - inside / 2
        soft_box((each, 0.64, 0.16), cloth, softness=9, at=(x, -0.13, 0.32))
    for row in range(2):
        count = round(inside / 0.17) - row
        for number in range(count):
            x = (number - (count - 1) / 2) * inside / round(inside / 0.17)
            ball((0.028, 0.016, 0.028), frame, at=(x, 0.178, 0.5 + 0.1 * row))


def wooden(width: float, seats: int, cloth: Material, frame: Material, legs: str = "") -> None:
    """Cushions in an open wooden frame."""
    for x in (-width / 2 + 0.03, width / 2 - 0.03):
        line = [(x, -0.36, 0), (x, -0.4, 0.58), (x, 0.3, 0.6), (x, 0.46, 0)]
        tube(rounded(line, 0.07), 0.024, frame)
    box((width - 0.06, 0.72, 0.05), frame, at=(0, -0.02, 0.24), rounding=0.012)
    for height in (0.44, 0.56, 0.68):
        tube([(-width / 2 + 0.04, 0.36, height), (width / 2 - 0.04, 0.36, height)], 0.018, frame)
    for x in (-width / 2 + 0.1, width / 2 - 0.1):
        tube([(x, 0.32, 0.28), (x, 0.38, 0.72)], 0.018, frame)
    cushions(width - 0.14, seats, cloth, 0.29)


def cloud(width: float, seats: int, cloth: Material, frame: Material, legs: str = "") -> None:
    """Plump blocks that stand on the floor."""
    arm = 0.3
    inside = width - 2 * arm + 0.1
    each = inside / seats
    for number in range(seats):
        x = (number + 0.5) * each - inside / 2
        soft_box((each, 0.9, 0.42), cloth, softness=4.5, at=(x, -0.04, 0))
        soft_box((each, 0.42, 0.44), cloth, softness=3, at=(x, 0.26, 0.34))
    soft_box((inside, 0.3, 0.56), cloth, softness=8, at=(0, 0.26, 0))
    for side in (-1, 1):
        soft_box((arm, 0.98, 0.6), cloth, softness=3.5, at=(side * (width - arm) / 2, 0, 0))


def camel(width: float, seats: int, cloth: Material, frame: Material, legs: str = "tapered") -> None:
    """A humped back, low curled arms and one long cushion."""
    half, steps = width / 2 - 0.08, 24
    hump = [
        (half * (1 - 2 * t / steps), 0.66 + 0.26 * max(0.0, cos(radians(110 * (2 * t / steps - 1)))))
        for t in range(steps + 1)
    ]
    extrude([(-half, 0.18), (half, 0.18), *hump], 0.16, cloth, at=(0, 0.33, 0), rounding=0.06)
    soft_box((width - 0.12, 0.8, 0.18), cloth, softness=16, at=(0, 0, 0.17))
    soft_box((width - 0.4, 0.66, 0.14), cloth, softness=9, at=(0, -0.1, 0.33))
    for side in (-1, 1):
        x = side * (width / 2 - 0.12)
        soft_box((0.14, 0.78, 0.42), cloth, softness=12, at=(x, 0, 0.18))
        tube([(x + side * 0.03, -0.4, 0.6), (x + side * 0.03, 0.36, 0.6)], 0.09, cloth, sides=32)
    corner_legs(width - 0.16, 0.7, 0.2, frame, legs or "tapered", 0.03)


def curved(width: float, seats: int, cloth: Material, frame: Material, legs: str = "") -> None:
    """Seat and back bent round the one who sits."""
    reach = width * 0.56
    turns = [radians(26 + 128 * step / 24) for step in range(25)]
    for radius, height, thick, flat in ((reach - 0.3, 0.24, 0.42, 0.42), (reach, 0.44, 0.14, 2.2)):
        line = [(radius * cos(turn), radius * sin(turn) - reach * 0.7, height) for turn in turns]
        tube(line, thick, cloth, flat=flat, sides=32)
    for radius in (reach - 0.45, reach - 0.05):
        for turn in (turns[3], turns[12], turns[-4]):
            at = (radius * cos(turn), radius * sin(turn) - reach * 0.7, 0)
            lathe([(0.025, 0), (0.035, 0.12), (0, 0.12)], frame, at=at)


SEATS: dict[str, Seat] = {
    "track": track, "rolled": rolled, "wooden": wooden, "cloud": cloud, "camel": camel, "curved": curved,
}  # fmt: skip
