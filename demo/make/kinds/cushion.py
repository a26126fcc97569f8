"""Throw pillows: plain linen, velvet or knit, patterned or with a printed saying."""

from random import Random

import words
from materials import Material, fabric
from prints import emblem, pattern, stamp, text_block
from prints.packs import plain
from product import Parameters, Product, View
from shapes import cushion
from soft_materials import knit, velvet

COUNT = 20
PLACE = "floor"
VIEWS = (
    View(azimuth=10, elevation=14, light="left"),
    View(azimuth=-32, elevation=22, light="window"),
)
SIZES = {"18 x 18": (0.45, 0.45), "20 x 20": (0.5, 0.5), "12 x 20": (0.5, 0.3), "16 x 24": (0.6, 0.4)}
CLOTHS = ("Linen", "Cotton", "Velvet", "Chunky Knit", "Canvas")
PATTERNS = {
    "stripes": "Striped", "pinstripes": "Ticking Stripe", "dots": "Polka Dot", "checks": "Checkered",
    "plaid": "Plaid", "waves": "Wave", "chevron": "Chevron", "geometric": "Geometric", "floral": "Floral",
    "leaves": "Botanical", "stars": "Star", "terrazzo": "Terrazzo", "brush": "Abstract",
}  # fmt: skip
SAYINGS = ("hello\nsunshine", "home", "stay\ncozy", "love", "be kind", "nap\nqueen", "relax", "gather")


def describe(random: Random) -> Product:
    """Choose a pillow and write what the shop says about it."""
    brand, size, cloth = words.brand(random, "home"), random.choice(list(SIZES)), random.choice(CLOTHS)
    print_ = random.choice(("plain", "pattern", "pattern", "pattern", "saying", "emblem"))
    if cloth == "Chunky Knit":
        print_ = "plain"
    ground, ink = words.pair(random)
    motif, saying = random.choice(list(PATTERNS)), random.choice(SAYINGS)
    mark = random.choice(("sun", "leaf", "heart", "star", "moon", "mountain"))
    look = {"pattern": PATTERNS[motif], "saying": f"'{saying}' Quote".replace("\n", " ").title(),
            "emblem": f"{mark.title()} Print"}.get(print_, "")  # fmt: skip
    hue = ground.name if print_ == "plain" else f"{ground.name}/{ink.name}"
    return Product(
        title=words.sentence([brand, look, cloth, f"Throw Pillow, {size} Inches,", hue]),
        brand=brand,
        price=words.price(random, 12, 45),
        categories=["Home & Kitchen", "Bedding", "Decorative Pillows", "Throw Pillows"],
        features=[f"{cloth} cover with hidden zipper", f"{size} inches", "Insert included"],
        description=f"A soft {cloth.lower()} pillow for sofa or bed.",
        details={"Color": hue, "Material": cloth, "Size": f"{size} Inches"},
        parameters={
            "size": list(SIZES[size]), "cloth": cloth, "print": print_, "motif": motif, "saying": saying,
            "mark": mark, "ground": ground.hex, "ink": ink.hex, "seed": random.randrange(10**6),
            "repeat": random.choice((4, 6, 8)), "piping": random.random() < 0.35, "lean": random.uniform(-4, 4),
        },
    )  # fmt: skip


def build(parameters: Parameters) -> None:
    """Fill the pillow and stand it on its edge, leaning back a little."""
    width, height = parameters["size"]
    piping = fabric(parameters["ink"]) if parameters["piping"] else None
    cushion(width, height, 0.17, _cover(parameters), piping, turn=(78, parameters["lean"], 0))


def _cover(parameters: Parameters) -> Material:
    """The cloth with its print."""
    ground, ink, (width, height) = parameters["ground"], parameters["ink"], parameters["size"]
    size = (640, int(640 * height / width))
    design = ground
    if parameters["print"] == "pattern":
        design = pattern(parameters["motif"], [ground, ink], parameters["seed"], size, parameters["repeat"])
    elif parameters["print"] == "saying":
        words_ = text_block(parameters["saying"], 420, int(size[1] * 0.5), ink, "hand", spacing=0.05)
        design = stamp(plain(ground, *size), words_)
    elif parameters["print"] == "emblem":
        design = stamp(plain(ground, *size), emblem(parameters["mark"], int(size[1] * 0.5), ink))
    if parameters["cloth"] == "Velvet":
        return velvet(design)
    if parameters["cloth"] == "Chunky Knit":
        return knit(design, stitch=0.02)
    return fabric(design, weave=0.006 if parameters["cloth"] in ("Linen", "Canvas") else 0.004)
