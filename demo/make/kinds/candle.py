"""Candles: jars and tins with labels, pillars, tapers in holders, bubble cubes and printed cups."""

from itertools import product
from math import cos, sin, tau
from random import Random

from PIL import Image

import words
from glass_materials import thin_glass
from materials import Material, glazed_ceramic, matte_ceramic, metal, plastic
from prints import label, pattern
from product import Parameters, Product, View
from shapes import ball, box, curve, lathe, tube, wrap
from soft_materials import paper, wax

COUNT = 20
VIEWS = (View(azimuth=12, elevation=16, light="left"), View(azimuth=-30, elevation=34, light="right"))
STYLES = {  # name in the title and material in the details
    "jar": ("Scented Jar Candle", "Soy Wax, Glass"), "amber jar": ("Amber Jar Candle", "Soy Wax, Glass"),
    "tin": ("Travel Tin Candle", "Soy Wax, Metal"), "pillar": ("Pillar Candle", "Paraffin Wax"),
    "cup": ("Ceramic Candle", "Soy Wax, Ceramic"), "taper": ("Taper Candle with Holder", "Beeswax, Metal"),
    "bubble": ("Bubble Cube Candle", "Soy Wax"), "ball": ("Ball Candle", "Paraffin Wax"),
    "trio": ("Pillar Candles, Set of 3", "Paraffin Wax"), "twist": ("Spiral Candle", "Beeswax"),
}  # fmt: skip
SCENTS = (
    "Lavender", "Vanilla", "Sea Salt", "Cedar", "Fig Leaf", "Rose", "Citrus", "Cinnamon", "Jasmine", "Linen",
    "Eucalyptus", "Amber",
)  # fmt: skip
PATTERNS = {
    "stripes": "Striped", "dots": "Polka Dot", "floral": "Floral", "leaves": "Botanical", "stars": "Star",
    "terrazzo": "Terrazzo", "ombre": "Ombre", "chevron": "Chevron", "waves": "Wave", "dip": "Dipped",
}  # fmt: skip


def describe(random: Random) -> Product:
    """Choose a candle and write what the shop says about it."""
    style, scent = random.choice(list(STYLES)), random.choice(SCENTS)
    ground, ink = words.pair(random)
    accent = words.color(random, *words.VIVID)
    printed = style in ("cup", "pillar")
    motif = random.choice(list(PATTERNS)) if printed else ""
    name, material = STYLES[style]
    brand = words.brand(random, "home")
    height = random.choice((0.08, 0.095, 0.11)) * {"pillar": 1.6, "tin": 0.6, "taper": 2.4}.get(style, 1)
    tone = (
        f"{ground.name} and {ink.name}"
        if printed or style in ("jar", "amber jar", "tin", "trio")
        else ground.name
    )
    metal_name = random.choice(("brass", "silver", "black", "copper"))
    return Product(
        title=words.sentence([brand, PATTERNS.get(motif, ""), scent, f"{name},", tone]),
        brand=brand,
        price=words.price(random, 8, 36),
        categories=["Home & Kitchen", "Home Décor Products", "Candles & Holders", "Candles"],
        features=[f"Scent of {scent.lower()}", f"Burns for {random.choice((20, 35, 45, 60))} hours"],
        description=f"A {name.lower()} in {tone.lower()} that smells of {scent.lower()}.",
        details={"Material": material, "Scent": scent, "Color": tone, "Item Height": words.inches(height)},
        parameters={
            "style": style, "scent": scent, "brand": brand, "motif": motif, "ground": ground.hex,
            "ink": ink.hex, "accent": accent.hex, "height": height, "metal": metal_name,
            "seed": random.randrange(10**6), "repeat": random.choice((6, 8, 10)),
        },
    )  # fmt: skip


def build(parameters: Parameters) -> None:
    """Build the candle of its style."""
    style, height, ground = parameters["style"], parameters["height"], parameters["ground"]
    if style in ("jar", "amber jar", "tin", "cup"):
        _vessel(parameters)
    elif style == "pillar":
        _pillar(0.037, height, wax(_design(parameters, ground)))
    elif style == "trio":
        _pillar(0.03, height, wax(ground), (-0.06, 0.02))
        _pillar(0.03, height * 0.6, wax(parameters["ink"]), (0.0, -0.035))
        _pillar(0.03, height * 1.5, wax(parameters["accent"]), (0.065, 0.02))
    elif style == "ball":
        ball(height, wax(ground), at=(0, 0, height / 2))
        _wick(height - 0.002)
    elif style == "bubble":
        _bubble(height * 0.7, wax(ground))
    elif style == "twist":
        _twist(height * 1.6, wax(ground))
    else:
        _taper(height, parameters)


def _wick(bottom: float, at: tuple[float, float] = (0.0, 0.0)) -> None:
    """A short waxed cord."""
    line = [(*at, bottom), (*at, bottom + 0.008), (at[0] + 0.002, at[1], bottom + 0.014)]
    tube(line, 0.0012, plastic("#e8dcc0"))


def _pillar(radius: float, height: float, material: Material, at: tuple[float, float] = (0.0, 0.0)) -> None:
    """A cylinder of wax with a soft edge."""
    edge = radius * 0.12
    profile = [(0, 0), (radius, 0), (radius, height - edge), (radius - edge * 0.3, height - edge * 0.3)]
    lathe([*profile, (radius - edge, height), (0, height - 0.002)], material, at=(*at, 0))
    _wick(height - 0.003, at)


def _vessel(parameters: Parameters) -> None:
    """A jar, tin or cup, its filling of wax and its label."""
    style, height, ground = parameters["style"], parameters["height"], parameters["ground"]
    radius = {"tin": 0.042, "cup": 0.043}.get(style, 0.039)
    wall = [(0, 0), (radius - 0.004, 0), (radius - 0.001, 0.002), (radius, 0.006), (radius, height)]
    if style == "cup":
        wall = [(0, 0), *curve([(0.028, 0), (0.04, 0.012), (radius, height * 0.5), (0.041, height)], 8)]
        lathe(wall, glazed_ceramic(_design(parameters, ground)), thickness=0.004, inner=matte_ceramic(ground))
    elif style == "tin":
        lathe(wall, metal(parameters["metal"], 0.3), thickness=0.001)
    else:
        amber = style == "amber jar"
        lathe(wall, thin_glass("#d88a3c", "#70360c") if amber else thin_glass("#f6fafa", "#7d8b93"))
    fill, level = radius - 0.0045, height * 0.86
    lathe([(0, 0.005), (fill - 0.004, 0.005), (fill, 0.009), (fill, level), (0, level)], wax("#f3e6c8"))
    _wick(level)
    if style != "cup":
        inks, seed = [ground, parameters["ink"], parameters["ink"]], parameters["seed"]
        front = label(parameters["brand"], parameters["scent"], "SCENTED CANDLE", inks, seed, (560, 360))
        wrap(radius + 0.0005, height * 0.66, 120, paper(front, 0.3), at=(0, 0, height * 0.14))


def _design(parameters: Parameters, ground: str) -> Image.Image:
    """The pattern round a pillar or a cup."""
    inks = [ground, parameters["ink"], parameters["accent"]]
    return pattern(parameters["motif"], inks, parameters["seed"], (768, 420), parameters["repeat"])


def _bubble(size: float, material: Material) -> None:
    """A cube of 27 balls."""
    step = size / 3
    box((size * 0.8, size * 0.8, size * 0.8), material, at=(0, 0, size * 0.1))
    for x, y, z in product((-step, 0.0, step), repeat=3):
        ball(step * 1.16, material, at=(x, y, z + size / 2))
    _wick(size * 1.02)


def _twist(height: float, material: Material) -> None:
    """Three strands wound round each other on a foot."""
    for strand in range(3):
        line = []
        for step in range(61):
            angle = tau * (strand / 3 + 1.5 * step / 60)
            reach = 0.011 * (1 - 0.55 * step / 60)
            line.append((reach * cos(angle), reach * sin(angle), height * step / 60))
        tube(line, [0.013 * (1 - 0.4 * step / 60) for step in range(61)], material)
    lathe([(0, 0), (0.032, 0), (0.033, 0.004), (0.028, 0.012), (0, 0.014)], material)
    _wick(height - 0.002)


def _taper(height: float, parameters: Parameters) -> None:
    """One or two slim candles in metal sticks."""
    stick = metal(parameters["metal"], 0.22)
    for place, x in enumerate((-0.05, 0.05) if parameters["seed"] % 2 else (0.0,)):
        rise = 0.05 + 0.035 * place
        top = rise + height
        foot = [(0, 0), (0.036, 0), (0.036, 0.003), (0.01, 0.01), (0.006, 0.02), (0.006, rise - 0.012)]
        cup = [(0.014, rise), (0.014, rise + 0.012), (0.01, rise + 0.012), (0, rise)]
        lathe([*foot, *cup], stick, at=(x, 0, 0))
        shaft = [(0, rise), (0.0105, rise), (0.008, top - 0.006), (0.003, top), (0, top)]
        lathe(shaft, wax(parameters["ground"]), at=(x, 0, 0))
        _wick(top - 0.001, (x, 0.0))
