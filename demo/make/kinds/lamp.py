"""Table lamps: shaded lamps on turned bases, mushroom, globe, tripod and desk lamps."""

from math import cos, pi, sin
from random import Random

import words
from materials import Material, glazed_ceramic, metal, painted_metal, wood
from prints import pattern
from product import Parameters, Product, View
from shapes import ball, curve, group, lathe, rounded, tube
from soft_materials import glow, lampshade

COUNT = 20
VIEWS = (View(azimuth=14, elevation=10, light="left"), View(azimuth=-35, elevation=24, light="right"))
BASES = {  # radius and height in parts of the base's height
    "Gourd": [(0.3, 0.0), (0.34, 0.04), (0.4, 0.22), (0.28, 0.5), (0.22, 0.68), (0.12, 0.88), (0.05, 1.0)],
    "Ball": [(0.2, 0.0), (0.42, 0.18), (0.48, 0.46), (0.36, 0.76), (0.08, 0.92), (0.05, 1.0)],
    "Column": [(0.3, 0.0), (0.3, 0.05), (0.1, 0.1), (0.1, 0.5), (0.1, 0.94), (0.05, 1.0)],
    "Urn": [(0.26, 0.0), (0.24, 0.06), (0.12, 0.14), (0.3, 0.5), (0.34, 0.7), (0.14, 0.92), (0.05, 1.0)],
    "Spindle": [(0.32, 0.0), (0.3, 0.06), (0.1, 0.16), (0.2, 0.3), (0.08, 0.44), (0.2, 0.6), (0.08, 0.78),
                (0.12, 0.9), (0.05, 1.0)],
    "Cone": [(0.42, 0.0), (0.42, 0.03), (0.28, 0.4), (0.14, 0.8), (0.05, 1.0)],
}  # fmt: skip
STYLES = (*BASES, *BASES, "Mushroom", "Mushroom", "Globe", "Tripod", "Desk", "Desk")
SHADES = {
    "Drum": (0.9, 1.0, 0.62),
    "Empire": (0.55, 1.0, 0.74),
    "Cone": (0.22, 1.0, 0.66),
    "Tall": (0.72, 0.8, 1.0),
}
PATTERNS = {
    "pinstripes": "Striped", "dots": "Polka Dot", "floral": "Floral", "leaves": "Botanical",
    "chevron": "Zigzag", "plaid": "Plaid", "stars": "Star", "waves": "Wave", "geometric": "Geometric",
}  # fmt: skip


def describe(random: Random) -> Product:
    """Choose a lamp and write what the shop says about it."""
    style, shade = random.choice(STYLES), random.choice(list(SHADES))
    finish = random.choice(("ceramic", "ceramic", "wood", "metal", "painted"))
    ground, ink = words.pair(random)
    shaded = style in BASES or style == "Tripod"
    motif = random.choice(list(PATTERNS)) if shaded and random.random() < 0.45 else ""
    cloth = words.color(random, "beige", "orange", "red", "yellow", "teal", "blue", "pink", "green")
    material, tint = _material_words(random, finish, ground, "wood" if style == "Tripod" else "")
    height = random.choice((0.36, 0.44, 0.52))
    look = f"{PATTERNS[motif]} {shade} Shade" if motif else f"{cloth.name} {shade} Shade"
    tone = (
        tint.title() if material in ("Wood", "Metal") and style not in ("Mushroom", "Desk") else ground.name
    )
    if style in ("Mushroom", "Desk"):
        material = "Metal"
    brand = words.brand(random, "home")
    name = f"{material} Desk Lamp" if style == "Desk" else f"{style} {material} Table Lamp"
    if style == "Globe":
        tone = f"{cloth.name} and {tone}"
    with_shade = f"{name} with {look}," if shaded else f"{name},"
    title = words.sentence([brand, with_shade, words.inches(height), "Tall,", tone])
    return Product(
        title=title,
        brand=brand,
        price=words.price(random, 22, 110),
        categories=["Tools & Home Improvement", "Lighting & Ceiling Fans", "Lamps & Shades", "Table Lamps"],
        features=[f"{words.inches(height)} tall", "Takes an E26 bulb", "Switch on the cord"],
        description=f"A {name.lower()} in {tone.lower()}.",
        details={"Material": material, "Color": tone, "Item Height": words.inches(height)},
        parameters={
            "style": style, "shade": shade, "finish": finish, "motif": motif, "ground": ground.hex,
            "tint": tint, "ink": ink.hex, "cloth": cloth.hex, "height": height,
            "seed": random.randrange(10**6), "repeat": random.choice((6, 8, 10)),
        },
    )  # fmt: skip


def _material_words(random: Random, finish: str, ground: words.Color, forced: str) -> tuple[str, str]:
    """The material's name in the shop, and the wood, metal or color it has."""
    if "wood" in (finish, forced):
        return "Wood", random.choice(("oak", "walnut", "mahogany", "whitewashed"))
    if finish == "metal":
        return "Metal", random.choice(("brass", "copper", "silver", "bronze"))
    return ("Ceramic" if finish == "ceramic" else "Resin"), ground.hex


def build(parameters: Parameters) -> None:
    """Build the lamp of its style."""
    style, height = parameters["style"], parameters["height"]
    material = _base_material(parameters)
    if style == "Mushroom":
        _mushroom(
            height * 0.8, painted_metal(parameters["ground"]), material, 0.4 + parameters["seed"] % 4 * 0.17
        )
    elif style == "Globe":
        profile = [(0, 0), (0.07, 0), (0.075, 0.01), (0.07, 0.05), (0.03, 0.06), (0, 0.06)]
        lathe(profile, material)
        ball(height * 0.5, lampshade(parameters["cloth"], 0.25), at=(0, 0, 0.055 + height * 0.25))
    elif style == "Desk":
        _desk(height, painted_metal(parameters["ground"]), metal("brass"))
    else:
        tall = height * 0.56
        if style == "Tripod":
            _tripod(tall, material)
        else:
            lathe([(0, 0), *curve([(r * tall, z * tall) for r, z in BASES[style]], 6)], material)
        _shade(parameters, height, tall)


def _base_material(parameters: Parameters) -> Material:
    """The surface of the base."""
    finish, tint = parameters["finish"], parameters["tint"]
    if not tint.startswith("#"):
        return wood(tint) if tint in ("oak", "walnut", "mahogany", "whitewashed") else metal(tint, 0.22)
    return glazed_ceramic(tint) if finish == "ceramic" else painted_metal(tint)


def _shade(parameters: Parameters, height: float, tall: float) -> None:
    """A shade of cloth round the bulb, held by a brass stem."""
    top, wide, rise = SHADES[parameters["shade"]]
    radius = height * 0.3
    paint = parameters["cloth"]
    if parameters["motif"]:
        inks = [paint, parameters["ink"], parameters["ground"]]
        paint = pattern(parameters["motif"], inks, parameters["seed"], (1024, 340), parameters["repeat"])
    low, high = tall * 0.98, tall * 0.98 + radius * rise * 1.1
    lathe([(radius * wide, low), (radius * top, high)], lampshade(paint, 0.16), thickness=0.002)
    tube([(0, 0, tall * 0.97), (0, 0, high + 0.012)], 0.006, metal("brass"))
    ball(0.022, metal("brass"), at=(0, 0, high + 0.014))
    tube(
        [(-radius * top * 0.97, 0, high - 0.012), (radius * top * 0.97, 0, high - 0.012)],
        0.0025,
        metal("brass"),
    )


def _mushroom(height: float, material: Material, foot: Material, arch: float) -> None:
    """A flat or high dome over a stem that swells towards its foot."""
    lathe([(0, 0), *curve([(0.085, 0), (0.08, 0.012), (0.03, 0.06), (0.024, height * 0.62)], 8)], foot)
    radius = height * 0.5
    dome = [(radius * cos(pi * t / 32), height * 0.62 + radius * arch * sin(pi * t / 32)) for t in range(17)]
    lathe(dome, material, thickness=0.003, inner=painted_metal("#f4efe2"))
    ball(0.05, glow("#ffe6b8", 2.0), at=(0, 0, height * 0.64))


def _tripod(tall: float, material: Material) -> None:
    """Three slanting legs under a disc."""
    for leg in range(3):
        angle = -pi / 2 + pi / 3 + 2 * pi * leg / 3
        foot = (0.5 * tall * cos(angle), 0.5 * tall * sin(angle), 0.0)
        tube([foot, (0.02 * cos(angle), 0.02 * sin(angle), tall * 0.96)], [0.008, 0.012], material)
    lathe([(0, tall * 0.92), (0.035, tall * 0.92), (0.035, tall), (0, tall)], material)


def _desk(height: float, material: Material, joint: Material) -> None:
    """A bent arm on a round foot with a metal cone at its end."""
    lathe(
        [(0, 0), (0.085, 0), (0.085, 0.012), (0.078, 0.018), (0, 0.018)], material, at=(height * 0.18, 0, 0)
    )
    start, elbow, end = (
        (height * 0.18, 0, 0.01),
        (height * 0.32, 0, height * 0.5),
        (-height * 0.1, 0, height * 0.95),
    )
    tube(rounded([start, elbow, end], height * 0.04), 0.007, material)
    ball(0.026, joint, at=elbow)
    ball(0.026, joint, at=end)
    cone = [(0.02, 0.05), (0.03, 0.045), (0.04, 0.0), (0.085, -0.09)]
    head = lathe(cone[::-1], material, thickness=0.002, inner=painted_metal("#f4efe2"))
    cap = lathe([(0.026, 0.045), (0.022, 0.058), (0, 0.06)], joint)
    bulb = ball(0.05, glow("#ffe6b8", 2.0), at=(0, 0, -0.06))
    group([head, cap, bulb], at=(end[0] - 0.03, 0, end[2] - 0.03), turn=(0, 30, 0))
