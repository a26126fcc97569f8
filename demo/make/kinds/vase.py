"""Vases: bottles, globes, amphoras, trumpets and faceted columns in ceramic, glass, wood and metal."""

from random import Random

import words
from materials import Material, glass, glazed_ceramic, matte_ceramic, metal, wood
from prints import pattern
from product import Parameters, Product, View
from shapes import curve, lathe

COUNT = 20
VIEWS = (View(azimuth=15, elevation=14, light="left"), View(azimuth=-40, elevation=30, light="right"))
PROFILES = {  # radius and height in parts of the whole height
    "Bottle": [(0.17, 0.0), (0.23, 0.1), (0.24, 0.34), (0.15, 0.56), (0.06, 0.72), (0.055, 0.9), (0.075, 1)],
    "Globe": [(0.2, 0.0), (0.38, 0.16), (0.46, 0.42), (0.36, 0.7), (0.16, 0.85), (0.14, 0.93), (0.17, 1)],
    "Amphora": [(0.13, 0.0), (0.16, 0.08), (0.28, 0.5), (0.26, 0.68), (0.12, 0.8), (0.11, 0.9), (0.15, 1)],
    "Trumpet": [(0.17, 0.0), (0.15, 0.05), (0.09, 0.28), (0.1, 0.55), (0.17, 0.82), (0.28, 1.0)],
    "Gourd": [(0.2, 0.0), (0.29, 0.16), (0.24, 0.42), (0.12, 0.56), (0.17, 0.74), (0.12, 0.92), (0.09, 1)],
    "Cylinder": [(0.19, 0.0), (0.2, 0.03), (0.2, 0.5), (0.2, 1.0)],
    "Teardrop": [(0.24, 0.0), (0.32, 0.12), (0.3, 0.34), (0.17, 0.66), (0.09, 0.9), (0.085, 1.0)],
    "Urn": [(0.2, 0.0), (0.13, 0.08), (0.28, 0.36), (0.33, 0.66), (0.26, 0.86), (0.25, 0.92), (0.3, 1.0)],
}
FINISHES = ("glazed", "matte", "speckled", "pattern", "pattern", "pattern", "glass", "glass", "wood", "metal")
PATTERNS = {
    "stripes": "Striped", "pinstripes": "Vertical Stripe", "dots": "Polka Dot", "floral": "Floral",
    "chevron": "Chevron", "leaves": "Botanical", "waves": "Wave", "terrazzo": "Terrazzo",
    "dip": "Dip-Glazed", "ombre": "Ombre", "band": "Banded", "brush": "Brushstroke", "geometric": "Geometric",
}  # fmt: skip
TINTS = {  # pale, for light passes four times through them
    "Amber": "#f0b868", "Smoke Gray": "#aab0b6", "Emerald": "#84d4a6", "Cobalt": "#7f98ee",
    "Rose": "#f7b8c6", "Aqua": "#a8e4ea", "Amethyst": "#c2a4ea",
}  # fmt: skip


def describe(random: Random) -> Product:
    """Choose a vase and write what the shop says about it."""
    shape, finish = random.choice(list(PROFILES)), random.choice(FINISHES)
    ground, ink = words.pair(random)
    second = words.color(random, *words.VIVID)
    motif = random.choice(list(PATTERNS)) if finish == "pattern" else ""
    height = random.choice((0.16, 0.2, 0.25, 0.3))
    faceted = finish in ("glazed", "matte", "metal") and random.random() < 0.5
    tone, tint = ground.name, ground.hex
    if finish == "glass":
        tone, tint = random.choice(list(TINTS.items()))
    elif finish == "metal":
        tone = tint = random.choice(("brass", "copper", "silver", "black", "bronze"))
    elif finish == "wood":
        tone = tint = random.choice(("oak", "walnut", "mahogany", "ebony", "pine"))
    material = {"glass": "Glass", "metal": "Metal", "wood": "Wood"}.get(finish, "Ceramic")
    look = PATTERNS.get(motif, {"matte": "Matte", "speckled": "Speckled"}.get(finish, ""))
    brand = words.brand(random, "home")
    name = words.sentence([look, "Faceted" if faceted else "", shape, material, "Vase"])
    return Product(
        title=f"{brand} {name}, {height / 0.0254:.0f} Inch Flower Vase for Home Decor, {tone.title()}",
        brand=brand,
        price=words.price(random, 14, 60),
        categories=["Home & Kitchen", "Home Décor Products", "Vases"],
        features=[f"{shape} shape, {words.inches(height)} tall", "For fresh or dried flowers"],
        description=f"{name} in {tone.lower()}, made by {brand}.",
        details={"Material": material, "Color": tone.title(), "Item Height": words.inches(height)},
        parameters={
            "shape": shape, "finish": finish, "motif": motif, "tint": tint, "ink": ink.hex,
            "second": second.hex, "height": height, "seed": random.randrange(10**6),
            "repeat": random.choice((5, 6, 8)), "segments": random.choice((6, 8, 12)) if faceted else 64,
        },
    )  # fmt: skip


def build(parameters: Parameters) -> None:
    """Turn the body, with flat sides when it is faceted."""
    height, segments = parameters["height"], parameters["segments"]
    steps = 8 if segments == 64 else 2
    wall = curve([(r * height, z * height) for r, z in PROFILES[parameters["shape"]]], steps=steps)
    foot = [(0.0, 0.002), (wall[0][0] * 0.86, 0.002), (wall[0][0] * 0.92, 0.0)]
    outside, inside = _materials(parameters)
    sharp = 40 if segments == 64 else 12
    thickness = 0.0035 if parameters["finish"] == "glass" else 0.005
    lathe([*foot, *wall], outside, thickness=thickness, inner=inside, segments=segments, sharp=sharp)


def _materials(parameters: Parameters) -> tuple[Material, Material | None]:
    """The surface outside and the one inside, if it is another."""
    finish, tint = parameters["finish"], parameters["tint"]
    if finish == "pattern":
        inks = [tint, parameters["ink"], parameters["second"]]
        size = (768, 512)
        design = pattern(parameters["motif"], inks, parameters["seed"], size, parameters["repeat"])
        return glazed_ceramic(design), glazed_ceramic(tint)
    if finish == "glass":
        return glass(tint), None
    if finish == "metal":
        return metal(tint, roughness=0.22), None
    if finish == "wood":
        return wood(tint), None
    if finish == "glazed":
        return glazed_ceramic(tint), None
    return matte_ceramic(tint, speckle=0.9 if finish == "speckled" else 0.0), None
