"""Drinking glasses: tumblers, highballs, wine, cocktail and beer glasses, tinted, faceted or printed."""

from random import Random

from PIL import Image

import words
from glass_materials import printed_ink, thin_glass
from materials import metal
from prints import emblem, pattern
from product import Parameters, Product, View
from shapes import curve, lathe

COUNT = 20
VIEWS = (View(azimuth=15, elevation=12, light="left"), View(azimuth=-35, elevation=28, light="window"))
# Radius and height in metres of the outside; the bowl of a stemmed glass starts at the height in STEMS.
PROFILES = {
    "Tumbler": [(0.038, 0.0), (0.041, 0.006), (0.042, 0.05), (0.043, 0.095)],
    "Highball": [(0.031, 0.0), (0.033, 0.006), (0.033, 0.08), (0.033, 0.15)],
    "Tapered Pint": [(0.029, 0.0), (0.031, 0.006), (0.037, 0.08), (0.044, 0.15)],
    "Stemless Wine": [(0.024, 0.0), (0.036, 0.012), (0.045, 0.045), (0.041, 0.08), (0.033, 0.108)],
    "Hurricane": [(0.028, 0.0), (0.033, 0.006), (0.041, 0.045), (0.031, 0.095), (0.036, 0.14), (0.042, 0.17)],
    "Wine": [(0.004, 0.085), (0.03, 0.105), (0.044, 0.14), (0.041, 0.175), (0.034, 0.205)],
    "Champagne Flute": [(0.004, 0.085), (0.014, 0.11), (0.025, 0.15), (0.027, 0.19), (0.023, 0.235)],
    "Martini": [(0.004, 0.1), (0.018, 0.118), (0.038, 0.145), (0.055, 0.17)],
    "Coupe": [(0.004, 0.09), (0.03, 0.1), (0.048, 0.124), (0.051, 0.15)],
    "Goblet": [(0.006, 0.05), (0.03, 0.062), (0.04, 0.095), (0.041, 0.13), (0.043, 0.155)],
}
STEMMED = ("Wine", "Champagne Flute", "Martini", "Coupe", "Goblet")
TINTS = {  # seen through a wall, and at its edge
    "Clear": ("#f4f8f8", "#7d8b93"), "Amber": ("#f0bb66", "#a05a10"), "Smoke": ("#b4b9be", "#4a4f55"),
    "Green": ("#8fd6a8", "#1f7444"), "Cobalt Blue": ("#7a96f0", "#182f9c"),
    "Rose Pink": ("#f8bccb", "#c8607c"), "Aqua": ("#abe6ea", "#2d8f98"), "Ruby": ("#e87078", "#8c1420"),
    "Lilac": ("#d0bcf2", "#7452b4"),
}  # fmt: skip
PATTERNS = {
    "stripes": "Striped", "pinstripes": "Vertical Stripe", "dots": "Polka Dot", "floral": "Floral",
    "leaves": "Leaf", "stars": "Star", "hearts": "Heart", "waves": "Wave", "geometric": "Geometric",
}  # fmt: skip
EMBLEMS = ("star", "heart", "flower", "sun", "mountain", "moon", "leaf", "bolt")


def describe(random: Random) -> Product:
    """Choose a glass and write what the shop says about it."""
    shape = random.choice(list(PROFILES))
    look = random.choice(("plain", "faceted", "pattern", "pattern", "emblem", "gold rim"))
    motif = random.choice(list(PATTERNS) if look == "pattern" else EMBLEMS)
    printed = look in ("pattern", "emblem")
    tone = random.choice(("Clear", "Clear", "Smoke", "Aqua") if printed else list(TINTS)[1:])
    ink, second = words.color(random, *words.VIVID), words.color(random, *words.VIVID, "white", "black")
    drawn = {
        "faceted": "Faceted", "pattern": PATTERNS.get(motif, ""), "gold rim": "Gold Rim",
        "emblem": f"{motif.title()} Print",
    }.get(look, "")  # fmt: skip
    color = f"{tone} with {ink.name}" if printed else tone
    brand = words.brand(random, "kitchen")
    name = words.sentence([drawn, shape, "Glass"])
    height = PROFILES[shape][-1][1]
    return Product(
        title=f"{brand} {name}, {words.inches(height)} Tall Drinking Glass, {color}",
        brand=brand,
        price=words.price(random, 6, 28),
        categories=["Home & Kitchen", "Kitchen & Dining", "Dining & Entertaining", "Glassware & Drinkware"],
        features=[f"{words.inches(height)} tall", "Lead-free glass", "Hand wash recommended"],
        description=f"A {name.lower()} in {color.lower()}.",
        details={"Material": "Glass", "Color": color, "Item Height": words.inches(height)},
        parameters={
            "shape": shape, "look": look, "motif": motif, "tint": TINTS[tone][0], "edge": TINTS[tone][1],
            "ink": ink.hex, "second": second.hex, "seed": random.randrange(10**6),
            "repeat": random.choice((6, 8, 10)), "segments": 8 if look == "faceted" else 64,
        },
    )  # fmt: skip


def build(parameters: Parameters) -> None:
    """Turn the glass, and the print as a skin just outside it."""
    shape, segments, look = parameters["shape"], parameters["segments"], parameters["look"]
    clear, steps = thin_glass(parameters["tint"], parameters["edge"]), 8 if segments == 64 else 3
    wall = curve(PROFILES[shape], steps=steps)
    if shape in STEMMED:
        stem, start = PROFILES[shape][0]
        foot = [(0.0, 0.0), (0.034, 0.0), (0.034, 0.0015), (0.012, 0.004), (stem, 0.011), (stem, start)]
        lathe([*foot, (0.0, start + 0.001)], clear)
    base = [(0.0, wall[0][1] + 0.0005), (wall[0][0] * 0.9, wall[0][1] + 0.0002)]
    sharp = 40 if segments == 64 else 12
    lathe([*base, *wall], clear, segments=segments, sharp=sharp)
    top = wall[-1]
    lip = thin_glass(parameters["edge"], parameters["edge"])
    lathe(
        [(top[0] - 0.0009, top[1]), (top[0], top[1] + 0.0009), (top[0] + 0.0009, top[1])],
        lip,
        segments=segments,
    )
    if look == "gold rim":
        lathe([(r + 0.0003, z) for r, z in wall[-4:]], metal("gold", 0.18), thickness=0.0004)
    elif look in ("pattern", "emblem"):
        skin = [(r + 0.0003, z) for r, z in wall if 0.18 < (z - wall[0][1]) / (top[1] - wall[0][1]) < 0.86]
        lathe(skin, printed_ink(_design(parameters)))


def _design(parameters: Parameters) -> Image.Image:
    """The print with nothing between its inks."""
    ink, second, seed = parameters["ink"], parameters["second"], parameters["seed"]
    if parameters["look"] == "emblem":
        picture = Image.new("RGBA", (1024, 300), (0, 0, 0, 0))
        picture.alpha_composite(emblem(parameters["motif"], 270, ink), (377, 15))
        return picture
    size, repeat = (1024, 400), parameters["repeat"]
    mask = pattern(parameters["motif"], ["#000000", "#ffffff", "#ffffff"], seed, size, repeat).convert("L")
    picture = pattern(parameters["motif"], [ink, ink, second], seed, size, repeat)
    picture.putalpha(mask)
    return picture
