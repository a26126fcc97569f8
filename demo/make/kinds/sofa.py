"""Sofas and loveseats: track arm, chesterfield, wooden frame, cloud, camelback, curved and with a chaise."""

from random import Random

import words
from materials import Material, metal, wood
from product import Parameters, Product, View
from shapes import cushion, soft_box
from shapes.seating import SEATS
from upholstery import choose_covering, cover

COUNT = 20
PLACE = "floor"
VIEWS = (View(azimuth=20, elevation=18, light="left"), View(azimuth=-36, elevation=26, light="right"))
SHAPES = {
    "track": "Track Arm", "rolled": "Chesterfield", "wooden": "Wood Frame", "cloud": "Cloud",
    "camel": "Camelback", "curved": "Curved", "chaise": "Sectional",
}  # fmt: skip
SEAT_WORDS = {1.6: ("Loveseat", 2), 2.1: ("Sofa", 3), 2.4: ("3-Seater Sofa", 3)}
FRAMES = {"oak": "Oak", "walnut": "Walnut", "black": "Black", "brass": "Gold"}


def describe(random: Random) -> Product:
    """Choose a sofa and write what the shop says about it."""
    shape, width = random.choice((*SHAPES, "rolled", "wooden")), random.choice(list(SEAT_WORDS))
    width = {"chaise": 2.4, "curved": max(width, 2.1)}.get(shape, width)
    noun, seats = SEAT_WORDS[width]
    covering, frame = choose_covering(random, printed=0.25), random.choice(list(FRAMES))
    frame = random.choice(("oak", "walnut")) if shape == "wooden" else frame
    accent, brand = words.color(random, *words.VIVID), words.brand(random, "furniture")
    look = words.sentence([covering.look, covering.material, SHAPES[shape]])
    return Product(
        title=words.sentence([brand, look, f"{noun}, {round(width / 0.0254)} Inch,", covering.tone]),
        brand=brand,
        price=words.price(random, 249, 1299),
        categories=["Home & Kitchen", "Furniture", "Living Room Furniture", "Sofas & Couches"],
        features=[f"{look} design", f"Seats {seats}", f"{FRAMES[frame]} legs", "High-density foam"],
        description=f"A {look.lower()} {noun.lower()} in {covering.tone.lower()}.",
        details={"Upholstery": covering.material, "Color": covering.tone, "Width": words.inches(width)},
        parameters={
            "shape": shape, "width": width, "seats": seats, "covering": covering.parameters, "frame": frame,
            "legs": random.choice(("tapered", "block", "rod")), "pillows": random.choice((0, 0, 1, 2)),
            "accent": accent.hex, "side": random.choice((-1, 1)),
        },
    )  # fmt: skip


def build(parameters: Parameters) -> None:
    """Make the seat, its chaise and its pillows."""
    shape, width = parameters["shape"], parameters["width"]
    cloth = cover(parameters["covering"], 0.7)
    frame = parameters["frame"]
    legs = wood(frame) if frame in ("oak", "walnut") else metal(frame)
    SEATS["track" if shape == "chaise" else shape](
        width, parameters["seats"], cloth, legs, parameters["legs"]
    )
    if shape == "chaise":
        _chaise(parameters, cloth)
    if shape != "curved":
        _pillows(parameters)


def _chaise(p: Parameters, cloth: Material) -> None:
    """The long seat at one end."""
    each = (p["width"] - 0.32) / 3
    x = p["side"] * (p["width"] / 2 - 0.16 - each / 2)
    soft_box((each + 0.3, 0.9, 0.2), cloth, softness=16, at=(x + p["side"] * 0.01, -0.75, 0.1))
    soft_box((each + 0.28, 0.96, 0.17), cloth, softness=8, at=(x + p["side"] * 0.01, -0.86, 0.3))


def _pillows(p: Parameters) -> None:
    """Throw pillows in the corners."""
    accent = cover({**p["covering"], "cloth": "velvet", "ground": p["accent"], "motif": ""})
    for number in range(p["pillows"]):
        side = p["side"] * (1 if number == 0 else -1)
        at = (side * (p["width"] / 2 - 0.46), -0.06, 0.66)
        cushion(0.42, 0.42, 0.15, accent, at=at, turn=(66, 0, -side * 14))
