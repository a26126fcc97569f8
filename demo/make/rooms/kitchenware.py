"""Things about a kitchen that are not for sale."""

from math import cos, pi, sin
from random import Random

from materials import METALS, glazed_ceramic, metal, plastic, wood
from rooms.more_surfaces import cloth
from rooms.surfaces import COLORS
from shapes import ball, box, curve, lathe, rounded, sheet, tube


def fruit(random: Random) -> None:
    """Apples, oranges and lemons rolled together."""
    for number in range(random.randint(1, 4)):
        color, size, tall = random.choice(
            (
                ("#b3262a", 0.075, 0.9),
                ("#e2862a", 0.075, 1.0),
                ("#d9c33a", 0.055, 1.3),
                ("#7f9f3f", 0.07, 0.92),
            )
        )
        angle = number * 2.1
        at = (0.05 * number**0.6 * cos(angle), 0.05 * number**0.6 * sin(angle), size * tall / 2)
        ball((size, size, size * tall), glazed_ceramic(color, 0.3, 0.4), at=at)


def plate(random: Random) -> None:
    """A plate with crumbs."""
    radius = random.uniform(0.09, 0.13)
    profile = [(0, 0), (radius * 0.6, 0), (radius, 0.018)]
    lathe(
        rounded(profile, 0.02),
        glazed_ceramic(random.choice(("#efece4", "#cfd8da", "#d8c7a6"))),
        thickness=0.004,
    )
    for _ in range(random.randint(3, 9)):
        reach, angle = random.uniform(0, radius * 0.5), random.uniform(0, 2 * pi)
        ball(
            random.uniform(0.004, 0.012),
            plastic("#a8743c", 0.8),
            at=(reach * cos(angle), reach * sin(angle), 0.008),
        )


def cutlery(random: Random) -> None:
    """A spoon and a knife."""
    steel = metal("steel", 0.2)
    spoon = curve([(0, -0.09, 0.003), (0, 0.02, 0.012), (0, 0.05, 0.008), (0, 0.09, 0.01)], 6)
    widths = [0.007 - 0.004 * min(1.0, place / 9) for place in range(12)]
    widths += [0.006 + 0.014 * sin(pi * place / (len(spoon) - 13)) for place in range(len(spoon) - 12)]
    tube(spoon, widths, steel, flat=0.2, across=(1, 0, 0), turn=(0, 0, random.uniform(-20, 20)))
    blade = [(0.035, -0.1, 0.004), (0.035, 0.0, 0.004), (0.035, 0.11, 0.003)]
    tube(blade, [0.007, 0.008, 0.005], steel, flat=0.25, across=(1, 0, 0))


def board(random: Random) -> None:
    """A cutting board."""
    wide, deep = random.uniform(0.18, 0.26), random.uniform(0.26, 0.36)
    box((wide, deep, 0.018), wood(random.choice(("oak", "beech", "walnut")), "y"), rounding=0.006)


def towel(random: Random) -> None:
    """A crumpled napkin or kitchen towel."""
    waves = [(random.uniform(5, 16), random.uniform(5, 16), random.uniform(0, 6)) for _ in range(5)]

    def fold(u: float, v: float) -> tuple[float, float, float]:
        height = sum(sin(a * u + b * v + c) for a, b, c in waves) / 5
        return (u - 0.5) * 0.24 + 0.015 * height, (v - 0.5) * 0.18, 0.016 + 0.015 * height

    sheet(fold, cloth(random), thickness=0.0015, steps=(36, 36))


def can(random: Random) -> None:
    """A jar, a can or a bottle with a cap."""
    radius, tall = random.uniform(0.022, 0.042), random.uniform(0.07, 0.2)
    profile = [(0, 0), (radius, 0), (radius, tall * 0.75), (radius * 0.6, tall * 0.85), (radius * 0.6, tall)]
    lathe(rounded([*profile, (0, tall)], 0.008), plastic(random.choice(COLORS), random.uniform(0.1, 0.5)))
    lid = [(0, 0), (radius * 0.66, 0), (radius * 0.66, tall * 0.14), (0, tall * 0.14)]
    lathe(lid, metal(random.choice(tuple(METALS))), at=(0, 0, tall * 0.9))
