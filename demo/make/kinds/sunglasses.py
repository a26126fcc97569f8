"""Sunglasses: round, aviator, square, cat-eye, hexagonal, oversized, heart-shaped and sporty shields."""

from math import cos, sin, tau
from random import Random

from PIL import Image

import words
from materials import Material, metal, plastic
from prints import pattern
from product import Parameters, Product, View
from shapes import box, curve, extrude, ring, rounded, tube

COUNT = 20
MAIN_CATEGORY = "Clothing, Shoes & Jewelry"
VIEWS = (View(azimuth=22, elevation=14, light="left"), View(azimuth=-34, elevation=32, light="top"))
SHAPES = {  # width and height of a lens in metres
    "Round": (0.048, 0.048), "Aviator": (0.057, 0.051), "Square": (0.054, 0.043), "Cat Eye": (0.055, 0.046),
    "Hexagonal": (0.052, 0.048), "Oversized": (0.066, 0.06), "Heart": (0.058, 0.054), "Sport Shield": (0.138, 0.052),
    "Slim Oval": (0.052, 0.03),
}  # fmt: skip
LENSES = {  # upper and lower color
    "Gray": ("#15171a", "#3a3f44"), "Brown Gradient": ("#2b1a10", "#b88a5c"), "Green": ("#14271c", "#2f4a38"),
    "Blue Mirror": ("#1746b8", "#49c0ee"), "Pink": ("#c43d74", "#f3a6c2"), "Yellow": ("#d98a12", "#f6d64a"),
    "Orange Mirror": ("#c02a1a", "#f5a329"), "Purple Gradient": ("#3a1b58", "#b792d2"),
}  # fmt: skip
CORNERS = {  # of a lens, in parts of half its width and height
    "Cat Eye": [(-1, 0.25), (-0.88, -0.85), (0.2, -1.1), (0.9, -0.65), (1.2, 1.05), (0, 0.74)],
    "Aviator": [(-0.8, 0.7), (-0.86, -0.2), (-0.15, -1), (0.75, -0.66), (1, 0.45), (0.55, 1), (-0.3, 1)],
    "Sport Shield": [
        (-1, 0.75), (-0.92, -0.55), (-0.5, -1.1), (-0.18, -0.95), (0, 0.1),
        (0.18, -0.95), (0.5, -1.1), (0.92, -0.55), (1, 0.75), (0, 1.1),
    ],
}  # fmt: skip
METALS = ("gold", "rose gold", "black", "copper")
TORTOISE = ("#b06a2c", "#2e170b", "#5a2d12")


def describe(random: Random) -> Product:
    """Choose sunglasses and write what the shop says about them."""
    shape, lens = random.choice(list(SHAPES)), random.choice(list(LENSES))
    metals = shape in ("Round", "Aviator", "Hexagonal") and random.random() < 0.65
    finish = "metal" if metals else random.choice(("solid", "solid", "solid", "tortoise", "checks", "dots"))
    color, ink = words.pair(
        random, "black", "red", "blue", "green", "teal", "yellow", "pink", "orange", "purple"
    )
    tone = random.choice(METALS) if metals else color.name
    tone = "Tortoise" if finish == "tortoise" else tone
    brand = words.brand(random, "fashion")
    frame = f"{tone.title()} {'Metal' if metals else 'Frame'}"
    look = {"checks": "Checkered", "dots": "Polka Dot"}.get(finish, "")
    return Product(
        title=words.sentence([brand, look, shape, f"Sunglasses, {frame}, {lens} Lenses"]),
        brand=brand,
        price=words.price(random, 12, 139),
        categories=["Clothing, Shoes & Jewelry", "Accessories", "Sunglasses & Eyewear", "Sunglasses"],
        features=["UV 400 protection", f"{shape} shape", "Case included"],
        description=f"{shape} sunglasses with {lens.lower()} lenses.",
        details={"Frame Color": tone.title(), "Lens Color": lens, "Frame Material": "Metal" if metals else "Acetate"},
        parameters={
            "shape": shape, "lens": list(LENSES[lens]), "finish": finish, "tone": tone if metals else color.hex,
            "ink": ink.hex, "seed": random.randrange(10**6), "thick": random.uniform(0.0024, 0.0036),
            "mirror": "Mirror" in lens, "bar": shape == "Aviator" or (metals and random.random() < 0.4),
        },
    )  # fmt: skip


def build(parameters: Parameters) -> None:
    """Frame two lenses and hang the temples on them."""
    width, height = SHAPES[parameters["shape"]]
    frame, lens = _frame(parameters), _lens(parameters)
    thick = 0.0013 if parameters["finish"] == "metal" else parameters["thick"]
    shield = parameters["shape"] == "Sport Shield"
    center, middle = 0.0 if shield else width / 2 + 0.008, height / 2 + 0.004
    outline = _outline(parameters["shape"], width, height)
    for side in (1,) if shield else (-1, 1):
        _eye(
            [(side * x, z) for x, z in outline][::side],
            (side * center, middle),
            (thick, 0 if shield else side * 5),
            frame,
            lens,
        )
    edge = min(x for x, z in outline if z < height * 0.3 and z > 0)  # where the bridge meets the rim
    half, high = center + edge, middle + height * 0.16
    if not shield:
        arch = [
            (-half, 0, high),
            (-half * 0.5, -0.002, high + 0.004),
            (half * 0.5, -0.002, high + 0.004),
            (half, 0, high),
        ]
        tube(curve(arch, 6), thick, frame)
    if parameters["bar"]:
        top = middle + height * 0.43
        tube([(-center * 0.75, -0.001, top), (center * 0.75, -0.001, top)], thick, frame)
    _temples(parameters, center + width / 2, middle + height * 0.26, frame)


def _outline(shape: str, width: float, height: float) -> list:
    """One lens from the front, its outer side on the right (x above 0)."""
    x, z = width / 2, height / 2
    if shape in ("Round", "Slim Oval"):
        return ring(width, height, 2.0, 64)
    if shape in ("Square", "Oversized"):
        return [(px * (1 + 0.09 * pz / z), pz) for px, pz in ring(width, height, 4.0, 64)]
    if shape == "Hexagonal":
        corners = [(x * 1.04 * cos(tau * n / 6), z * 1.12 * sin(tau * n / 6)) for n in range(6)]
        return rounded(corners, 0.006, closed=True)
    if shape == "Heart":
        points = []
        for step in range(64):
            t = tau * step / 64
            up = (13 * cos(t) - 5 * cos(2 * t) - 2 * cos(3 * t) - cos(4 * t)) / 14.5
            points.append((-x * sin(t) ** 3, z * up + 0.002))
        return points
    corners = [(px * x, pz * z) for px, pz in CORNERS[shape]]
    return (
        rounded(corners, 0.014, steps=8, closed=True)
        if shape != "Aviator"
        else curve(corners, 9, closed=True)
    )


def _eye(outline: list, spot: tuple, bend: tuple, frame: Material, lens: Material) -> None:
    """A lens in its rim, turned outwards a little as faces are round."""
    thick, angle = bend
    x, z = spot
    at, turn = (x, abs(angle) * 0.0002, z), (0, 0, angle)
    extrude(outline, 0.0016, lens, at=at, turn=turn, rounding=0.0004)
    tube([(px, 0, pz) for px, pz in outline], thick, frame, closed=True, at=at, turn=turn)


def _temples(parameters: Parameters, out: float, high: float, frame: Material) -> None:
    """Two arms that run back and bend down behind the ears."""
    metals = parameters["finish"] == "metal"
    thick = 0.0032 if metals else 0.006 if parameters["shape"] in ("Oversized", "Sport Shield") else 0.0045
    for side in (-1, 1):
        x, tip = side * (out + 0.001), 0.004
        line = [(x, 0.003, high), (x * 1.01, 0.05, high), (x, 0.1, high - 0.004), (x * 0.98, 0.145, tip)]
        tube(rounded(line, 0.03, 8), thick, frame, flat=0.45, across=(0, 0, 1))
        size = (0.006, 0.007, 0.007)
        box(size, frame, at=(side * (out - 0.001), 0.003, high - 0.0035), rounding=0.0015)


def _frame(parameters: Parameters) -> Material:
    """Metal or acetate, plain, tortoise or printed."""
    finish, tone, seed = parameters["finish"], parameters["tone"], parameters["seed"]
    if finish == "metal":
        return metal(tone, 0.15)
    if finish == "tortoise":
        return plastic(pattern("terrazzo", list(TORTOISE), seed, (512, 256), 9), 0.12)
    if finish in ("checks", "dots"):
        return plastic(pattern(finish, [tone, parameters["ink"]], seed, (512, 64), 24), 0.2)
    return plastic(tone, 0.15)


def _lens(parameters: Parameters) -> Material:
    """A dark glossy lens, darker at the top."""
    top, low = (Image.new("RGB", (8, 1), color) for color in parameters["lens"])
    art = Image.new("RGB", (8, 128))
    for row in range(128):
        art.paste(Image.blend(top, low, min(1.0, max(0.0, (row - 24) / 90))), (0, row))
    return plastic(art, 0.04)
