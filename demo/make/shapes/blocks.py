"""Boxes, cut-out boards and flat panels."""

from collections.abc import Sequence

from mathutils import geometry

from materials import Material
from shapes.mesh import ORIGIN, Object, Point, add_mesh, bevel, place

_FACES = ((0, 1, 5, 4), (1, 2, 6, 5), (2, 3, 7, 6), (3, 0, 4, 7), (4, 5, 6, 7), (3, 2, 1, 0))
_SQUARE = ((0, 0), (1, 0), (1, 1), (0, 1))


def box(
    size: Point,
    material: Material,
    at: Point = ORIGIN,
    turn: Point = ORIGIN,
    rounding: float = 0.002,
    segments: int = 3,
    faces: dict[str, Material] | None = None,
) -> Object:
    """A box of x, y, z metres centred on x and y and standing on z=0.

    `faces` gives front, right, back, left, top or bottom an own material, with a picture upright on it.
    """
    width, depth, height = size
    x, y = width / 2, depth / 2
    ring = [(-x, -y), (x, -y), (x, y), (-x, y)]
    points = [(*corner, z) for z in (0, height) for corner in ring]
    thing = add_mesh("box", points, _FACES, _SQUARE * 6, material, sharp=30)
    for name, own in (faces or {}).items():
        index = ("front", "right", "back", "left", "top", "bottom").index(name)
        thing.data.materials.append(own)
        thing.data.polygons[index].material_index = len(thing.data.materials) - 1
    bevel(thing, min(rounding, min(size) * 0.49), segments)
    return place(thing, at, turn)


def extrude(
    outline: Sequence[Point],
    depth: float,
    material: Material,
    at: Point = ORIGIN,
    turn: Point = ORIGIN,
    rounding: float = 0.002,
    holes: Sequence[Sequence[Point]] = (),
) -> Object:
    """A board cut along a closed (x, z) outline, `depth` thick along y; a picture covers its front."""
    loops = [list(outline), *(list(hole) for hole in holes)]
    flat = [point for loop in loops for point in loop]
    triangles = geometry.tessellate_polygon([[(x, z, 0) for x, z in loop] for loop in loops])
    count = len(flat)
    points = [(x, side * depth / 2, z) for side in (-1, 1) for x, z in flat]
    faces: list[list[int]] = []
    for triangle in triangles if holes else [tuple(range(count))]:
        front = _facing_front(list(triangle), flat)
        faces += [front, [index + count for index in reversed(front)]]
    start = 0
    for number, loop in enumerate(loops):
        forward = (_area(loop) > 0) == (number == 0)
        for step in range(len(loop)):
            here, after = start + step, start + (step + 1) % len(loop)
            side = [here, here + count, after + count, after]
            faces.append(side if forward else side[::-1])
        start += len(loop)
    left, low = min(p[0] for p in flat), min(p[1] for p in flat)
    width, height = max(p[0] for p in flat) - left, max(p[1] for p in flat) - low
    corners = [((points[i][0] - left) / width, (points[i][2] - low) / height) for face in faces for i in face]
    thing = add_mesh("board", points, faces, corners, material, sharp=35)
    if not holes:  # a bevel would run along the triangles of a board with holes
        bevel(thing, min(rounding, depth * 0.45), 2)
    return place(thing, at, turn)


def _area(loop: Sequence[Point]) -> float:
    """Twice the signed area of an outline, positive when it runs counterclockwise."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(loop, [*loop[1:], loop[0]]))


def _facing_front(face: list[int], flat: Sequence[Point]) -> list[int]:
    """Order a face so that it looks to the front (-y)."""
    return face if _area([flat[index] for index in face]) > 0 else face[::-1]


def panel(
    width: float, height: float, material: Material, at: Point = ORIGIN, turn: Point = ORIGIN
) -> Object:
    """A flat print that faces the front (-y), centred on x and standing on z=0."""
    x = width / 2
    points = [(-x, 0, 0), (x, 0, 0), (x, 0, height), (-x, 0, height)]
    return place(add_mesh("panel", points, [(0, 1, 2, 3)], _SQUARE, material), at, turn)
