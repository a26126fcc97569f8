"""T-shirts laid flat: crew, V-neck, long-sleeved, tank and polo, plain, striped, printed or with words."""

from itertools import pairwise
from math import cos, pi, sin
from random import Random

from PIL import Image, ImageDraw

import words
from materials import fabric, plastic
from prints import emblem, logo, pattern, stamp, text_block
from prints.packs import plain
from prints.posters import poster
from product import Parameters, Product, View
from shapes import ball, curve, extrude, sheet, tube

COUNT = 20
SUPPORT = "wall"
PLACE = "floor"
MAIN_CATEGORY = "Clothing, Shoes & Jewelry"
VIEWS = (View(azimuth=0, elevation=4, light="left"), View(azimuth=24, elevation=-16, light="right"))
CUTS = {"crew": "Crew Neck T-Shirt", "v": "V-Neck T-Shirt", "long": "Long Sleeve T-Shirt", "tank": "Tank Top",
        "polo": "Polo Shirt", "crop": "Cropped T-Shirt"}  # fmt: skip
PATTERNS = {
    "stripes": "Striped", "floral": "Floral", "leaves": "Tropical", "stars": "Star", "plaid": "Plaid",
    "ombre": "Ombre", "dots": "Polka Dot", "checks": "Checkered", "waves": "Wave", "geometric": "Geometric",
}  # fmt: skip
SCENES = {
    "sun": "Sunset", "mountains": "Mountain", "cat": "Cat", "night": "Moon", "rainbow": "Rainbow",
    "bouquet": "Bouquet", "sprig": "Plant",
}  # fmt: skip
SAYINGS = (
    "HELLO\nSUMMER",
    "GAME\nON",
    "BE\nKIND",
    "EAST\nCOAST",
    "1987",
    "WILD\n& FREE",
    "NOPE",
    "ROCK\nCLUB",
)
LOOKS = ("scene", "scene", "pattern", "pattern", "saying", "logo", "emblem", "chest", "plain", "ringer")


def describe(random: Random) -> Product:
    """Choose a shirt and write what the shop says about it."""
    cut, look = random.choice(["crew", "crew", "crew", *CUTS]), random.choice(LOOKS)
    motif = {"scene": SCENES, "pattern": PATTERNS}.get(look, {})
    motif = random.choice(list(motif)) if motif else ""
    ground, ink = words.pair(random)
    second, third = (words.color(random, family) for family in random.sample(words.VIVID, 2))
    saying = random.choice(SAYINGS) if look == "saying" else ""
    brand, fit = words.brand(random, "fashion"), random.choice(("Men's", "Women's", "Kids'", "Unisex"))
    named = {
        "scene": f"{SCENES.get(motif, '')} Graphic", "pattern": PATTERNS.get(motif, ""), "logo": "Logo",
        "saying": f"'{saying.title()}' Slogan".replace("\n", " "), "emblem": "Graphic", "chest": "Color Block",
        "ringer": "Ringer",
    }.get(look, "")  # fmt: skip
    tone = f"{ground.name} with {ink.name}" if look in ("chest", "ringer", "pattern") else ground.name
    return Product(
        title=words.sentence([brand, fit, named, f"{CUTS[cut]}, {tone}"]),
        brand=brand,
        price=words.price(random, 9, 39),
        categories=["Clothing, Shoes & Jewelry", fit.removesuffix("'s").removesuffix("'"), "Clothing", "Shirts", "T-Shirts"],
        features=["100% cotton", "Machine washable", "Double-stitched hem"],
        description=f"A soft {CUTS[cut].lower()} in {tone.lower()}.",
        details={"Color": tone, "Material": "Cotton", "Neck": {"v": "V-Neck", "polo": "Collar"}.get(cut, "Crew")},
        parameters={
            "cut": cut, "look": look, "motif": motif, "colors": [ground.hex, ink.hex, second.hex, third.hex],
            "text": saying, "brand": brand, "seed": random.randrange(10**6), "fit": random.uniform(0.94, 1.06),
            "mark": random.choice(("star", "heart", "sun", "mountain", "bolt", "flower", "moon", "ring", "leaf")),
        },
    )  # fmt: skip


def build(parameters: Parameters) -> None:
    """Lay out body and sleeves and bind the neck."""
    cut = parameters["cut"]
    half = 0.25 * parameters["fit"]
    tall = 0.5 if cut == "crop" else 0.68
    art = _art(parameters, 700, int(1400 * tall))
    cloth, neck = fabric(art, weave=0.0012), _neck(cut, tall)
    for front in (True, False):
        _body(half, tall, cut, neck, front, cloth if front else fabric(_shade(parameters), weave=0.0012))
    trim = parameters["colors"][1] if parameters["look"] == "ringer" or cut == "polo" else _shade(parameters)
    if cut != "tank":
        sleeve = parameters["colors"][1] if parameters["look"] == "chest" else parameters["colors"][0]
        if parameters["look"] == "pattern":
            sleeve = art.resize((300, 360))
        for side in (-1, 1):
            _sleeve(side, half, tall, cut == "long", fabric(sleeve, weave=0.0012), fabric(trim, weave=0.0012))
    line = [(x, -0.02 - 0.004 * cos(pi * x / 0.2), z) for x, z in neck]
    tube(line, 0.009, fabric(trim, weave=0.0008), flat=0.35, across=(0, 0, 1))
    back = [(x, 0.006, tall - 0.012 * cos(pi * x / 0.2) + 0.004) for x, _ in neck]
    tube(back, 0.009, fabric(trim, weave=0.0008), flat=0.35, across=(0, 0, 1))
    if cut == "polo":
        _collar(tall, trim, parameters["colors"][0])


def _neck(cut: str, tall: float) -> list:
    """The neckline in front, from left to right."""
    deep = {"v": 0.15, "tank": 0.14, "polo": 0.07}.get(cut, 0.085)
    reach = 0.088 if cut != "tank" else 0.1
    if cut == "v":
        return curve(
            [
                (-reach, tall),
                (-0.045, tall - deep * 0.52),
                (0, tall - deep),
                (0.045, tall - deep * 0.52),
                (reach, tall),
            ],
            8,
        )
    return [(-reach * cos(pi * n / 32), tall - deep * sin(pi * n / 32) ** 0.8) for n in range(33)]


def _body(half: float, tall: float, cut: str, neck: list, front: bool, material) -> None:
    """The front or the back: a sheet whose upper edge follows the neck and the shoulders."""
    armhole = tall - 0.21
    shoulder = 0.13 if cut == "tank" else half * 0.86

    def edge(z: float) -> float:
        """Half the width at a height."""
        if z < armhole:
            return half * (0.97 + 0.03 * abs(1 - 2 * z / armhole))
        part = (z - armhole) / (tall - armhole)
        return half + (shoulder - half) * min(1.0, part * 1.5) ** (0.45 if cut == "tank" else 0.8)

    def top(x: float) -> float:
        """The upper edge of the cloth."""
        reach = neck[-1][0]
        if abs(x) >= reach:
            return tall - 0.26 * (abs(x) - reach)
        if not front:
            return tall - 0.012 * cos(pi * x / 0.2)
        return next((b[1] for a, b in pairwise(neck) if a[0] <= x <= b[0]), tall)

    def cloth(u: float, v: float) -> tuple[float, float, float]:
        side = 2 * u - 1
        x = side * edge(v * tall)
        z = v * top(x)
        x = side * edge(z)
        puff = max(0.0, (1 - side**4) * (1 - (2 * v - 1) ** 8)) ** 0.5
        fold = (
            0.004 * sin(x * 34 + z * 9) * (1 - v)
            + 0.003 * sin((x * 0.7 - z) * 30)
            + 0.003 * sin((x + z) * 21)
        )
        return x, (-0.022 * puff - fold * puff) if front else 0.006, z

    thing = sheet(cloth, material, steps=(96, 96))
    corners = thing.data.uv_layers[0].data  # the print lies flat on the cloth, whatever the cut
    for loop in thing.data.loops:
        x, _, z = thing.data.vertices[loop.vertex_index].co
        corners[loop.index].uv = (x / half / 2 + 0.5, z / tall)


def _sleeve(side: int, half: float, tall: float, long: bool, material, trim) -> None:
    """A sleeve from the shoulder down and out, with a cuff."""
    inner_top, inner_low = (half * 0.8, tall - 0.03), (half * 0.97, tall - 0.225)
    length = 0.58 if long else 0.19
    lean = 0.9 if long else 0.62
    out = (cos(lean) * length, -sin(lean) * length)
    wide = 0.1 if long else 0.155
    cuff_top = (inner_top[0] + 0.02 + out[0], inner_top[1] + out[1])
    cuff_low = (cuff_top[0] - sin(lean) * wide, cuff_top[1] - cos(lean) * wide)

    def cloth(u: float, v: float) -> tuple[float, float, float]:
        start = [a + (b - a) * v for a, b in zip(inner_low, inner_top)]
        end = [a + (b - a) * v for a, b in zip(cuff_low, cuff_top)]
        bow = 0.012 * sin(pi * u) * v
        x, z = (a + (b - a) * u for a, b in zip(start, end))
        puff = (1 - (2 * v - 1) ** 4) ** 0.5
        return side * (x + bow * 0.4), -(0.016 + 0.003 * sin(u * 17 + v * 6)) * puff + 0.002, z + bow

    sheet(cloth, material, steps=(48, 32))
    line = [cloth(0.985, n / 24) for n in range(25)]
    tube(
        [(x, y - 0.001, z) for x, y, z in line],
        0.011 if long else 0.008,
        trim,
        flat=0.3,
        across=(side * cos(lean), 0, -sin(lean)),
    )


def _collar(tall: float, trim: str, ground: str) -> None:
    """A polo's collar with its placket and buttons."""
    material = fabric(trim, weave=0.0008)
    for side in (-1, 1):
        flap = [
            (side * 0.1, tall + 0.004),
            (side * 0.006, tall - 0.075),
            (side * 0.052, tall - 0.118),
            (side * 0.122, tall - 0.03),
        ]
        extrude(flap if side < 0 else flap[::-1], 0.006, material, at=(0, -0.033, 0), rounding=0.0025)
    placket = [(-0.016, tall - 0.2), (0.016, tall - 0.2), (0.016, tall - 0.07), (-0.016, tall - 0.07)]
    extrude(placket, 0.004, material, at=(0, -0.029, 0), rounding=0.001)
    for number in range(3):
        ball((0.011, 0.004, 0.011), plastic(ground), at=(0, -0.0325, tall - 0.105 - 0.036 * number))


def _shade(parameters: Parameters) -> str:
    """The ground, a little darker, for the inside."""
    ground = parameters["colors"][0]
    return "#" + "".join(f"{int(int(ground[place : place + 2], 16) * 0.8):02x}" for place in (1, 3, 5))


def _art(parameters: Parameters, width: int, height: int) -> Image.Image:
    """The picture over the front of the body."""
    look, colors, seed = parameters["look"], parameters["colors"], parameters["seed"]
    if look == "pattern":
        return pattern(parameters["motif"], colors[:3], seed, (width, height), 6 + seed % 4)
    art = plain(colors[0], width, height)
    middle = 0.5 if parameters["cut"] in ("v", "polo", "tank") else 0.45
    if look == "scene":
        paper = colors[0] if seed % 3 else colors[1]
        scene = poster(parameters["motif"], [paper, *colors[1:]], seed, (360, 420))
        return stamp(art, scene.convert("RGBA"), 0.5, middle)
    if look == "saying":
        style = ("bold", "round", "slanted", "serif", "hand")[seed % 5]
        return stamp(art, text_block(parameters["text"], 380, 330, colors[1], style), 0.5, middle)
    if look == "logo":
        return stamp(art, logo(parameters["brand"], 360, 330, colors[1], seed), 0.5, middle)
    if look == "emblem":
        return stamp(art, emblem(parameters["mark"], 340, colors[1]), 0.5, middle)
    if look == "chest":
        low = 0.3 + 0.1 * (seed % 3)
        ImageDraw.Draw(art).rectangle((0, height * low, width, height * (low + 0.2)), fill=colors[1])
    return art
