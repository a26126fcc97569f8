"""Shelves: bookcases, ladders, cube units, etageres, zigzags, trees and arches, with a few things on."""

from random import Random

import words
from materials import Material, glass, glazed_ceramic, metal, painted_metal, plastic, wood
from product import Parameters, Product, View
from shapes import ball, box, curve, lathe, tube
from soft_materials import paper

COUNT = 20
PLACE = "floor"
VIEWS = (View(azimuth=26, elevation=12, light="left"), View(azimuth=-34, elevation=20, light="right"))
SHAPES = {  # shop name, width, depth, height in metres, shelves
    "bookcase": ("Bookcase", 0.8, 0.28, 1.75, 5), "low": ("Low Bookshelf", 1.1, 0.3, 0.85, 3),
    "cubes": ("Cube Organizer", 1.1, 0.32, 1.1, 3), "ladder": ("Ladder Shelf", 0.65, 0.42, 1.7, 5),
    "etagere": ("Etagere Bookcase", 0.75, 0.32, 1.65, 5), "zigzag": ("Zigzag Bookshelf", 0.7, 0.25, 1.6, 5),
    "steps": ("Step Bookcase", 1.2, 0.3, 1.2, 4), "tree": ("Tree Bookshelf", 0.75, 0.24, 1.5, 6),
    "tower": ("Round Tower Shelf", 0.42, 0.42, 1.4, 5),
}  # fmt: skip
BODIES = {"oak": "Oak", "walnut": "Walnut", "birch": "Birch", "mahogany": "Mahogany", "paint": "Painted"}
FRAMES = {"black": "Black Metal", "brass": "Gold Metal", "copper": "Copper"}


def describe(random: Random) -> Product:
    """Choose a shelf and write what the shop says about it."""
    shape, body, frame = (
        random.choice((*SHAPES, "etagere", "tree", "steps")),
        random.choice((*BODIES, "paint")),
        random.choice(list(FRAMES)),
    )
    name, width, _, height, shelves = SHAPES[shape]
    paint, inside = words.color(random, *words.VIVID, "gray", "black"), words.color(random, *words.VIVID)
    metallic = shape in ("ladder", "etagere", "tower")
    tone = paint.name if body == "paint" else BODIES[body]
    look = words.sentence(
        ["Painted Wood" if body == "paint" else tone, f"and {FRAMES[frame]}" if metallic else ""]
    )
    brand = words.brand(random, "furniture")
    return Product(
        title=words.sentence([brand, look, f"{shelves}-Tier {name}, {round(height / 0.0254)} Inch,", tone]),
        brand=brand,
        price=words.price(random, 49, 279),
        categories=["Home & Kitchen", "Furniture", "Home Office Furniture", "Bookcases"],
        features=[f"{shelves} shelves", f"{look} construction", "Anti-tip kit included"],
        description=f"A {shelves}-tier {name.lower()} in {tone.lower()}.",
        details={"Material": look, "Color": tone, "Width": words.inches(width), "Height": words.inches(height)},
        parameters={
            "shape": shape, "body": body, "frame": frame, "paint": paint.hex, "inside": inside.hex,
            "back": random.random() < 0.5, "full": random.choice((0.0, 0.4, 0.8)),
            "seed": random.randrange(10**6),
        },
    )  # fmt: skip


def build(parameters: Parameters) -> None:
    """Make the shelf and put things on its boards."""
    _, width, depth, height, shelves = SHAPES[parameters["shape"]]
    random = Random(parameters["seed"])
    for x, z, room, clear in BUILDERS[parameters["shape"]](parameters, width, depth, height, shelves):
        if random.random() < parameters["full"]:
            _things(random, x, z, room, clear)


Board = tuple[float, float, float, float]  # its middle, its upper side, its width and the height above it


def _body(p: Parameters, axis: str = "x") -> Material:
    """Wood or paint."""
    return painted_metal(p["paint"], 0.45) if p["body"] == "paint" else wood(p["body"], axis)


def _things(random: Random, x: float, z: float, room: float, clear: float) -> None:
    """Books, or a vase, or a ball on a board."""
    if random.random() < 0.35:
        tone, size = words.color(random, *words.VIVID).hex, min(clear, 0.3) * 0.6
        if random.random() < 0.5:
            ball(size * 0.7, glazed_ceramic(tone), at=(x, 0, z + size * 0.35))
        else:
            side = [(0, 0), (0.2, 0), (0.32, 0.35), (0.26, 0.65), (0.1, 0.85), (0.16, 1.0)]
            lathe(curve([(r * size, h * size) for r, h in side], 5), glazed_ceramic(tone), at=(x, 0, z))
        return
    left, end = x - room * 0.42, x + room * random.uniform(0.0, 0.4)
    while left < end:
        thick, tall = random.uniform(0.022, 0.045), min(clear * 0.9, random.uniform(0.18, 0.26))
        cover = paper(words.color(random).hex, gloss=0.3)
        box((thick - 0.002, 0.16, tall), cover, at=(left + thick / 2, 0, z), rounding=0.003)
        left += thick


def _case(p: Parameters, width: float, depth: float, height: float, shelves: int) -> list[Board]:
    """Two sides, boards and a back that may have its own color."""
    side, board, gap = _body(p, "z"), _body(p), (height - 0.08) / shelves
    for x in (-1, 1):
        box((0.024, depth, height), side, at=(x * (width - 0.024) / 2, 0, 0))
    for number in range(shelves + 1):
        box((width - 0.03, depth - 0.01, 0.024), board, at=(0, 0, 0.05 + gap * number))
    if p["back"]:
        box((width - 0.02, 0.01, height - 0.06), plastic(p["inside"], 0.5), at=(0, depth / 2 - 0.01, 0.05))
    boards = [(0.0, 0.074 + gap * number, width - 0.06, gap - 0.03) for number in range(shelves)]
    if p["shape"] != "cubes":
        return boards
    third = width / 3
    for x in (-third / 2, third / 2):
        box((0.02, depth - 0.01, height - 0.06), side, at=(x, 0, 0.05))
    return [(x, z, third - 0.05, clear) for _, z, _, clear in boards for x in (-third, 0.0, third)]


def _ladder(p: Parameters, width: float, depth: float, height: float, shelves: int) -> list[Board]:
    """Boards that grow deeper downwards between leaning rails."""
    frame, boards = metal(p["frame"]), []
    for x in (-width / 2, width / 2):
        tube([(x, -depth / 2, 0), (x, depth / 2, height)], 0.014, frame)
        tube([(x, depth / 2, 0), (x, depth / 2, height)], 0.012, frame)
    for number in range(shelves):
        z = 0.12 + number * (height - 0.2) / (shelves - 1)
        front = -depth / 2 + depth * z / height
        box((width, depth / 2 - front, 0.022), _body(p), at=(0, (depth / 2 + front) / 2, z))
        boards.append((0.0, z + 0.022, width * 0.9, 0.3))
    return boards[: 0 if p["full"] < 0.5 else 3]


def _etagere(p: Parameters, width: float, depth: float, height: float, shelves: int) -> list[Board]:
    """Boards or glass in a thin metal frame, crossed at the back."""
    frame, boards = metal(p["frame"]), []
    board = glass("#dff2ec") if p["back"] and p["body"] == "paint" else _body(p)
    for x in (-width / 2, width / 2):
        for y in (-depth / 2, depth / 2):
            box((0.022, 0.022, height), frame, at=(x, y, 0))
        box((0.02, depth, 0.02), frame, at=(x, 0, height - 0.02))
    for number in range(shelves):
        z = 0.1 + number * (height - 0.14) / (shelves - 1)
        box((width, depth, 0.02), board, at=(0, 0, z))
        boards.append((0.0, z + 0.02, width * 0.9, 0.32))
    for side in (-1, 1):
        tube([(side * width / 2, depth / 2, 0.1), (-side * width / 2, depth / 2, height - 0.1)], 0.007, frame)
    return boards[:-1]


def _zigzag(p: Parameters, width: float, depth: float, height: float, shelves: int) -> list[Board]:
    """One ribbon of boards that goes left and right."""
    gap, boards = (height - 0.03) / shelves, []
    for number in range(shelves + 1):
        z = number * gap
        box((width, depth, 0.028), _body(p), at=(0, 0, z))
        if number < shelves:
            x = (width / 2 - 0.014) * (1 if number % 2 else -1)
            box((0.028, depth, gap), _body(p, "z"), at=(x, 0, z + 0.01))
            box((0.028, depth, gap), _body(p, "z"), at=(-x * 0.25, 0, z + 0.01))
            boards.append((-x * 0.66, z + 0.028, width * 0.28, gap - 0.04))
    return boards


def _steps(p: Parameters, width: float, depth: float, height: float, shelves: int) -> list[Board]:
    """A stair of cubes."""
    gap, boards = height / shelves, []
    for row in range(shelves):
        reach = width * (shelves - row) / shelves
        box((reach, depth, 0.024), _body(p), at=((reach - width) / 2, 0, (row + 1) * gap - 0.024))
        for column in range(shelves - row + 1):
            x = min(column * width / shelves, width - 0.012) - width / 2 + 0.006
            box((0.024, depth, gap), _body(p, "z"), at=(x, 0, row * gap))
        for column in range(shelves - row):
            boards.append(
                ((column + 0.5) * width / shelves - width / 2, row * gap + 0.03, width / 5.5, gap - 0.06)
            )
    box((width, depth, 0.03), _body(p), at=(0, 0, 0))
    return boards


def _tree(p: Parameters, width: float, depth: float, height: float, shelves: int) -> list[Board]:
    """Slanting branches on a trunk."""
    box((0.09, 0.09, height), _body(p, "z"), at=(0, depth / 2 - 0.06, 0))
    box((width * 0.7, depth, 0.05), _body(p), at=(0, 0, 0))
    for number in range(shelves):
        side, z = (1 if number % 2 else -1), 0.22 + number * (height - 0.4) / (shelves - 1)
        box((width * 0.48, depth, 0.024), _body(p), at=(side * width * 0.22, 0, z), turn=(0, -side * 35, 0))
        box((0.024, depth, 0.13), _body(p), at=(side * width * 0.05, 0, z - 0.1), turn=(0, -side * 35, 0))
    return []


def _tower(p: Parameters, width: float, depth: float, height: float, shelves: int) -> list[Board]:
    """Discs between three posts."""
    boards = []
    for number in range(shelves):
        z = 0.06 + number * (height - 0.12) / (shelves - 1)
        lathe([(0, 0), (width / 2, 0), (width / 2, 0.022), (0, 0.022)], _body(p), at=(0, 0, z))
        boards.append((0.0, z + 0.022, width * 0.6, 0.25))
    for x, y in ((-0.43, -0.2), (0.43, -0.2), (0, 0.48)):
        tube([(x * width, y * width, 0), (x * width, y * width, height)], 0.013, metal(p["frame"]))
    return boards


BUILDERS = {
    "bookcase": _case, "low": _case, "cubes": _case, "ladder": _ladder, "etagere": _etagere,
    "zigzag": _zigzag, "steps": _steps, "tree": _tree, "tower": _tower,
}  # fmt: skip
