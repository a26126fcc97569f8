"""Plant pots: tapered, round, square, footed and woven, empty or with a small plant."""

from collections.abc import Callable
from math import cos, pi, sin, tau
from random import Random

import words
from materials import Material, glazed_ceramic, matte_ceramic, metal, plastic, wood
from prints import pattern
from product import Parameters, Product, View
from shapes import ball, curve, lathe, sheet, tube
from soft_materials import straw

COUNT = 20
MAIN_CATEGORY = "Patio, Lawn & Garden"
VIEWS = (View(azimuth=12, elevation=16, light="left"), View(azimuth=-34, elevation=32, light="right"))
PROFILES = {  # radius and height in parts of the widest radius
    "Classic": [(0.68, 0.0), (0.88, 1.24), (0.89, 1.25), (1.0, 1.26), (1.0, 1.58)],
    "Cylinder": [(0.96, 0.0), (1.0, 0.04), (1.0, 0.8), (1.0, 1.7)],
    "Round": [(0.5, 0.0), (0.84, 0.24), (1.0, 0.66), (0.9, 1.14), (0.78, 1.34)],
    "Tapered": [(0.56, 0.0), (0.62, 0.06), (0.8, 0.8), (1.0, 1.6)],
    "Footed": [(0.6, 0.0), (0.56, 0.1), (0.42, 0.26), (0.7, 0.44), (0.94, 0.9), (1.0, 1.5)],
    "Bowl": [(0.5, 0.0), (0.8, 0.18), (0.98, 0.56), (1.0, 0.86)],
}
FINISHES = ("terracotta", "speckled", "glazed", "woven", "metal", "concrete", "plastic", *["pattern"] * 6)
PATTERNS = {
    "stripes": "Striped", "dots": "Polka Dot", "floral": "Floral", "chevron": "Zigzag", "leaves": "Leaf",
    "waves": "Wave", "terrazzo": "Terrazzo", "dip": "Dipped", "geometric": "Geometric",
    "brush": "Brushstroke", "checks": "Checkered", "ombre": "Ombre",
}  # fmt: skip
PLANTS = {
    "none": "", "snake": "with Snake Plant", "cactus": "with Cactus", "grass": "with Grass",
    "succulent": "with Succulent", "rubber": "with Rubber Plant",
}  # fmt: skip
GREENS = ("#2f6b35", "#4f8a3c", "#6fa05a", "#3f7a5c", "#88a868")


def describe(random: Random) -> Product:
    """Choose a pot and write what the shop says about it."""
    shape, finish = random.choice(list(PROFILES)), random.choice(FINISHES)
    plant = random.choice(("none", *PLANTS))
    ground, ink = words.pair(random)
    second = words.color(random, *words.VIVID)
    motif = random.choice(list(PATTERNS)) if finish == "pattern" else ""
    if finish in ("terracotta", "concrete", "woven"):
        ground = words.named({"terracotta": "Terracotta", "concrete": "Stone Gray", "woven": "Tan"}[finish])
    tone = random.choice(("brass", "copper", "silver")) if finish == "metal" else ground.name
    tint = tone if finish == "metal" else ground.hex
    material = {
        "terracotta": "Clay", "woven": "Rattan", "metal": "Metal", "concrete": "Concrete",
        "plastic": "Plastic",
    }.get(finish, "Ceramic")  # fmt: skip
    look = PATTERNS.get(motif, "Speckled" if finish == "speckled" else "")
    brand, radius = words.brand(random, "home"), random.choice((0.06, 0.075, 0.09))
    stand = shape in ("Cylinder", "Round") and random.random() < 0.5
    name = words.sentence(
        [look, shape, material, "Plant Pot", PLANTS[plant], "on Wooden Stand" if stand else ""]
    )
    return Product(
        title=f"{brand} {name}, {2 * radius / 0.0254:.0f} Inch Indoor Planter, {tone.title()}",
        brand=brand,
        price=words.price(random, 9, 48),
        categories=["Patio, Lawn & Garden", "Gardening & Lawn Care", "Pots & Planters", "Pots"],
        features=[f"{words.inches(2 * radius)} across", f"{material} pot", "Drainage hole with plug"],
        description=f"A {name.lower()} in {tone.lower()}.",
        details={"Material": material, "Color": tone.title(), "Item Diameter": words.inches(2 * radius)},
        parameters={
            "shape": shape, "finish": finish, "plant": plant, "motif": motif, "tint": tint, "ink": ink.hex,
            "second": second.hex, "radius": radius, "stand": stand, "green": random.choice(GREENS),
            "seed": random.randrange(10**6), "repeat": random.choice((6, 8, 10)),
        },
    )  # fmt: skip


def build(parameters: Parameters) -> None:
    """Turn the pot, fill it and let the plant grow."""
    radius, shape, finish = parameters["radius"], parameters["shape"], parameters["finish"]
    lift = radius * 0.5 if parameters["stand"] else 0.0
    points = [(r * radius, z * radius) for r, z in PROFILES[shape]]
    wall = points if shape == "Classic" else curve(points, 8)
    foot = [(0, 0.002), (wall[0][0] * 0.92, 0)]
    inner = matte_ceramic(parameters["tint"]) if finish == "pattern" else None
    lathe([*foot, *wall], _material(parameters), thickness=0.005, inner=inner, at=(0, 0, lift))
    if parameters["stand"]:
        _stand(radius, lift)
    if finish == "terracotta":
        lathe(
            [(0, 0), (wall[0][0] * 1.2, 0), (wall[0][0] * 1.35, radius * 0.2)],
            _material(parameters),
            thickness=0.004,
        )
    rim, top = wall[-1][0], wall[-1][1] + lift
    if parameters["plant"] != "none":
        lathe(
            [(rim * 0.95, top - radius * 0.16), (0, top - radius * 0.1)],
            matte_ceramic("#3a2a1e", speckle=0.8),
        )
        PLANTERS[parameters["plant"]](
            Random(parameters["seed"]), rim, top - radius * 0.14, parameters["green"]
        )


def _material(parameters: Parameters) -> Material:
    """The surface of the pot."""
    finish, tint = parameters["finish"], parameters["tint"]
    if finish == "pattern":
        inks = [tint, parameters["ink"], parameters["second"]]
        return glazed_ceramic(
            pattern(parameters["motif"], inks, parameters["seed"], (1024, 420), parameters["repeat"])
        )
    if finish == "woven":
        return straw(tint, strand=0.009)
    if finish == "metal":
        return metal(tint, 0.28, brushed=True)
    if finish == "plastic":
        return plastic(tint, 0.25)
    return (
        glazed_ceramic(tint)
        if finish == "glazed"
        else matte_ceramic(tint, speckle=0.8 * (finish == "speckled"))
    )


def _stand(radius: float, lift: float) -> None:
    """Four legs and a cross under the pot."""
    material = wood("oak")
    for number in range(4):
        angle = pi / 4 + pi / 2 * number
        x, y = 1.06 * radius * cos(angle), 1.06 * radius * sin(angle)
        tube([(x, y, 0), (x, y, lift + radius * 0.62)], radius * 0.07, material)
        tube([(0, 0, lift * 0.85), (x, y, lift * 0.85)], radius * 0.06, material)


def _blade(foot: tuple, angle: float, length: float, width: float, lean: float, material: Material) -> None:
    """A leaf from a foot, leaning outward at an angle and hollow along its middle."""

    def surface(u: float, v: float) -> tuple[float, float, float]:
        half = width / 2 * sin(pi * min(1.0, 0.12 + 0.88 * v)) ** 0.7 * (2 * u - 1)
        out, up = length * lean * v**1.6, length * v * (1 - 0.35 * lean * v)
        fold = 0.3 * abs(half)
        x = (out - fold) * cos(angle) - half * sin(angle)
        return foot[0] + x, foot[1] + (out - fold) * sin(angle) + half * cos(angle), foot[2] + up

    sheet(surface, material, steps=(6, 14))


def _tuft(
    random: Random,
    rim: float,
    ground: float,
    green: str,
    count: int,
    length: float,
    width: float,
    lean: float,
) -> None:
    """Blades all round, the inner ones steeper."""
    material = plastic(green, 0.4)
    for number in range(count):
        angle, part = 2.4 * number, (number + 0.5) / count
        foot = (rim * 0.5 * part * cos(angle), rim * 0.5 * part * sin(angle), ground)
        reach = rim * length * random.uniform(0.75, 1.1)
        _blade(foot, angle, reach, rim * width, lean * part * random.uniform(0.7, 1.2), material)


def _snake(random: Random, rim: float, ground: float, green: str) -> None:
    """Stiff upright blades with pale bands."""
    design = pattern("waves", [green, "#c9d3a0"], random.randrange(99), (64, 512), 1)
    material = plastic(design, 0.35)
    for number in range(9):
        angle, part = 2.4 * number, (number + 0.5) / 9
        foot = (rim * 0.45 * part * cos(angle), rim * 0.45 * part * sin(angle), ground)
        _blade(foot, angle, rim * random.uniform(2.0, 3.2), rim * 0.46, 0.22 * part, material)


def _grass(random: Random, rim: float, ground: float, green: str) -> None:
    """A bush of fine blades."""
    _tuft(random, rim, ground, green, 46, 2.1, 0.13, 0.9)


def _succulent(random: Random, rim: float, ground: float, green: str) -> None:
    """A rosette of fat leaves."""
    _tuft(random, rim * 1.2, ground, green, 30, 0.85, 0.42, 1.5)


def _cactus(random: Random, rim: float, ground: float, green: str) -> None:
    """A ribbed column with two arms, or a ribbed ball with a blossom."""
    material = matte_ceramic(green)
    if random.random() < 0.5:
        for dx, size, rise in ((0.0, 0.34, 2.2), (-0.52, 0.2, 1.5), (0.5, 0.2, 1.8)):
            _ribbed(
                rim * dx,
                ground + rim * (0.75 if dx else 0.0),
                rim * size,
                rim * (rise - 0.8 * bool(dx)),
                material,
            )
            if dx:
                line = [
                    (0, 0, ground + rim * 0.6),
                    (rim * dx, 0, ground + rim * 0.62),
                    (rim * dx, 0, ground + rim),
                ]
                tube(curve(line, 8), rim * 0.17, material)
    else:
        _ribbed(0.0, ground - rim * 0.2, rim * 0.78, rim * 1.5, material)
        ball((rim * 0.4, rim * 0.4, rim * 0.3), plastic("#e0457b"), at=(0, 0, ground + rim * 1.34))


def _ribbed(x: float, low: float, radius: float, height: float, material: Material) -> None:
    """A rounded column with upright ribs."""

    def surface(u: float, v: float) -> tuple[float, float, float]:
        belly = (1 - (2 * v - 1) ** 6) ** 0.5 if height > 2.4 * radius else sin(pi * v) ** 0.6
        reach = radius * belly * (0.93 + 0.07 * cos(12 * tau * u))
        return x + reach * cos(tau * u), reach * sin(tau * u), low + height * v

    sheet(surface, material, steps=(120, 28))


def _rubber(random: Random, rim: float, ground: float, green: str) -> None:
    """A stem with broad glossy leaves."""
    top, material = ground + rim * 3.0, plastic(green, 0.25)
    tube([(0, 0, ground), (rim * 0.06, 0, ground + rim * 1.4), (0, 0, top)], rim * 0.06, wood("walnut"))
    for number in range(12):
        foot = (0.0, 0.0, ground + rim * (0.5 + 2.4 * number / 11))
        lean = 1.1 - 0.07 * number
        _blade(foot, 2.4 * number + random.random(), rim * (1.45 - 0.05 * number), rim * 0.75, lean, material)


PLANTERS: dict[str, Callable[[Random, float, float, str], None]] = {
    "snake": _snake, "cactus": _cactus, "grass": _grass, "succulent": _succulent, "rubber": _rubber,
}  # fmt: skip
