"""Ottomans and poufs: drums, cubes, knitted and Moroccan poufs, footstools, benches, bean bags."""

from math import cos, radians, sin, tau
from random import Random

import words
from materials import Material, leather, metal, wood
from prints.packs import plain
from product import Parameters, Product, View
from shapes import ball, curve, lathe, ring, sheet, soft_box, tube
from shapes.legs import corner_legs, round_legs
from soft_materials import knit
from upholstery import choose_covering, cover

COUNT = 20
PLACE = "floor"
VIEWS = (View(azimuth=22, elevation=24, light="left"), View(azimuth=-35, elevation=40, light="right"))
SHAPES = {  # shop name, width, depth, height in metres
    "drum": ("Round Ottoman", 0.5, 0.5, 0.42), "cube": ("Cube Ottoman", 0.42, 0.42, 0.42),
    "knitted": ("Knitted Pouf", 0.5, 0.5, 0.36), "moroccan": ("Moroccan Pouf", 0.55, 0.55, 0.36),
    "footstool": ("Footstool", 0.55, 0.42, 0.4), "bench": ("Storage Bench Ottoman", 1.1, 0.42, 0.45),
    "bean": ("Bean Bag", 0.8, 0.8, 0.85), "cocktail": ("Tufted Cocktail Ottoman", 0.85, 0.85, 0.42),
}  # fmt: skip
FRAMES = ("oak", "walnut", "black", "brass")


def describe(random: Random) -> Product:
    """Choose an ottoman and write what the shop says about it."""
    shape = random.choice(list(SHAPES))
    name, width, _, height = SHAPES[shape]
    covering = choose_covering(random, printed=0.6)
    ground, ink = words.pair(random, *words.VIVID, "brown")
    look, material, tone = covering.look, covering.material, covering.tone
    if shape in ("knitted", "moroccan"):
        look, material, tone = "", "Cotton" if shape == "knitted" else "Leather", ground.name
    brand = words.brand(random, "furniture")
    size = f"{round(width / 0.0254)} Inch"
    return Product(
        title=words.sentence([brand, look, material, f"{name}, {size},", tone]),
        brand=brand,
        price=words.price(random, 35, 219),
        categories=["Home & Kitchen", "Furniture", "Living Room Furniture", "Ottomans"],
        features=[f"{material} cover", f"{words.inches(height)} high", "Fully assembled"],
        description=f"A {look.lower()} {material.lower()} {name.lower()}.".replace("  ", " "),
        details={"Material": material, "Color": tone, "Height": words.inches(height)},
        parameters={
            "shape": shape, "covering": covering.parameters, "ground": ground.hex, "ink": ink.hex,
            "frame": random.choice(FRAMES), "lobes": random.choice((8, 12, 16)),
            "two": random.random() < 0.6, "legs": random.random() < 0.5,
        },
    )  # fmt: skip


def build(parameters: Parameters) -> None:
    """Make the ottoman."""
    _, width, depth, height = SHAPES[parameters["shape"]]
    BUILDERS[parameters["shape"]](parameters, width, depth, height)


def _frame(p: Parameters) -> Material:
    """Wood or metal for feet."""
    return wood(p["frame"]) if p["frame"] in ("oak", "walnut") else metal(p["frame"])


def _drum(p: Parameters, width: float, depth: float, height: float) -> None:
    """A padded cylinder on a metal band or short legs."""
    cloth, radius, low = cover(p["covering"], 0.5), width / 2, 0.14 if p["legs"] else 0.03
    side = [(0, low), (radius * 0.97, low), (radius, low + 0.02), (radius, height - 0.05)]
    crown = [(radius * 0.96, height - 0.015), (radius * 0.85, height), (0, height + 0.012)]
    lathe([*side, *crown], cloth, sharp=70)
    if p["legs"]:
        round_legs(4, low + 0.02, radius * 0.6, radius * 0.85, _frame(p))
    else:
        lathe([(0, 0), (radius, 0), (radius, 0.04), (0, 0.04)], _frame(p))
    tube([(x, y, height - 0.05) for x, y in ring(width, width)], 0.007, cloth, closed=True)


def _cube(p: Parameters, width: float, depth: float, height: float) -> None:
    """A cube with a lid."""
    cloth = cover(p["covering"], 0.42)
    soft_box((width, depth, height - 0.1), cloth, softness=22)
    soft_box((width * 1.02, depth * 1.02, 0.11), cloth, softness=10, at=(0, 0, height - 0.1))


def _lobed(width: float, height: float, depth: float, material: Material, lobes: int) -> None:
    """A squashed ball with bulges side by side; a picture's width goes once round."""

    def skin(u: float, v: float) -> tuple[float, float, float]:
        turn, rise = tau * (u + 0.25), radians(180 * v - 90)
        flat = abs(cos(rise)) ** 0.55
        radius = width / 2 * flat * (1 - depth * (1 - abs(sin(lobes * tau * u / 2))) ** 2)
        z = height / 2 * (1 + abs(sin(rise)) ** 0.8 * (1 if rise > 0 else -1))
        return radius * cos(turn), radius * sin(turn), z

    sheet(skin, material, steps=(lobes * 8, 32))


def _knitted(p: Parameters, width: float, depth: float, height: float) -> None:
    """Chunky wool, in two colors sometimes."""
    wool = plain(p["ground"], 32, 300)
    if p["two"]:
        step = 400 // p["lobes"]
        for top in range(60, 240, 2 * step):
            wool.paste(p["ink"], (0, top, 32, top + step))
    _lobed(width, height, 0.07, knit(wool, stitch=0.03), 2 * p["lobes"])


def _moroccan(p: Parameters, width: float, depth: float, height: float) -> None:
    """Leather segments, in two colors sometimes, with a patch on the top."""
    skin = plain(p["ground"], 960, 32)
    step = 960 // p["lobes"]
    for number in range(0, p["lobes"] if p["two"] else 0, 2):
        skin.paste(p["ink"], (number * step, 0, (number + 1) * step, 32))
    _lobed(width, height, 0.1, leather(skin, roughness=0.5), p["lobes"])
    lathe([(0.07, -0.004), (0.06, 0.008), (0, 0.01)], leather(p["ink"]), at=(0, 0, height - 0.004))


def _footstool(p: Parameters, width: float, depth: float, height: float) -> None:
    """A plump cushion on legs."""
    soft_box((width, depth, 0.2), cover(p["covering"], 0.45), softness=5, at=(0, 0, height - 0.2))
    soft_box(
        (width * 0.9, depth * 0.9, 0.06), cover(p["covering"], 0.45), softness=12, at=(0, 0, height - 0.23)
    )
    corner_legs(width * 0.85, depth * 0.85, height - 0.2, _frame(p), "tapered", 0.022)


def _bench(p: Parameters, width: float, depth: float, height: float) -> None:
    """A long box or a long seat on legs."""
    cloth = cover(p["covering"], 0.55)
    if p["legs"]:
        soft_box((width, depth, 0.16), cloth, softness=9, at=(0, 0, height - 0.16))
        corner_legs(width * 0.95, depth * 0.9, height - 0.14, _frame(p), "hairpin", 0.026)
        return
    soft_box((width, depth, height - 0.14), cloth, softness=24, at=(0, 0, 0.03))
    soft_box((width * 1.015, depth * 1.02, 0.12), cloth, softness=12, at=(0, 0, height - 0.11))
    corner_legs(width * 0.9, depth * 0.8, 0.04, _frame(p), "block", 0.025)


def _bean(p: Parameters, width: float, depth: float, height: float) -> None:
    """A tear-shaped sack."""
    radius = width / 2
    side = [
        (0, 0),
        (0.8, 0.0),
        (0.97, 0.1),
        (1.0, 0.26),
        (0.9, 0.46),
        (0.66, 0.66),
        (0.36, 0.84),
        (0.14, 0.95),
    ]
    line = curve([*((r * radius, z * height) for r, z in side), (0.06, height), (0, height)], 5)
    thing = lathe(line, cover(p["covering"], 0), sharp=180)
    for vertex in thing.data.vertices:  # leaning back
        vertex.co.y += 0.16 * (vertex.co.z / height) ** 2 * height


def _cocktail(p: Parameters, width: float, depth: float, height: float) -> None:
    """A wide square with buttons."""
    cloth = cover(p["covering"], 0.6)
    soft_box((width, depth, height - 0.12), cloth, softness=12, at=(0, 0, 0.12))
    for x in (-1, 0, 1):
        for y in (-1, 0, 1):
            ball((0.05, 0.05, 0.026), _frame(p), at=(x * width * 0.28, y * depth * 0.28, height))
    corner_legs(width * 0.85, depth * 0.85, 0.15, _frame(p), "tapered", 0.03)


BUILDERS = {
    "drum": _drum, "cube": _cube, "knitted": _knitted, "moroccan": _moroccan, "footstool": _footstool,
    "bench": _bench, "bean": _bean, "cocktail": _cocktail,
}  # fmt: skip
