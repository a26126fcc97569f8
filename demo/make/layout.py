"""Putting things into a room: items, the height they rest at, and free places."""

from collections.abc import Callable
from dataclasses import dataclass, field
from math import cos, radians, sin
from random import Random

import bpy
import numpy
from mathutils import Matrix, Vector

from camera import product_points
from catalogue import Entry
from shoot import stand

_AWAY = (0.0, 0.0, -90.0)  # where an item waits until its place is known


@dataclass
class Item:
    """Something movable in the scene; its root's own matrix makes it stand on z=0."""

    root: bpy.types.Object
    things: list[bpy.types.Object]
    entry: Entry | None = None
    base: Matrix = field(default_factory=Matrix)
    reach: float = 0.0  # how far its footprint spreads from the middle
    low_front: float = 0.0  # the smallest y
    back: float = 0.0  # the largest y
    height: float = 0.0

    def __post_init__(self) -> None:
        """Measure the item where it was built, and take it away from there."""
        points = product_points(self.things)
        self.base = self.root.matrix_world.copy()
        self.reach = float(numpy.percentile(numpy.hypot(points[:, 0], points[:, 1]), 98))
        self.low_front, self.back = float(points[:, 1].min()), float(points[:, 1].max())
        self.height = float(points[:, 2].max())
        self.move(_AWAY, 0)

    @property
    def flat(self) -> bool:
        """Whether other things can lie on it."""
        return self.height < 0.05 and self.reach > 0.3

    def move(self, at: tuple[float, float, float], turn: float) -> None:
        """Set the item down at a place, turned by degrees round the upright axis."""
        self.root.matrix_world = Matrix.Translation(at) @ Matrix.Rotation(radians(turn), 4, "Z") @ self.base
        bpy.context.view_layer.update()

    def discard(self) -> None:
        """Take the item out of the scene."""
        for thing in (*self.things, self.root):
            bpy.data.objects.remove(thing, do_unlink=True)

    def points(self) -> numpy.ndarray:
        """All its points where it is now."""
        return product_points(self.things)


def product_item(entry: Entry) -> Item:
    """Build a product of the catalogue."""
    root, *things = stand(entry)
    if entry.kind.place == "wall":  # upright again, as it is to hang
        root.matrix_world = Matrix()
        bpy.context.view_layer.update()
    return Item(root, things, entry)


def simple_item(make: Callable[[Random], None], random: Random) -> Item:
    """Build a thing that is not for sale."""
    before = set(bpy.data.objects)
    make(random)
    things = [thing for thing in bpy.data.objects if thing not in before]
    root = bpy.data.objects.new("thing", None)
    bpy.context.scene.collection.objects.link(root)
    for thing in things:
        if thing.parent is None:
            thing.parent = root
    bpy.context.view_layer.update()
    return Item(root, things)


def rest_height(x: float, y: float, top: float) -> float:
    """How high something set down at x, y comes to rest, looking down from `top`."""
    graph = bpy.context.evaluated_depsgraph_get()
    hit, place, *_ = bpy.context.scene.ray_cast(graph, Vector((x, y, top)), Vector((0, 0, -1)))
    return float(place.z) if hit else 0.0


@dataclass
class Ground:
    """The part of a surface where things may be put, and what is there already."""

    left: float
    right: float
    front: float
    back: float
    top: float = 2.0
    headroom: float = 9.0
    taken: list[tuple[float, float, float]] = field(default_factory=list)

    def put(self, item: Item, x: float, y: float, turn: float) -> None:
        """Set an item down and remember its place."""
        item.move((x, y, rest_height(x, y, self.top)), turn)
        if not item.flat:
            self.taken.append((x, y, item.reach))

    def free(self, x: float, y: float, reach: float) -> bool:
        """Whether an item fits at a place."""
        inside = self.left + reach < x < self.right - reach and self.front < y < self.back - reach
        return inside and all((x - a) ** 2 + (y - b) ** 2 > (reach + r) ** 2 * 0.8 for a, b, r in self.taken)

    def scatter(self, item: Item, random: Random, near: float, far: float, turn: float) -> bool:
        """Set an item down between two distances from the middle if there is room."""
        for _ in range(60 if item.height < self.headroom else 0):
            angle, distance = random.uniform(0, 360), random.uniform(near, far)
            x, y = distance * cos(radians(angle)), distance * sin(radians(angle))
            if self.free(x, y, item.reach):
                self.put(item, x, y, turn)
                return True
        item.discard()
        return False
