"""Chairs: wooden, upholstered, metal or moulded, with slat, panel, spindle or shell backs."""

from random import Random

import words
from materials import WOODS, Material, fabric, leather, painted_metal, wood
from product import Parameters, Product, View
from shapes import box, curve, extrude, ring, soft_box, tube
from shapes.shells import molded_chair

COUNT = 20
PLACE = "floor"
VIEWS = (
    View(azimuth=32, elevation=14, light="left"),
    View(azimuth=-48, elevation=24, light="right"),
)
BACKS = {"slats": "Slat Back", "panel": "Panel Back", "spindles": "Spindle Back", "ladder": "Ladder Back"}
SEATS = ("wood", "fabric", "leather")


def describe(random: Random) -> Product:
    """Choose a chair and write what the shop says about it."""
    brand, color = words.brand(random, "furniture"), words.color(random)
    style = random.choice(("wooden", "wooden", "shell", "metal"))
    back, seat, timber = random.choice(list(BACKS)), random.choice(SEATS), random.choice(list(WOODS))
    legs = random.choice(("wood", "black metal", "chrome"))
    parameters = {
        "style": style, "back": back, "seat": seat, "timber": timber, "color": color.hex, "legs": legs,
        "painted": random.random() < 0.25, "arms": random.random() < 0.3, "splay": random.uniform(0.0, 0.05),
        "width": random.uniform(0.42, 0.5), "back_height": random.uniform(0.36, 0.5),
        "rake": random.uniform(0.04, 0.1), "leg": random.uniform(0.015, 0.021), "wrap": random.uniform(0.1, 0.2),
    }  # fmt: skip
    bare = style == "wooden" and seat == "wood" and not parameters["painted"]
    if style == "shell":
        words_ = [f"Molded {random.choice(('Shell', 'Tub'))} Chair,", color.name, f"with {legs.title()} Legs"]
    elif style == "metal":
        words_ = ["Industrial Metal", BACKS[back], "Dining Chair,", color.name]
    else:
        pad = "" if seat == "wood" else f"with {color.name} {seat.title()} Seat"
        finish = f"{color.name} Painted" if parameters["painted"] and seat == "wood" else timber.title()
        words_ = [finish, "Wood", BACKS[back], "Armchair" if parameters["arms"] else "Dining Chair", pad]
    return Product(
        title=words.sentence([brand, *words_]),
        brand=brand,
        price=words.price(random, 49, 229),
        categories=["Home & Kitchen", "Furniture", "Dining Room Furniture", "Chairs"],
        features=["Seat height 18 inches", "Holds up to 265 pounds", "Easy assembly"],
        details={
            "Color": timber.title() if bare else color.name,
            "Style": style.title(),
            "Frame Material": "Metal" if style == "metal" else "Wood",
        },
        parameters=parameters,
    )


def build(parameters: Parameters) -> None:
    """Build legs, seat and back."""
    if parameters["style"] == "shell":
        molded_chair(parameters)
        return
    frame = _frame(parameters)
    width, depth, leg = parameters["width"], parameters["width"] * 0.95, parameters["leg"]
    x, y, rake, top = width / 2 - leg, depth / 2 - leg, parameters["rake"], 0.45 + parameters["back_height"]
    for side in (-1, 1):
        foot = (side * (x + parameters["splay"]), -y - parameters["splay"], 0)
        tube([foot, (side * x, -y, 0.44)], [leg * 0.75, leg], frame)
        post = [
            (side * x, y + 0.06, 0),
            (side * x, y, 0.44),
            (side * x, y + rake * 0.4, 0.65),
            (side * x, y + rake, top),
        ]
        tube(curve(post, 6), leg, frame)
        if parameters["arms"]:
            tube(
                [(side * x, y + rake * 0.4, 0.66), (side * (x + 0.02), -y, 0.65)],
                leg,
                frame,
                flat=0.6,
                across=(1, 0, 0),
            )
            tube([(side * x, -y, 0.44), (side * (x + 0.02), -y, 0.65)], leg * 0.8, frame)
        box((0.02, depth - 0.06, 0.05), frame, at=(side * x, 0, 0.39))
    for front in (-y, y):
        box((width - 0.06, 0.02, 0.05), frame, at=(0, front, 0.39))
    _seat(parameters, frame, width, depth)
    _back(parameters, frame, x, y, top)


def _frame(parameters: Parameters) -> Material:
    """The material of the frame."""
    if parameters["style"] == "metal":
        return painted_metal(parameters["color"])
    if parameters["painted"] and parameters["seat"] == "wood":
        return painted_metal(parameters["color"], roughness=0.5)
    return wood(parameters["timber"])


def _seat(parameters: Parameters, frame: Material, width: float, depth: float) -> None:
    """A board, or a pad on a board."""
    outline = ring(width + 0.02, depth + 0.02, squareness=7)
    extrude(outline, 0.022, frame, at=(0, 0, 0.45), turn=(-90, 0, 0), rounding=0.006)
    if parameters["seat"] != "wood" and parameters["style"] != "metal":
        cover = (fabric if parameters["seat"] == "fabric" else leather)(parameters["color"])
        soft_box((width, depth, 0.07), cover, softness=5, at=(0, 0, 0.445))


def _back(parameters: Parameters, frame: Material, x: float, y: float, top: float) -> None:
    """Slats, a panel, spindles or rungs between the posts."""
    rake, style = parameters["rake"], parameters["back"]

    def rail(height: float, thick: float) -> None:
        part = (height - 0.45) / (top - 0.45)
        behind = y + rake * part
        line = curve([(-x, behind, height), (0, behind + 0.025, height), (x, behind, height)], 8)
        tube(line, thick, frame, flat=0.2, across=(0, 0, 1))

    rail(top - 0.04, 0.04)
    if style == "ladder":
        for part in (0.3, 0.52, 0.74):
            rail(0.45 + part * (top - 0.45) - 0.03, 0.026)
    elif style == "panel":
        rail(0.45 + (top - 0.45) * 0.6, (top - 0.45) * 0.36)
    else:
        count, thick = (4, 0.022) if style == "slats" else (7, 0.007)
        for step in range(count):
            across = x * 1.6 * (step / (count - 1) - 0.5)
            line = [
                (across, y + 0.01, 0.45),
                (across, y + rake * 0.4 + 0.015, 0.65),
                (across, y + rake + 0.015, top - 0.04),
            ]
            tube(curve(line, 6), thick, frame, flat=0.3 if style == "slats" else 1.0, across=(1, 0, 0))
