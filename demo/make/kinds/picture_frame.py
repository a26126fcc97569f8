"""Picture frames with posters: upright, wide, square, round, arched, and sets of two or three."""

from math import cos, radians, sin
from random import Random

import words
from materials import METALS, WOODS, Material, metal, painted_metal, wood
from prints.posters import poster
from product import Parameters, Product, View
from shapes import extrude, tube
from soft_materials import paper

COUNT = 20
SUPPORT = "wall"
PLACE = "wall"
VIEWS = (View(azimuth=0, elevation=0, light="left"), View(azimuth=26, elevation=-14, light="right"))
SHAPES = {  # width, height in metres, pieces
    "upright": (0.46, 0.61, 1), "wide": (0.76, 0.51, 1), "square": (0.51, 0.51, 1), "round": (0.5, 0.5, 1),
    "arch": (0.41, 0.61, 1), "pair": (0.31, 0.41, 2), "triptych": (0.26, 0.61, 3),
}  # fmt: skip
SHAPE_WORDS = {
    "round": "Round",
    "arch": "Arched",
    "pair": "Set of 2",
    "triptych": "Set of 3",
    "square": "Square",
}
ART = {
    "sun": "Boho Sun", "mountains": "Mountain Landscape", "sprig": "Potted Plant", "blobs": "Abstract Shapes",
    "rainbow": "Rainbow Arch", "bouquet": "Flower Bouquet", "night": "Moon and Sea", "cat": "Cat",
    "bauhaus": "Bauhaus Geometric", "waves": "Wave Lines", "leaves": "Botanical Leaf", "words": "Typography",
}  # fmt: skip
SAYINGS = ("HELLO SUNSHINE", "BUT FIRST COFFEE", "GOOD VIBES ONLY", "HOME SWEET HOME", "DREAM BIG")
FRAMES = ("black", "birch", "oak", "walnut", "gold", "color", "color")


def describe(random: Random) -> Product:
    """Choose a frame and its poster and write what the shop says about them."""
    shape, art, frame = random.choice(list(SHAPES)), random.choice(list(ART)), random.choice(FRAMES)
    width, height, pieces = SHAPES[shape]
    paper_color = words.color(random, "white", "beige", "yellow", "pink", "teal")
    first, second, third = (words.color(random, family).hex for family in random.sample(words.VIVID, 3))
    dark = words.color(random, "blue", "green", "black", "purple", "red")
    saying, rim = random.choice(SAYINGS), words.color(random, *words.VIVID)
    brand = words.brand(random, "home")
    look = f"{saying.title()} Typography" if art == "words" else ART[art]
    tone = rim.name if frame == "color" else frame.title()
    size = f"{round(width / 0.0254)}x{round(height / 0.0254)} Inch"
    wall_art = words.sentence(["Framed", SHAPE_WORDS.get(shape, ""), "Wall Art Print,"])
    return Product(
        title=words.sentence([brand, look, wall_art, f"{size},", tone, "Frame"]),
        brand=brand,
        price=words.price(random, 19, 89) * pieces,
        categories=["Home & Kitchen", "Wall Art", "Posters & Prints"],
        features=["Ready to hang", f"{look} print on heavy paper", f"{tone} frame"],
        description=f"A framed {look.lower()} print on {paper_color.name.lower()} paper.",
        details={"Frame Color": tone, "Size": size, "Number of Pieces": str(pieces)},
        parameters={
            "shape": shape, "art": art, "words": saying, "frame": rim.hex if frame == "color" else frame,
            "colors": [paper_color.hex, dark.hex if art == "words" else first, second, third],
            "mat": random.choice((0.0, 0.0, 0.05 if pieces == 1 else 0.03)), "rim": random.choice((0.014, 0.022, 0.04)),
            "ornate": frame == "gold" and random.random() < 0.7, "seed": random.randrange(10**6),
        },
    )  # fmt: skip


def build(parameters: Parameters) -> None:
    """Hang the pieces side by side."""
    width, height, pieces = SHAPES[parameters["shape"]]
    for number in range(pieces):
        across = (number - (pieces - 1) / 2) * (width + 0.05)
        _piece(parameters, width, height, across, parameters["seed"] + number, number)


def _piece(p: Parameters, width: float, height: float, across: float, seed: int, number: int) -> None:
    """One frame with its mat and print."""
    rim, mat, material = p["rim"], p["mat"], _rim(p["frame"])
    opening = _outline(p["shape"], width, height, rim)
    outer = _outline(p["shape"], width, height, 0.0)
    extrude(outer, 0.03, material, at=(across, 0, 0), holes=[opening])
    if p["ornate"]:
        for inset, thick in ((rim * 0.2, rim * 0.3), (rim * 0.9, rim * 0.2)):
            line = [(x, -0.016, z) for x, z in _outline(p["shape"], width, height, inset)]
            tube(line, thick, material, closed=True, at=(across, 0, 0))
    if mat:
        extrude(opening, 0.004, paper("#dedad0"), at=(across, 0.002, 0), rounding=0)
    inner = _outline(p["shape"], width, height, rim + mat)
    inks = p["colors"][1:]
    inks = inks[number:] + inks[:number] if p["art"] != "words" else inks
    shape = ((width - 2 * (rim + mat)) / (height - 2 * (rim + mat))) ** 0.5
    size = (round(400 * shape), round(400 / shape))
    art = poster(p["art"], [p["colors"][0], *inks], seed, size, p["words"])
    extrude(inner, 0.004, paper(art, gloss=0.2), at=(across, -0.002, 0), rounding=0)


def _rim(name: str) -> Material:
    """Wood, metal or paint of a frame."""
    if name in METALS and name != "black":
        return metal(name)
    if name in WOODS:
        return wood(name)
    return painted_metal("#17171a" if name == "black" else name)


def _outline(shape: str, width: float, height: float, inset: float) -> list[tuple[float, float]]:
    """The outline of a piece, drawn in by an inset."""
    x, low, high = width / 2 - inset, inset, height - inset
    if shape == "round":
        turns = [radians(6 * step) for step in range(60)]
        return [(x * cos(turn), height / 2 + x * sin(turn)) for turn in turns]
    if shape == "arch":
        turns = [radians(7.5 * step) for step in range(25)]
        return [(-x, low), (x, low), *((x * cos(turn), high - x + x * sin(turn)) for turn in turns)]
    return [(-x, low), (x, low), (x, high), (-x, high)]
