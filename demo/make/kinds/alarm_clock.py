"""Table clocks: twin-bell alarms, round, square and arched clocks on feet."""

from math import cos, pi, sin
from random import Random

import words
from materials import Material, metal, painted_metal, plastic, wood
from prints.dials import dial
from product import Parameters, Product, View
from shapes import ball, extrude, lathe, ring, tube
from soft_materials import paper

COUNT = 10
VIEWS = (View(azimuth=10, elevation=10, light="left"), View(azimuth=-30, elevation=22, light="right"))
STYLES = {
    "Twin Bell": "Alarm Clock",
    "Round": "Desk Clock",
    "Square": "Alarm Clock",
    "Arched": "Mantel Clock",
}
MOTIFS = {"": "", "sun": "Sun", "heart": "Heart", "rings": "Target", "flower": "Flower", "dots": "Polka Dot",
          "half": "Two-Tone", "moon": "Moon"}  # fmt: skip


def describe(random: Random) -> Product:
    """Choose a table clock and write what the shop says about it."""
    style, motif = random.choice(list(STYLES)), random.choice(("", *MOTIFS))
    numerals = random.choice(("arabic", "arabic", "roman", "quarters", "lines"))
    body = words.color(random, *words.VIVID, "black", "gray")
    ground = words.color(random, "white", "white", "beige", "yellow", "pink")
    families = ("yellow", "pink", "teal", "orange", "red")
    near = [color.hex for name in families for color in words.FAMILIES[name]
            if abs(words.brightness(color.hex) - words.brightness(ground.hex)) > 0.14]  # fmt: skip
    accents = [random.choice(near) for _ in range(2)]
    grain = random.choice(("", "oak", "walnut", "mahogany")) if style in ("Square", "Arched") else ""
    tone = grain.title() if grain else body.name
    material = "Wood" if grain else "Metal" if style == "Twin Bell" else "Plastic"
    brand, size = words.brand(random, "home"), random.choice((0.09, 0.11, 0.13))
    name = words.sentence([MOTIFS[motif], style, material, STYLES[style]])
    return Product(
        title=f"{brand} {name}, {size / 0.0254:.1f} Inch, {tone} with {ground.name} Dial",
        brand=brand,
        price=words.price(random, 11, 45),
        categories=["Home & Kitchen", "Home Décor Products", "Clocks", "Alarm Clocks"],
        features=[f"{words.inches(size)} wide", "No ticking", "Runs on one AA battery"],
        description=f"A {name.lower()} in {tone.lower()}.",
        details={"Material": material, "Color": tone, "Item Width": words.inches(size)},
        parameters={
            "style": style, "motif": motif, "numerals": numerals, "body": body.hex, "ground": ground.hex,
            "accents": accents, "grain": grain, "size": size, "brand": brand,
            "seed": random.randrange(10**6), "hour": random.choice((10.15, 1.85, 8.3, 7.0)),
        },
    )  # fmt: skip


def build(parameters: Parameters) -> None:
    """Build the case, and the face with its hands before it."""
    style, size, grain = parameters["style"], parameters["size"], parameters["grain"]
    case = wood(grain, axis="x") if grain else plastic(parameters["body"], 0.25)
    radius = size / 2
    middle = radius * 1.25 if style in ("Twin Bell", "Round") else radius * 1.02
    if style == "Twin Bell":
        case = painted_metal(parameters["body"])
        _bells(radius, middle, case)
    elif style == "Round":
        _legs(radius, middle, case)
    else:
        arch = [(radius * cos(pi * t / 40), middle + radius * sin(pi * t / 40)) for t in range(41)]
        square = [(x, z + radius) for x, z in ring(size, size, squareness=8, steps=64)]
        shape = square if style == "Square" else [*arch, (-radius, 0), (radius, 0)]
        extrude(shape, radius * 0.7, case, at=(0, radius * 0.35, 0), rounding=0.003)
    if style in ("Twin Bell", "Round"):
        drum = [(0, -radius * 0.7), (radius * 0.9, -radius * 0.7), (radius, -radius * 0.6), (radius, 0)]
        lathe(
            [*drum, (radius * 0.96, radius * 0.05), (radius * 0.9, 0)],
            case,
            at=(0, 0, middle),
            turn=(90, 0, 0),
        )
    _face(parameters, radius * 0.9, middle)


def _face(parameters: Parameters, reach: float, middle: float) -> None:
    """The printed face, its brass ring and the hands."""
    colors = [parameters["ground"], "#1d1d1f", *parameters["accents"]]
    print_ = dial(
        parameters["numerals"], parameters["motif"], colors, parameters["seed"], parameters["brand"]
    )
    extrude(
        [(x, z + middle) for x, z in ring(2 * reach, 2 * reach, steps=96)],
        0.004,
        paper(print_, 0.3),
        rounding=0,
    )
    edge = [(reach * cos(2 * pi * t / 64), -0.002, middle + reach * sin(2 * pi * t / 64)) for t in range(64)]
    tube(edge, reach * 0.045, metal("brass", 0.25), closed=True)
    hands = painted_metal("#1d1d1f", 0.4)
    for length, width, part in ((0.5, 0.045, parameters["hour"] / 12), (0.76, 0.03, parameters["hour"] % 1)):
        x, z = sin(2 * pi * part) * reach, cos(2 * pi * part) * reach
        tip = (x * length, -0.005, middle + z * length)
        tube([(-x * 0.1, -0.005, middle - z * 0.1), tip], [reach * width, reach * width * 0.6], hands)
    ball(reach * 0.12, hands, at=(0, -0.005, middle))


def _legs(radius: float, middle: float, material: Material) -> None:
    """Two slanting feet in front and a stay behind."""
    for x, y in ((-0.55, 0.1), (0.55, 0.1), (0.0, 0.6)):
        top = (x * radius * 0.8, y * radius, middle - radius * 0.7)
        tube([top, (x * radius * 1.25, y * radius, 0.004)], radius * 0.08, material)
        ball(radius * 0.2, material, at=(x * radius * 1.25, y * radius, radius * 0.1))


def _bells(radius: float, middle: float, material: Material) -> None:
    """Feet, two bells, a hammer and a handle on top."""
    _legs(radius, middle, material)
    brass = metal("brass", 0.2)
    for side in (-1, 1):
        dome = [(radius * 0.42 * cos(pi * t / 24), radius * 0.36 * sin(pi * t / 24)) for t in range(13)]
        x, z = side * radius * 0.62, middle + radius * 0.98
        lathe(dome, brass, thickness=0.001, at=(x, radius * 0.3, z), turn=(0, side * 32, 0))
        tube(
            [(x * 0.7, radius * 0.3, middle + radius * 0.6), (x, radius * 0.3, z + radius * 0.1)],
            0.002,
            brass,
        )
    top = middle + radius * 1.42
    tube(
        [(0, radius * 0.3, middle + radius * 0.8), (0, radius * 0.3, top - radius * 0.14)],
        radius * 0.04,
        brass,
    )
    low, arch = middle + radius * 0.8, [(cos(pi * t / 24), sin(pi * t / 24) ** 0.6) for t in range(25)]
    bow = [(radius * 0.4 * x, radius * 0.45, low + (top + radius * 0.3 - low) * z) for x, z in arch]
    tube(bow, radius * 0.045, material)
