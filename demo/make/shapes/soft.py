"""Soft and free shapes: cushions, upholstery, cloth and lofted skins."""

from collections.abc import Callable, Sequence

from materials import Material
from shapes.lines import tube
from shapes.mesh import ORIGIN, Object, Point, Vector, add_mesh, group, place, subdivide, thicken


def sheet(
    function: Callable[[float, float], Vector],
    material: Material,
    thickness: float = 0.0,
    steps: tuple[int, int] = (40, 40),
    at: Point = ORIGIN,
    turn: Point = ORIGIN,
    inner: Material | None = None,
    levels: int = 0,
) -> Object:
    """Any bent surface: `function(u, v)` gives the place of each point, u and v from 0 to 1."""
    across, along = steps
    points = [function(i / across, j / along) for j in range(along + 1) for i in range(across + 1)]
    faces, corners = [], []
    for j in range(along):
        for i in range(across):
            here = j * (across + 1) + i
            faces.append((here, here + 1, here + across + 2, here + across + 1))
            left, right, low, high = i / across, (i + 1) / across, j / along, (j + 1) / along
            corners += [(left, low), (right, low), (right, high), (left, high)]
    thing = add_mesh("sheet", points, faces, corners, material, sharp=180)
    thicken(thing, thickness, inner)
    subdivide(thing, levels)
    return place(thing, at, turn)


def loft(
    sections: Sequence[Sequence[Vector]],
    material: Material,
    levels: int = 1,
    caps: tuple[bool, bool] = (True, True),
    thickness: float = 0.0,
    at: Point = ORIGIN,
    turn: Point = ORIGIN,
    inner: Material | None = None,
) -> Object:
    """A skin over closed rings of equally many points, e.g. a shoe from heel to toe."""
    count = len(sections[0])
    points = [point for section in sections for point in section]
    faces: list[Sequence[int]] = []
    corners: list[tuple[float, float]] = []
    for row in range(len(sections) - 1):
        for step in range(count):
            after = (step + 1) % count
            here, there = row * count, (row + 1) * count
            faces.append((here + step, here + after, there + after, there + step))
            left, right = step / count, (step + 1) / count
            low, high = row / (len(sections) - 1), (row + 1) / (len(sections) - 1)
            corners += [(left, low), (right, low), (right, high), (left, high)]
    last = (len(sections) - 1) * count
    for wanted, face in zip(caps, (range(count - 1, -1, -1), range(last, last + count))):
        if wanted:
            faces.append(tuple(face))
            corners += [(0.5, 0.5)] * count
    thing = add_mesh("loft", points, faces, corners, material, sharp=180)
    thicken(thing, thickness, inner)
    subdivide(thing, levels)
    return place(thing, at, turn)


def soft_box(
    size: Point,
    material: Material,
    softness: float = 6.0,
    at: Point = ORIGIN,
    turn: Point = ORIGIN,
    steps: int = 16,
) -> Object:
    """Upholstery standing on z=0: softness 10 is firm, 4 plump, 2 an ellipsoid."""
    points, faces, corners = [], [], []
    for axis in range(3):
        for side in (-1, 1):
            start = len(points)
            for j in range(steps + 1):
                for i in range(steps + 1):
                    flat = [2 * i / steps - 1, 2 * j / steps - 1]
                    points.append(_plump([*flat[:axis], side, *flat[axis:]], size, softness))
            for j in range(steps):
                for i in range(steps):
                    here = start + j * (steps + 1) + i
                    face = [here, here + 1, here + steps + 2, here + steps + 1]
                    faces.append(face if (side > 0) == (axis != 1) else face[::-1])
                    square = [(i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1)]
                    uv = [(a / steps, b / steps) for a, b in square]
                    corners += uv if (side > 0) == (axis != 1) else uv[::-1]
    thing = add_mesh("soft box", points, faces, corners, material, sharp=180)
    weld = thing.modifiers.new("weld", "WELD")
    weld.merge_threshold = min(size) * 1e-4
    return place(thing, at, turn)


def _plump(cube: Sequence[float], size: Point, softness: float) -> Vector:
    """Push a point of a cube's skin onto a superellipsoid of a size."""
    length = sum(abs(value) ** softness for value in cube) ** (1 / softness)
    x, y, z = (value / length * extent / 2 for value, extent in zip(cube, size))
    return x, y, z + size[2] / 2


def cushion(
    width: float,
    depth: float,
    puff: float,
    material: Material,
    piping: Material | None = None,
    at: Point = ORIGIN,
    turn: Point = ORIGIN,
) -> Object:
    """A throw pillow lying flat, a picture on either side, with a cord round the seam if wanted."""

    def side(sign: float) -> Callable[[float, float], Vector]:
        def bulge(u: float, v: float) -> Vector:
            x, y = 2 * u - 1, 2 * v - 1
            height = max(0.0, (1 - x**4) * (1 - y**4)) ** 0.55 * (1 - 0.25 * (x * x + y * y) / 2)
            pull = 0.07  # the middles of the seams are drawn in by the stuffing
            reach_x, reach_y = x * (1 - pull * (1 - y * y)), y * (1 - pull * (1 - x * x))
            return reach_x * width / 2, reach_y * depth / 2, sign * height * puff / 2

        return bulge

    front, back = side(1), side(-1)
    parts = [sheet(front, material), sheet(lambda u, v: back(1 - u, v), material)]
    if piping is not None:
        edge = [(t / 24, 0) for t in range(24)] + [(1, t / 24) for t in range(24)]
        edge += [(1 - t / 24, 1) for t in range(24)] + [(0, 1 - t / 24) for t in range(24)]
        parts.append(tube([front(u, v) for u, v in edge], width * 0.008, piping, closed=True))
    return group(parts, at, turn)
