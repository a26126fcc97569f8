"""Tea and biscuit tins: round, tall, square, long, oval or eight-sided, printed all over with a label."""

from random import Random

from PIL import Image, ImageDraw

import words
from materials import Material, metal, painted_metal
from prints import emblem, pattern, stamp, text_block
from prints.packs import plain
from product import Parameters, Product, View
from shapes import ball, box, extrude, lathe, loft, ring, rounded

COUNT = 20
MAIN_CATEGORY = "Grocery"
VIEWS = (View(azimuth=14, elevation=24, light="left"), View(azimuth=-32, elevation=42, light="right"))
SHAPES = {  # width, depth, height in metres
    "Round": (0.18, 0.18, 0.085), "Tall Round": (0.085, 0.085, 0.15), "Square": (0.095, 0.095, 0.14),
    "Long": (0.21, 0.13, 0.085), "Oval": (0.2, 0.12, 0.095), "Octagonal": (0.1, 0.1, 0.125),
}  # fmt: skip
CONTENTS = {
    "Tea": ("Earl Grey", "Green Sencha", "Chamomile", "Spiced Chai", "Breakfast Tea", "Rose Oolong"),
    "Biscuits": ("Butter Cookies", "Shortbread", "Ginger Snaps", "Almond Biscuits", "Lemon Wafers"),
}
MARKS = {"Earl Grey": "moon", "Chamomile": "flower", "Green Sencha": "leaf", "Spiced Chai": "sun"}
PATTERNS = {
    "floral": "Floral", "leaves": "Leaf", "stars": "Star", "stripes": "Striped", "pinstripes": "Candy Stripe",
    "geometric": "Geometric", "dots": "Polka Dot", "hearts": "Heart", "chevron": "Chevron", "waves": "Wave",
    "checks": "Checkered", "terrazzo": "Terrazzo", "": "",
}  # fmt: skip
PIXELS_PER_METRE = 3000


def describe(random: Random) -> Product:
    """Choose a tin and write what the shop says about it."""
    use, shape, motif = (
        random.choice(list(CONTENTS)),
        random.choice(list(SHAPES)),
        random.choice(list(PATTERNS)),
    )
    name, brand = random.choice(CONTENTS[use]), words.brand(random, "food")
    ground, ink = words.pair(random, *words.VIVID, "black", "white", "beige")
    lid = random.choice(("painted", "painted", "gold", "silver"))
    ounces = random.choice((4, 7, 12, 16))
    title = words.sentence(
        [brand, name, f"in {ground.name}", PATTERNS[motif], shape, f"Gift Tin, {ounces} oz"]
    )
    return Product(
        title=title,
        brand=brand,
        price=words.price(random, 6, 24),
        categories=["Grocery & Gourmet Food", "Beverages" if use == "Tea" else "Snack Foods", use],
        features=[f"{ounces} ounces", f"{shape} tin to keep and refill", "Tight lid"],
        description=f"{name} in a {shape.lower()} {ground.name.lower()} tin.",
        details={"Flavor": name, "Color": ground.name, "Container Type": "Tin", "Item Weight": f"{ounces} Ounces"},
        parameters={
            "shape": shape, "motif": motif, "ground": ground.hex, "ink": ink.hex, "lid": lid, "name": name,
            "brand": brand, "seed": random.randrange(10**6), "scale": random.uniform(0.9, 1.1),
            "mark": MARKS.get(name, random.choice(("star", "heart", "flower", "sun", "mountain"))),
            "style": random.choice(("serif", "bold", "round", "italic")), "knob": random.random() < 0.35,
            "paper": random.choice(("#f5efe0", "#f5efe0", "#1d1d1f", ink.hex)),
            "badge": random.choice(("oval", "band", "plate")),
        },
    )  # fmt: skip


def build(parameters: Parameters) -> None:
    """Shape the body, print it and put the lid on."""
    width, depth, height = (parameters["scale"] * length for length in SHAPES[parameters["shape"]])
    lid = (
        metal(parameters["lid"], 0.2) if parameters["lid"] != "painted" else painted_metal(parameters["ink"])
    )
    shape, crown = parameters["shape"], height * 0.8
    if shape in ("Square", "Long"):
        front = _print(parameters, width, crown, width)
        side = _print(parameters, depth, crown, 0)
        faces = {"front": painted_metal(front), "left": painted_metal(side), "right": painted_metal(side)}
        box((width, depth, crown), painted_metal(parameters["ground"]), rounding=0.008, faces=faces)
        size = (width + 0.003, depth + 0.003, height - crown)
        box(size, lid, at=(0, 0, crown), rounding=0.008, faces={"top": _lid_print(parameters, width, depth)})
    else:
        sides = 8 if shape == "Octagonal" else 64
        _round_body(parameters, width, depth, crown, sides)
        _round_lid(parameters, lid, (width + 0.003, depth + 0.003, height), crown, sides)
    if parameters["knob"] and shape != "Long":
        ball((0.016, 0.016, 0.014), lid, at=(0, 0, height + 0.007))


def _round_body(parameters: Parameters, width: float, depth: float, height: float, sides: int) -> None:
    """A round, oval or eight-sided wall with its print in front."""
    turned = 360 / sides / 2 if sides == 8 else 0
    art = painted_metal(_print(parameters, 3.1416 * width, height, width * 0.74, 0.5 - turned / 360))
    if parameters["shape"] == "Oval":
        outline = ring(width, depth, steps=64)
        outline = [*outline[16:], *outline[:16]]  # begin at the back
        loft([[(x, y, z * height) for x, y in outline] for z in (0, 0.5, 1)], art, levels=0)
        return
    lathe([(width / 2, 0), (width / 2, height)], art, segments=sides, turn=(0, 0, turned), sharp=30)


def _round_lid(parameters: Parameters, lid: Material, size: tuple, crown: float, sides: int) -> None:
    """A lid with a printed top."""
    width, depth, height = size
    if parameters["shape"] == "Oval":
        rim = ring(width, depth, steps=64)
        loft([[(x, y, z) for x, y in rim] for z in (crown, height)], lid, levels=0)
    else:
        turned = 360 / sides / 2 if sides == 8 else 0
        wall = [(width / 2, crown), (width / 2, height), (0, height)]
        lathe(rounded(wall, 0.004), lid, segments=sides, turn=(0, 0, turned), sharp=30)
    top = _lid_print(parameters, width, depth)
    reach = 0.86 if sides == 8 else 0.92
    extrude(
        ring(width * reach, depth * reach),
        0.001,
        top,
        at=(0, 0, height + 0.0005),
        turn=(-90, 0, 0),
        rounding=0,
    )


def _ground(parameters: Parameters, width: int, height: int) -> Image.Image:
    """The printed ground, its motifs of one size on every side."""
    if not parameters["motif"]:
        return plain(parameters["ground"], width, height)
    repeat = max(2, round(width / PIXELS_PER_METRE / 0.033))
    colors = [parameters["ground"], parameters["ink"]]
    return pattern(parameters["motif"], colors, parameters["seed"], (width, height), repeat)


def _print(
    parameters: Parameters, width: float, height: float, space: float, middle: float = 0.5
) -> Image.Image:
    """A side's picture, with a badge on it if there is space."""
    across, up = int(width * PIXELS_PER_METRE), int(height * PIXELS_PER_METRE)
    art = _ground(parameters, across, up)
    if not space:
        return art
    badge = _badge(parameters, int(space * PIXELS_PER_METRE * 0.84), int(up * 0.74))
    return stamp(art, badge, middle, 0.5)


def _badge(parameters: Parameters, width: int, height: int) -> Image.Image:
    """The label: brand, emblem and name on an oval, a band or a plate."""
    badge, paper = Image.new("RGBA", (width, height), (0, 0, 0, 0)), parameters["paper"]
    ink = "#241c18" if words.brightness(paper) > 0.5 else "#f7f1e2"
    draw, area = ImageDraw.Draw(badge), (2, 2, width - 3, height - 3)
    if parameters["badge"] == "oval":
        draw.ellipse(area, fill=paper, outline=ink, width=5)
    else:
        draw.rounded_rectangle(
            area, 30 if parameters["badge"] == "plate" else 0, fill=paper, outline=ink, width=5
        )
    tall = height > width * 0.8
    mark = int(min(width, height) * (0.3 if tall else 0.26))
    accent = parameters["ground"] if paper != parameters["ground"] else ink
    badge.alpha_composite(emblem(parameters["mark"], mark, accent), ((width - mark) // 2, int(height * 0.1)))
    name = parameters["name"].replace(" ", "\n") if tall else parameters["name"]
    lettering = text_block(name, int(width * 0.74), int(height * 0.32), ink, parameters["style"])
    badge.alpha_composite(lettering, ((width - lettering.width) // 2, int(height * 0.43)))
    brand = text_block(parameters["brand"].upper(), int(width * 0.5), int(height * 0.09), ink, "modern")
    badge.alpha_composite(brand, ((width - brand.width) // 2, int(height * 0.8)))
    return badge


def _lid_print(parameters: Parameters, width: float, depth: float) -> Material:
    """The top of the lid with the emblem."""
    across, up = int(width * PIXELS_PER_METRE), int(depth * PIXELS_PER_METRE)
    art = _ground(parameters, across, up)
    mark = emblem(parameters["mark"], int(min(across, up) * 0.42), parameters["ground"])
    disc = Image.new("RGBA", (int(mark.width * 1.6),) * 2, (0, 0, 0, 0))
    ImageDraw.Draw(disc).ellipse((0, 0, disc.width - 1, disc.height - 1), fill=parameters["ink"])
    disc.alpha_composite(mark, ((disc.width - mark.width) // 2,) * 2)
    return painted_metal(stamp(art, disc))
