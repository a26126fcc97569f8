"""Words of the shop: colors with names, invented brands, prices and small phrases."""

from collections.abc import Sequence
from random import Random
from typing import NamedTuple


class Color(NamedTuple):
    """A color as a shop names it."""

    name: str
    hex: str


def _family(text: str) -> list[Color]:
    """Read `Name #hex` pairs parted by commas."""
    return [Color(*entry.strip().rsplit(" ", 1)) for entry in text.split(",")]


FAMILIES: dict[str, list[Color]] = {
    "white": _family("White #f4f3ef, Ivory #efe6d2, Cream #eadfc4, Pearl #e6e4df"),
    "gray": _family("Light Gray #b9bcbf, Stone Gray #8f8d88, Slate #5c646c, Charcoal #3a3d42"),
    "black": _family("Black #17171a, Matte Black #1d1d1f, Onyx #101216"),
    "brown": _family("Tan #b98a5a, Caramel #a5652f, Chocolate #4f3022, Espresso #33221b, Cognac #8c4a23"),
    "beige": _family("Beige #d3bf9f, Sand #d9c8a9, Oatmeal #cfc4b0, Taupe #9b8c7c"),
    "red": _family("Red #c3202b, Cherry #a3122d, Brick #9c3f2d, Burgundy #6a1a2c"),
    "orange": _family("Orange #e8742a, Terracotta #c2623f, Tangerine #f08a24, Rust #a84a1e"),
    "yellow": _family("Yellow #f2c12e, Mustard #cf9a23, Lemon #f3dc4f, Honey #dda63a"),
    "green": _family("Green #2f8a4a, Sage #94a88a, Olive #6b6f35, Forest Green #1f4d34, Mint #a5d8bd"),
    "teal": _family("Teal #1f7f86, Turquoise #35b3b0, Petrol #14505c, Aqua #7fcfd6"),
    "blue": _family("Blue #2a5fb4, Sky Blue #83b6de, Cobalt #1f3fa6, Denim #4a6a92, Navy #1c2745"),
    "purple": _family("Purple #6d3f96, Lavender #b6a3d6, Plum #5a2748, Lilac #cbb2dd"),
    "pink": _family("Pink #e88aa8, Blush #e9c2bd, Fuchsia #d0307c, Coral #f0766a, Dusty Rose #c08a8a"),
}
VIVID = ("red", "orange", "yellow", "green", "teal", "blue", "purple", "pink")
NEUTRAL = ("white", "gray", "black", "brown", "beige")

BRANDS: dict[str, tuple[str, ...]] = {
    "home": ("Hearthly", "Nordvale", "Casa Lumo", "Willow & Pine", "Brightnook", "Stillhaus"),
    "kitchen": ("Potter's Lane", "Claymere", "Morrow Kitchen", "Tavola", "Kilnworks", "Sunny Ladle"),
    "furniture": ("Nordvale", "Oakline", "Habitus", "Stillhaus", "Plankwell", "Mid & Modern"),
    "fashion": ("Avenel", "Marlowe & Finch", "Kestrel", "Rue Verte", "Tamsin Gray", "Solana"),
    "sport": ("Strido", "Peakform", "Volant", "Ridgeback", "Kinetra", "Trailhead Nine"),
    "electronics": ("Auralix", "Voltane", "Pixon", "Nimbus", "Hexa", "Tonelab"),
    "food": ("Golden Acre", "Crunchberry", "Morning Mill", "Honey Hoop", "Oatwell", "Choco Comet"),
    "books": ("Lantern Press", "Ferry & Quill", "Blue Harbor Books", "Tall Pine Press"),
}


def color(random: Random, *families: str) -> Color:
    """Pick a color from the named families, or from all of them."""
    family = random.choice(families or tuple(FAMILIES))
    return random.choice(FAMILIES[family])


def brightness(hex_color: str) -> float:
    """How light a color looks, from 0 to 1."""
    red, green, blue = (int(hex_color[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return 0.3 * red + 0.59 * green + 0.11 * blue


def pair(random: Random, *families: str) -> tuple[Color, Color]:
    """Pick a ground from the families (or all) and an ink that stands out on it."""
    ground = color(random, *families)
    while True:
        ink = color(random, *(VIVID if random.random() < 0.5 else ("white", "beige", "black")))
        if abs(brightness(ground.hex) - brightness(ink.hex)) > 0.28:
            return ground, ink


def named(name: str) -> Color:
    """Find a color by its shop name."""
    return next(entry for family in FAMILIES.values() for entry in family if entry.name == name)


def brand(random: Random, field: str) -> str:
    """Pick an invented brand of a field of trade."""
    return random.choice(BRANDS[field])


def price(random: Random, low: float, high: float) -> float:
    """Pick a price that ends as shop prices do."""
    return round(int(random.uniform(low, high)) + random.choice((0.49, 0.95, 0.99)), 2)


def inches(metres: float) -> str:
    """Write a length as a shop in the United States does."""
    return f"{metres / 0.0254:.1f} Inches"


def sentence(parts: Sequence[str]) -> str:
    """Join words with single spaces, leaving out the empty ones."""
    return " ".join(part for part in parts if part)
