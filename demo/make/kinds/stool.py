"""Stools: bar, three-legged, step, square metal, pedestal, garden, padded and saddle ones."""

from math import radians, sin
from random import Random

import words
from materials import Material, glazed_ceramic, metal, painted_metal, wood
from prints import pattern
from product import Parameters, Product, View
from shapes import box, lathe, ring, rounded, soft_box, tube
from shapes.legs import corner_legs, round_legs
from upholstery import choose_covering, cover

COUNT = 20
PLACE = "floor"
VIEWS = (View(azimuth=24, elevation=24, light="left"), View(azimuth=-38, elevation=14, light="right"))
SHAPES = {  # shop name, height in metres
    "pedestal": ("Swivel Bar Stool", 0.7), "milking": ("Three-Leg Stool", 0.45),
    "saddle": ("Counter Stool", 0.64), "drum": ("Garden Stool", 0.46), "padded": ("Vanity Stool", 0.46),
    "square": ("Industrial Stool", 0.62), "step": ("Step Stool", 0.42), "bar": ("Bar Stool", 0.74),
}  # fmt: skip
WOOD_NAMES = ("oak", "walnut", "mahogany", "birch", "ebony", "whitewashed")
MOTIFS = {"stripes": "Striped", "floral": "Floral", "geometric": "Geometric", "leaves": "Botanical"}


def describe(random: Random) -> Product:
    """Choose a stool and write what the shop says about it."""
    shape = random.choice(list(SHAPES))
    (name, height), covering = SHAPES[shape], choose_covering(random, printed=0.35)
    ground, ink = words.pair(random, *words.VIVID)
    timber, painted = random.choice(WOOD_NAMES), random.random() < 0.45
    motif, look, tone = random.choice(list(MOTIFS)), "", ground.name
    if shape in ("bar", "pedestal", "padded"):
        look, material, tone = covering.look, covering.material, covering.tone
    elif shape in ("square", "drum"):
        look, material = ("", "Metal") if shape == "square" else (MOTIFS[motif], "Ceramic")
    else:
        material, tone = ("Painted Wood", tone) if painted else (f"{timber.title()} Wood", "Natural")
    brand = words.brand(random, "furniture")
    return Product(
        title=words.sentence([brand, look, material, f"{name}, {words.inches(height)} High,", tone]),
        brand=brand,
        price=words.price(random, 29, 149),
        categories=["Home & Kitchen", "Furniture", "Game & Recreation Room Furniture", "Stools"],
        features=[f"Seat height {words.inches(height)}", "Holds up to 300 pounds", "Easy to assemble"],
        description=f"A {look} {material} {name} in {tone}.".replace("  ", " ").capitalize(),
        details={"Material": material, "Color": tone, "Seat Height": words.inches(height)},
        parameters={
            "shape": shape, "height": height, "ground": ground.hex, "ink": ink.hex, "motif": motif,
            "wood": timber, "tint": ground.hex if painted else None, "covering": covering.parameters,
            "frame": random.choice(("black", "brass", "copper", "wood")), "seed": random.randrange(10**6),
            "radius": random.uniform(0.16, 0.2), "extra": random.random() < 0.5,
        },
    )  # fmt: skip


def build(parameters: Parameters) -> None:
    """Make the seat and what carries it."""
    BUILDERS[parameters["shape"]](parameters, parameters["height"], parameters["radius"])


def _frame(p: Parameters) -> Material:
    """Metal or wood for the legs of upholstered stools."""
    return wood(p["wood"]) if p["frame"] == "wood" else metal(p["frame"])


def _timber(p: Parameters, axis: str = "x") -> Material:
    """Wood, painted or not."""
    return wood(p["wood"], axis, tint=p["tint"])


def _hoop(radius: float, height: float, thick: float, material: Material) -> None:
    """A level ring as a footrest."""
    tube([(x, y, height) for x, y in ring(2 * radius, 2 * radius)], thick, material, closed=True)


def _bar(p: Parameters, height: float, radius: float) -> None:
    """A padded seat on four rods with a foot ring."""
    soft_box((radius * 2, radius * 2, 0.09), cover(p["covering"], 0.4), softness=4, at=(0, 0, height - 0.08))
    round_legs(4, height - 0.06, radius * 0.7, radius * 1.12, _frame(p), 0.014)
    _hoop(radius, height * 0.32, 0.009, _frame(p))


def _milking(p: Parameters, height: float, radius: float) -> None:
    """A wooden disc on three legs, with stretchers sometimes."""
    radius *= 0.85 if p["extra"] else 1.05
    edge = [(0, -0.035), (radius * 0.9, -0.035), (radius, -0.02), (radius, -0.006), (radius * 0.9, 0), (0, 0)]
    lathe(edge, _timber(p), at=(0, 0, height))
    tint = p["ink"] if p["extra"] else p["tint"]
    round_legs(3, height - 0.03, radius * 0.62, radius * 1.05, wood(p["wood"], tint=tint), 0.02)


def _step(p: Parameters, height: float, radius: float) -> None:
    """Two treads on crossed legs."""
    timber, width = _timber(p), radius * 2.3
    box((width, 0.22, 0.024), timber, at=(0, 0.09, height - 0.024), rounding=0.006)
    box((width, 0.2, 0.024), timber, at=(0, -0.13, height * 0.5), rounding=0.006)
    for x in (0.03 - width / 2, width / 2 - 0.03):
        for foot, head in ((-0.24, 0.05), (0.24, 0.12)):
            tube([(x, foot, 0), (x, head, height - 0.02)], 0.02, _timber(p, "z"), flat=0.6)
        tube([(x, -0.22, height * 0.48), (x, 0.18, height * 0.48)], 0.014, timber)


def _square(p: Parameters, height: float, radius: float) -> None:
    """Painted sheet metal, with a wooden seat sometimes."""
    steel, reach = painted_metal(p["ground"]), radius * 0.88
    if p["extra"]:
        seat = wood(p["wood"], axis="x")
        box((2 * reach + 0.02, 2 * reach + 0.02, 0.03), seat, at=(0, 0, height), rounding=0.012)
    box((2 * reach, 2 * reach, 0.035), steel, at=(0, 0, height - 0.035), rounding=0.016)
    for x in (-1, 1):
        for y in (-1, 1):
            line = [(x * r, y * r, z) for r, z in ((reach * 0.88, height - 0.02), (reach * 1.25, 0))]
            tube(line, [0.034, 0.02], steel, flat=0.55, across=(x, -y, 0))
        rail = reach * 1.16
        tube([(x * rail, -rail, height * 0.3), (x * rail, rail, height * 0.3)], 0.009, steel)
        tube([(-rail, x * rail, height * 0.3), (rail, x * rail, height * 0.3)], 0.009, steel)


def _pedestal(p: Parameters, height: float, radius: float) -> None:
    """A padded seat on a metal column, with a low back sometimes."""
    post, pad = metal("#77797d" if p["frame"] == "wood" else p["frame"]), cover(p["covering"], 0.4)
    lathe([(0, 0.0), (radius * 1.1, 0.0), (radius * 1.1, 0.008), (0.05, 0.03), (0.03, 0.06),
           (0.026, height - 0.1)], post)  # fmt: skip
    _hoop(radius * 0.7, height * 0.36, 0.01, post)
    tube([(0, -radius * 0.7, height * 0.36), (0, 0, height * 0.36)], 0.009, post)
    edge = [(0, -0.09), (radius, -0.085), (radius * 1.03, -0.05), (radius, -0.01), (radius * 0.8, 0), (0, 0)]
    lathe(edge, pad, at=(0, 0, height), sharp=80)
    if p["extra"]:
        ends = [(-radius, 0, height), (-radius, radius, height + 0.17), (radius, radius, height + 0.17)]
        tube(rounded([*ends, (radius, 0, height)], 0.15), 0.05, pad, flat=0.4, across=(0, 0, 1))


def _drum(p: Parameters, height: float, radius: float) -> None:
    """Glazed ceramic, waisted or bellied."""
    art = pattern(p["motif"], [p["ground"], p["ink"]], p["seed"], (1024, 448), 10)
    middle = 0.22 if p["extra"] else -0.28
    side = [(radius * (1 + middle * sin(radians(15 * t))), height * t / 12) for t in range(13)]
    lathe(side, glazed_ceramic(art), sharp=80)
    lathe([(radius, 0), (radius * 0.94, 0.014), (0, 0.016)], glazed_ceramic(p["ground"]), at=(0, 0, height))


def _padded(p: Parameters, height: float, radius: float) -> None:
    """An upholstered block on four legs."""
    wide, deep = radius * (2.8 if p["extra"] else 2.1), radius * 1.8
    soft_box((wide, deep, 0.14), cover(p["covering"], 0.4), softness=7, at=(0, 0, height - 0.14))
    corner_legs(wide * 0.9, deep * 0.9, height - 0.12, _frame(p))


def _saddle(p: Parameters, height: float, radius: float) -> None:
    """A bowed wooden seat on splayed legs."""
    timber, wide = _timber(p), radius * 1.2
    line = [(wide * t / 6, 0, height - 0.03 + 0.035 * (t / 6) ** 2) for t in range(-6, 7)]
    tube(line, radius * 0.75, wood(p["wood"], "x") if p["extra"] else timber, flat=0.12)
    corner_legs(wide * 2, radius * 1.7, height - 0.02, _timber(p, "z"))
    for level, side in ((0.25, -1), (0.35, 1)):
        y = side * radius * 0.75
        tube([(-wide * 0.92, y, height * level), (wide * 0.92, y, height * level)], 0.012, timber)
        tube([(side * wide * 0.92, -y, height * 0.3), (side * wide * 0.92, y, height * 0.3)], 0.012, timber)


BUILDERS = {
    "bar": _bar, "milking": _milking, "step": _step, "square": _square, "pedestal": _pedestal,
    "drum": _drum, "padded": _padded, "saddle": _saddle,
}  # fmt: skip
