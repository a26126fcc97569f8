"""Curves through points, and tubes along them."""

from collections.abc import Sequence
from math import cos, pi, sin, tau

import numpy

from materials import Material
from shapes.mesh import ORIGIN, Object, Point, add_mesh, place


def curve(points: Sequence[Point], steps: int = 8, closed: bool = False) -> list[tuple[float, ...]]:
    """A smooth line through all the points, in two or three dimensions (Catmull-Rom)."""
    known = [tuple(point) for point in points]
    padded = [known[-1], *known, *known[:2]] if closed else [known[0], *known, known[-1]]
    smooth = []
    for before, start, end, after in zip(padded, padded[1:], padded[2:], padded[3:]):
        for step in range(steps):
            smooth.append(_between(before, start, end, after, step / steps))
    return smooth if closed else [*smooth, known[-1]]


def _between(before: Point, start: Point, end: Point, after: Point, t: float) -> tuple[float, ...]:
    """One point of a Catmull-Rom segment."""
    return tuple(
        0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
        for a, b, c, d in zip(before, start, end, after)
    )


def rounded(points: Sequence[Point], radius: float, steps: int = 5, closed: bool = False) -> list[Point]:
    """The same line of straight pieces with its corners rounded off."""
    result: list[Point] = []
    count = len(points)
    for place_, corner in enumerate(points):
        if not closed and place_ in (0, count - 1):
            result.append(tuple(corner))
            continue
        start = _toward(corner, points[place_ - 1], radius)
        end = _toward(corner, points[(place_ + 1) % count], radius)
        for step in range(steps + 1):
            t = step / steps
            weights = ((1 - t) ** 2, 2 * t * (1 - t), t**2)
            result.append(
                tuple(sum(w * v for w, v in zip(weights, values)) for values in zip(start, corner, end))
            )
    return result


def _toward(origin: Point, goal: Point, distance: float) -> tuple[float, ...]:
    """The point `distance` from origin toward goal, at most half the way."""
    length = sum((g - o) ** 2 for o, g in zip(origin, goal)) ** 0.5 or 1.0
    part = min(distance / length, 0.5)
    return tuple(o + (g - o) * part for o, g in zip(origin, goal))


def ring(width: float, depth: float, squareness: float = 2.0, steps: int = 48) -> list[tuple[float, float]]:
    """A closed outline: 2 gives an ellipse, 4 a squircle, 10 nearly a rectangle."""
    outline = []
    for step in range(steps):
        angle = tau * step / steps
        x, y = cos(angle), sin(angle)
        size = (abs(x) ** squareness + abs(y) ** squareness) ** (1 / squareness)
        outline.append((width / 2 * x / size, depth / 2 * y / size))
    return outline


def tube(
    points: Sequence[Point],
    radius: float | Sequence[float],
    material: Material,
    closed: bool = False,
    at: Point = ORIGIN,
    turn: Point = ORIGIN,
    flat: float = 1.0,
    across: Point = (0, 1, 0),
    sides: int = 16,
) -> Object:
    """A bar along 3-D points; `radius` may be one a point.

    `flat` below 1 makes it a strap that is wide along `across` and thinner the other way.
    """
    line = [numpy.array(point, dtype=float) for point in points]
    radii = [radius] * len(line) if isinstance(radius, (int, float)) else list(radius)
    outline = ring(2, 2 * flat, squareness=2 if flat == 1 else 3, steps=sides)
    vertices: list[Point] = []
    side = numpy.array(across, dtype=float)
    for place_, (point, reach) in enumerate(zip(line, radii)):
        side, rise = _frame(_direction(line, place_, closed), side, numpy.array(across, dtype=float), flat)
        vertices += [tuple(point + reach * (x * side + y * rise)) for x, y in outline]
    faces, corners = _skin(len(line), sides, closed)
    return place(add_mesh("tube", vertices, faces, corners, material, sharp=60), at, turn)


def _direction(line: list[numpy.ndarray], place_: int, closed: bool) -> numpy.ndarray:
    """The way a line runs at one of its points."""
    count = len(line)
    before = line[place_ - 1] if closed or place_ else line[0]
    after = line[(place_ + 1) % count] if closed or place_ < count - 1 else line[-1]
    return (after - before) / (numpy.linalg.norm(after - before) or 1.0)


def _frame(
    direction: numpy.ndarray, previous: numpy.ndarray, across: numpy.ndarray, flat: float
) -> tuple[numpy.ndarray, numpy.ndarray]:
    """Two unit vectors square to a direction; straps keep to `across`, bars turn as little as they can."""
    for wish in (across if flat != 1 else previous, previous, *numpy.eye(3)):
        side = wish - direction * wish.dot(direction)
        if numpy.linalg.norm(side) > 0.1:
            break
    side = side / numpy.linalg.norm(side)
    return side, numpy.cross(direction, side)


def _skin(rows: int, sides: int, closed: bool) -> tuple[list[list[int]], list[tuple[float, float]]]:
    """Faces and UVs of a tube of rings, with caps unless it is closed."""
    faces: list[list[int]] = []
    corners: list[tuple[float, float]] = []
    for row in range(rows if closed else rows - 1):
        for step in range(sides):
            after, next_row = (step + 1) % sides, (row + 1) % rows
            here, there = row * sides, next_row * sides
            faces.append([here + step, here + after, there + after, there + step])
            low, high, left, right = row / rows, (row + 1) / rows, step / sides, (step + 1) / sides
            corners += [(low, left), (low, right), (high, right), (high, left)]
    if not closed:
        faces += [list(range(sides))[::-1], list(range((rows - 1) * sides, rows * sides))]
        corners += [(0.5, 0.5)] * (2 * sides)
    return faces, corners


def arc(radius: float, start: float, end: float, steps: int = 24) -> list[tuple[float, float]]:
    """Points of a circular arc between two angles in degrees."""
    angles = [(start + (end - start) * step / steps) * pi / 180 for step in range(steps + 1)]
    return [(radius * cos(angle), radius * sin(angle)) for angle in angles]
