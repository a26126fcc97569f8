"""Wall clocks: round, square, octagonal, sunburst and pendulum, with printed faces."""

from math import cos, pi, sin
from random import Random

import words
from materials import Material, metal, painted_metal, plastic, wood
from prints.dials import NUMERALS, dial
from product import Parameters, Product, View
from shapes import ball, extrude, tube
from soft_materials import paper

COUNT = 18
SUPPORT = "wall"
PLACE = "wall"
VIEWS = (View(azimuth=0, elevation=4, light="left"), View(azimuth=32, elevation=10, light="right"))
STYLES = (
    "Round",
    "Round",
    "Round",
    "Square",
    "Octagonal",
    "Sunburst",
    "Sunburst",
    "Pendulum",
    "Frameless",
    "Arched",
)
FRAMES = {
    "Oak": ("Wood", "oak"), "Walnut": ("Wood", "walnut"), "Black": ("Metal", "black"),
    "Brass": ("Metal", "brass"), "Copper": ("Metal", "copper"), "Red": ("Plastic", "#c3202b"),
    "Teal": ("Plastic", "#1f7f86"), "Mustard": ("Plastic", "#cf9a23"), "Navy": ("Plastic", "#1c2745"),
    "Slate": ("Plastic", "#5c646c"),
}  # fmt: skip
MOTIFS = {
    "": "", "rings": "Target", "half": "Two-Tone", "sun": "Sun", "flower": "Flower", "mountain": "Mountain",
    "floral": "Floral", "terrazzo": "Terrazzo", "leaves": "Botanical", "geometric": "Geometric",
    "moon": "Moon", "waves": "Wave", "heart": "Heart", "star": "Star",
}  # fmt: skip
SIDES = {"Square": 4, "Octagonal": 8}


def describe(random: Random) -> Product:
    """Choose a wall clock and write what the shop says about it."""
    style, numerals = random.choice(STYLES), random.choice(NUMERALS)
    motif = random.choice(("", *MOTIFS))
    frame = random.choice(list(FRAMES))
    ground, ink = words.pair(random)
    numerals = "quarters" if numerals == "none" and not motif else numerals
    first, second = _accents(random, ground, ink)
    material = FRAMES[frame][0] if style != "Frameless" else "Acrylic"
    size = random.choice((0.25, 0.3, 0.36))
    brand = words.brand(random, "home")
    look = {"roman": "Roman Numeral", "lines": "Minimalist", "dots": "Modern"}.get(numerals, "")
    name = words.sentence([MOTIFS[motif], look, style, "Wall Clock"])
    tone = f"{ground.name} Dial, {frame} {material} Frame" if style != "Frameless" else f"{ground.name} Dial"
    return Product(
        title=f"{brand} {name}, {size / 0.0254:.0f} Inch Silent, {tone}",
        brand=brand,
        price=words.price(random, 14, 70),
        categories=["Home & Kitchen", "Home Décor Products", "Clocks", "Wall Clocks"],
        features=[f"{words.inches(size)} across", "Silent quartz movement", "Runs on one AA battery"],
        description=f"A {name.lower()} with a {ground.name.lower()} dial.",
        details={"Material": material, "Color": ground.name, "Diameter": words.inches(size)},
        parameters={
            "style": style, "numerals": numerals, "motif": motif, "frame": frame, "ground": ground.hex,
            "ink": ink.hex, "first": first, "second": second, "size": size, "brand": brand,
            "seed": random.randrange(10**6), "hour": random.choice((10.15, 1.85, 8.3, 9.6)),
        },
    )  # fmt: skip


def _accents(random: Random, ground: words.Color, ink: words.Color) -> tuple[str, str]:
    """Two colors near enough to the ground for the ink to stand out on them."""
    light = words.brightness(ground.hex)
    near = [color.hex for name in (*words.VIVID, "beige", "brown") for color in words.FAMILIES[name]
            if abs(words.brightness(color.hex) - words.brightness(ink.hex)) > 0.22
            and abs(words.brightness(color.hex) - light) > 0.06]  # fmt: skip
    return random.choice(near), random.choice(near)


def build(parameters: Parameters) -> None:
    """Build frame, face and hands; the face looks to the front."""
    style, radius = parameters["style"], parameters["size"] / 2
    kind, name = FRAMES[parameters["frame"]]
    frame = (
        wood(name, axis="x")
        if kind == "Wood"
        else metal(name, 0.25)
        if kind == "Metal"
        else plastic(name, 0.3)
    )
    colors = [parameters[key] for key in ("ground", "ink", "first", "second")]
    face = paper(
        dial(parameters["numerals"], parameters["motif"], colors, parameters["seed"], parameters["brand"]),
        0.3,
    )
    reach = radius * (0.62 if style == "Sunburst" else 0.92)
    segments = SIDES.get(style, 96)
    if style == "Sunburst":
        _rays(radius, frame)
    elif style in ("Pendulum", "Arched"):
        _case(style, radius, frame)
    _face(reach, segments, face)
    if style != "Frameless":
        _rim(reach, segments, frame)
    hands = painted_metal(parameters["ink"], 0.4)
    hour, minute = parameters["hour"] / 12, parameters["hour"] % 1
    _hand(reach * 0.5, reach * 0.035, hour, -0.012, hands)
    _hand(reach * 0.76, reach * 0.024, minute, -0.015, hands)
    ball(reach * 0.1, hands, at=(0, -0.013, 0))


def _outline(radius: float, segments: int) -> list[tuple[float, float]]:
    """A polygon that stands on a side."""
    grow = 1 / cos(pi / segments)
    angles = [2 * pi * (step + 0.5) / segments - pi / 2 for step in range(segments)]
    return [(radius * grow * cos(angle), radius * grow * sin(angle)) for angle in angles]


def _face(reach: float, segments: int, material: Material) -> None:
    """The printed face."""
    extrude(_outline(reach, segments), 0.012, material, rounding=0)


def _rim(reach: float, segments: int, material: Material) -> None:
    """A frame round the face."""
    outer, inner = _outline(reach * 1.1, segments), _outline(reach * 0.97, segments)
    extrude(outer, 0.036, material, holes=[inner], rounding=0)


def _rays(radius: float, material: Material) -> None:
    """Long and short bars round the face."""
    for ray in range(24):
        angle, end = 2 * pi * ray / 24, radius * (1.15 if ray % 2 else 0.9)
        tube(
            [(0, 0.004, 0), (end * cos(angle), 0.004, end * sin(angle))],
            [radius * 0.05, radius * 0.012],
            material,
        )


def _case(style: str, radius: float, material: Material) -> None:
    """A board behind the face: an arch, or a long case with a pendulum."""
    low = -radius * (2.3 if style == "Pendulum" else 1.35)
    arch = [(1.16 * radius * cos(pi * t / 40), 1.16 * radius * sin(pi * t / 40)) for t in range(41)]
    extrude(
        [*arch, (-1.16 * radius, low), (1.16 * radius, low)],
        0.012,
        material,
        at=(0, 0.014, 0),
        rounding=0.001,
    )
    if style == "Pendulum":
        brass = metal("brass", 0.2)
        tube([(0, -0.004, -radius), (0, -0.004, low * 0.84)], radius * 0.02, brass)
        ball((radius * 0.44, 0.014, radius * 0.44), brass, at=(0, -0.006, low * 0.82))


def _hand(length: float, width: float, turn: float, depth: float, material: Material) -> None:
    """A hand that points to a part of the round."""
    angle = 2 * pi * turn
    start, end = -0.18 * length, length
    line = [(reach * sin(angle), depth, reach * cos(angle)) for reach in (start, end)]
    tube(line, [width, width * 0.6], material)
