"""Mugs: straight, rounded, tapered or barrel, glazed, speckled, patterned or with a logo."""

from random import Random

import words
from materials import glazed_ceramic, matte_ceramic, painted_metal
from prints import logo, pattern, stamp
from prints.packs import plain
from product import Parameters, Product, View
from shapes import curve, lathe, rounded, tube

COUNT = 20
VIEWS = (
    View(azimuth=-14, elevation=20, light="left"),
    View(azimuth=-44, elevation=34, light="right"),
    View(azimuth=62, elevation=12, light="window"),
)
PROFILES = {  # radius at parts of the height, in parts of the widest radius
    "Straight": [(0.9, 0.0), (1.0, 0.06), (1.0, 0.5), (1.0, 1.0)],
    "Rounded": [(0.62, 0.0), (0.9, 0.16), (1.0, 0.45), (0.94, 0.8), (0.9, 1.0)],
    "Tapered": [(0.66, 0.0), (0.7, 0.05), (0.84, 0.5), (1.0, 1.0)],
    "Barrel": [(0.76, 0.0), (0.9, 0.2), (1.0, 0.5), (0.92, 0.8), (0.84, 1.0)],
    "Latte": [(0.5, 0.0), (0.6, 0.05), (0.86, 0.35), (1.0, 0.7), (1.02, 1.0)],
}
FINISHES = ("plain", "speckled", "pattern", "pattern", "logo", "two-tone", "enamel")
PATTERNS = {
    "stripes": "Striped", "dots": "Polka Dot", "floral": "Floral", "geometric": "Geometric",
    "chevron": "Chevron", "leaves": "Botanical", "hearts": "Heart", "terrazzo": "Terrazzo",
    "dip": "Dip-Glazed", "ombre": "Ombre", "checks": "Checkered", "brush": "Brushstroke",
}  # fmt: skip


def describe(random: Random) -> Product:
    """Choose a mug and write what the shop says about it."""
    shape, finish = random.choice(list(PROFILES)), random.choice(FINISHES)
    ground, ink = words.pair(random)
    motif = random.choice(list(PATTERNS)) if finish == "pattern" else ""
    brand, ounces = words.brand(random, "kitchen"), random.choice((10, 12, 15, 20))
    look = {
        "speckled": "Speckled", "pattern": PATTERNS.get(motif, ""), "logo": "Logo",
        "two-tone": "Two-Tone", "enamel": "Enamel Camping",
    }.get(finish, "")  # fmt: skip
    material = "Steel" if finish == "enamel" else "Ceramic"
    title = words.sentence([brand, look, shape, f"{material} Coffee Mug, {ounces} oz,", ground.name])
    return Product(
        title=title,
        brand=brand,
        price=words.price(random, 7, 24),
        categories=["Home & Kitchen", "Kitchen & Dining", "Dining & Entertaining", "Mugs & Cups"],
        features=[f"Holds {ounces} ounces", f"{shape} shape with a wide handle", "Dishwasher safe"],
        description=f"A {look.lower()} {shape.lower()} mug in {ground.name.lower()}.".replace("  ", " "),
        details={"Material": material, "Color": ground.name, "Capacity": f"{ounces} Fluid Ounces"},
        parameters={
            "shape": shape, "finish": finish, "motif": motif, "ground": ground.hex, "ink": ink.hex,
            "brand": brand, "seed": random.randrange(10**6), "repeat": random.choice((5, 7, 9)),
            "height": 0.075 + 0.0028 * ounces, "radius": 0.036 + 0.0006 * ounces,
            "handle": random.choice(("round", "square", "ear")),
        },
    )  # fmt: skip


def build(parameters: Parameters) -> None:
    """Turn the body and bend the handle."""
    height, radius, ground = parameters["height"], parameters["radius"], parameters["ground"]
    outside, inside = _glazes(parameters)
    wall = curve([(r * radius, z * height) for r, z in PROFILES[parameters["shape"]]], steps=6)
    foot = [(0.0, 0.003), (wall[0][0] * 0.86, 0.003), (wall[0][0] * 0.9, 0.0)]
    lathe([*foot, *wall], outside, thickness=0.004, inner=inside)
    rim = radius * PROFILES[parameters["shape"]][-1][0] - 0.002
    lathe([(rim - 0.0021, height), (rim, height + 0.0012), (rim + 0.0021, height)], inside)
    grip = glazed_ceramic(parameters["ink"] if parameters["finish"] == "two-tone" else ground)
    if parameters["finish"] == "enamel":
        grip = painted_metal(ground)
    _handle(parameters["handle"], wall, height, grip)


def _glazes(parameters: Parameters) -> tuple:
    """The glaze outside and the one inside."""
    ground, ink, finish = parameters["ground"], parameters["ink"], parameters["finish"]
    if finish == "pattern":
        design = pattern(
            parameters["motif"], [ground, ink], parameters["seed"], (768, 320), parameters["repeat"] * 2
        )
        return glazed_ceramic(design), glazed_ceramic(ground)
    if finish == "logo":
        mark = logo(parameters["brand"], 190, 170, ink, parameters["seed"])
        return glazed_ceramic(stamp(plain(ground, 768, 300), mark)), glazed_ceramic(ground)
    if finish == "speckled":
        return matte_ceramic(ground, speckle=0.8), glazed_ceramic(ground, speckle=0.4)
    if finish == "enamel":
        return painted_metal(ground), painted_metal("#f4f3ef")
    return glazed_ceramic(ground), glazed_ceramic(ink if finish == "two-tone" else ground)


def _handle(style: str, wall: list, height: float, material) -> None:
    """Bend a handle on the right side."""
    low, high = wall[len(wall) // 5], wall[int(len(wall) * 0.86)]
    out = max(low[0], high[0]) + height * 0.3
    corners = [
        (low[0] - 0.003, 0, low[1]),
        (out, 0, low[1]),
        (out, 0, high[1]),
        (high[0] - 0.003, 0, high[1]),
    ]
    if style == "square":
        line = rounded(corners, height * 0.12, steps=8)
    elif style == "round":
        line = rounded(corners, height * 0.5, steps=14)
    else:
        drop = height * 0.1
        line = curve([corners[0], (out * 0.9, 0, low[1] + drop), (out, 0, high[1] - drop), corners[3]], 10)
    tube(line, 0.0062, material, flat=0.7)
