"""Suitcases: ribbed and printed shells, soft ones, vintage cases, trunks, duffels and animals for children."""

from random import Random

from PIL import Image

import words
from materials import Material, fabric, leather, metal, plastic, wood
from prints import logo, pattern, stamp
from prints.packs import plain
from prints.posters import poster
from product import Parameters, Product, View
from shapes import ball, box, panel, rounded, soft_box, tube
from soft_materials import rubber

COUNT = 20
PLACE = "floor"
MAIN_CATEGORY = "Clothing, Shoes & Jewelry"
VIEWS = (View(azimuth=22, elevation=12, light="left"), View(azimuth=-38, elevation=22, light="right"))
SHAPES = {  # shop name, width, depth, height in metres
    "ribbed": ("Hardside Spinner Suitcase", 0.45, 0.28, 0.66), "carry": ("Carry-On Luggage", 0.38, 0.23, 0.5),
    "soft": ("Softside Upright", 0.42, 0.26, 0.62), "duffel": ("Weekender Duffel Bag", 0.56, 0.28, 0.3),
    "printed": ("Printed Hardshell Suitcase", 0.45, 0.27, 0.64), "trunk": ("Steamer Trunk", 0.75, 0.42, 0.44),
    "vintage": ("Vintage Suitcase", 0.6, 0.2, 0.4), "animal": ("Kids Rolling Luggage", 0.36, 0.24, 0.42),
}  # fmt: skip
MOTIFS = {
    "floral": "Floral", "geometric": "Geometric", "stripes": "Striped", "terrazzo": "Terrazzo", "dots": "Polka Dot",
    "mountains": "Mountain", "sun": "Sunset", "blobs": "Abstract", "rainbow": "Rainbow", "stars": "Star",
}  # fmt: skip
POSTERS = ("mountains", "sun", "blobs", "rainbow")
FAMILIES = (*words.VIVID, "black", "gray", "brown")


def describe(random: Random) -> Product:
    """Choose a suitcase and write what the shop says about it."""
    shape, motif = random.choice((*SHAPES, "printed", "vintage")), random.choice(list(MOTIFS))
    (name, _, _, height), (ground, ink) = SHAPES[shape], words.pair(random, *FAMILIES)
    if shape in ("vintage", "trunk", "duffel"):
        ground, ink = words.pair(random, "brown", "red", "green", "blue", "teal", "black")
    ribs, brand = random.choice(("upright", "level", "grid")), words.brand(random, "sport")
    material = {"soft": "Polyester", "vintage": "Leather", "trunk": "Vinyl", "duffel": "Canvas"}.get(
        shape, "ABS"
    )
    patterned = shape == "printed" or (shape == "duffel" and random.random() < 0.5)
    look = MOTIFS[motif] if patterned else {"ribbed": "Ribbed", "carry": "Lightweight"}.get(shape, "")
    return Product(
        title=words.sentence([brand, look, material, f"{name}, {round(height / 0.0254)} Inch,", ground.name]),
        brand=brand,
        price=words.price(random, 39, 229),
        categories=["Clothing, Shoes & Jewelry", "Luggage & Travel Gear", "Luggage", "Suitcases"],
        features=[f"Tough {material} body", "Telescoping handle", "Fully lined with pockets"],
        description=f"A {look.lower()} {name.lower()} in {ground.name.lower()}.".replace("  ", " "),
        details={"Material": material, "Color": ground.name, "Height": words.inches(height)},
        parameters={
            "shape": shape, "motif": motif, "patterned": patterned, "ground": ground.hex, "ink": ink.hex,
            "third": words.color(random, *words.VIVID).hex, "ribs": ribs, "count": random.choice((5, 7, 9)),
            "brand": brand, "seed": random.randrange(10**6), "gloss": random.choice((0.2, 0.45)),
            "trim": random.choice(("#17171a", "#6b4226", ink.hex)),
        },
    )  # fmt: skip


def build(parameters: Parameters) -> None:
    """Make the suitcase."""
    _, width, depth, height = SHAPES[parameters["shape"]]
    BUILDERS[parameters["shape"]](parameters, width, depth, height)


def _print(p: Parameters, size: tuple[int, int]) -> Image.Image:
    """The design of a printed front."""
    colors = [p["ground"], p["ink"], p["third"]]
    if p["motif"] in POSTERS:
        return poster(p["motif"], [*colors, "#f0e6d0"], p["seed"], size)
    return pattern(p["motif"], colors, p["seed"], size, 4)


def _wheels(width: float, depth: float, thick: float = 0.045) -> None:
    """Four wheels, whose tops are at twice their radius."""
    for x in (-1, 1):
        for y in (-1, 1):
            at = (x * width * 0.36, y * depth * 0.3, thick / 2)
            ball((0.026, thick, thick), rubber("#1b1b1d"), at=at)
            box((0.034, 0.036, 0.03), plastic("#2a2a2d"), at=(at[0], at[1], thick * 0.7), rounding=0.008)


def _pull(width: float, top: float, rise: float = 0.2) -> None:
    """The telescoping handle behind the top."""
    x, rod = width * 0.24, metal("#9a9da1")
    for side in (-x, x):
        tube([(side, 0.06, top - 0.03), (side, 0.06, top + rise)], 0.008, rod)
    tube([(-x - 0.012, 0.06, top + rise), (x + 0.012, 0.06, top + rise)], 0.016, plastic("#1d1d20"))


def _grip(width: float, y: float, top: float, material: Material, rise: float = 0.04) -> None:
    """A carrying handle on the top."""
    line = [(-width, y, top - 0.01), (-width, y, top + rise), (width, y, top + rise), (width, y, top - 0.01)]
    tube(rounded(line, 0.025), 0.014, material, flat=0.55)


def _shell(p: Parameters, width: float, depth: float, height: float) -> None:
    """A hard shell, ribbed or printed."""
    body, low = plastic(p["ground"], p["gloss"]), 0.05
    front = plastic(_print(p, (360, 512)), p["gloss"]) if p["patterned"] else body
    soft_box((width, depth, height), front, softness=9, at=(0, 0, low), steps=24)
    if not p["patterned"]:
        _ribs(p, (width, depth, height), low, body)
        badge = logo(p["brand"], 300, 90, p["ink"], p["seed"])
        box((0.13, 0.008, 0.045), plastic(p["ground"], 0.4), at=(0, -depth * 0.51, low + height * 0.86),
            faces={"front": plastic(stamp(plain(p["ground"], 320, 110), badge), 0.4)})  # fmt: skip
    soft_box((width * 1.004, 0.02, height * 1.004), plastic("#202024"), softness=9, at=(0, 0, low), steps=24)
    _wheels(width, depth)
    _pull(width, low + height)
    _grip(0.07, -0.03, low + height, plastic(p["trim"]))


def _ribs(p: Parameters, size: tuple[float, float, float], low: float, body: Material) -> None:
    """Raised bands over front and back."""
    (width, depth, height), count = size, p["count"]
    for number in range(count):
        part = (number - (count - 1) / 2) / count * 0.92
        if p["ribs"] != "level":
            rib = (width / count * 0.5, depth * 1.04, height * 0.9)
            soft_box(rib, body, softness=9, at=(part * width, 0, low + height * 0.05))
        if p["ribs"] != "upright":
            rib = (width * 0.9, depth * 1.05, height / count * 0.4)
            soft_box(rib, body, softness=9, at=(0, 0, low + height * (0.5 + part) - rib[2] / 2))


def _soft(p: Parameters, width: float, depth: float, height: float) -> None:
    """Cloth with pockets outside."""
    cloth, trim, low = fabric(p["ground"]), plastic(p["trim"], 0.5), 0.04
    soft_box((width, depth, height), cloth, softness=12, at=(0, 0, low))
    for level, tall, tone in ((0.07, 0.5, cloth), (0.62, 0.3, fabric(p["ink"]))):
        z, y = low + height * level, -depth / 2
        soft_box((width * 0.86, 0.09, height * tall), tone, softness=9, at=(0, y, z))
        half, top = width * 0.38, z + height * tall * 0.86
        tube([(-half, y - 0.044, top), (half, y - 0.044, top)], 0.005, trim)
    mark = logo(p["brand"], 300, 100, p["ink"], p["seed"])
    panel(0.16, 0.055, fabric(stamp(plain(p["ground"], 320, 110), mark)), at=(0, -depth / 2 - 0.0465, 0.2))
    for x in (-1, 1):
        box((0.03, 0.05, 0.09), trim, at=(x * width * 0.46, -depth * 0.44, 0.01), rounding=0.01)
    _wheels(width, depth)
    _pull(width, low + height)
    _grip(0.07, 0, low + height, trim)


def _vintage(p: Parameters, width: float, depth: float, height: float) -> None:
    """A stitched case with straps and brass locks."""
    hide, strap, brass = leather(p["ground"]), leather(p["trim"]), metal("brass")
    soft_box((width, depth, height), hide, softness=22, at=(0, 0, 0.005))
    box((width * 1.004, 0.006, height * 1.0), strap, at=(0, -0.02, 0.005))
    for x in (-1, 1):
        tube(rounded([(x * width * 0.3, -depth * 0.51, 0.01), (x * width * 0.3, -depth * 0.51, height),
                      (x * width * 0.3, depth * 0.51, height + 0.008)], 0.03), 0.02, strap, flat=0.2,
             across=(1, 0, 0))  # fmt: skip
        box((0.05, 0.012, 0.04), brass, at=(x * width * 0.3, -depth * 0.53, height * 0.72))
        for z in (0.0, height - 0.05):
            box((0.07, depth * 1.03, 0.06), strap, at=(x * (width / 2 - 0.032), 0, z), rounding=0.02)
    _grip(0.08, 0, height, strap, 0.05)


def _trunk(p: Parameters, width: float, depth: float, height: float) -> None:
    """A chest with wooden slats and metal corners."""
    slat, brass = wood("oak", axis="x"), metal("brass")
    box((width, depth, height), leather(p["ground"]), rounding=0.012)
    for level in (0.0, 0.3, 0.62, 0.92):
        box((width * 1.015, depth * 1.03, height * 0.075), slat, at=(0, 0, height * level), rounding=0.004)
    for x in (-1, 1):
        for z in (-0.004, height - 0.07):
            box((0.08, depth * 1.05, 0.078), brass, at=(x * (width / 2 - 0.034), 0, z), rounding=0.008)
        box((0.04, depth * 1.04, height), leather(p["trim"]), at=(x * width * 0.22, 0, 0.002))
    box((0.07, 0.03, 0.09), brass, at=(0, -depth * 0.52, height * 0.55))


def _duffel(p: Parameters, width: float, depth: float, height: float) -> None:
    """A barrel bag with two handles."""
    cloth = fabric(_print(p, (512, 280)) if p["patterned"] else p["ground"])
    soft_box((width, depth, height), cloth, softness=4.5, steps=24)
    strap = leather(p["trim"])
    for y in (-1, 1):
        ends = [
            (-0.12, y * depth * 0.47, 0.05),
            (-0.12, y * depth * 0.5, height * 0.6),
            (-0.1, y * 0.07, height + 0.13),
        ]
        line = [*ends, *((-x, side, z) for x, side, z in reversed(ends))]
        tube(rounded(line, 0.08), 0.012, strap)
    tube([(-width * 0.42, 0, height), (width * 0.42, 0, height)], 0.006, metal("brass"))
    for x in (-1, 1):
        soft_box((0.09, depth * 0.9, height * 0.9), strap, softness=4.5, at=(x * width * 0.455, 0, 0.012))


def _animal(p: Parameters, width: float, depth: float, height: float) -> None:
    """A small round shell with ears and a face."""
    body, dark, low = plastic(p["ground"], 0.25), plastic("#1b1b1d", 0.2), 0.045
    soft_box((width, depth, height), body, softness=4, at=(0, 0, low), steps=24)
    for x in (-1, 1):
        ear = (0.1, 0.06, 0.2) if p["count"] == 9 else (0.12, 0.07, 0.12)
        ball(ear, body, at=(x * width * 0.3, 0, low + height * (1.08 if p["count"] == 9 else 0.98)))
        ball(0.075, plastic("#f1efe9", 0.2), at=(x * width * 0.2, -depth * 0.45, low + height * 0.68))
        ball(0.04, dark, at=(x * width * 0.19, -depth * 0.45 - 0.028, low + height * 0.68))
    soft_box(
        (width * 0.6, 0.08, height * 0.34), plastic(p["ink"], 0.3), softness=3, at=(0, -depth * 0.42, 0.13)
    )
    ball((0.06, 0.04, 0.04), dark, at=(0, -depth * 0.42 - 0.045, low + height * 0.48))
    _wheels(width, depth)
    _pull(width, low + height, 0.14)


BUILDERS = {
    "ribbed": _shell, "carry": _shell, "printed": _shell, "soft": _soft, "vintage": _vintage,
    "trunk": _trunk, "duffel": _duffel, "animal": _animal,
}  # fmt: skip
