"""Sneakers: running shoes, low and high tops, slip-ons and chunky ones, paneled, striped or printed."""

from math import cos, tau
from random import Random

from PIL import Image, ImageDraw

import words
from materials import Material, fabric, leather
from prints import emblem, pattern, stamp
from product import Parameters, Product, View
from shapes import ball, curve, loft, sheet, tube
from shapes.shoes import WIDTH, footprint, upper_height, upper_reach, upper_ring
from soft_materials import rubber

COUNT = 20
PLACE = "floor"
MAIN_CATEGORY = "Clothing, Shoes & Jewelry"
VIEWS = (View(azimuth=-16, elevation=14, light="left"), View(azimuth=34, elevation=32, light="right"))
STYLES = {  # shop name, height of the collar, thickness of the sole, how far the sole stands out, in metres
    "runner": ("Running Shoe", 0.085, 0.03, 0.004), "low": ("Low-Top Sneaker", 0.078, 0.026, 0.003),
    "high": ("High-Top Sneaker", 0.13, 0.028, 0.003), "slip": ("Slip-On Sneaker", 0.066, 0.026, 0.003),
    "chunky": ("Chunky Platform Sneaker", 0.082, 0.048, 0.008),
}  # fmt: skip
PATTERNS = {
    "checks": "Checkered", "floral": "Floral", "stars": "Star", "plaid": "Plaid", "dots": "Polka Dot",
    "geometric": "Geometric", "brush": "Camo", "leaves": "Tropical",
}  # fmt: skip
MARKS = ("bars", "swoop", "zigzag", "star", "bolt", "heart", "none")
SOLES = {"White": "#eeece6", "Gum": "#b5763c", "Black": "#1d1d20"}
SIZE = 1024, 256  # pixels round the upper and up it


def describe(random: Random) -> Product:
    """Choose a sneaker and write what the shop says about it."""
    style, look = random.choice(list(STYLES)), random.choice(("panels", "panels", "plain", "pattern"))
    ground, ink = words.pair(random)
    accent, sole = words.color(random, *words.VIVID, "black"), random.choice(["White", "White", *SOLES])
    motif = random.choice(list(PATTERNS)) if look == "pattern" else ""
    cloth = random.choice(("Canvas", "Leather")) if style != "runner" else "Mesh"
    cloth = "Canvas" if motif else cloth
    name, collar, thick, lip = STYLES[style]
    brand, fit = words.brand(random, "sport"), random.choice(("Men's", "Women's", "Unisex"))
    tone = f"{ground.name} and {ink.name}"
    return Product(
        title=words.sentence([brand, fit, PATTERNS.get(motif, ""), cloth, f"{name}, {tone}, {sole} Sole"]),
        brand=brand,
        price=words.price(random, 29, 139),
        categories=["Clothing, Shoes & Jewelry", fit.removesuffix("'s").removesuffix("'"), "Shoes", "Fashion Sneakers"],
        features=[f"{cloth} upper", f"{sole} rubber sole", "Cushioned insole"],
        description=f"A {name.lower()} in {tone.lower()}.",
        details={"Color": tone, "Upper Material": cloth, "Sole Color": sole, "Style": name},
        parameters={
            "style": style, "look": look, "cloth": cloth, "motif": motif, "seed": random.randrange(10**6),
            "colors": [ground.hex, ink.hex, accent.hex], "sole": SOLES[sole], "collar": collar, "thick": thick,
            "lip": lip, "mark": random.choice(MARKS) if look != "pattern" else "none",
            "cap": random.random() < 0.45, "laces": random.choice(("#f1efe8", "#f1efe8", "#1b1b1e", ink.hex)),
            "stripe": random.choice(("", ink.hex, accent.hex)),
        },
    )  # fmt: skip


def build(parameters: Parameters) -> None:
    """Sole, upper, tongue and laces; the toe points to the left."""
    collar, thick = parameters["collar"], parameters["thick"]
    art = _art(parameters)
    cloth = _cloth(parameters, art)
    _sole(parameters)
    rings = [upper_ring(part, collar, thick) for part in (n / 14 for n in range(15))]
    inside = fabric("#d9d4c8" if words.brightness(parameters["colors"][0]) < 0.5 else "#55565c", 0.002)
    loft(rings, cloth, caps=(False, False), thickness=0.004, inner=inside)
    rim = rings[-1]
    tube(
        rim,
        0.006,
        _cloth(parameters, parameters["colors"][2 if parameters["look"] == "panels" else 0]),
        closed=True,
    )
    insole = [(x * 0.9 - 0.004, y * 0.86, z + 0.006) for x, y, z in rings[1]]
    loft([insole, [(x, y, z + 0.001) for x, y, z in insole]], inside, levels=0)
    if parameters["style"] != "slip":
        _tongue(parameters, rim)
        _laces(parameters, rim)
    if parameters["cap"]:
        _toe_cap(parameters, thick)


def _sole(parameters: Parameters) -> None:
    """A rubber sole with a rounded edge, a stripe and, if chunky, waves."""
    thick, lip = parameters["thick"], parameters["lip"]
    material = rubber(parameters["sole"])

    rise = thick + 0.007

    def level(height: float, out: float) -> list:
        points = []
        for step in range(96):
            turn = tau * step / 96
            x, y = footprint(turn, 0.14 + out, -0.144 - out, WIDTH + 2 * out)
            spring = 0.01 * max(0.0, -cos(turn)) ** 3
            wave = 1 + 0.012 * cos(turn * 24) * (0.01 < height < rise * 0.6) * (
                parameters["style"] == "chunky"
            )
            points.append((x * wave, y * wave, height + spring))
        return points

    parts = (
        (0.0, lip - 0.004),
        (0.004, lip),
        (rise * 0.5, lip + 0.001),
        (rise - 0.003, lip),
        (rise, lip - 0.003),
    )
    loft([level(height, out) for height, out in curve(parts, 4)], material, levels=0)
    if parameters["stripe"]:
        line = level(rise * 0.62, lip + 0.0005)
        tube(line, 0.0022, rubber(parameters["stripe"]), closed=True)
    loft(
        [level(-0.002, lip - 0.006), level(0.001, lip - 0.003)],
        rubber("#8c6a45" if parameters["sole"] == "#b5763c" else "#2a2a2d"),
        levels=0,
    )


def _tongue(parameters: Parameters, rim: list) -> None:
    """A tongue that stands up before the ankle."""
    front, _, height = rim[24]

    def cloth(u: float, v: float) -> tuple[float, float, float]:
        side = 2 * u - 1
        x = front - 0.012 + 0.02 * v + 0.012 * side * side
        return x, side * (0.022 + 0.006 * v), height - 0.02 + 0.05 * v - 0.01 * abs(side) ** 5

    sheet(cloth, _cloth(parameters, parameters["colors"][1]), thickness=0.006, steps=(12, 12), levels=1)


def _laces(parameters: Parameters, rim: list) -> None:
    """Rows of laces over the vamp with a bow at the top."""
    lace, collar, thick = fabric(parameters["laces"], weave=0.001), parameters["collar"], parameters["thick"]
    front, _, high = rim[24]
    parts = (0.42, 0.5, 0.59, 0.69, 0.8, 0.91) if collar < 0.1 else (0.26, 0.34, 0.42, 0.52, 0.66, 0.8, 0.92)
    for number, part in enumerate(parts):
        x, half, line = upper_reach(part, collar)[1] + 0.002, 0.021 + 0.002 * (number % 2), []
        for step in range(9):
            y = half * (step / 4 - 1)
            place = x + abs(y) * 0.25 + (0.002 if collar < 0.1 else 0.0)
            line.append((place, y, thick + upper_height(place, y, collar) + 0.0025))
        tube(line, 0.0034, lace, flat=0.55, across=(1, 0, 0))
    for side in (-1, 1):
        loop = [(0.0, 0.0, 0.004), (-0.012, 0.026, 0.01), (-0.024, 0.034, -0.006), (-0.01, 0.012, 0.0)]
        bow = [(front - 0.012 + x, side * y, high - 0.004 + z) for x, y, z in loop]
        tube(curve(bow, 8, closed=True), 0.0022, lace, closed=True)
    ball(0.009, lace, at=(front - 0.013, 0, high))


def _toe_cap(parameters: Parameters, thick: float) -> None:
    """A rubber cap over the toes."""
    material = rubber(parameters["sole"])
    rings = [upper_ring(part, parameters["collar"], thick) for part in (0.0, 0.08, 0.16, 0.24, 0.31)]

    def skin(u: float, v: float) -> tuple[float, float, float]:
        place = v * (len(rings) - 1.001)
        low, high, part = rings[int(place)], rings[int(place) + 1], place % 1
        step = 18 + 12 * u
        first, share = int(step), step % 1
        corner = []
        for ring_ in (low, high):
            a, b = ring_[first], ring_[min(first + 1, 47)]
            corner.append([p + (q - p) * share for p, q in zip(a, b)])
        x, y, z = (p + (q - p) * part for p, q in zip(*corner))
        return x - 0.0025, y * 1.03, z + 0.0015

    if parameters["style"] != "runner":
        sheet(skin, material, steps=(32, 12))


def _cloth(parameters: Parameters, paint: Image.Image | str) -> Material:
    """Canvas, mesh or leather."""
    if parameters["cloth"] == "Leather":
        return leather(paint, 0.002)
    return fabric(paint, 0.003 if parameters["cloth"] == "Mesh" else 0.0015)


def _art(parameters: Parameters) -> Image.Image:
    """The upper's print: heel at both ends, toe in the middle, sides between."""
    (width, height), (ground, ink, accent) = SIZE, parameters["colors"]
    if parameters["look"] == "pattern":
        return pattern(parameters["motif"], parameters["colors"], parameters["seed"], (1024, 150), 16)
    art = Image.new("RGB", SIZE, ground)
    draw = ImageDraw.Draw(art)
    if parameters["look"] == "panels":
        for side in (0, 1):
            heel = [(0, height), (0, 0), (120, 0), (175, height)]
            draw.polygon([(abs(side * width - x), y) for x, y in heel], fill=accent)
        toe = [(400, height), (440, height * 0.62), (584, height * 0.62), (624, height)]
        draw.polygon(toe, fill=ink)
        draw.polygon([(430, height * 0.55), (450, 0), (574, 0), (594, height * 0.55)], fill=ink)
    for middle, flip in ((width * 0.25, 1), (width * 0.75, -1)):
        _side_mark(art, parameters["mark"], middle, flip, ink)
    return art


def _side_mark(art: Image.Image, mark: str, middle: float, flip: int, ink: str) -> None:
    """The brand's sign on one side: bars, a swoop, a zigzag or an emblem."""
    draw, height = ImageDraw.Draw(art), SIZE[1]
    if mark == "bars":
        for number in range(3):
            x = middle + flip * (number - 1) * 46
            draw.line((x - flip * 26, height * 0.96, x + flip * 26, height * 0.3), fill=ink, width=22)
    elif mark == "swoop":
        low = [(-110, 0.62), (-40, 0.86), (60, 0.66), (150, 0.2)]
        top = [(150, 0.2), (50, 0.5), (-40, 0.64), (-110, 0.62)]
        draw.polygon([(middle - flip * x, y * height) for x, y in curve([*low, *top[1:]], 8)], fill=ink)
    elif mark == "zigzag":
        line = [
            (middle + flip * (number - 2) * 48, height * (0.42 if number % 2 else 0.86))
            for number in range(5)
        ]
        draw.line(line, fill=ink, width=24, joint="curve")
    elif mark != "none":
        sign = emblem(mark, 150, ink).resize((84, 150))  # the side is wider than its picture
        art.paste(stamp(art, sign, middle / SIZE[0], 0.62))
