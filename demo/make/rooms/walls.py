"""The shell of a room: floor, walls with skirting boards, and what stands along them."""

from random import Random

import bpy

from materials import Material, painted_metal
from rooms.clutter import Maker
from rooms.furnishing import ALONG_WALL, socket
from rooms.more_surfaces import floor_material, wall_material
from shapes import box, group
from shapes.mesh import Vector, add_mesh

_SQUARE = ((0, 0), (1, 0), (1, 1), (0, 1))


def plane(width: float, depth: float, material: Material, at: Vector, turn: Vector = (0.0, 0.0, 0.0)) -> None:
    """A flat floor, wall or cloth whose middle is at a place."""
    x, y = width / 2, depth / 2
    thing = add_mesh(
        "plane", [(-x, -y, 0), (x, -y, 0), (x, y, 0), (-x, y, 0)], [(0, 1, 2, 3)], _SQUARE, material
    )
    group([thing], at, turn)


def room(
    random: Random, back: float, floor: float, side: float | None = None, wall: Material | None = None
) -> None:
    """A floor, a back wall with a skirting board, and perhaps a side wall at x=`side`."""
    wall, board = (
        wall or wall_material(random),
        painted_metal(random.choice(("#e9e6df", "#f1efea", "#b08d62"))),
    )
    plane(12, 12, floor_material(random), (0, back - 6, floor), (0, 0, random.choice((0, 0, 90))))
    plane(12, 3.2, wall, (0, back, floor + 1.6), (90, 0, 0))
    box((12, 0.015, 0.08), board, at=(0, back - 0.0075, floor))
    if side is not None:
        plane(12, 3.2, wall, (side, back - 6, floor + 1.6), (90, 0, -90 if side > 0 else 90))
        box((0.015, 12, 0.08), board, at=(side, back - 6, floor))


def along_wall(random: Random, back: float, floor: float, gap: float) -> None:
    """One or two big things against the back wall, left and right of a gap, and a socket."""
    for side in (-1, 1):
        if random.random() < 0.75:
            made(
                random.choice(ALONG_WALL),
                random,
                (side * (gap + random.uniform(0.5, 1.1)), back - 0.25, floor),
            )
    made(socket, random, (random.uniform(-gap, gap), back - 0.006, floor))


def made(make: Maker, random: Random, at: Vector, turn: float = 0.0) -> None:
    """Build something fixed at a place."""
    before = set(bpy.data.objects)
    make(random)
    group([thing for thing in bpy.data.objects if thing not in before], at, (0, 0, turn))
    bpy.context.view_layer.update()
