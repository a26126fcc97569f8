"""Handbags: totes, satchels, bucket, hobo, round crossbody, clutch and woven baskets."""

from math import cos, pi, sin
from random import Random

from PIL import Image

import words
from materials import Material, fabric, leather, metal
from prints import emblem, logo, pattern, stamp, text_block
from prints.packs import plain
from prints.posters import poster
from product import Parameters, Product, View
from shapes import ball, box, curve, extrude, lathe, loft, ring, rounded, soft_box, tube
from shapes.handbags import flap, front_panel, handle, lock, shoulder_strap, tassel

COUNT = 20
MAIN_CATEGORY = "Clothing, Shoes & Jewelry"
VIEWS = (View(azimuth=18, elevation=14, light="left"), View(azimuth=-38, elevation=28, light="right"))
SHAPES = {  # shop name, width, depth, height in metres
    "tote": ("Tote Bag", 0.36, 0.13, 0.32), "satchel": ("Satchel", 0.27, 0.1, 0.2),
    "bucket": ("Bucket Bag", 0.2, 0.18, 0.23), "hobo": ("Hobo Bag", 0.36, 0.1, 0.22),
    "round": ("Round Crossbody Bag", 0.2, 0.07, 0.2), "clutch": ("Evening Clutch", 0.24, 0.05, 0.13),
    "doctor": ("Top Handle Bag", 0.28, 0.13, 0.2), "basket": ("Straw Basket Bag", 0.34, 0.16, 0.25),
}  # fmt: skip
PATTERNS = {
    "floral": "Floral", "stripes": "Striped", "geometric": "Geometric", "checks": "Checkered", "plaid": "Plaid",
    "dots": "Polka Dot", "leaves": "Botanical", "chevron": "Chevron", "hearts": "Heart", "waves": "Wave",
}  # fmt: skip
SCENES = {"sun": "Sunset", "cat": "Cat", "bouquet": "Bouquet", "blobs": "Abstract", "rainbow": "Rainbow"}
SAYINGS = ("MARKET\nDAY", "CIAO", "BOOKS &\nCOFFEE", "LA\nPLAGE", "FRESH")


def describe(random: Random) -> Product:
    """Choose a bag and write what the shop says about it."""
    shape = random.choice(["tote", "tote", *SHAPES])
    kind, width, _, height = SHAPES[shape]
    ground, ink = words.pair(random, "brown", "black", *words.VIVID, "beige", "white")
    looks = {"tote": ("scene", "scene", "saying", "pattern", "plain", "logo"), "basket": ("straw",),
             "round": ("plain", "pattern", "logo", "two-tone"), "doctor": ("plain", "pattern", "logo", "two-tone")}  # fmt: skip
    look = random.choice(looks.get(shape, ("plain", "pattern", "two-tone")))
    motif = {"scene": SCENES, "pattern": PATTERNS}.get(look, {})
    motif = random.choice(list(motif)) if motif else ""
    cloth = "Straw" if look == "straw" else "Canvas" if motif or look == "saying" else "Leather"
    saying = random.choice(SAYINGS) if look == "saying" else ""
    brand = words.brand(random, "fashion")
    named = {**PATTERNS, **SCENES}.get(motif) or {
        "two-tone": "Two-Tone",
        "logo": "Logo",
        "saying": "Slogan",
    }.get(look, "")
    tone = f"{ground.name} and {ink.name}"
    return Product(
        title=words.sentence([brand, named, "" if look == "straw" else cloth, f"{kind}, {tone}"]),
        brand=brand,
        price=words.price(random, 19, 189),
        categories=["Clothing, Shoes & Jewelry", "Women", "Handbags & Wallets", kind + "s"],
        features=[f"{words.inches(width)} wide", f"{cloth} outside, cotton lining", "Inner pocket"],
        description=f"A {cloth.lower()} {kind.lower()} in {tone.lower()}.",
        details={"Color": tone, "Material": cloth, "Width": words.inches(width), "Height": words.inches(height)},
        parameters={
            "shape": shape, "look": look, "motif": motif, "cloth": cloth, "text": saying, "brand": brand,
            "colors": [ground.hex, ink.hex, words.color(random, *words.VIVID).hex], "seed": random.randrange(10**6),
            "scale": random.uniform(0.9, 1.08), "finish": random.choice(("gold", "gold", "silver", "black")),
            "handle": random.choice(("ground", "ink", "ink")), "tassel": random.random() < 0.3,
        },
    )  # fmt: skip


def build(parameters: Parameters) -> None:
    """Sew the bag of its shape."""
    size = tuple(parameters["scale"] * length for length in SHAPES[parameters["shape"]][1:])
    body, trim = (
        _outside(parameters, size),
        leather(parameters["colors"][parameters["handle"] == "ink"], 0.003),
    )
    makers = {"tote": _tote, "basket": _tote, "satchel": _satchel, "bucket": _bucket, "hobo": _hobo,
              "round": _round, "clutch": _clutch, "doctor": _doctor}  # fmt: skip
    makers[parameters["shape"]](parameters, size, body, trim, metal(parameters["finish"], 0.2))


def _picture(parameters: Parameters, width: float, height: float) -> Image.Image:
    """The design of the front."""
    look, colors, seed = parameters["look"], parameters["colors"], parameters["seed"]
    size = (int(width * 2200), int(height * 2200))
    if look == "straw":
        return _plait(colors, *size)
    if look == "pattern":
        return pattern(parameters["motif"], colors, seed, size, 7)
    if look == "scene":
        return poster(parameters["motif"], [*colors, "#f4efe2" if seed % 2 else "#26242a"], seed, size)
    art = plain(colors[0], *size)
    if look == "saying":
        style = ("bold", "round", "hand", "serif")[seed % 4]
        return stamp(
            art,
            text_block(parameters["text"], int(size[0] * 0.66), int(size[1] * 0.5), colors[1], style),
            0.5,
            0.55,
        )
    if look == "logo":
        small = min(size) if parameters["shape"] != "round" else int(min(size) * 0.8)
        return stamp(
            art, logo(parameters["brand"], int(small * 0.55), int(small * 0.5), colors[1], seed), 0.5, 0.55
        )
    return art


def _plait(colors: list, width: int, height: int) -> Image.Image:
    """Natural straw with colored bands."""
    small = pattern("checks", ["#d9bb80", "#b58d4f"], 1, (width, height), 24)
    for number, ink in enumerate(colors):
        band = pattern("checks", [ink, "#d9bb80"], 1, (width, height // 8), 24)
        small.paste(band, (0, int(height * (0.18 + 0.26 * number))))
    return small


def _outside(parameters: Parameters, size: tuple) -> Material:
    """Leather or canvas with its design."""
    plain_ = parameters["look"] in ("plain", "two-tone")
    paint = parameters["colors"][0] if plain_ else _picture(parameters, size[0], size[2])
    return leather(paint, 0.003) if parameters["cloth"] == "Leather" else fabric(paint, 0.0018)


def _tote(parameters: Parameters, size: tuple, body: Material, trim: Material, shine: Material) -> None:
    """An open bag that widens upwards, the design on its front."""
    width, depth, height = size
    narrow = 0.82 if parameters["shape"] == "tote" else 0.72
    inside = fabric("#cbb89a", 0.002)

    def wall(part: float) -> list:
        wide, deep = width * (narrow + (1 - narrow) * part), depth * (1 - 0.35 * part)
        outline = ring(wide, deep, 7, 64)
        return [(x, y, height * part) for x, y in [*outline[16:], *outline[:16]]]

    side = (
        fabric(parameters["colors"][0], 0.0018)
        if parameters["cloth"] == "Canvas"
        else leather(parameters["colors"][0], 0.003)
    )
    straw_ = parameters["look"] == "straw"
    loft(
        [wall(n / 6) for n in range(7)],
        body if straw_ else side,
        caps=(True, False),
        thickness=0.004,
        inner=inside,
    )
    if not straw_:
        front_panel(width, depth, height, narrow, body)
    high = height + (0.2 if parameters["shape"] == "tote" else 0.13)
    for y in (-1, 1):
        handle(width * 0.24, height - 0.06, high, y * (depth * 0.34 + 0.003), trim, 0.011)
        for x in (-1, 1):
            ball(
                (0.012, 0.006, 0.012),
                shine,
                at=(x * width * 0.24, y * (depth * 0.35 + 0.007), height - 0.035),
            )
    if parameters["tassel"]:
        tassel((width * 0.24, -depth * 0.36 - 0.012, height - 0.04), trim, shine)


def _satchel(parameters: Parameters, size: tuple, body: Material, trim: Material, shine: Material) -> None:
    """A flap, a lock and a short handle."""
    width, depth, height = size
    soft_box((width, depth, height), body, softness=14)
    over = leather(parameters["colors"][1], 0.003) if parameters["look"] == "two-tone" else body
    flap(bool(parameters["seed"] % 2), width * 1.005, depth, height * 0.99, over)
    lock(shine, -depth / 2 - 0.009, height * 0.42)
    handle(width * 0.2, height, height + 0.09, 0, trim)
    shoulder_strap(width, height, trim, shine)


def _bucket(parameters: Parameters, size: tuple, body: Material, trim: Material, shine: Material) -> None:
    """A drum gathered by a drawstring."""
    width, _, height = size
    wall = [(width * 0.44, 0), (width * 0.5, 0.02), (width * 0.5, height * 0.78), (width * 0.46, height)]
    lathe([(0, 0), *curve(wall, 6)], body, thickness=0.003, inner=fabric("#cbb89a", 0.002))
    if parameters["look"] == "two-tone":
        base = [(width * 0.445, 0), (width * 0.508, 0.02), (width * 0.508, height * 0.3)]
        lathe(curve(base, 6), leather(parameters["colors"][1], 0.003))
    cord = [(x, y, height * 0.86) for x, y in ring(width * 1.0, width * 1.0, steps=48)]
    tube(cord, 0.0045, trim, closed=True)
    for x in (-0.022, 0.022):
        tube(
            [
                (x * 0.4, -width * 0.5, height * 0.86),
                (x, -width * 0.53, height * 0.72),
                (x, -width * 0.52, height * 0.5),
            ],
            0.004,
            trim,
        )
        ball(0.014, shine, at=(x, -width * 0.525, height * 0.5))
    shoulder_strap(width, height, trim, shine)


def _hobo(parameters: Parameters, size: tuple, body: Material, trim: Material, shine: Material) -> None:
    """A crescent with one broad handle."""
    width, depth, height = size
    low = [(-width / 2, height), (-width * 0.46, height * 0.4), (-width * 0.22, 0.012), (0, 0), (width * 0.22, 0.012),
           (width * 0.46, height * 0.4), (width / 2, height)]  # fmt: skip
    top = [(width * 0.25, height * 0.72), (0, height * 0.64), (-width * 0.25, height * 0.72)]
    extrude([*curve(low, 8), *curve(top, 6)], depth, body, rounding=depth * 0.42)
    line = [(-width * 0.47, 0, height * 0.9), (-width * 0.38, 0, height * 1.5), (0, 0, height * 1.95),
            (width * 0.38, 0, height * 1.5), (width * 0.47, 0, height * 0.9)]  # fmt: skip
    tube(curve(line, 10), 0.014, trim, flat=0.3)
    for x in (-1, 1):
        ball((0.03, 0.03, 0.012), shine, at=(x * width * 0.47, 0, height * 0.98))
    if parameters["tassel"]:
        tassel((width * 0.42, -depth * 0.5, height * 0.8), trim, shine)


def _round(parameters: Parameters, size: tuple, body: Material, trim: Material, shine: Material) -> None:
    """A drum on its side, a zip round it and a long strap."""
    width, depth, height = size
    outline, middle = ring(width, height, 2.0, 64), height / 2
    extrude(outline, depth, body, at=(0, 0, middle), rounding=0.012)
    second = parameters["colors"][1]
    for y, ink in ((-depth / 2 + 0.003, second), (0, "#2a2725")):
        line = [(x * 1.005, y, z * 1.005 + middle) for x, z in outline]
        tube(line, 0.004, leather(ink, 0.003), closed=True)
    if parameters["look"] in ("plain", "two-tone"):
        mark = ("flower", "star", "heart", "sun", "moon")[parameters["seed"] % 5]
        art = stamp(plain(second, 400, 400), emblem(mark, 260, parameters["colors"][0]))
        extrude(
            ring(width * 0.55, width * 0.55),
            0.004,
            leather(art, 0.003),
            at=(0, -depth / 2 - 0.001, middle),
            rounding=0.001,
        )
    shoulder_strap(width, height, trim, shine)


def _clutch(parameters: Parameters, size: tuple, body: Material, trim: Material, shine: Material) -> None:
    """A framed purse with a kiss lock, or an envelope."""
    width, depth, height = size
    soft_box((width, depth, height), body, softness=5)
    if parameters["seed"] % 3 == 0:
        over = leather(parameters["colors"][1], 0.003)
        flap(True, width * 0.94, depth, height * 0.94, over)
        lock(shine, -depth / 2 - 0.009, height * 0.36, 0.02)
        return
    half, top = width * 0.44, height - 0.002
    for y in (-0.003, 0.003):
        corners = [(-half, y, height * 0.72), (-half, y, top), (half, y, top), (half, y, height * 0.72)]
        tube(rounded(corners, 0.02), 0.005, shine)
    for x in (-0.008, 0.008):
        ball(0.017, shine, at=(x, 0, top + 0.012))
    links = [
        (half * cos(pi * n / 40), 0.01, height * 0.98 + height * 0.62 * sin(pi * n / 40)) for n in range(41)
    ]
    for number, at in enumerate(links):
        ball((0.011, 0.004, 0.006) if number % 2 else (0.011, 0.006, 0.004), shine, at=at)


def _doctor(parameters: Parameters, size: tuple, body: Material, trim: Material, shine: Material) -> None:
    """A bag that narrows to a frame, with two top handles."""
    width, depth, height = size
    outline = [
        (-width / 2, 0),
        (width / 2, 0),
        (width / 2, height * 0.45),
        (width * 0.36, height),
        (-width * 0.36, height),
        (-width / 2, height * 0.45),
    ]
    extrude(rounded(outline, 0.03, closed=True), depth, body, rounding=0.02)
    box((width * 0.7, 0.02, 0.014), shine, at=(0, 0, height - 0.006), rounding=0.003)
    second = leather(parameters["colors"][1], 0.003)
    if parameters["look"] == "two-tone":
        soft_box((width * 1.01, depth * 1.03, height * 0.36), second, softness=16)
    for y in (-1, 1):
        handle(width * 0.2, height * 0.84, height + 0.12, y * depth * 0.46, trim, 0.008)
        for x in (-1, 1):
            ball((0.02, 0.012, 0.02), shine, at=(x * width * 0.2, y * depth * 0.5, height * 0.84))
    lock(shine, -depth / 2 - 0.003, height * 0.62)
