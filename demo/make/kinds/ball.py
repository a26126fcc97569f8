"""Balls: football, basketball, volleyball, tennis, baseball, beach ball, rugby and playground balls."""

from math import cos, pi
from random import Random

from PIL import Image

import words
from materials import Material, fabric, leather, plastic
from prints import logo, pattern, stamp
from prints.seams import ball_print
from product import Parameters, Product, View
from shapes import ball, lathe
from soft_materials import rubber

COUNT = 20
MAIN_CATEGORY = "Sports & Outdoors"
PLACE = "floor"
VIEWS = (View(azimuth=0, elevation=14, light="left"), View(azimuth=130, elevation=24, light="right"))
SPORTS = {  # name, diameter in metres, material
    "soccer": ("Soccer Ball", 0.22, "Synthetic Leather"), "basketball": ("Basketball", 0.24, "Rubber"),
    "volleyball": ("Volleyball", 0.21, "Synthetic Leather"), "tennis": ("Tennis Ball", 0.067, "Felt"),
    "baseball": ("Baseball", 0.074, "Leather"), "beach": ("Beach Ball", 0.4, "Vinyl"),
    "rugby": ("Rugby Ball", 0.19, "Rubber"), "handball": ("Handball", 0.18, "Synthetic Leather"),
    "playground": ("Playground Ball", 0.22, "Vinyl"), "football": ("American Football", 0.17, "Leather"),
}  # fmt: skip
PATTERNS = {
    "stars": "Star", "dots": "Polka Dot", "hearts": "Heart", "waves": "Wave", "geometric": "Geometric",
    "floral": "Floral", "chevron": "Zigzag",
}  # fmt: skip


def describe(random: Random) -> Product:
    """Choose a ball and write what the shop says about it."""
    sport = random.choice([*SPORTS, "soccer", "soccer", "basketball", "basketball", "beach", "playground"])
    name, size, material = SPORTS[sport]
    ground, ink = _colors(random, sport)
    second = words.color(random, *words.VIVID)
    motif = random.choice(list(PATTERNS)) if sport == "playground" else ""
    brand = words.brand(random, "sport")
    tone = f"{ground.name} and {ink.name}"
    number = {"soccer": f"Size {random.choice((4, 5))}", "basketball": "Size 7"}.get(sport, "")
    title = words.sentence([brand, PATTERNS.get(motif, ""), name, number]) + f", {material}, {tone}"
    return Product(
        title=title,
        brand=brand,
        price=words.price(random, 6, 45),
        categories=["Sports & Outdoors", "Sports", "Team Sports", f"{name}s"],
        features=[f"{words.inches(size)} across", f"{material} cover", "For training and play"],
        description=f"A {name.lower()} in {tone.lower()} from {brand}.",
        details={"Material": material, "Color": tone, "Sport": name, "Diameter": words.inches(size)},
        parameters={
            "sport": sport, "size": size, "ground": ground.hex, "ink": ink.hex, "second": second.hex,
            "motif": motif, "brand": brand, "seed": random.randrange(10**6), "style": random.randrange(3),
        },
    )  # fmt: skip


def _colors(random: Random, sport: str) -> tuple[words.Color, words.Color]:
    """Ground and ink as they are usual for a sport."""
    usual = {
        "basketball": ("Orange", "Rust", "Blue", "Burgundy", "Green", "Black"),
        "football": ("Cognac", "Chocolate", "Red", "Navy", "Tan", "Teal", "Chocolate", "Caramel", "Purple"),
        "tennis": ("Lemon", "Fuchsia", "Aqua", "Orange"), "baseball": ("Cream", "Lemon", "Blush"),
        "soccer": ("White", "White", "Lemon", "Aqua", "Coral"),
    }.get(sport)  # fmt: skip
    if usual is None:
        return words.pair(random, "white", *words.VIVID)
    ground = words.named(random.choice(usual))
    if sport == "basketball":
        return ground, words.named("Ivory" if words.brightness(ground.hex) < 0.3 else "Onyx")
    if sport in ("tennis", "football"):
        return ground, words.named("Ivory")
    return ground, words.color(random, "black", "red", "blue", "green", "purple")


def build(parameters: Parameters) -> None:
    """Print the ball and lay it down."""
    size, sport = parameters["size"], parameters["sport"]
    paint = _print(parameters)
    if sport == "tennis":
        material = fabric(paint, 0.0015)
    elif sport in ("beach", "playground"):
        material = plastic(paint, 0.18)
    elif sport == "rugby":
        material = rubber(paint)
    else:
        material = leather(paint, 0.0045 if sport in ("basketball", "football") else 0.002)
    if sport == "football":
        _spindle(size, material)
    else:
        ball((size * (1.5 if sport == "rugby" else 1.0), size, size), material, levels=1)


def _print(parameters: Parameters) -> Image.Image:
    """The ball's panels and seams, or a pattern, with the brand on it."""
    sport, ground, ink, second = (parameters[name] for name in ("sport", "ground", "ink", "second"))
    if sport == "playground":
        size, repeat = (1024, 512), 6 + 2 * parameters["style"]
        return pattern(parameters["motif"], [ground, ink, second], parameters["seed"], size, repeat)
    white, third = "#f4f3ef", second if parameters["style"] == 1 else ground
    colors = {
        "soccer": [ground, ink, third, "#3a3d42"], "handball": [ground, ink, second, ink],
        "basketball": [ground, ink],
        "tennis": [ground, ink], "baseball": [ground, "#c3202b"],
        "volleyball": [ground, ink, white, "#3a3d42"],
        "beach": [ground, white, ink, white, second, white, white],
        "rugby": [ground, ink, ground, second, ink], "football": [ground, third, white],
    }[sport]  # fmt: skip
    turn = {"rugby": 0, "football": 0, "beach": 12 + 25 * parameters["style"]}.get(
        sport, 30 + 40 * parameters["style"]
    )
    skin = ball_print(sport, colors, turn)
    mark = logo(parameters["brand"], 170, 80, ink, parameters["seed"])
    if sport == "football":  # its print runs along the ball
        return stamp(skin, mark.rotate(90, expand=True), 0.56, 0.5)
    if sport not in ("basketball", "rugby"):
        return skin
    return stamp(skin, mark.resize((170, 126)), 0.5, 0.36)


def _spindle(size: float, material: Material) -> None:
    """An American football: pointed at both ends."""
    length = size * 1.66
    rises = [-cos(pi * step / 48) for step in range(49)]
    lathe([(size / 2 * (1 - z * z) ** 0.75 if abs(z) < 1 else 0, z * length / 2) for z in rises], material,
          turn=(0, 90, 0))  # fmt: skip
