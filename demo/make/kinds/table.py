"""Tables: dining, coffee, side, console and nesting tables of wood, glass, marble and metal."""

from random import Random

import words
from materials import Material, glass, glazed_ceramic, metal, painted_metal, plastic, wood
from prints import pattern
from product import Parameters, Product, View
from shapes import box, extrude, group, lathe, ring, rounded, tube
from shapes.legs import corner_legs, round_legs
from shapes.mesh import Object

COUNT = 20
PLACE = "floor"
VIEWS = (View(azimuth=24, elevation=20, light="left"), View(azimuth=-34, elevation=34, light="right"))
SHAPES = {  # shop name, width, depth, height in metres
    "dining": ("Dining Table", 1.6, 0.9, 0.75), "tulip": ("Round Pedestal Table", 1.1, 1.1, 0.74),
    "hairpin": ("Coffee Table", 1.1, 0.6, 0.45), "trestle": ("Farmhouse Table", 1.8, 0.9, 0.76),
    "frame": ("Console Table", 1.2, 0.35, 0.8), "round": ("Round Coffee Table", 0.9, 0.9, 0.42),
    "drum": ("Drum Side Table", 0.46, 0.46, 0.5), "nesting": ("Nesting Tables", 0.6, 0.6, 0.52),
    "side": ("C Side Table", 0.45, 0.35, 0.62),
}  # fmt: skip
TOPS = {
    "oak": "Oak", "walnut": "Walnut", "birch": "Birch", "paint": "Lacquered", "glass": "Glass",
    "tile": "Mosaic Tile", "mahogany": "Mahogany", "terrazzo": "Terrazzo",
}  # fmt: skip
FRAMES = {"black": "Black", "brass": "Gold", "copper": "Copper", "paint": ""}


def describe(random: Random) -> Product:
    """Choose a table and write what the shop says about it."""
    shape, top, frame = random.choice(list(SHAPES)), random.choice(list(TOPS)), random.choice(list(FRAMES))
    if shape in ("dining", "trestle", "drum") and top == "glass":
        top = random.choice(("oak", "walnut", "paint"))
    name, width, _, height = SHAPES[shape]
    paint, ink = words.pair(random, *words.VIVID)
    legs, brand = FRAMES[frame] or paint.name, words.brand(random, "furniture")
    size = f"{round(width / 0.0254)} Inch"
    tone = paint.name if top in ("paint", "tile") else TOPS[top]
    return Product(
        title=words.sentence([brand, TOPS[top], f"{name}, {size},", f"{tone} and {legs}"]),
        brand=brand,
        price=words.price(random, 69, 599),
        categories=["Home & Kitchen", "Furniture", "Living Room Furniture", "Tables"],
        features=[f"{TOPS[top]} top", f"{legs} frame", "Adjustable feet"],
        description=f"A {TOPS[top].lower()} {name.lower()} with {legs.lower()} frame.",
        details={"Top Material": TOPS[top], "Color": tone, "Height": words.inches(height)},
        parameters={
            "shape": shape, "top": top, "frame": frame, "paint": paint.hex, "ink": ink.hex,
            "seed": random.randrange(10**6), "round": random.random() < 0.4,
            "motif": random.choice(("geometric", "checks", "floral", "chevron")),
        },
    )  # fmt: skip


def build(parameters: Parameters) -> None:
    """Make the table."""
    _, width, depth, height = SHAPES[parameters["shape"]]
    BUILDERS[parameters["shape"]](parameters, width, depth, height)


def _top(p: Parameters) -> Material:
    """What the top is made of."""
    if p["top"] == "glass":
        return glass("#dff2ec")
    if p["top"] == "tile":
        return glazed_ceramic(pattern(p["motif"], [p["paint"], p["ink"]], p["seed"], (512, 512), 5))
    if p["top"] == "terrazzo":
        return plastic(
            pattern("terrazzo", ["#d9d2c6", p["paint"], p["ink"], "#3a3d42"], p["seed"], (512, 512), 8)
        )
    return plastic(p["paint"], 0.2) if p["top"] == "paint" else wood(p["top"], axis="x")


def _frame(p: Parameters) -> Material:
    """What carries the top."""
    if p["frame"] == "paint":
        return painted_metal(p["ink"] if p["top"] in ("paint", "tile") else p["paint"])
    return metal(p["frame"])


def _legs_of(p: Parameters) -> Material:
    """Legs of the top's wood, or the frame's metal."""
    return wood(p["top"]) if p["top"] in ("oak", "walnut", "birch", "mahogany") else _frame(p)


def _board(p: Parameters, width: float, depth: float, height: float, thick: float = 0.03) -> None:
    """A rectangular top whose upper side is at a height."""
    box((width, depth, thick), _top(p), at=(0, 0, height - thick), rounding=0.006)


def _disc(p: Parameters, width: float, height: float) -> list[Object]:
    """A round top whose upper side is at a height; its picture lies flat on it."""
    reach, patterned = width / 2, p["top"] in ("tile", "terrazzo")
    if p["top"] == "glass":
        rim = ring(width, width, steps=72)
        return [extrude(rim, 0.012, _top(p), at=(0, 0, height - 0.006), turn=(-90, 0, 0))]
    side = [(0, -0.028), (reach * 0.96, -0.028), (reach, -0.016), (reach, -0.004)]
    edge = lathe(side, _frame(p) if patterned else _top(p), at=(0, 0, height))
    lid = extrude(ring(width, width, steps=72), 0.006, _top(p), at=(0, 0, height - 0.003), turn=(-90, 0, 0))
    return [edge, lid]


def _dining(p: Parameters, width: float, depth: float, height: float) -> None:
    """Four wooden or metal legs under an apron."""
    _board(p, width, depth, height)
    box((width - 0.14, depth - 0.14, 0.08), _legs_of(p), at=(0, 0, height - 0.11))
    style = "block" if p["round"] else "tapered"
    corner_legs(width - 0.1, depth - 0.1, height - 0.03, _legs_of(p), style, 0.035)


def _tulip(p: Parameters, width: float, depth: float, height: float) -> None:
    """A flared foot."""
    _disc(p, width, height)
    foot = [
        (0.0, 0),
        (0.3, 0),
        (0.3, 0.012),
        (0.14, 0.05),
        (0.05, 0.2),
        (0.04, 0.42),
        (0.07, 0.62),
        (0.2, 0.71),
    ]
    lathe(foot, _frame(p), sharp=180)


def _hairpin(p: Parameters, width: float, depth: float, height: float) -> None:
    """A board on hairpin legs, over a shelf sometimes."""
    _board(p, width, depth, height)
    corner_legs(width - 0.06, depth - 0.06, height - 0.03, _frame(p), "hairpin", 0.03)
    if p["round"]:
        box((width - 0.26, depth - 0.2, 0.014), _legs_of(p), at=(0, 0, height * 0.42))


def _trestle(p: Parameters, width: float, depth: float, height: float) -> None:
    """Crossed legs and a stretcher."""
    _board(p, width, depth, height, 0.045)
    x, y, timber = width / 2 - 0.22, depth / 2 - 0.1, _legs_of(p)
    for side in (-x, x):
        for way in (-1, 1):
            tube(
                [(side, -way * y, 0), (side, way * y, height - 0.04)],
                0.045,
                timber,
                flat=0.7,
                across=(1, 0, 0),
            )
    tube([(-x, 0, height * 0.47), (x, 0, height * 0.47)], 0.03, timber)


def _box_frame(p: Parameters, width: float, depth: float, height: float) -> None:
    """An open metal frame with one or two boards."""
    frame, x, y = _frame(p), width / 2 - 0.015, depth / 2 - 0.015
    corner_legs(2 * x, 2 * y, height, frame, "block", 0.011)
    for level in (height - 0.03, 0.12):
        loop = [(-x, -y, level), (x, -y, level), (x, y, level), (-x, y, level)]
        tube(loop, 0.011, frame, closed=True)
    _board(p, width, depth, height + 0.012, 0.02)
    box((width - 0.04, depth - 0.04, 0.016), _legs_of(p) if p["round"] else _top(p), at=(0, 0, 0.13))


def _round(p: Parameters, width: float, depth: float, height: float) -> None:
    """A disc on three or four splayed legs."""
    _disc(p, width, height)
    round_legs(3 if p["round"] else 4, height - 0.02, width * 0.26, width * 0.42, _legs_of(p), 0.024)


def _drum(p: Parameters, width: float, depth: float, height: float) -> None:
    """A closed or fluted cylinder."""
    reach = width / 2
    lathe(
        [(reach * 0.94, 0), (reach, 0.01), (reach, height - 0.03)],
        _top(p) if p["top"] == "tile" else _frame(p),
    )
    for number in range(40 if p["round"] else 0):
        x, y = ring(width, width, steps=40)[number]
        tube([(x, y, 0.01), (x, y, height - 0.03)], 0.018, _frame(p), sides=8)
    _disc(p, width * 1.06, height)


def _nesting(p: Parameters, width: float, depth: float, height: float) -> None:
    """A large and a small round table that overlap."""
    for scale, tall, place in ((1.0, height, (0, 0, 0)), (0.75, height * 0.8, (0.36, -0.28, 0))):
        reach = width * scale * 0.42
        legs = round_legs(3 if p["round"] else 4, tall - 0.02, reach, reach, _frame(p), 0.012)
        group([*_disc(p, width * scale, tall), *legs], at=place)


def _side(p: Parameters, width: float, depth: float, height: float) -> None:
    """A top over a foot that slides under a sofa."""
    _board(p, width, depth, height + 0.012, 0.022)
    for y in (-depth / 2 + 0.03, depth / 2 - 0.03):
        reach = width / 2 - 0.02
        line = [(reach, y, 0.012), (-reach, y, 0.012), (-reach, y, height - 0.01), (reach, y, height - 0.01)]
        tube(rounded(line, 0.03), 0.012, _frame(p))
    tube(
        [(-width / 2 + 0.02, 0.03 - depth / 2, 0.012), (-width / 2 + 0.02, depth / 2 - 0.03, 0.012)],
        0.012,
        _frame(p),
    )


BUILDERS = {
    "dining": _dining, "tulip": _tulip, "hairpin": _hairpin, "trestle": _trestle, "frame": _box_frame,
    "round": _round, "drum": _drum, "nesting": _nesting, "side": _side,
}  # fmt: skip
