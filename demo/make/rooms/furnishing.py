"""Bigger things that are not for sale: on floors, along walls and on shelves."""

from math import cos, pi, sin
from random import Random

from materials import fabric, glazed_ceramic, painted_metal, plastic, wood
from rooms.clutter import Maker
from rooms.surfaces import CLOTH_COLORS, COLORS, planks
from shapes import box, curve, lathe, sheet, soft_box, tube
from soft_materials import paper, straw


def carton(random: Random) -> None:
    """A cardboard box with tape."""
    size = (random.uniform(0.25, 0.5), random.uniform(0.2, 0.4), random.uniform(0.15, 0.35))
    box(size, paper("#a9814f"), rounding=0.004)
    box((0.05, size[1] + 0.001, size[2] + 0.001), paper("#c9a878", gloss=0.5), rounding=0)


def plant(random: Random) -> None:
    """A house plant in a plain pot."""
    tall, green = random.uniform(0.25, 0.8), random.choice(("#3d6b35", "#2f5a3c", "#6f8a45"))
    radius = 0.08 + tall * 0.08
    lathe([(0, 0), (radius * 0.75, 0), (radius, radius * 1.7)], glazed_ceramic("#b9b2a6"), thickness=0.008)
    lathe([(0, radius * 1.5), (radius * 0.97, radius * 1.5)], paper("#33261c"))
    leaf = plastic(green, 0.45)
    for number in range(random.randint(9, 16)):
        angle, reach = number * 2.4, random.uniform(0.1, 0.45) * tall
        top = radius * 1.5 + random.uniform(0.4, 1.0) * tall
        stem = [(0, 0, radius * 1.5), (reach * 0.4 * cos(angle), reach * 0.4 * sin(angle), top),
                (reach * cos(angle), reach * sin(angle), top - reach * 0.4)]  # fmt: skip
        line = curve(stem, 8)
        widths = [0.003] * 6 + [
            0.003 + 0.05 * tall * sin(pi * step / (len(line) - 7)) for step in range(len(line) - 6)
        ]
        tube(line, widths, leaf, flat=0.06, across=(-sin(angle), cos(angle), 0), sides=10)


def basket(random: Random) -> None:
    """A basket with something soft in it."""
    radius, tall = random.uniform(0.14, 0.22), random.uniform(0.2, 0.35)
    lathe([(0, 0), (radius * 0.85, 0), (radius, tall)], straw("#b98f5a", 0.015), thickness=0.01)
    soft_box(
        (radius * 1.6, radius * 1.6, tall), fabric(random.choice(CLOTH_COLORS)), 3, at=(0, 0, tall * 0.2)
    )


def laundry(random: Random) -> None:
    """A blanket dropped in a heap."""
    waves = [(random.uniform(5, 13), random.uniform(5, 13), random.uniform(0, 6)) for _ in range(6)]

    def heap(u: float, v: float) -> tuple[float, float, float]:
        bumps = sum(sin(a * u + b * v + c) for a, b, c in waves) / 6
        dome = max(0.0, 1 - ((2 * u - 1) ** 2 + (2 * v - 1) ** 2))
        return (
            (u - 0.5) * 0.6 + 0.04 * bumps,
            (v - 0.5) * 0.5,
            0.01 + dome * (0.12 + 0.1 * bumps) + 0.008 * bumps,
        )

    sheet(heap, fabric(random.choice(CLOTH_COLORS), weave=0.006), steps=(44, 44))


def pile(random: Random) -> None:
    """Magazines and books in a heap."""
    height = 0.0
    for _ in range(random.randint(2, 6)):
        thick = random.uniform(0.008, 0.035)
        size = (random.uniform(0.13, 0.2), random.uniform(0.19, 0.27), thick)
        box(size, paper(random.choice(COLORS), 0.4), at=(0, 0, height), turn=(0, 0, random.uniform(-14, 14)))
        height += thick


def row_of_books(random: Random) -> None:
    """Books standing in a row, backs to the front."""
    x = 0.0
    for _ in range(random.randint(4, 8)):
        thick, tall = random.uniform(0.012, 0.045), random.uniform(0.17, 0.27)
        box((thick, 0.15, tall), paper(random.choice(COLORS), 0.3), at=(x + thick / 2, 0, 0), rounding=0.002)
        band = random.uniform(0.1, tall * 0.6)
        box(
            (thick * 0.8, 0.002, 0.03),
            paper(random.choice(COLORS)),
            at=(x + thick / 2, -0.0755, band),
            rounding=0,
        )
        x += thick + 0.001


def cabinet(random: Random) -> None:
    """A chest of drawers."""
    wide, tall = random.uniform(0.7, 1.3), random.uniform(0.6, 1.9)
    paint = random.choice(
        (wood(random.choice(("oak", "walnut", "whitewashed")), "x"), painted_metal("#dedbd4"))
    )
    box((wide, 0.42, tall), paint, rounding=0.005)
    for number in range(rows := max(2, round(tall / 0.3))):
        box((wide * 0.94, 0.02, tall / rows * 0.88), paint, at=(0, -0.212, tall / rows * (number + 0.06)))
        box((0.12, 0.02, 0.012), painted_metal("#3a3a3c"), at=(0, -0.23, tall / rows * (number + 0.5)))


def door(random: Random) -> None:
    """A closed door in its frame."""
    paint = painted_metal(random.choice(("#eeece6", "#c9b08a", "#8a6a4a")))
    box((1.0, 0.04, 2.1), painted_metal("#e6e3dc"))
    box((0.86, 0.06, 2.02), paint)
    for low in (0.2, 1.1):
        box((0.6, 0.07, 0.75), paint, at=(0, 0, low), rounding=0.02)
    tube([(0.33, -0.05, 1.0), (0.33, -0.08, 1.0), (0.22, -0.08, 1.0)], 0.009, painted_metal("#a8a8aa"))


def curtain(random: Random) -> None:
    """A curtain in folds from the ceiling to the floor."""
    folds, wide = random.randint(7, 11), random.uniform(0.7, 1.2)

    def hang(u: float, v: float) -> tuple[float, float, float]:
        return (u - 0.5) * wide, 0.05 * sin(u * folds * 2 * pi + v), 0.02 + v * 2.4

    sheet(hang, fabric(random.choice(CLOTH_COLORS), weave=0.006), steps=(120, 6))


def socket(random: Random) -> None:
    """A wall socket, low on the wall."""
    box((0.08, 0.012, 0.08), plastic("#efede8"), at=(0, 0, 0.28), rounding=0.006)
    lathe([(0, 0), (0.02, 0)], plastic("#bdbab2"), at=(0, -0.0065, 0.32), turn=(90, 0, 0))


def bed(random: Random, top: float) -> None:
    """A mattress with a duvet, as high as `top`."""
    waves = [(random.uniform(3, 9), random.uniform(3, 9), random.uniform(0, 6)) for _ in range(7)]

    def duvet(u: float, v: float) -> tuple[float, float, float]:
        bumps = sum(sin(a * u + b * v + c) for a, b, c in waves) / 7
        edge = min(1.0, 8 * min(u, 1 - u, v, 1 - v))
        return (u - 0.5) * 2.2, (v - 0.5) * 2.0, top * edge**0.3 + 0.02 * bumps

    sheet(
        duvet, fabric(random.choice(("#dcd7cd", "#b7c0c4", "#8a8f96", "#c9a89a", "#6f7f6a"))), steps=(60, 60)
    )
    box((2.0, 1.9, top * 0.9), planks(random), rounding=0.02)


FLOOR: dict[str, Maker] = {
    "carton": carton, "plant": plant, "basket": basket, "laundry": laundry, "pile": pile,
}  # fmt: skip
ALONG_WALL: tuple[Maker, ...] = (cabinet, door, curtain, plant, cabinet)
SHELF_SIDES: tuple[Maker, ...] = (row_of_books, pile, plant)
