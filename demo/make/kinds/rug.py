"""Rugs lying on the floor: rectangles, runners, rounds, ovals and wavy ones, with fringes sometimes."""

from math import cos, radians, sin
from random import Random

from PIL import Image

import words
from materials import Material, fabric
from prints.carpets import carpet
from product import Parameters, Product, View
from shapes import extrude, tube
from soft_materials import velvet

COUNT = 20
PLACE = "floor"
VIEWS = (View(azimuth=0, elevation=82, light="left"), View(azimuth=-24, elevation=38, light="right"))
SHAPES = {  # name, width and length in metres
    "rectangle": ("Area Rug", 2.4, 1.52), "upright": ("Area Rug", 1.52, 2.1), "runner": ("Runner Rug", 2.1, 0.8),
    "round": ("Round Rug", 1.8, 1.8), "oval": ("Oval Rug", 2.1, 1.4), "wavy": ("Irregular Rug", 1.9, 1.5),
    "scallop": ("Scalloped Rug", 1.7, 1.7),
}  # fmt: skip
STYLES = {
    "medallion": "Persian Medallion", "lattice": "Moroccan Lattice", "kilim": "Kilim", "rings": "Braided Ring",
    "rays": "Sunburst", "wander": "Abstract", "frames": "Bordered", "stripes": "Striped", "checks": "Checkered",
    "geometric": "Geometric", "waves": "Wave", "floral": "Floral", "terrazzo": "Terrazzo", "chevron": "Chevron",
    "dots": "Polka Dot", "leaves": "Leaf",
}  # fmt: skip
ROUND_STYLES = ("rings", "rays", "wander", "waves", "floral", "checks", "geometric", "dots")


def describe(random: Random) -> Product:
    """Choose a rug and write what the shop says about it."""
    shape = random.choice(list(SHAPES))
    name, width, length = SHAPES[shape]
    style = random.choice(ROUND_STYLES if shape in ("round", "scallop", "oval") else list(STYLES))
    ground, first = words.pair(random, *words.VIVID, "beige", "gray", "brown")
    while max(words.brightness(shade.hex) for shade in (ground, first)) > 0.88:  # white would be lost
        ground, first = words.pair(random, *words.VIVID, "beige", "gray", "brown")
    second, third = (words.color(random, family) for family in random.sample((*words.VIVID, "beige"), 2))
    pile, brand = random.choice(("Wool", "Shag", "Cotton")), words.brand(random, "home")
    feet = f"{length / 0.3048:.1f} x {width / 0.3048:.1f} Feet"
    return Product(
        title=words.sentence([brand, STYLES[style], pile, f"{name}, {feet},", f"{ground.name} and {first.name}"]),
        brand=brand,
        price=words.price(random, 39, 289),
        categories=["Home & Kitchen", "Home Décor Products", "Area Rugs, Runners & Pads", name + "s"],
        features=[f"{pile} pile", f"{STYLES[style]} design", "Non-slip backing"],
        description=f"A {STYLES[style].lower()} {name.lower()} in {ground.name.lower()} and {first.name.lower()}.",
        details={"Material": pile, "Color": ground.name, "Size": feet},
        parameters={
            "shape": shape, "style": style, "pile": pile, "seed": random.randrange(10**6),
            "colors": [ground.hex, first.hex, second.hex, third.hex], "fringe": random.random() < 0.55,
        },
    )  # fmt: skip


def build(parameters: Parameters) -> None:
    """Lay the rug down and knot its fringe."""
    shape = parameters["shape"]
    _, width, length = SHAPES[shape]
    size = (round(520 * (width / length) ** 0.5), round(520 * (length / width) ** 0.5))
    art = carpet(parameters["style"], parameters["colors"], parameters["seed"], size)
    thick = 0.035 if parameters["pile"] == "Shag" else 0.014
    outline = _outline(shape, width, length)
    extrude(
        outline, thick, _pile(parameters["pile"], art), at=(0, 0, thick / 2), turn=(-90, 0, 0), rounding=0.006
    )
    if parameters["fringe"] and shape in ("rectangle", "upright", "runner"):
        _fringe(width, length, parameters["colors"][0])


def _pile(name: str, art: Image.Image) -> Material:
    """Shaggy, woolen or flat woven."""
    return velvet(art) if name == "Shag" else fabric(art, weave=0.012 if name == "Wool" else 0.006)


def _fringe(width: float, length: float, color: str) -> None:
    """Tassels on the short sides, or on the lower and upper side of an upright rug."""
    cotton, along = fabric(color), min(width, length)
    for number in range(count := round(along / 0.05)):
        shift = ((number + 0.5) / count - 0.5) * along
        for side in (-1, 1):
            start, end = side * max(width, length) / 2, side * (max(width, length) / 2 + 0.075)
            points = [(start, shift, 0.006), (end, shift, 0.004)]
            if length > width:
                points = [(y, x, z) for x, y, z in points]
            tube(points, [0.006, 0.014], cotton, sides=6)


def _outline(shape: str, width: float, length: float) -> list[tuple[float, float]]:
    """The outline round the middle."""
    if shape in ("rectangle", "upright", "runner"):
        x, y = width / 2, length / 2
        return [(-x, -y), (x, -y), (x, y), (-x, y)]
    outline = []
    for step in range(180):
        turn, part = radians(2 * step), 1.0
        if shape == "wavy":
            part = 1 + 0.13 * sin(2 * turn + 0.6) + 0.09 * sin(3 * turn)
        elif shape == "scallop":
            part = 0.9 + 0.1 * abs(sin(6 * turn))
        outline.append((width / 2 * part * cos(turn), length / 2 * part * sin(turn)))
    return outline
