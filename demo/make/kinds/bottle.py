"""Bottles: water flasks of steel, glass bottles with a cork, and labelled bottles for drinks and oils."""

from random import Random

import numpy

import words
from materials import Material, metal, painted_metal, plastic, thin_glass, wood
from prints import label, logo, pattern, stamp
from prints.packs import plain
from product import Parameters, Product, View
from shapes import curve, lathe, rounded, wrap
from soft_materials import paper, rubber

COUNT = 20
VIEWS = (
    View(azimuth=8, elevation=10, light="left"),
    View(azimuth=-24, elevation=26, light="right"),
)
MAIN_CATEGORY = "Home & Kitchen"
PROFILES = {  # (part of the widest radius, part of the height), sharp corners are rounded off
    "Slim": [(0.0, 0.0), (1.0, 0.0), (1.0, 0.74), (0.5, 0.86), (0.42, 0.96)],
    "Wide-Mouth": [(0.0, 0.0), (1.0, 0.0), (1.0, 0.8), (0.72, 0.88), (0.72, 0.95)],
    "Bordeaux": [(0.0, 0.0), (1.0, 0.0), (1.0, 0.6), (0.36, 0.74), (0.34, 0.98)],
    "Apothecary": [(0.0, 0.0), (1.0, 0.0), (1.0, 0.66), (0.94, 0.72), (0.4, 0.8), (0.4, 0.96)],
    "Teardrop": [(0.0, 0.0), (0.8, 0.0), (1.0, 0.22), (0.7, 0.56), (0.36, 0.78), (0.36, 0.98)],
}
CONTENTS = (
    "Olive Oil",
    "Elderflower Cordial",
    "Maple Syrup",
    "Cold Brew",
    "Balsamic Vinegar",
    "Ginger Tonic",
)
GLASSES = {"Clear": "#f2f7f5", "Green": "#7db06f", "Amber": "#d08a3c", "Blue": "#7fa6dc", "Smoke": "#a5a8aa"}


def describe(random: Random) -> Product:
    """Choose a flask, a glass bottle or a filled bottle and write what the shop says about it."""
    use = random.choice(("flask", "flask", "glass", "filled"))
    return _flask(random) if use == "flask" else _glass_bottle(random, filled=use == "filled")


def _flask(random: Random) -> Product:
    """An insulated steel bottle."""
    shape = random.choice(("Slim", "Wide-Mouth", "Teardrop"))
    ground, ink = words.pair(random)
    look = random.choice(("plain", "logo", "floral", "geometric", "ombre", "leaves", "brushed"))
    brand, ounces = words.brand(random, "sport"), random.choice((17, 20, 24, 32))
    adjective = {"floral": "Floral", "geometric": "Geometric", "ombre": "Ombre", "leaves": "Leaf Print"}.get(
        look, ""
    )
    color = "Stainless Steel" if look == "brushed" else ground.name
    parameters = {
        "use": "flask", "shape": shape, "look": look, "ground": ground.hex, "ink": ink.hex, "brand": brand,
        "seed": random.randrange(10**6), "height": 0.2 + 0.0025 * ounces, "radius": 0.032 + 0.0003 * ounces,
        "cap": random.choice(("plastic", "steel", "wood")),
    }  # fmt: skip
    title = words.sentence([brand, adjective, shape, f"Insulated Water Bottle, {ounces} oz,", color])
    details = {"Material": "Stainless Steel", "Color": color, "Capacity": f"{ounces} Fluid Ounces"}
    features = ["Keeps drinks cold for 24 hours", f"{ounces} ounces", f"Screw cap of {parameters['cap']}"]
    shelf = ["Sports & Outdoors", "Sports Water Bottles"]
    return Product(title, brand, words.price(random, 14, 38), shelf, parameters, features, "", details)


def _glass_bottle(random: Random, filled: bool) -> Product:
    """A bottle of glass, empty or with a label."""
    shape, tint = random.choice(("Bordeaux", "Apothecary", "Teardrop", "Slim")), random.choice(list(GLASSES))
    accent, brand = words.color(random, *words.VIVID), words.brand(random, "food" if filled else "kitchen")
    content = random.choice(CONTENTS) if filled else ""
    kind = f"{content} in {tint} {shape} Bottle" if filled else f"{tint} Glass {shape} Bottle with Stopper"
    parameters = {
        "use": "filled" if filled else "glass", "shape": shape, "glass": GLASSES[tint], "content": content,
        "accent": accent.hex, "brand": brand, "seed": random.randrange(10**6),
        "height": random.choice((0.2, 0.24, 0.28)), "radius": random.choice((0.034, 0.038, 0.042)),
        "cap": random.choice(("cork", "wood", "steel")), "paper": random.choice(("#f4f0e4", "#ffffff", "#1d1d1f")),
    }  # fmt: skip
    shelf = ["Grocery", "Pantry"] if filled else ["Home & Kitchen", "Storage", "Bottles"]
    details = {"Material": "Glass", "Color": tint}
    title = f"{brand} {kind}, {words.inches(parameters['height'])} Tall"
    return Product(
        title, brand, words.price(random, 6, 22), shelf, parameters, [f"{tint} glass"], "", details
    )


def build(parameters: Parameters) -> None:
    """Turn the body, close it and stick the label on."""
    height, radius = parameters["height"], parameters["radius"]
    corners = [(r * radius, z * height) for r, z in PROFILES[parameters["shape"]]]
    profile = rounded(corners, radius * 0.55, steps=8)
    if parameters["shape"] == "Teardrop":
        profile = [*corners[:1], *curve(corners[1:], steps=8)]
    neck, top = profile[-1]
    lathe(profile, _skin(parameters), sharp=60)
    if parameters["use"] == "flask":
        _cap(parameters["cap"], neck * 1.12, top - height * 0.02, height * 0.11)
    else:
        _cap(parameters["cap"], neck * 0.94, top - height * 0.03, height * 0.09)
    if parameters["use"] == "filled":
        ink = "#f4f0e4" if parameters["paper"] == "#1d1d1f" else "#2b2622"
        art = label(
            parameters["brand"], parameters["content"].replace(" ", "\n"), "SMALL BATCH  -  500 ML",
            [parameters["paper"], ink, parameters["accent"]], parameters["seed"],
        )  # fmt: skip
        low, high = (0.12, 0.52) if parameters["shape"] != "Teardrop" else (0.14, 0.3)
        reach = max(_radius(profile, part * height) for part in (low, (low + high) / 2, high)) + 0.0006
        wrap(reach, (high - low) * height, 150, paper(art), at=(0, 0, low * height))


def _radius(profile: list, height: float) -> float:
    """How wide a profile is at a height."""
    wall = profile[1:]  # the first point is the middle of the foot
    return float(numpy.interp(height, [z for _, z in wall], [r for r, _ in wall]))


def _skin(parameters: Parameters) -> Material:
    """The material of the body."""
    if parameters["use"] != "flask":
        return thin_glass(parameters["glass"])
    ground, ink, look = parameters["ground"], parameters["ink"], parameters["look"]
    if look == "brushed":
        return metal("steel", brushed=True)
    if look == "logo":
        mark = logo(parameters["brand"], 240, 190, ink, parameters["seed"])
        return painted_metal(stamp(plain(ground, 900, 900), mark, y=0.5))
    if look == "plain":
        return painted_metal(ground)
    return painted_metal(pattern(look, [ground, ink], parameters["seed"], (640, 640), 6))


def _cap(style: str, radius: float, low: float, height: float) -> None:
    """A screw cap or stopper."""
    material = {
        "plastic": lambda: plastic("#1c1c1e", 0.4), "steel": lambda: metal("steel", brushed=True),
        "wood": lambda: wood("beech"), "cork": lambda: rubber("#c59a6b"),
    }[style]()  # fmt: skip
    profile = [(0, low), (radius, low), (radius, low + height), (0, low + height)]
    lathe(rounded(profile, radius * 0.25), material)
