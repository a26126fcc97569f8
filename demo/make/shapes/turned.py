"""Shapes turned about an upright axis."""

from collections.abc import Sequence
from math import cos, pi, sin, tau

from materials import Material
from shapes.mesh import ORIGIN, Object, Point, add_mesh, place, subdivide, thicken


def lathe(
    profile: Sequence[Point],
    material: Material,
    thickness: float = 0.0,
    inner: Material | None = None,
    at: Point = ORIGIN,
    turn: Point = ORIGIN,
    segments: int = 64,
    sharp: float = 40.0,
) -> Object:
    """Turn (radius, height) points, listed from the bottom up, about the z axis.

    A picture wraps once round with its middle on the front (-y) and its height on the whole height.
    """
    low, high = min(z for _, z in profile), max(z for _, z in profile)
    points = []
    for radius, height in profile:
        for step in range(segments):
            # Starting at the back keeps the seam of a picture out of sight.
            angle = pi / 2 + tau * step / segments
            reach = max(radius, 1e-5)
            points.append((reach * cos(angle), reach * sin(angle), height))
    faces, corners = [], []
    for row in range(len(profile) - 1):
        bottom, top = ((profile[r][1] - low) / ((high - low) or 1) for r in (row, row + 1))
        for step in range(segments):
            after = (step + 1) % segments
            here, there = row * segments, (row + 1) * segments
            faces.append((here + step, here + after, there + after, there + step))
            left, right = step / segments, (step + 1) / segments
            corners += [(left, bottom), (right, bottom), (right, top), (left, top)]
    thing = add_mesh("lathe", points, faces, corners, material, sharp)
    thicken(thing, thickness, inner)
    return place(thing, at, turn)


def wrap(
    radius: float,
    height: float,
    angle: float,
    material: Material,
    at: Point = ORIGIN,
    turn: Point = ORIGIN,
    top_radius: float | None = None,
) -> Object:
    """A label bent round the z axis: `angle` degrees wide, facing the front (-y), standing on z=0."""
    steps = max(4, int(angle / 5))
    points, faces, corners = [], [], []
    for height_part, reach in ((0.0, radius), (height, radius if top_radius is None else top_radius)):
        for step in range(steps + 1):
            place_ = (-90 + angle * (step / steps - 0.5)) * pi / 180
            points.append((reach * cos(place_), reach * sin(place_), height_part))
    for step in range(steps):
        faces.append((step, step + 1, steps + 2 + step, steps + 1 + step))
        left, right = step / steps, (step + 1) / steps
        corners += [(left, 0), (right, 0), (right, 1), (left, 1)]
    return place(add_mesh("label", points, faces, corners, material), at, turn)


def ball(
    size: float | Sequence[float],
    material: Material,
    at: Point = ORIGIN,
    turn: Point = ORIGIN,
    levels: int = 0,
) -> Object:
    """A ball of a diameter, or an egg of x, y, z diameters, centred on its place."""
    width, depth, height = (size, size, size) if isinstance(size, (int, float)) else size
    steps = 32
    profile = [
        (sin(pi * step / steps) / 2, -cos(pi * step / steps) / 2 * height) for step in range(steps + 1)
    ]
    thing = lathe(profile, material, sharp=180)
    for vertex in thing.data.vertices:
        vertex.co.x *= width
        vertex.co.y *= depth
    subdivide(thing, levels)
    return place(thing, at, turn)
