"""Settings: each furnishes a room round a product and says where things and the camera may be."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from layout import Ground, Item
from materials import painted_metal, wood
from rooms.clutter import TABLE, Maker
from rooms.furnishing import FLOOR, SHELF_SIDES, bed
from rooms.more_surfaces import cloth, counter_material, top_material
from rooms.surfaces import plaster, tiles
from rooms.walls import along_wall, made, plane, room
from shapes import box


@dataclass
class Stage:
    """A furnished room."""

    ground: Ground
    elevations: tuple[float, float]
    clutter: tuple[Maker, ...]
    closed: int = 0  # -1 or 1 when there is a wall on the left or right
    wall: float | None = None  # the y of the wall that a product hangs on


Setting = Callable[[Random, Item], Stage]


def table(random: Random, main: Item) -> Stage:
    """A table with the room behind it."""
    behind, aside = main.reach + random.uniform(0.15, 0.45), main.reach + random.uniform(0.35, 0.6)
    shift = random.uniform(-0.2, 0.2)
    size = (2 * aside, 0.75 + 2 * main.reach, 0.03)
    box(
        size,
        top_material(random),
        at=(shift, behind - size[1] / 2, -0.03),
        rounding=random.choice((0.003, 0.012)),
    )
    if random.random() < 0.3:
        plane(0.32, 0.45, cloth(random), (0, 0.02, 0.001), (0, 0, 90 + random.uniform(-12, 12)))
    back = behind + random.uniform(0.25, 1.8)
    room(random, back, -0.74)
    along_wall(random, back, -0.74, 0.1)
    ground = Ground(shift - aside, shift + aside, behind - size[1], behind, 0.9)
    return Stage(ground, (16, 48), tuple(TABLE.values()))


def counter(random: Random, main: Item) -> Stage:
    """A kitchen counter against a tiled wall."""
    behind = main.reach + random.uniform(0.06, 0.2)
    box((4, 0.64, 0.04), counter_material(random), at=(0, behind - 0.32, -0.04))
    box(
        (4, 0.58, 0.8),
        painted_metal(random.choice(("#e8e5de", "#5a6a66", "#b9a58a"))),
        at=(0, behind - 0.28, -0.84),
    )
    wall = tiles(random, *random.choice(((0.2, 0.1), (0.15, 0.075), (0.1, 0.1), (0.3, 0.15))))
    room(random, behind, -0.9, wall=wall)
    if random.random() < 0.6:
        box(
            (0.08, 0.012, 0.08),
            painted_metal("#efede8"),
            at=(random.uniform(-0.5, 0.5), behind - 0.006, 0.18),
        )
    return Stage(Ground(-1.0, 1.0, behind - 0.62, behind, 0.9), (12, 42), tuple(TABLE.values()))


def shelf(random: Random, main: Item) -> Stage:
    """A board of a shelf with books beside the product."""
    behind, high = main.reach + random.uniform(0.02, 0.08), main.height + random.uniform(0.06, 0.25)
    timber = random.choice((wood(random.choice(("oak", "walnut", "pine")), "x"), painted_metal("#e4e1da")))
    deep, left = behind + main.reach + random.uniform(0.03, 0.1), -main.reach - random.uniform(0.2, 0.5)
    right = main.reach + random.uniform(0.3, 0.6)
    for low in (-high - 0.02, -0.02, high):
        box((right - left, deep, 0.02), timber, at=((left + right) / 2, behind - deep / 2, low))
    for x in (left, right):
        box((0.02, deep, 2 * high + 0.06), timber, at=(x, behind - deep / 2, -high - 0.02))
    room(random, behind + 0.01, -1.0, wall=plaster(random))
    for x, make in ((left + 0.02, SHELF_SIDES[0]), (main.reach + 0.05, random.choice(SHELF_SIDES[:2]))):
        made(make, random, (x if make is SHELF_SIDES[0] else x + 0.12, behind - 0.1, 0))
    makers = tuple(TABLE[name] for name in ("can", "fruit", "blocks", "keys", "remote", "pens"))
    return Stage(Ground(left, right, behind - deep, behind, high - 0.01, high - 0.01), (0, 20), makers)


def corner(random: Random, main: Item) -> Stage:
    """A floor before a wall, sometimes in the corner of a room."""
    back, closed = main.reach + random.uniform(0.05, 0.6), random.choice((-1, 0, 1))
    side = closed * (main.reach + random.uniform(0.15, 0.7))
    room(random, back, 0, side if closed else None)
    if not closed:
        along_wall(random, back, 0, main.reach)
    if random.random() < 0.35 and not main.flat:
        plane(
            1.2 + main.reach,
            0.8 + main.reach,
            cloth(random),
            (0, -0.2, 0.002),
            (0, 0, random.uniform(-15, 15)),
        )
    left, right = (side, 3) if closed < 0 else (-3, side if closed else 3)
    high = (14, 34) if main.reach > 0.35 else (22, 55)
    return Stage(
        Ground(left, right, -2.5, back), (30, 58) if main.flat else high, tuple(FLOOR.values()), closed
    )


def floor(random: Random, main: Item) -> Stage:
    """A floor seen from above."""
    back = main.reach + random.uniform(0.5, 1.5)
    room(random, back, 0)
    small = main.reach < 0.25
    makers = tuple(TABLE[name] for name in ("towel", "cable", "blocks", "papers", "remote")) if small else ()
    ground = Ground(-2, 2, -1.5, back)
    return Stage(ground, (38, 66), makers or (FLOOR["laundry"], FLOOR["pile"], FLOOR["basket"]))


def on_bed(random: Random, main: Item) -> Stage:
    """A bed with a rumpled duvet."""
    top = 0.45
    made(lambda chance: bed(chance, top), random, (0, -0.3, 0))
    room(random, 0.85, 0)
    makers = tuple(TABLE[name] for name in ("towel", "remote", "papers", "cable"))
    return Stage(Ground(-0.9, 0.9, -1.1, 0.6), (18, 45), makers)


def wall(random: Random, main: Item) -> Stage:
    """A wall above a sideboard or a sofa table."""
    low = -random.uniform(0.1, 0.35)
    wide = random.uniform(0.9, 1.8)
    if random.random() < 0.75:
        timber = wood(random.choice(("oak", "walnut", "whitewashed")), "x")
        box((wide, 0.38, 0.5), timber, at=(random.uniform(-0.2, 0.2), -0.2, low - 0.5))
        front, makers = -0.34, tuple(TABLE[name] for name in ("can", "fruit", "papers", "keys"))
    else:
        front, makers = 0.0, ()
    room(random, 0.0, low - 0.8)
    if random.random() < 0.5:
        along_wall(random, 0.0, low - 0.8, main.reach + 0.4)
    ground = Ground(-wide / 2, wide / 2, front, 0.0, 0.6)
    return Stage(ground, (-10, 14), (*makers, *SHELF_SIDES) if makers else (), wall=0.0)


SETTINGS: dict[str, Setting] = {
    "table": table, "counter": counter, "shelf": shelf, "corner": corner, "floor": floor, "bed": on_bed,
    "wall": wall,
}  # fmt: skip
