"""Phones seen from the back, in printed, plain, clear, rugged or leather cases."""

from random import Random

import words
from materials import Material, leather, metal, plastic
from prints import logo, pattern, stamp, text_block
from prints.packs import plain
from prints.posters import poster
from product import Parameters, Product, View
from shapes import box, extrude, lathe, ring, rounded, tube
from soft_materials import rubber

COUNT = 20
MAIN_CATEGORY = "Cell Phones & Accessories"
VIEWS = (View(azimuth=16, elevation=8, light="left"), View(azimuth=-36, elevation=20, light="right"))
SIZES = {"Mini": (0.066, 0.134), "": (0.074, 0.152), "Max": (0.08, 0.168)}  # width and height in metres
CAMERAS = ("square", "pill", "bar", "round", "row")
PATTERNS = {
    "floral": "Floral", "geometric": "Geometric", "hearts": "Heart", "checks": "Checkered", "waves": "Wave",
    "stars": "Star", "terrazzo": "Terrazzo", "leaves": "Botanical", "plaid": "Plaid", "ombre": "Gradient",
    "dots": "Polka Dot", "pinstripes": "Striped",
}  # fmt: skip
SCENES = {
    "sun": "Sunset", "mountains": "Mountain", "blobs": "Abstract", "rainbow": "Rainbow", "night": "Moon",
    "cat": "Cat", "bouquet": "Bouquet",
}  # fmt: skip
SAYINGS = ("HELLO SUNSHINE", "STAY WILD", "GOOD VIBES", "NOT TODAY", "BUT FIRST COFFEE", "DO NOT DISTURB")
STYLES = ("pattern", "pattern", "scene", "scene", "saying", "rugged", "leather", "plain", "logo")


def describe(random: Random) -> Product:
    """Choose a phone in its case and write what the shop says about it."""
    style, size, camera = random.choice(STYLES), random.choice(list(SIZES)), random.choice(CAMERAS)
    motif = (
        random.choice(list(PATTERNS if style == "pattern" else SCENES))
        if style in ("pattern", "scene")
        else ""
    )
    saying = random.choice(SAYINGS) if style == "saying" else ""
    ground, ink = words.pair(random)
    if style == "leather":
        ground = words.color(random, "brown", "black", "red", "blue", "green", "beige")
    second = words.color(random, *words.VIVID)
    brand, memory = words.brand(random, "electronics"), random.choice((64, 128, 256))
    model = f"{brand} {random.choice('SXZ')}{random.randrange(3, 15)}"
    look = {
        "pattern": PATTERNS.get(motif, ""), "scene": SCENES.get(motif, ""), "saying": f'"{saying.title()}"',
        "rugged": "Rugged", "leather": "Leather", "logo": "Logo",
    }.get(style, "Slim")  # fmt: skip
    return Product(
        title=words.sentence([model, size, f"Smartphone {memory} GB with {look} Case, {ground.name}"]),
        brand=brand,
        price=words.price(random, 149, 899),
        categories=["Cell Phones & Accessories", "Cell Phones"],
        features=[f"{memory} GB of storage", f"{look} case included", "Two-day battery"],
        description=f"A phone in a {ground.name.lower()} {look.lower()} case.",
        details={"Color": ground.name, "Memory": f"{memory} GB", "Case": look},
        parameters={
            "style": style, "size": list(SIZES[size]), "camera": camera, "motif": motif, "saying": saying,
            "colors": [ground.hex, ink.hex, second.hex], "brand": brand, "seed": random.randrange(10**6),
            "lenses": random.choice((2, 3)), "grip": random.choice(("", "", "ring", "strap")),
            "corner": random.choice((0.007, 0.012, 0.016)), "repeat": random.choice((3, 4, 5)),
        },
    )  # fmt: skip


def build(parameters: Parameters) -> None:
    """Lay the case round the phone and cut in the cameras."""
    (width, height), style = parameters["size"], parameters["style"]
    thick = 0.014 if style == "rugged" else 0.0105
    outline = _slab(width, height, parameters["corner"])
    extrude(outline, thick, _case(parameters), at=(0, 0, height / 2), rounding=0.0028)
    glass = plastic("#08090b", 0.05)
    extrude(
        _slab(width - 0.004, height - 0.004, parameters["corner"]),
        0.001,
        glass,
        at=(0, thick / 2, height / 2),
    )
    for z in (0.62, 0.7):
        box((0.002, 0.003, 0.011), metal("black"), at=(width / 2 + 0.0004, 0, height * z), rounding=0.0008)
    if style == "rugged":
        _bumpers(width, height, thick, parameters["colors"][1])
    front = -thick / 2
    _camera(parameters, width, height, front)
    _grip(parameters, height * 0.34, front)


def _slab(width: float, height: float, corner: float) -> list:
    """A rectangle with round corners."""
    x, z = width / 2, height / 2
    return rounded([(-x, -z), (x, -z), (x, z), (-x, z)], corner, steps=8, closed=True)


def _case(parameters: Parameters) -> Material:
    """The material of the case with its print."""
    style, colors, seed = parameters["style"], parameters["colors"], parameters["seed"]
    size = (int(parameters["size"][0] * 5000), int(parameters["size"][1] * 5000))
    if style == "leather":
        return leather(colors[0], grain=0.0018)
    if style == "rugged":
        return rubber(colors[0])
    if style == "pattern":
        return plastic(pattern(parameters["motif"], colors, seed, size, parameters["repeat"]), 0.25)
    if style == "scene":
        return plastic(poster(parameters["motif"], [*colors, colors[1]], seed, size), 0.25)
    art = plain(colors[0], *size)
    if style == "saying":
        lines = parameters["saying"].replace(" ", "\n")
        font = ("bold", "round", "hand", "serif", "modern")[seed % 5]
        art = stamp(
            art, text_block(lines, int(size[0] * 0.84), int(size[1] * 0.4), colors[1], font), 0.5, 0.62
        )
    elif style == "logo":
        art = stamp(
            art, logo(parameters["brand"], int(size[0] * 0.7), int(size[0] * 0.66), colors[1], seed), 0.5, 0.6
        )
    return plastic(art, 0.3)


def _bumpers(width: float, height: float, thick: float, color: str) -> None:
    """Thick corners and ribs of a rugged case."""
    material = rubber(color)
    for side in (-1, 1):
        for z in (0.009, height - 0.009):
            box(
                (0.022, thick + 0.003, 0.022),
                material,
                at=(side * (width / 2 - 0.0095), 0, z - 0.011),
                rounding=0.005,
            )
        line = [(side * width * 0.36, -thick / 2, height * 0.2), (side * width * 0.2, -thick / 2, height * 0.1),
                (side * width * 0.2, -thick / 2, height * 0.5), (side * width * 0.36, -thick / 2, height * 0.6)]  # fmt: skip
        tube(rounded(line, 0.01), 0.002, material)


def _camera(parameters: Parameters, width: float, height: float, front: float) -> None:
    """The camera's island with its lenses, in one of CAMERAS' layouts."""
    inset = parameters["corner"] * 0.25
    lens, top, left = 0.0066, height - 0.006 - inset, inset - 0.003 - width / 2
    count, style = parameters["lenses"], parameters["camera"]
    if style == "square":
        center, island = (left + 0.021, top - 0.014), ring(0.033, 0.033, 5)
        spots = [(-0.007, 0.007), (-0.007, -0.007), (0.0075, 0.0)][:count]
    elif style == "pill":
        center, island = (left + 0.0165, top - 0.017), _slab(0.019, 0.017 * count + 0.004, 0.0095)
        spots = [(0, 0.0165 * (n - (count - 1) / 2)) for n in range(count)]
    elif style == "bar":
        center, island = (0, top - 0.018), _slab(width - 0.004, 0.022, 0.003)
        spots = [(-width * 0.3 + 0.018 * n, 0) for n in range(count)]
    elif style == "round":
        center, island = (0, top - 0.021), ring(0.043, 0.043)
        spots = [(-0.0095, 0.0), (0.0095, 0.0), (0, 0.0105)][:count]
    else:
        center, island = (left + 0.015, top - 0.02), _slab(0.001, 0.001, 0.0001)
        spots = [(0, 0.0175 * (n - (count - 1) / 2)) for n in range(count)]
    dark = plastic("#1b1c1f", 0.2)
    extrude(island, 0.0026, dark, at=(center[0], front - 0.0008, center[1]), rounding=0.001)
    for x, z in spots:
        at = (center[0] + x, front - 0.0018, center[1] + z)
        lathe([(0, 0.0016), (lens * 0.82, 0.0016), (lens * 0.86, 0.0024), (lens, 0.0024), (lens, 0)],
              metal("#8d9096", 0.2), at=at, turn=(90, 0, 0), segments=32)  # fmt: skip
        lathe(
            [(0, 0.0019), (lens * 0.8, 0.0019), (lens * 0.8, 0)],
            plastic("#0a0c14", 0.05),
            at=at,
            turn=(90, 0, 0),
        )


def _grip(parameters: Parameters, z: float, front: float) -> None:
    """A ring or a strap to hold the phone by."""
    color = parameters["colors"][1]
    if parameters["style"] in ("saying", "logo", "scene") or not parameters["grip"]:
        return
    if parameters["grip"] == "ring":
        lathe(
            [(0, 0), (0.016, 0), (0.016, 0.003), (0, 0.003)],
            plastic(color),
            at=(0, front, z),
            turn=(90, 0, 0),
        )
        hoop = [(x, front - 0.0048, z + y) for x, y in ring(0.026, 0.026, steps=32)]
        tube(hoop, 0.0018, metal("silver"), closed=True)
    else:
        width = parameters["size"][0]
        line = [(-width * 0.42, front, z), (0, front - 0.004, z), (width * 0.42, front, z)]
        tube(line, 0.008, leather(color), flat=0.14, across=(0, 0, 1))
