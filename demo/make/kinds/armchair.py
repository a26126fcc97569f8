"""Armchairs: the sofa's shapes for one, wing chairs, tub chairs, shells and bowl chairs."""

from math import cos, pi, radians, sin
from random import Random

import words
from materials import Material, metal, plastic, wood
from product import Parameters, Product, View
from shapes import curve, extrude, lathe, ring, sheet, soft_box, tube
from shapes.legs import corner_legs, round_legs
from shapes.seating import SEATS
from soft_materials import straw
from upholstery import choose_covering, cover

COUNT = 20
PLACE = "floor"
VIEWS = (View(azimuth=28, elevation=16, light="left"), View(azimuth=-40, elevation=26, light="right"))
SHAPES = {
    "track": "Club Chair", "rolled": "Chesterfield Armchair", "wooden": "Mid-Century Lounge Chair",
    "cloud": "Cloud Accent Chair", "wing": "Wingback Chair", "tub": "Barrel Chair", "shell": "Shell Chair",
    "bowl": "Papasan Chair",
}  # fmt: skip
FRAMES = {"oak": "Oak", "walnut": "Walnut", "black": "Black Metal", "brass": "Gold Metal"}


def describe(random: Random) -> Product:
    """Choose an armchair and write what the shop says about it."""
    shape, frame = random.choice(list(SHAPES)), random.choice(list(FRAMES))
    frame = random.choice(("oak", "walnut")) if shape == "wooden" else frame
    covering, brand = choose_covering(random, printed=0.4), words.brand(random, "furniture")
    rim, legs = words.color(random, "white", *words.VIVID, "black"), f"{FRAMES[frame]} Legs"
    look = words.sentence([covering.look, covering.material])
    return Product(
        title=words.sentence([brand, look, f"{SHAPES[shape]} with {legs},", covering.tone]),
        brand=brand,
        price=words.price(random, 129, 649),
        categories=["Home & Kitchen", "Furniture", "Living Room Furniture", "Chairs"],
        features=[f"{covering.material} upholstery", legs, "Holds up to 330 pounds"],
        description=f"A {look.lower()} {SHAPES[shape].lower()} in {covering.tone.lower()}.",
        details={"Upholstery": covering.material, "Color": covering.tone, "Frame": FRAMES[frame]},
        parameters={
            "shape": shape, "covering": covering.parameters, "frame": frame, "rim": rim.hex,
            "legs": random.choice(("tapered", "block", "rod")), "width": random.choice((0.8, 0.88, 0.96)),
        },
    )  # fmt: skip


def build(parameters: Parameters) -> None:
    """Make the armchair."""
    name, shape, width = parameters["frame"], parameters["shape"], parameters["width"]
    cloth, frame = (
        cover(parameters["covering"], 0.6),
        wood(name) if name in ("oak", "walnut") else metal(name),
    )
    if shape in BUILDERS:
        BUILDERS[shape](parameters, cloth, frame)
    else:
        width += {"cloud": 0.25, "rolled": 0.12, "wooden": -0.1}.get(shape, 0.0)
        SEATS[shape](width, 1, cloth, frame, parameters["legs"])


def _wing(p: Parameters, cloth: Material, frame: Material) -> None:
    """A tall back with ears."""
    width = p["width"] * 0.86
    soft_box((width - 0.04, 0.72, 0.2), cloth, softness=16, at=(0, -0.02, 0.19))
    soft_box((width - 0.2, 0.6, 0.14), cloth, softness=8, at=(0, -0.08, 0.38))
    soft_box((width - 0.08, 0.16, 0.86), cloth, softness=9, at=(0, 0.28, 0.26), turn=(-8, 0, 0))
    side = [(-0.38, 0.2), (0.3, 0.2), (0.42, 1.06), (0.3, 1.12), (0.12, 1.02), (0.1, 0.74), (-0.02, 0.62)]
    side += [(-0.36, 0.6), (-0.4, 0.54)]
    for x in (-1, 1):
        extrude(side, 0.09, cloth, at=(x * (width / 2 - 0.045), 0, 0), turn=(0, 0, 90), rounding=0.035)
    corner_legs(width - 0.08, 0.6, 0.22, frame, p["legs"], 0.024)


def _tub(p: Parameters, cloth: Material, frame: Material) -> None:
    """A round back that runs into the arms."""
    radius = p["width"] / 2.1

    def wall(u: float, v: float) -> tuple[float, float, float]:
        turn = radians(-32 + 244 * u)
        top = 0.58 + 0.2 * max(0.0, sin(turn)) ** 2
        return radius * cos(turn), radius * sin(turn), 0.14 + v * (top - 0.14)

    sheet(wall, cloth, thickness=0.1, steps=(48, 8), levels=2)
    lathe([(0, 0.14), (radius * 0.98, 0.14), (radius * 0.98, 0.3), (0, 0.3)], cloth)
    seat = [(0, 0.28), (0.95, 0.29), (1.0, 0.36), (0.95, 0.43), (0.8, 0.45), (0, 0.46)]
    lathe([(r * (radius - 0.09), z) for r, z in seat], cloth, at=(0, -0.03, 0), sharp=180)
    if p["legs"] == "block":
        lathe([(0, 0), (radius * 0.8, 0), (radius * 0.8, 0.15)], frame)
    else:
        round_legs(4, 0.16, radius * 0.7, radius * 0.85, frame, 0.022)


def _shell(p: Parameters, cloth: Material, frame: Material) -> None:
    """A moulded shell with a cushion, on a wooden cross or a metal foot."""

    def skin(u: float, v: float) -> tuple[float, float, float]:
        across, along = 2 * u - 1, 2 * v - 1
        reach = 0.36 * (1 - 0.12 * along * along)
        line = curve([(-0.36, 0.4), (-0.1, 0.36), (0.18, 0.42), (0.3, 0.64), (0.38, 0.98)], 10)
        y, z = line[round(v * (len(line) - 1))]
        lift = 0.26 * abs(across) ** 2.6 * max(0.25, cos(along * pi / 2.6))
        return (
            across * reach * 1.1,
            y - 0.3 * abs(across) ** 2.4 * max(0.0, along),
            z + lift * (1 - max(0.0, along)),
        )

    sheet(skin, plastic(p["rim"], 0.35), thickness=0.014, steps=(24, 40), levels=1)
    soft_box((0.5, 0.48, 0.09), cloth, softness=4, at=(0, -0.06, 0.385), turn=(3, 0, 0))
    soft_box((0.42, 0.09, 0.44), cloth, softness=4, at=(0, 0.25, 0.46), turn=(-18, 0, 0))
    if p["legs"] == "rod":
        lathe([(0, 0), (0.28, 0), (0.28, 0.012), (0.05, 0.04), (0.028, 0.1), (0.028, 0.37)], frame)
    else:
        round_legs(4, 0.4, 0.1, 0.36, frame, 0.02)


def _bowl(p: Parameters, cloth: Material, frame: Material) -> None:
    """A round cushion in a tilted rattan bowl."""
    cane, radius, turn = straw("#b98a52", 0.01), p["width"] * 0.56, (32, 0, 0)
    for size, height in ((1.0, 0.3), (0.8, 0.12), (0.45, 0.0)):
        hoop = [(x, y, height) for x, y in ring(2 * radius * size, 2 * radius * size)]
        tube(hoop, 0.02, cane, closed=True, at=(0, 0, 0.36), turn=turn)
    for number in range(14):
        x, y = cos(number * pi / 7) * radius, sin(number * pi / 7) * radius
        line = [(x, y, 0.3), (x * 0.8, y * 0.8, 0.12), (x * 0.45, y * 0.45, 0)]
        tube(curve(line, 5), 0.012, cane, at=(0, 0, 0.36), turn=turn)
    pad = [
        (0, 0.06),
        (0.5, 0.08),
        (0.85, 0.22),
        (1.02, 0.36),
        (1.04, 0.43),
        (0.96, 0.46),
        (0.7, 0.3),
        (0, 0.2),
    ]
    lathe(curve([(r * radius, z) for r, z in pad], 4), cloth, at=(0, 0, 0.36), turn=turn, sharp=180)
    for level, size in ((0.02, 0.62), (0.3, 0.42)):
        hoop = [(x, y, level) for x, y in ring(2 * radius * size, 2 * radius * size)]
        tube(hoop, 0.02, cane, closed=True)
    round_legs(6, 0.3, radius * 0.42, radius * 0.62, cane, 0.016)


BUILDERS = {"wing": _wing, "tub": _tub, "shell": _shell, "bowl": _bowl}
