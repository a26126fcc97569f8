"""Bowls: cereal, pasta, mixing and footed bowls in ceramic, wood, steel and glass."""

from random import Random

import words
from materials import Material, glass, glazed_ceramic, matte_ceramic, metal, painted_metal, wood
from prints import pattern
from product import Parameters, Product, View
from shapes import curve, lathe
from shapes.mesh import Object

COUNT = 18
VIEWS = (View(azimuth=12, elevation=24, light="left"), View(azimuth=-30, elevation=46, light="right"))
PROFILES = {  # radius and height in parts of the widest radius
    "Cereal": [(0.5, 0.0), (0.72, 0.16), (0.92, 0.48), (1.0, 0.84)],
    "Ramen": [(0.44, 0.0), (0.44, 0.1), (0.6, 0.2), (0.86, 0.52), (1.0, 1.0)],
    "Pasta": [(0.56, 0.0), (0.68, 0.1), (0.72, 0.3), (0.86, 0.38), (1.0, 0.42)],
    "Salad": [(0.5, 0.0), (0.8, 0.22), (0.96, 0.5), (1.0, 0.62)],
    "Straight-Sided": [(0.86, 0.0), (0.97, 0.08), (1.0, 0.3), (1.0, 0.72)],
    "Footed": [(0.46, 0.0), (0.4, 0.08), (0.28, 0.26), (0.5, 0.4), (0.84, 0.58), (1.0, 0.86)],
    "V-Shaped": [(0.28, 0.0), (0.32, 0.06), (0.66, 0.4), (1.0, 0.74)],
}
SIZES = {"Cereal": 0.075, "Ramen": 0.09, "Pasta": 0.12, "Salad": 0.14, "Footed": 0.12}  # radius in metres
FINISHES = ("two-tone", "speckled", "wood", "metal", "glass", "enamel", *["pattern"] * 5)
TINTS = {
    "Amber": "#e8ac5c", "Blue": "#7ea6ea", "Green": "#80c8a0", "Rose": "#f2a6b8", "Smoke": "#9aa0a6",
    "Lilac": "#bfa6e8",
}  # fmt: skip
PATTERNS = {
    "pinstripes": "Striped", "dots": "Polka Dot", "floral": "Floral", "chevron": "Chevron",
    "leaves": "Botanical", "waves": "Wave", "stars": "Star", "hearts": "Heart", "checks": "Checkered",
    "terrazzo": "Terrazzo", "brush": "Brushstroke", "geometric": "Geometric",
}  # fmt: skip


def describe(random: Random) -> Product:
    """Choose a bowl and write what the shop says about it."""
    shape, finish = random.choice(list(PROFILES)), random.choice(FINISHES)
    ground, ink = words.pair(random)
    second = words.color(random, *words.VIVID)
    motif = random.choice(list(PATTERNS)) if finish == "pattern" else ""
    if finish == "pattern":  # little is seen of the outside of flat bowls
        finish = "inside" if shape in ("Pasta", "Salad", "Footed", "V-Shaped") else "outside"
    tone, tint = ground.name, ground.hex
    if finish == "wood":
        tone = tint = random.choice(("oak", "walnut", "beech", "mahogany"))
    elif finish == "metal":
        tone = tint = random.choice(("steel", "copper", "brass"))
    elif finish == "glass":
        tone, tint = random.choice(list(TINTS.items()))
    elif finish == "two-tone":
        tone = f"{ground.name} and {ink.name}"
    material = {"wood": "Wood", "metal": "Metal", "glass": "Glass", "enamel": "Enamel"}.get(finish, "Ceramic")
    look = PATTERNS.get(motif, {"two-tone": "Two-Tone", "speckled": "Speckled"}.get(finish, ""))
    brand, radius = words.brand(random, "kitchen"), SIZES.get(shape, 0.08)
    name = words.sentence([look, material, shape, "Bowl"])
    return Product(
        title=f"{brand} {name}, {2 * radius / 0.0254:.1f} Inch Serving Bowl, {tone.title()}",
        brand=brand,
        price=words.price(random, 9, 42),
        categories=["Home & Kitchen", "Kitchen & Dining", "Dining & Entertaining", "Bowls"],
        features=[f"{words.inches(2 * radius)} across", f"{shape} shape", "For soup, salad, pasta or fruit"],
        description=f"A {name.lower()} in {tone.lower()}.",
        details={"Material": material, "Color": tone.title(), "Item Diameter": words.inches(2 * radius)},
        parameters={
            "shape": shape, "finish": finish, "motif": motif, "tint": tint, "ink": ink.hex,
            "second": second.hex, "radius": radius, "seed": random.randrange(10**6),
            "repeat": random.choice((6, 8, 10)),
        },
    )  # fmt: skip


def build(parameters: Parameters) -> None:
    """Turn the bowl and lay a rounded rim on it."""
    radius = parameters["radius"]
    wall = curve([(r * radius, z * radius) for r, z in PROFILES[parameters["shape"]]], steps=8)
    foot = [(0.0, 0.003), (wall[0][0] * 0.88, 0.003), (wall[0][0] * 0.92, 0.0)]
    outside, inside = _materials(parameters)
    thickness = {"wood": 0.008, "metal": 0.0025, "enamel": 0.003}.get(parameters["finish"], 0.0045)
    body = lathe([*foot, *wall], outside, thickness=thickness, inner=inside)
    if parameters["finish"] == "inside":
        _print_from_above(body, radius)
    if parameters["finish"] == "enamel":
        width, height = wall[-1]
        lathe(
            [(width - 0.003, height), (width, height + 0.002), (width + 0.002, height)],
            painted_metal(parameters["ink"]),
        )


def _print_from_above(body: Object, radius: float) -> None:
    """Lay pictures on the bowl as seen from above, so that they do not shrink towards its middle."""
    layer, mesh = body.data.uv_layers[0], body.data
    for loop in mesh.loops:
        x, y, _ = mesh.vertices[loop.vertex_index].co
        layer.data[loop.index].uv = (0.5 + x / radius / 2, 0.5 + y / radius / 2)


def _materials(parameters: Parameters) -> tuple[Material, Material | None]:
    """The surface outside and the one inside, if it is another."""
    finish, tint, ink = parameters["finish"], parameters["tint"], parameters["ink"]
    if finish in ("outside", "inside"):
        inks = [tint, ink, parameters["second"]]
        size = (1024, 300) if finish == "outside" else (768, 768)
        design = pattern(parameters["motif"], inks, parameters["seed"], size, parameters["repeat"])
        printed, plain = glazed_ceramic(design), glazed_ceramic(tint)
        return (printed, plain) if finish == "outside" else (glazed_ceramic(ink), printed)
    if finish == "wood":
        return wood(tint, axis="x"), None
    if finish == "metal":
        return metal(tint, roughness=0.2), None
    if finish == "glass":
        return glass(tint), None
    if finish == "enamel":
        return painted_metal(tint), painted_metal("#f4f3ef")
    if finish == "two-tone":
        return matte_ceramic(tint), glazed_ceramic(ink)
    return matte_ceramic(tint, speckle=0.9), glazed_ceramic(tint, speckle=0.6)
