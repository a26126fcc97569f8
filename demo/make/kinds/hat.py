"""Hats: caps, beanies, sun hats, bucket hats and fedoras, plain, printed or with a logo."""

from math import cos, pi, sin, tau
from random import Random

from PIL import Image, ImageColor, ImageDraw

import words
from materials import Material, fabric, leather
from prints import emblem, logo, pattern, stamp, text_block
from prints.packs import plain
from product import Parameters, Product, View
from shapes import ball, curve, lathe, sheet, tube
from soft_materials import knit

COUNT = 20
MAIN_CATEGORY = "Clothing, Shoes & Jewelry"
VIEWS = (View(azimuth=24, elevation=16, light="left"), View(azimuth=-30, elevation=34, light="right"))
STYLES = {
    "cap": "Baseball Cap",
    "beanie": "Beanie",
    "sun": "Sun Hat",
    "bucket": "Bucket Hat",
    "fedora": "Fedora",
}
PATTERNS = {
    "floral": "Floral", "checks": "Checkered", "plaid": "Plaid", "dots": "Polka Dot", "leaves": "Tropical",
    "stars": "Star", "geometric": "Geometric", "waves": "Wave", "pinstripes": "Striped", "brush": "Camo",
}  # fmt: skip
SAYINGS = ("LOCAL", "NORTH", "LUCKY", "77", "SURF", "HIKE", "NYLO", "CLUB")
STRAWS = {"Natural": "#d8b877", "Sand": "#e2cda0", "Honey": "#c08a3e", "Cocoa": "#7a5232", "Black": "#2a2725"}


def describe(random: Random) -> Product:
    """Choose a hat and write what the shop says about it."""
    style = random.choice(["cap", "bucket", *STYLES])
    ground, ink = words.pair(random)
    looks = {"cap": ("plain", "logo", "saying", "emblem", "pattern", "pattern"), "beanie": ("plain", "bands", "patch", "bands"),
             "bucket": ("plain", "pattern", "pattern", "emblem")}  # fmt: skip
    look = random.choice(looks.get(style, ("plain",)))
    motif = random.choice(list(PATTERNS)) if look == "pattern" else ""
    woven = style == "sun" or (style == "fedora" and random.random() < 0.4)
    weave = random.choice(list(STRAWS)) if woven else ""
    tone = f"{weave} Straw with {ink.name} Band" if woven else f"{ground.name} and {ink.name}"
    named = {"logo": "Logo", "saying": "Embroidered", "emblem": "Badge", "bands": "Striped", "patch": "Patch"}
    adjective = PATTERNS.get(motif) or named.get(look, "Wide Brim" if style == "sun" else "")
    cloth = "" if woven else {"beanie": "Knit", "fedora": "Wool Felt"}.get(style, "Cotton")
    pompom = style == "beanie" and random.random() < 0.5
    brand = words.brand(random, "fashion")
    return Product(
        title=words.sentence([brand, adjective, cloth, "Pom-Pom" if pompom else "", f"{STYLES[style]}, {tone}"]),
        brand=brand,
        price=words.price(random, 11, 59),
        categories=["Clothing, Shoes & Jewelry", "Accessories", "Hats & Caps", STYLES[style] + "s"],
        features=["One size fits most", cloth or "Woven straw", "Sweatband inside"],
        description=f"A {STYLES[style].lower()} in {tone.lower()}.",
        details={"Color": tone, "Material": cloth or "Straw", "Style": STYLES[style]},
        parameters={
            "style": style, "look": look, "motif": motif, "ground": ground.hex, "ink": ink.hex, "brand": brand,
            "straw": STRAWS.get(weave, ""), "pompom": pompom, "seed": random.randrange(10**6),
            "text": random.choice(SAYINGS), "brim": random.uniform(0.9, 1.15), "cuff": random.random() < 0.75,
            "visor": random.choice(("ground", "ink", "ink")), "bow": random.random() < 0.6,
            "mark": random.choice(("star", "heart", "sun", "mountain", "bolt", "flower", "moon")),
        },
    )  # fmt: skip


def build(parameters: Parameters) -> None:
    """Make the hat of its style."""
    {"cap": _cap, "beanie": _beanie, "sun": _brimmed, "bucket": _bucket, "fedora": _brimmed}[
        parameters["style"]
    ](parameters)


def _art(parameters: Parameters, width: int, height: int) -> Image.Image:
    """The picture round the crown, its mark in front."""
    ground, ink, seed = parameters["ground"], parameters["ink"], parameters["seed"]
    if parameters["look"] == "pattern":
        return pattern(parameters["motif"], [ground, ink], seed, (width, height), 12)
    art, reach = plain(ground, width, height), int(height * 0.52)
    if parameters["look"] == "logo":
        return stamp(art, logo(parameters["brand"], int(reach * 1.3), reach, ink, seed), 0.5, 0.62)
    if parameters["look"] == "saying":
        return stamp(art, text_block(parameters["text"], int(width * 0.2), reach, ink, "bold"), 0.5, 0.62)
    if parameters["look"] == "emblem":
        return stamp(art, emblem(parameters["mark"], reach, ink), 0.5, 0.62)
    return art


def _crown(width: float, depth: float, height: float, fullness: float, material: Material) -> None:
    """A dome whose print keeps its height: wide as an ellipse, squarer with more fullness."""

    def dome(u: float, v: float) -> tuple[float, float, float]:
        turn, reach = pi / 2 + tau * u, (1 - v**fullness) ** (1 / 2.1)
        return width / 2 * reach * cos(turn), depth / 2 * reach * sin(turn), height * v

    sheet(dome, material, steps=(64, 40), levels=1)
    ball((width * 0.14, depth * 0.14, 0.004), material, at=(0, 0, height - 0.001))


def _cap(parameters: Parameters) -> None:
    """Panels, a button and a curved visor."""
    cloth = fabric(_art(parameters, 1200, 330), weave=0.0015)
    _crown(0.17, 0.2, 0.112, 2.5, cloth)
    color = parameters[parameters["visor"]] if parameters["look"] != "pattern" else parameters["ink"]
    accent = fabric(color, weave=0.0015)

    def visor(u: float, v: float) -> tuple[float, float, float]:
        turn = pi * (1.13 + 0.74 * u)
        inner = (0.084 * cos(turn), 0.099 * sin(turn))
        out = 0.078 * sin(pi * u) ** 0.55 * v
        x = inner[0] * (1 + 0.04 * v)
        return x, inner[1] - out, 0.008 - 9.0 * x * x * v * 0.6 - 0.012 * v * v

    sheet(visor, accent, thickness=0.003, steps=(40, 16), levels=1)
    ball((0.016, 0.016, 0.008), accent, at=(0, 0, 0.113))
    seams = fabric(parameters["ink"] if parameters["look"] == "plain" else parameters["ground"], weave=0.0015)
    for turn in (pi / 6, pi / 2, 5 * pi / 6, 7 * pi / 6, 11 * pi / 6):
        line = []
        for step in range(20):
            v = step / 20
            reach = (1 - v**2.5) ** (1 / 2.1)
            line.append((0.0855 * reach * cos(turn), 0.1005 * reach * sin(turn), 0.1122 * v))
        tube(line, 0.0011, seams)


def _beanie(parameters: Parameters) -> None:
    """A knitted dome with a cuff and perhaps a pom-pom."""
    ground, ink = parameters["ground"], parameters["ink"]
    art = plain(ground, 64, 256)
    if parameters["look"] == "bands":
        draw, count = ImageDraw.Draw(art), 2 + parameters["seed"] % 4
        for number in range(count):
            top = 40 + number * 190 / count
            draw.rectangle((0, top, 64, top + 95 / count), fill=ink)
    tall = 0.195
    _crown(0.18, 0.2, tall, 2.0, knit(art, 0.007))
    cuff = knit(ink if parameters["cuff"] and parameters["look"] != "patch" else ground, 0.007)
    profile = curve([(0.09, 0.0), (0.102, 0.008), (0.104, 0.035), (0.1, 0.062), (0.088, 0.066)], 6)
    band = lathe(profile, cuff)
    band.scale = (0.93, 1.03, 1)
    if parameters["look"] == "patch":
        name = text_block(parameters["brand"].upper(), 220, 80, "#f7f1e2", "bold")
        label = leather(stamp(plain("#6b3f22", 300, 150), name), 0.002)

        def patch(u: float, v: float) -> tuple[float, float, float]:
            turn = -pi / 2 + (u - 0.5) * 0.62
            return 0.0986 * cos(turn), 0.1097 * sin(turn), 0.02 + 0.034 * v

        sheet(patch, label, steps=(16, 4))
    if parameters["pompom"]:
        _pompom(0.036, tall + 0.022, fabric(ink, weave=0.006))


def _pompom(radius: float, height: float, material: Material) -> None:
    """A ball of wool: many small tufts round a ball."""
    ball(radius * 1.8, material, at=(0, 0, height))
    for number in range(160):
        up = 1 - 2 * (number + 0.5) / 160
        flat, turn = (1 - up * up) ** 0.5, number * 2.39996
        at = (radius * flat * cos(turn) * 0.9, radius * flat * sin(turn) * 0.9, height + radius * up * 0.9)
        ball(radius * (0.3 + 0.1 * (number % 3)), material, at=at)


def _bucket(parameters: Parameters) -> None:
    """A stiff crown and a sloping brim."""
    reach = 0.128 * parameters["brim"]
    crown = [(0.0, 0.132), (0.07, 0.132), (0.079, 0.124), (0.094, 0.045)][::-1]
    lathe(curve(crown, 1), fabric(_art(parameters, 1400, 230), weave=0.0015), sharp=60)
    brim = [(reach, 0.0), (0.6 * reach + 0.038, 0.02), (0.094, 0.046)]
    art = parameters["ground"]
    if parameters["look"] == "pattern":
        art = pattern(
            parameters["motif"],
            [parameters["ground"], parameters["ink"]],
            parameters["seed"],
            (1400, 180),
            14,
        )
    lathe(curve(brim, 6), fabric(art, weave=0.0015), thickness=0.002)
    for part in (0.2, 0.5, 0.8):
        x = 0.094 + (reach - 0.094) * part
        stitched = [
            (x * cos(t), x * sin(t), 0.0475 - 0.046 * part**0.95) for t in (tau * n / 64 for n in range(64))
        ]
        tube(stitched, 0.0006, fabric(parameters["ink"]), closed=True)


def _brimmed(parameters: Parameters) -> None:
    """A sun hat or a fedora: a crown, a brim and a ribbon."""
    sun = parameters["style"] == "sun"
    cloth = (
        fabric(_plaited(parameters["straw"]), 0.004)
        if parameters["straw"]
        else fabric(parameters["ground"], 0.003)
    )
    brim = (0.2 if sun else 0.155) * parameters["brim"]
    tall = 0.1 if sun else 0.118

    def whole(u: float, v: float) -> tuple[float, float, float]:
        turn = pi / 2 + tau * u
        x, y = cos(turn), sin(turn)
        if v < 0.5:  # the brim, from its edge to the crown
            part = v * 2
            reach = brim + (0.09 - brim) * part
            wave = (0.016 * sin(2 * turn) if sun else 0.03 * x * x) * (1 - part)
            return reach * x, reach * y * 1.08, 0.01 + wave + 0.006 * part
        part = (v - 0.5) * 2
        reach = 0.09 * (1 - part**5) ** 0.45 * (1 - 0.08 * part)
        dent = 0.0 if sun else 0.028 * part**3 * max(0.0, 1 - (x * reach / 0.03) ** 2)
        pinch = 1.0 if sun else 1 - 0.22 * part * max(0.0, -y) ** 2
        return reach * x * pinch, reach * y * 1.08, 0.016 + tall * (part**0.8 if sun else part) - dent

    sheet(whole, cloth, thickness=0.002, steps=(72, 64), levels=1)
    ribbon = fabric(parameters["ink"], 0.001)
    height = 0.032
    band = lathe([(0.0925, 0.019), (0.0918, 0.019 + height)], ribbon)
    band.scale = (1, 1.08, 1)
    if parameters["bow"]:
        for side in (-1, 1):
            loop = [(0.095, -0.01, 0.035), (0.1, side * 0.03 - 0.01, 0.045), (0.1, side * 0.03 - 0.01, 0.026)]
            tube(curve(loop, 6, closed=True), 0.006, ribbon, closed=True, flat=0.3, across=(0, 0, 1))


def _plaited(color: str) -> Image.Image:
    """Rounds of plaited straw, light and dark in turn."""
    art = plain(color, 256, 512)
    draw = ImageDraw.Draw(art)
    for row in range(0, 512, 14):
        dark = ImageColor.getrgb(color)
        shade = tuple(int(value * (0.62 if row % 28 else 0.74)) for value in dark)
        draw.rectangle((0, row, 256, row + 4), fill=shade)
        for x in range(0, 256, 4):
            draw.line((x, row + 5, x + 3, row + 12), fill=tuple(int(value * 0.88) for value in dark))
    return art
