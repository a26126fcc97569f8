"""Watches: round, square, barrel, eight-sided or digital, on leather, steel, silicone or striped cloth."""

from math import atan2, cos, degrees, pi, sin, tau
from random import Random

from PIL import Image, ImageDraw

import words
from materials import Material, fabric, leather, metal, plastic
from prints import font, pattern, text_block
from product import Parameters, Product, View
from shapes import box, extrude, lathe, ring, rounded, tube
from soft_materials import rubber

COUNT = 20
MAIN_CATEGORY = "Clothing, Shoes & Jewelry"
VIEWS = (View(azimuth=16, elevation=16, light="left"), View(azimuth=-42, elevation=28, light="right"))
CASES = {  # width and height against the diameter, squareness
    "Round": (1.0, 1.0, 2.0), "Square": (0.9, 0.9, 8.0), "Tank": (0.74, 1.0, 9.0), "Barrel": (0.86, 1.06, 3.0),
    "Octagon": (1.0, 1.0, 0.0), "Digital": (0.94, 1.06, 5.0),
}  # fmt: skip
DIALS = ("sticks", "roman", "arabic", "diver", "minimal", "chronograph", "printed")
STRAPS = {"leather": "Leather", "steel": "Steel Bracelet", "silicone": "Silicone", "nato": "Striped Nylon"}
STEEL = ("steel", "gold", "rose gold", "black")
ROMAN = ("XII", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI")
WRIST = 0.058  # depth of the loop of the strap in metres
SIZE = 480  # pixels of a dial


def describe(random: Random) -> Product:
    """Choose a watch and write what the shop says about it."""
    case, strap, finish = random.choice(list(CASES)), random.choice(list(STRAPS)), random.choice(STEEL)
    dial, ink = words.pair(
        random, "white", "black", "blue", "green", "teal", "red", "beige", "pink", "yellow"
    )
    look = "digital" if case == "Digital" else random.choice(DIALS)
    family = (
        ("brown", "black", "red", "blue", "green") if strap == "leather" else tuple(words.VIVID) + ("black",)
    )
    band, stripe = words.color(random, *family), words.color(random, "white", "red", "yellow", "blue")
    brand, diameter = words.brand(random, "fashion"), random.choice((34, 38, 42, 46))
    tone = f"{finish.title()}-Tone" if strap == "steel" else band.name
    style = {"sticks": "Classic", "chronograph": "Chronograph", "diver": "Dive", "printed": "Patterned"}.get(
        look, look.title()
    )
    kind = "Smartwatch" if case == "Digital" else f"{style} Watch"
    shape = "" if case == "Digital" else case
    title = f"{brand} {shape} {kind}, {diameter} mm, {dial.name} Dial, {tone} {STRAPS[strap]}".replace(
        "  ", " "
    )
    return Product(
        title=title,
        brand=brand,
        price=words.price(random, 35, 289),
        categories=["Clothing, Shoes & Jewelry", "Watches", "Wrist Watches"],
        features=[f"{diameter} mm case", f"{STRAPS[strap]} band", "Water resistant to 30 metres"],
        description=f"A {style.lower()} watch with a {dial.name.lower()} dial.",
        details={"Dial Color": dial.name, "Band": f"{tone} {STRAPS[strap]}", "Case": f"{finish.title()}-Tone {case}"},
        parameters={
            "case": case, "strap": strap, "finish": finish, "look": look, "dial": dial.hex, "ink": ink.hex,
            "band": band.hex, "stripe": stripe.hex, "brand": brand, "diameter": diameter / 1000,
            "bezel": band.hex if look == "diver" else "", "seed": random.randrange(10**6),
            "hour": random.choice((10.15, 1.84)),
        },
    )  # fmt: skip


def build(parameters: Parameters) -> None:
    """Stand the strap up as a loop with the case in front."""
    shine = metal(parameters["finish"], 0.16)
    wide, tall, squareness = CASES[parameters["case"]]
    width, height = wide * parameters["diameter"], tall * parameters["diameter"]
    loop = _loop(height)
    front, middle = loop[0][1], max(z for _, _, z in loop) / 2
    outline = _outline(width, height, squareness)
    extrude(outline, 0.0095, shine, at=(0, front - 0.002, middle), rounding=0.0025)
    rim = parameters["bezel"] or None
    inner = 0.8 if rim else 0.88
    bezel = plastic(rim, 0.15) if rim else shine
    hole = [(x * inner, z * inner) for x, z in outline]
    bezel_outline = [(x * 0.97, z * 0.97) for x, z in outline]
    extrude(bezel_outline, 0.002, bezel, at=(0, front - 0.0072, middle), holes=[hole])
    face = plastic(_dial(parameters, width / height), 0.35)
    extrude([(x * 1.02, z * 1.02) for x, z in hole], 0.001, face, at=(0, front - 0.0066, middle), rounding=0)
    lathe(
        [(0, 0), (0.003, 0), (0.003, 0.004), (0, 0.004)],
        shine,
        at=(width / 2, front, middle),
        turn=(0, 90, 0),
    )
    if parameters["look"] != "digital":
        _hands(parameters, min(width, height) * inner / 2, front - 0.0074, middle)
    _strap(parameters, loop, min(width * 0.29, 0.0115), shine)
    for side in (-1, 1):
        for up in (-1, 1):
            at = (side * min(width * 0.33, 0.013), front + 0.003, middle + up * (height / 2 - 0.0015) - 0.004)
            box((0.0025, 0.006, 0.008), shine, at=at, rounding=0.001)


def _outline(width: float, height: float, squareness: float) -> list:
    """The case from the front."""
    if squareness:
        return ring(width, height, squareness, steps=64)
    turns = [tau * (step + 0.5) / 8 for step in range(8)]
    return rounded([(width * 0.54 * cos(t), height * 0.54 * sin(t)) for t in turns], 0.002, closed=True)


def _loop(height: float) -> list:
    """The line of the strap from one end of the case to the other, round a wrist."""
    tall, steps = max(0.056, height + 0.014), 96
    whole = ring(WRIST, tall, 2.6, steps)
    low = height / 2 - 0.003
    line = [(y, z) for y, z in [*whole[steps // 2 :], *whole[: steps // 2]] if y > 0 or abs(z) > low]
    return [(0.0, y, z + tall / 2) for y, z in line]


def _strap(parameters: Parameters, loop: list, reach: float, shine: Material) -> None:
    """A strap, or the links of a bracelet."""
    if parameters["strap"] != "steel":
        radius = [reach * (1.0 - 0.16 * sin(pi * step / len(loop))) for step in range(len(loop))]
        tube(loop, radius, _strap_material(parameters), flat=0.13, across=(1, 0, 0), sides=32)
        return
    for before, here in zip(loop[::2], loop[1::2]):
        angle = degrees(atan2(here[2] - before[2], here[1] - before[1]))
        for x, part in ((-0.68, 0.62), (0, 0.7), (0.68, 0.62)):
            at = (x * reach, here[1], here[2])
            box((reach * part, 0.0042, 0.0028), shine, at=at, turn=(angle, 0, 0), rounding=0.0009)


def _strap_material(parameters: Parameters) -> Material:
    """What the strap is made of."""
    if parameters["strap"] == "leather":
        return leather(parameters["band"], grain=0.0015)
    if parameters["strap"] == "silicone":
        return rubber(parameters["band"])
    art = Image.new("RGB", (32, 256), parameters["band"])
    ImageDraw.Draw(art).rectangle((0, 32, 32, 96), fill=parameters["stripe"])
    return fabric(art, weave=0.0008)


def _hands(parameters: Parameters, reach: float, front: float, middle: float) -> None:
    """Hour, minute and second hand."""
    light = words.brightness(parameters["dial"]) > 0.5
    ink = plastic("#16161a" if light else "#f2f0e8", 0.3)
    hour = parameters["hour"]
    for part, wide, turns in ((0.5, 0.0017, hour / 12), (0.76, 0.0012, hour % 1)):
        size, turn = (wide, 0.0004, reach * part), (0, 360 * turns, 0)
        box(size, ink, at=(0, front, middle), turn=turn, rounding=0.0001)
    lathe([(0, 0), (0.0016, 0), (0.0016, 0.0008), (0, 0.0008)], ink, at=(0, front, middle), turn=(90, 0, 0))


def _dial(parameters: Parameters, aspect: float) -> Image.Image:
    """The picture of the dial, stretched to the shape of the case."""
    ground, ink, look = parameters["dial"], parameters["ink"], parameters["look"]
    if look == "digital":
        return _screen(parameters)
    art = Image.new("RGB", (SIZE, SIZE), ground)
    if look == "printed":
        motif = ("floral", "stars", "hearts", "geometric", "waves", "checks")[parameters["seed"] % 6]
        art = pattern(motif, [ground, ink], parameters["seed"], (SIZE, SIZE), 5)
    draw = ImageDraw.Draw(art)
    if look == "chronograph":
        for x, y in ((0.3, 0.5), (0.7, 0.5), (0.5, 0.7)):
            area = ((x - 0.12) * SIZE, (y - 0.12) * SIZE, (x + 0.12) * SIZE, (y + 0.12) * SIZE)
            draw.ellipse(area, fill=ink)
    _marks(draw, look, ink)
    if look != "printed":
        name = text_block(parameters["brand"], SIZE // 3, SIZE // 14, ink, "serif")
        art.paste(name, (SIZE // 3, int(SIZE * 0.3)), name)
    return art


def _marks(draw: ImageDraw.ImageDraw, look: str, ink: str) -> None:
    """Strokes, dots or numerals at the hours."""
    face = font("serif" if look == "roman" else "bold", 56 if look == "roman" else 64)
    for hour in range(12):
        turn, reach = tau * hour / 12, SIZE * 0.41
        x, y = SIZE / 2 + reach * sin(turn), SIZE / 2 - reach * cos(turn)
        if look in ("roman", "arabic"):
            numeral = ROMAN[hour] if look == "roman" else str(hour or 12)
            draw.text((x, y), numeral, font=face, fill=ink, anchor="mm")
        elif look == "diver":
            size = 26 if hour % 3 else 36
            draw.ellipse((x - size, y - size, x + size, y + size), fill=ink)
        elif look in ("sticks", "chronograph") or hour % 3 == 0:
            inner = 0.82 if hour % 3 else 0.74
            end = (SIZE / 2 + reach * inner * sin(turn), SIZE / 2 - reach * inner * cos(turn))
            start = (SIZE / 2 + reach * 1.1 * sin(turn), SIZE / 2 - reach * 1.1 * cos(turn))
            draw.line((start, end), fill=ink, width=16)


def _screen(parameters: Parameters) -> Image.Image:
    """A lit display: the time over rings, bars or a flat color."""
    ground, ink = "#08090c", parameters["stripe"]
    art = Image.new("RGB", (SIZE, SIZE), ground)
    draw, style = ImageDraw.Draw(art), parameters["seed"] % 3
    if style == 0:
        for number, color in enumerate((parameters["dial"], ink, parameters["band"])):
            inset = 30 + 56 * number
            draw.arc((inset, inset, SIZE - inset, SIZE - inset), -90, 200 - 50 * number, fill=color, width=40)
    elif style == 1:
        draw.rectangle((0, 0, SIZE, SIZE * 0.56), fill=parameters["dial"])
    else:
        for number in range(7):
            top = SIZE * (0.9 - 0.32 * abs(sin(number * 1.7 + 1)))
            draw.rectangle((40 + number * 58, top, 80 + number * 58, SIZE * 0.9), fill=parameters["dial"])
    time = text_block("10:09", 200 if style == 0 else 380, 150, "#ffffff", "modern")
    spot = (SIZE - time.width) // 2, (SIZE - time.height) // 2 - (0 if style == 0 else 110)
    art.paste(time, spot, time)
    return art
