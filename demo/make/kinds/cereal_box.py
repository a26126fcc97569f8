"""Boxes of breakfast cereal with loud printed fronts."""

from random import Random

from PIL import Image

import words
from prints import cereal_front, logo, stamp, text_block
from prints.packs import plain
from product import Parameters, Product, View
from shapes import box
from soft_materials import paper

COUNT = 20
MAIN_CATEGORY = "Grocery"
VIEWS = (
    View(azimuth=20, elevation=12, light="left"),
    View(azimuth=-34, elevation=20, light="top"),
)
SHAPES = {"hoops": ("Hoops", "Rings", "Loops"), "flakes": ("Flakes", "Crisps"), "balls": ("Puffs", "Pops"),
          "squares": ("Squares", "Crunch")}  # fmt: skip
FLAVORS = ("Honey", "Cocoa", "Cinnamon", "Berry", "Maple", "Golden", "Apple", "Vanilla")
CLAIMS = (
    "Whole grain",
    "High in fiber",
    "No artificial colors",
    "With real fruit",
    "New recipe",
    "Gluten free",
)


def describe(random: Random) -> Product:
    """Choose a cereal and write what the shop says about it."""
    brand, shape = words.brand(random, "food"), random.choice(list(SHAPES))
    name = f"{random.choice(FLAVORS)} {random.choice(SHAPES[shape])}"
    claim, ounces = random.choice(CLAIMS), random.choice((10.5, 12, 14.5, 18, 24))
    first, second = random.sample(words.VIVID, 2)
    colors = [words.color(random, first).hex, words.color(random, second).hex]
    colors.append(
        words.color(
            random, *(("white", "yellow") if words.brightness(colors[0]) < 0.5 else ("blue", "black"))
        ).hex
    )
    return Product(
        title=f"{brand} {name} Breakfast Cereal, {claim}, {ounces} oz Box",
        brand=brand,
        price=words.price(random, 3, 8),
        categories=["Grocery & Gourmet Food", "Breakfast Foods", "Cereals", "Cold Cereals"],
        features=[claim, f"{ounces} ounce box", f"Crunchy {shape}"],
        description=f"Crunchy {name.lower()} for a good morning.",
        details={"Flavor": name.split()[0], "Item Weight": f"{ounces} Ounces", "Package Type": "Box"},
        parameters={
            "brand": brand, "name": name, "claim": claim, "shape": shape, "colors": colors,
            "seed": random.randrange(10**6), "height": 0.25 + 0.003 * ounces, "width": 0.17 + 0.002 * ounces,
            "depth": random.uniform(0.05, 0.075),
        },
    )  # fmt: skip


def build(parameters: Parameters) -> None:
    """Fold the box and print it."""
    colors, seed = parameters["colors"], parameters["seed"]
    front = cereal_front(
        parameters["brand"], parameters["name"], parameters["claim"], colors, parameters["shape"], seed
    )
    edge = paper(_side(parameters), gloss=0.4)
    faces = {
        "front": paper(front, gloss=0.5),
        "left": edge,
        "right": edge,
        "top": paper(_top(parameters), gloss=0.4),
    }
    size = (parameters["width"], parameters["depth"], parameters["height"])
    box(size, paper(colors[0], gloss=0.4), rounding=0.0015, faces=faces)


def _side(parameters: Parameters) -> Image.Image:
    """A narrow side with the name upright and a table of nutrition facts."""
    art = plain(parameters["colors"][0], 160, 680)
    name = text_block(parameters["name"], 300, 90, "#ffffff", "bold").rotate(90, expand=True)
    art = stamp(art, name, 0.5, 0.26)
    facts = plain("#ffffff", 124, 260)
    lines = (
        "Nutrition Facts\n\nCalories 140\nTotal Fat 2 g\nSodium 190 mg\nFiber 3 g\nSugars 9 g\nProtein 3 g"
    )
    facts = stamp(facts, text_block(lines, 110, 240, "#111111", "plain", spacing=0.4))
    return stamp(art, facts.convert("RGBA"), 0.5, 0.76)


def _top(parameters: Parameters) -> Image.Image:
    """The lid with the brand's logo."""
    art = plain(parameters["colors"][1], 480, 150)
    return stamp(art, logo(parameters["brand"], 300, 80, "#ffffff", parameters["seed"]))
