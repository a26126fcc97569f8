"""Backpacks: school, flap, rolltop, hiking, mini, drawstring, laptop and animal ones."""

from math import cos, pi, sin
from random import Random

import words
from materials import Material, fabric, leather, metal, plastic
from prints import logo, pattern, stamp
from prints.packs import plain
from prints.posters import poster
from product import Parameters, Product, View
from shapes import ball, box, curve, panel, rounded, soft_box, tube
from shapes.bags import narrowed, sack, zip_arch

COUNT = 20
PLACE = "floor"
MAIN_CATEGORY = "Clothing, Shoes & Jewelry"
VIEWS = (View(azimuth=20, elevation=12, light="left"), View(azimuth=-42, elevation=20, light="right"))
SHAPES = {  # shop name, width, depth, height in metres
    "school": ("School Backpack", 0.31, 0.16, 0.44), "flap": ("Rucksack", 0.3, 0.15, 0.42),
    "rolltop": ("Rolltop Backpack", 0.29, 0.15, 0.46), "hiking": ("Hiking Backpack", 0.33, 0.22, 0.62),
    "mini": ("Mini Backpack", 0.24, 0.12, 0.28), "drawstring": ("Drawstring Backpack", 0.34, 0.14, 0.42),
    "laptop": ("Laptop Backpack", 0.3, 0.13, 0.45), "animal": ("Kids Animal Backpack", 0.25, 0.12, 0.31),
}  # fmt: skip
MOTIFS = {
    "floral": "Floral", "geometric": "Geometric", "leaves": "Leaf", "dots": "Polka Dot", "stars": "Star",
    "plaid": "Plaid", "checks": "Checkered", "stripes": "Striped", "chevron": "Chevron", "hearts": "Heart",
    "mountains": "Mountain", "sun": "Sunset", "rainbow": "Rainbow", "cat": "Cat",
}  # fmt: skip
POSTERS = ("mountains", "sun", "rainbow", "cat")
PRINTABLE = ("school", "school", "rolltop", "mini", "drawstring", "flap")


def describe(random: Random) -> Product:
    """Choose a backpack and write what the shop says about it."""
    shape, motif = random.choice(list(SHAPES)), random.choice(list(MOTIFS))
    (name, _, _, height), (ground, ink) = (
        SHAPES[shape],
        words.pair(random, *words.VIVID, "gray", "black", "brown"),
    )
    if shape == "laptop":
        ground, ink = words.pair(random, *words.VIVID)
    patterned, brand = shape in PRINTABLE and random.random() < 0.65, words.brand(random, "sport")
    hide = shape in ("flap", "mini", "rolltop") and not patterned and random.random() < 0.5
    ground = words.color(random, "brown", "black", "red", "green") if hide else ground
    material = "Leather" if hide else {"flap": "Canvas", "hiking": "Ripstop Nylon"}.get(shape, "Polyester")
    look = MOTIFS[motif] if patterned else ""
    return Product(
        title=words.sentence([brand, look, material, f"{name}, {round(height / 0.0254)} Inch,", ground.name]),
        brand=brand,
        price=words.price(random, 19, 139),
        categories=["Clothing, Shoes & Jewelry", "Luggage & Travel Gear", "Backpacks", name + "s"],
        features=[f"Sturdy {material.lower()}", "Padded shoulder straps", "Front pocket"],
        description=f"A {look.lower()} {name.lower()} in {ground.name.lower()}.".replace("  ", " "),
        details={"Material": material, "Color": ground.name, "Height": words.inches(height)},
        parameters={
            "shape": shape, "motif": motif, "patterned": patterned, "hide": hide, "ground": ground.hex,
            "ink": ink.hex, "third": words.color(random, *words.VIVID).hex, "brand": brand,
            "seed": random.randrange(10**6), "trim": random.choice(("#1c1c1f", "#7a4a28", ink.hex)),
            "ears": random.choice(("round", "tall", "pointed")),
        },
    )  # fmt: skip


def build(parameters: Parameters) -> None:
    """Make the bag and its shoulder straps."""
    _, width, depth, height = SHAPES[parameters["shape"]]
    BUILDERS[parameters["shape"]](parameters, width, depth, height)
    if parameters["shape"] != "drawstring":
        _straps(parameters, width, depth, height)


def _cloth(p: Parameters, color: str) -> Material:
    """Leather or cloth of a color."""
    return leather(color) if p["hide"] else fabric(color, weave=0.002)


def _front(p: Parameters, bold: int = 4) -> Material:
    """The printed or plain outside."""
    if not p["patterned"]:
        return _cloth(p, p["ground"])
    size, colors = (400, 512), [p["ground"], p["ink"], p["third"]]
    if p["motif"] in POSTERS:
        return fabric(poster(p["motif"], [*colors, "#f0e6d0"], p["seed"], size), weave=0.002)
    return fabric(pattern(p["motif"], colors, p["seed"], size, bold), weave=0.002)


def _straps(p: Parameters, width: float, depth: float, height: float) -> None:
    """Two shoulder straps behind and a loop on the top."""
    strap, y = _cloth(p, p["trim"]), depth / 2
    for x in (-1, 1):
        line = [(x * width * 0.16, y - 0.02, height * 0.9), (x * width * 0.22, y + 0.07, height * 0.8),
                (x * width * 0.28, y + 0.1, height * 0.5), (x * width * 0.34, y + 0.06, height * 0.2),
                (x * width * 0.38, y - 0.02, height * 0.06)]  # fmt: skip
        tube(curve(line, 6), 0.03, strap, flat=0.25, across=(1, 0, 0))
    top = [(-0.04, 0.02, height - 0.02), (-0.035, 0.02, height + 0.04), (0.035, 0.02, height + 0.04),
           (0.04, 0.02, height - 0.02)]  # fmt: skip
    tube(rounded(top, 0.025), 0.009, strap)


def _badge(p: Parameters, y: float, z: float, ground: str, width: float = 0.13) -> None:
    """The maker's mark."""
    mark = logo(p["brand"], 320, 110, p["ink"] if ground != p["ink"] else p["ground"], p["seed"])
    panel(width, width * 0.38, fabric(stamp(plain(ground, 340, 130), mark), weave=0.002), at=(0, y, z))


def _school(p: Parameters, width: float, depth: float, height: float) -> None:
    """A rounded body with a front pocket and pockets at the sides."""
    narrowed(soft_box((width, depth, height), _front(p), softness=5, steps=24), height, 0.16)
    pocket = _cloth(p, p["ink"]) if p["patterned"] else _cloth(p, p["third"])
    soft_box((width * 0.8, 0.08, height * 0.4), pocket, softness=5, at=(0, -depth / 2, 0.02))
    zip_arch(width * 0.32, -depth / 2 - 0.036, height * 0.37, height * 0.25, p["trim"])
    _badge(p, -depth / 2 - 0.0415, height * 0.16, p["ink"] if p["patterned"] else p["third"])
    for x in (-1, 1):
        soft_box((0.05, depth * 0.7, height * 0.34), pocket, softness=5, at=(x * width * 0.47, 0, 0.02))


def _flap(p: Parameters, width: float, depth: float, height: float) -> None:
    """A bag under a lid with two buckled straps."""
    body, strap = _cloth(p, p["ground"]), leather(p["trim"])
    soft_box((width, depth, height * 0.94), body, softness=7, steps=20)
    lid = soft_box(
        (width * 1.04, depth * 1.12, height * 0.5), _front(p), softness=7, at=(0, 0, height * 0.52)
    )
    soft_box((width * 0.76, 0.07, height * 0.34), body, softness=7, at=(0, -depth / 2, 0.02))
    for x in (-0.24, 0.24):
        y = -lid.dimensions.y / 2 - 0.004
        line = [(x * width, y + 0.03, height * 0.96), (x * width, y, height * 0.8), (x * width, y, height * 0.5),
                (x * width, y - 0.03, height * 0.34), (x * width, y - 0.03, height * 0.12)]  # fmt: skip
        tube(line, 0.014, strap, flat=0.25, across=(1, 0, 0))
        box((0.036, 0.012, 0.03), metal("brass"), at=(x * width, y - 0.032, height * 0.34))


def _rolltop(p: Parameters, width: float, depth: float, height: float) -> None:
    """A body whose top is rolled down and strapped."""
    soft_box((width, depth, height * 0.9), _front(p), softness=7, steps=20)
    roll = _cloth(p, p["ink"] if p["patterned"] else p["ground"])
    tube([(-width * 0.53, -0.01, height * 0.92), (width * 0.53, -0.01, height * 0.92)], 0.045, roll, sides=24)
    strap, y = leather(p["trim"]), -depth / 2 - 0.006
    line = [
        (0, 0.04, height * 0.98),
        (0, -0.03, height * 0.99),
        (0, -0.064, height * 0.9),
        (0, y, height * 0.8),
    ]
    tube(curve([*line, (0, y, height * 0.5)], 5), 0.017, strap, flat=0.25, across=(1, 0, 0))
    box((0.046, 0.014, 0.036), metal("black"), at=(0, y - 0.008, height * 0.6))
    box((width * 1.01, depth * 1.01, height * 0.12), strap, rounding=0.03)


def _hiking(p: Parameters, width: float, depth: float, height: float) -> None:
    """A tall pack with a lid, side pockets and a rolled mat."""
    main, second, trim = (_cloth(p, p[name]) for name in ("ground", "ink", "trim"))
    soft_box((width * 0.86, depth, height * 0.82), main, softness=6, at=(0, 0, 0.05), steps=20)
    soft_box((width * 0.9, depth * 1.1, height * 0.2), second, softness=4.5, at=(0, -0.01, height * 0.8))
    soft_box((width * 0.6, 0.1, height * 0.42), second, softness=5, at=(0, -depth / 2, height * 0.16))
    _badge(p, -depth / 2 - 0.052, height * 0.34, p["ink"])
    for x in (-1, 1):
        soft_box((0.1, depth * 0.8, height * 0.36), second, softness=4, at=(x * width * 0.44, 0, 0.07))
        line = [
            (x * width * 0.27, -depth * 0.56, height * 0.86),
            (x * width * 0.27, -depth * 0.54, height * 0.62),
        ]
        tube([*line, (x * width * 0.27, -depth * 0.5, height * 0.1)], 0.01, trim, flat=0.3, across=(1, 0, 0))
    tube([(-width * 0.5, -0.03, 0.06), (width * 0.5, -0.03, 0.06)], 0.06, fabric(p["third"]), sides=32)
    for x in (-0.27, 0.27):
        hoop = [
            (x * width, -0.03 + 0.063 * cos(pi * t / 12), 0.06 + 0.063 * sin(pi * t / 12)) for t in range(24)
        ]
        tube(hoop, 0.008, trim, closed=True)


def _mini(p: Parameters, width: float, depth: float, height: float) -> None:
    """A small dome with a zipped pocket."""
    narrowed(soft_box((width, depth, height), _front(p, 3), softness=5, steps=24), height, 0.28)
    soft_box((width * 0.7, 0.05, height * 0.38), _cloth(p, p["trim"]), softness=6, at=(0, -depth / 2, 0.02))
    zip_arch(width * 0.42, -depth / 2 + 0.004, height * 0.88, height * 0.44, p["trim"])
    tube(
        [(-width * 0.28, -depth / 2 - 0.027, 0.1), (width * 0.28, -depth / 2 - 0.027, 0.1)],
        0.004,
        metal("brass"),
    )


def _drawstring(p: Parameters, width: float, depth: float, height: float) -> None:
    """A sack gathered at the top, with cords to its lower corners."""
    design = [p["ground"], p["ink"], p["third"]]
    name = p["motif"] if p["motif"] not in POSTERS else "stripes"
    cloth = fabric(pattern(name, design, p["seed"], (1024, 512), 9), weave=0.002)
    sack(width, depth, height, cloth if p["patterned"] else _cloth(p, p["ground"]))
    if not p["patterned"]:
        _badge(p, -depth / 2 - 0.004, height * 0.3, p["ground"], 0.18)
    cord = fabric(p["trim"], weave=0.002)
    for x in (-1, 1):
        line = [(0, -depth * 0.2, height * 0.94), (x * width * 0.24, 0, height * 0.93),
                (x * width * 0.5, 0.05, height * 0.6), (x * width * 0.47, 0.0, 0.04)]  # fmt: skip
        tube(curve(line, 8), 0.006, cord)


def _laptop(p: Parameters, width: float, depth: float, height: float) -> None:
    """A slim block with level zips and a panel in a second color."""
    soft_box((width, depth, height), _cloth(p, p["ground"]), softness=8, steps=20)
    soft_box((width * 0.84, 0.05, height * 0.5), _cloth(p, p["ink"]), softness=9, at=(0, -depth / 2, 0.03))
    for level in (0.5, 0.72):
        y = -depth / 2 - (0.024 if level == 0.5 else -0.002)
        tube(
            [(-width * 0.36, y, height * level), (width * 0.36, y, height * level)], 0.004, plastic(p["trim"])
        )
    _badge(p, -depth / 2 - 0.0265, height * 0.3, p["ink"], 0.15)


def _animal(p: Parameters, width: float, depth: float, height: float) -> None:
    """A round bag with ears and a face."""
    body, dark = fabric(p["ground"], weave=0.002), plastic("#1b1b1d", 0.2)
    soft_box((width, depth, height), body, softness=3.4, steps=24)
    ear = {"round": (0.085, 0.04, 0.085), "tall": (0.06, 0.04, 0.2), "pointed": (0.075, 0.04, 0.13)}[
        p["ears"]
    ]
    for x in (-1, 1):
        ball(ear, body, at=(x * width * 0.3, 0, height * 0.93 + ear[2] * 0.25), turn=(0, x * 14, 0))
        inner = (ear[0] * 0.6, 0.03, ear[2] * 0.6)
        ball(
            inner,
            fabric(p["ink"]),
            at=(x * width * 0.3, -0.012, height * 0.93 + ear[2] * 0.25),
            turn=(0, x * 14, 0),
        )
        ball((0.034, 0.02, 0.04), dark, at=(x * width * 0.2, -depth / 2 + 0.004, height * 0.66))
        ball((0.05, 0.02, 0.03), fabric(p["third"]), at=(x * width * 0.3, -depth / 2 + 0.012, height * 0.5))
    soft_box(
        (width * 0.62, 0.06, height * 0.34), fabric(p["ink"]), softness=3, at=(0, -depth / 2 + 0.012, 0.03)
    )
    ball((0.045, 0.03, 0.03), dark, at=(0, -depth / 2 - 0.012, height * 0.48))


BUILDERS = {
    "school": _school, "flap": _flap, "rolltop": _rolltop, "hiking": _hiking, "mini": _mini,
    "drawstring": _drawstring, "laptop": _laptop, "animal": _animal,
}  # fmt: skip
