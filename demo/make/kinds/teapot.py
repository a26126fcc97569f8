"""Teapots: round, pear, drum, dome and cast-iron pots with spout, handle and lid."""

from math import cos, pi, sin
from random import Random

import words
from materials import Material, glazed_ceramic, matte_ceramic, metal, painted_metal, wood
from prints import pattern
from product import Parameters, Product, View
from shapes import ball, curve, lathe, rounded, tube

COUNT = 18
VIEWS = (View(azimuth=-14, elevation=16, light="left"), View(azimuth=32, elevation=32, light="right"))
PROFILES = {  # radius and height in parts of the widest radius; the last point is the lid's opening
    "Round": [(0.5, 0.0), (0.84, 0.22), (1.0, 0.7), (0.84, 1.16), (0.5, 1.36)],
    "Pear": [(0.66, 0.0), (0.96, 0.26), (0.98, 0.6), (0.68, 1.1), (0.5, 1.5), (0.52, 1.66)],
    "Drum": [(0.94, 0.0), (1.0, 0.08), (1.0, 1.0), (0.94, 1.1), (0.6, 1.14)],
    "Squat": [(0.6, 0.0), (0.9, 0.14), (1.0, 0.4), (0.86, 0.68), (0.5, 0.8)],
    "Tall": [(0.62, 0.0), (0.74, 0.1), (0.72, 0.9), (0.62, 1.7), (0.5, 1.84)],
    "Conical": [(0.98, 0.0), (1.0, 0.06), (0.84, 0.6), (0.62, 1.2), (0.5, 1.38)],
}
FINISHES = ("glazed", "speckled", "pattern", "pattern", "pattern", "two-tone", "steel", "cast iron", "enamel")
PATTERNS = {
    "stripes": "Striped", "dots": "Polka Dot", "floral": "Floral", "leaves": "Botanical", "waves": "Wave",
    "ombre": "Ombre", "checks": "Checkered", "band": "Banded", "brush": "Brushstroke", "hearts": "Heart",
}  # fmt: skip


def describe(random: Random) -> Product:
    """Choose a teapot and write what the shop says about it."""
    shape, finish = random.choice(list(PROFILES)), random.choice(FINISHES)
    handle = random.choice(("side", "side", "over the top", "straight"))
    ground, ink = words.pair(random)
    second = words.color(random, *words.VIVID)
    motif = random.choice(list(PATTERNS)) if finish == "pattern" else ""
    material = {"steel": "Metal", "cast iron": "Cast Iron", "enamel": "Enamel"}.get(finish, "Ceramic")
    if finish == "cast iron":
        ground = words.named(
            random.choice(("Matte Black", "Petrol", "Burgundy", "Forest Green", "Rust", "Navy"))
        )
    tone = random.choice(("steel", "copper", "brass")) if finish == "steel" else ground.name
    tint = tone if finish == "steel" else ground.hex
    look = PATTERNS.get(motif, {"speckled": "Speckled", "two-tone": "Two-Tone"}.get(finish, ""))
    brand, ounces = words.brand(random, "kitchen"), random.choice((24, 32, 40))
    with_handle = {"over the top": "with Top Handle", "straight": "with Straight Handle"}.get(handle, "")
    name = words.sentence([look, shape, material, "Teapot", with_handle])
    return Product(
        title=f"{brand} {name}, {ounces} oz, {tone.title()}",
        brand=brand,
        price=words.price(random, 18, 65),
        categories=["Home & Kitchen", "Kitchen & Dining", "Coffee, Tea & Espresso", "Teapots"],
        features=[f"Holds {ounces} ounces", f"{shape} body with lid", "Pours without dripping"],
        description=f"A {name.lower()} in {tone.lower()}.",
        details={"Material": material, "Color": tone.title(), "Capacity": f"{ounces} Fluid Ounces"},
        parameters={
            "shape": shape, "finish": finish, "motif": motif, "tint": tint, "ink": ink.hex,
            "second": second.hex, "handle": handle, "radius": 0.058 + 0.0006 * ounces,
            "seed": random.randrange(10**6), "repeat": random.choice((6, 8, 10)),
            "knob": random.choice(("ball", "disc", "wood")), "curved": random.random() < 0.6,
        },
    )  # fmt: skip


def build(parameters: Parameters) -> None:
    """Turn the body and the lid, and add spout and handle."""
    radius = parameters["radius"]
    wall = curve([(r * radius, z * radius) for r, z in PROFILES[parameters["shape"]]], steps=8)
    body, trim = _materials(parameters)
    lathe([(0, 0.003), (wall[0][0] * 0.9, 0.003), (wall[0][0] * 0.94, 0), *wall], body)
    _lid(*wall[-1], parameters, trim)
    _spout(wall, parameters, trim)
    _handle(wall, parameters, trim)


def _materials(parameters: Parameters) -> tuple[Material, Material]:
    """The surface of the body, and that of lid, spout and handle."""
    finish, tint, ink = parameters["finish"], parameters["tint"], parameters["ink"]
    if finish == "pattern":
        inks = [tint, ink, parameters["second"]]
        design = pattern(parameters["motif"], inks, parameters["seed"], (1024, 380), parameters["repeat"])
        return glazed_ceramic(design), glazed_ceramic(tint)
    if finish == "steel":
        return metal(tint, 0.16), metal(tint, 0.16)
    if finish == "cast iron":
        red, green, blue = (min(255, int(int(tint[place : place + 2], 16) * 1.3) + 30) for place in (1, 3, 5))
        knobs = pattern("dots", [tint, f"#{red:02x}{green:02x}{blue:02x}"], 1, (1024, 380), 26)
        return painted_metal(knobs, 0.5), painted_metal(tint, 0.5)
    if finish == "enamel":
        return painted_metal(tint), painted_metal(ink)
    if finish == "speckled":
        return matte_ceramic(tint, speckle=0.9), matte_ceramic(tint, speckle=0.9)
    return glazed_ceramic(tint), glazed_ceramic(ink if finish == "two-tone" else tint)


def _lid(width: float, height: float, parameters: Parameters, trim: Material) -> None:
    """A low dome with a knob."""
    rise = width * 0.34
    dome = [(width * 1.04 * cos(pi * t / 20), height + rise * sin(pi * t / 20)) for t in range(11)]
    lathe([(width * 1.04, height - 0.003), *dome], trim)
    top, size = height + rise, parameters["radius"] * 0.26
    if parameters["knob"] == "disc":
        lathe([(size * 0.4, top - 0.003), (size * 0.3, top + size * 0.5), (size, top + size * 0.7),
               (size, top + size), (0, top + size * 1.1)], trim)  # fmt: skip
    else:
        ball(size * 1.5, wood("oak") if parameters["knob"] == "wood" else trim, at=(0, 0, top + size * 0.6))


def _spout(wall: list, parameters: Parameters, trim: Material) -> None:
    """A spout on the left, curved like a swan's neck or straight, with a dark mouth."""
    radius = parameters["radius"]
    low, top = wall[int(len(wall) * 0.3)], wall[-1][1]
    start = (-low[0] * 0.86, 0.0, low[1])
    tip = (-max(r for r, _ in wall) - radius * 0.72, 0.0, top * 0.98)
    if parameters["curved"]:
        middle = [
            (tip[0] * 0.78, 0.0, low[1] * 0.9 + tip[2] * 0.1),
            (tip[0] * 0.9, 0.0, low[1] * 0.5 + tip[2] * 0.5),
        ]
        line = curve([start, *middle, tip], 8)
    else:
        line = [tuple(a + (b - a) * t / 12 for a, b in zip(start, tip)) for t in range(13)]
    count = len(line) - 1
    radii = [radius * (0.3 - 0.16 * (place / count) ** 0.6) for place in range(count + 1)]
    tube(line, radii, trim)
    ahead = [end + (end - before) * 0.12 for before, end in zip(line[-2], line[-1])]
    tube([line[-2], ahead], radii[-1] * 0.7, painted_metal("#141312"))


def _handle(wall: list, parameters: Parameters, trim: Material) -> None:
    """A loop on the right, a stick, or a bow over the lid."""
    radius, top, wide = parameters["radius"], wall[-1][1], max(r for r, _ in wall)
    low, high = wall[int(len(wall) * 0.3)], wall[int(len(wall) * 0.8)]
    if parameters["handle"] == "side":
        out = wide + radius * 0.62
        corners = [
            (low[0] * 0.96, 0, low[1]),
            (out, 0, low[1] * 1.1),
            (out, 0, high[1] * 1.05),
            (high[0] * 0.96, 0, high[1]),
        ]
        tube(rounded(corners, radius * 0.5, 12), radius * 0.1, trim, flat=0.7)
    elif parameters["handle"] == "straight":
        start = (high[0] * 0.9, 0.0, high[1])
        end = (wide + radius * 1.1, 0.0, high[1] + radius * 0.5)
        tube([start, end], [radius * 0.11, radius * 0.14], wood("walnut", axis="x"))
    else:
        span = high[0] * 0.96
        rise = top - high[1] + radius
        arch = [(cos(pi * t / 24), sin(pi * t / 24) ** 0.7) for t in range(25)]
        bow = [(span * 1.06 * x, 0.0, high[1] + rise * z) for x, z in arch]
        tube(bow, radius * 0.075, trim)
