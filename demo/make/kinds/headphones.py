"""Headphones: over-ear, on-ear, gaming with a microphone and kids' pairs with cat ears."""

from math import pi, sin
from random import Random

import words
from materials import Material, fabric, leather, metal, plastic, wood
from prints import logo, pattern, stamp
from prints.packs import plain
from product import Parameters, Product, View
from shapes import ball, curve, extrude, group, ring, rounded, tube
from soft_materials import rubber

COUNT = 18
MAIN_CATEGORY = "Electronics"
VIEWS = (View(azimuth=38, elevation=10, light="left"), View(azimuth=-24, elevation=24, light="right"))
STYLES = {  # how wide the cup is, how tall it is, how deep it is, in metres
    "Over-Ear": (0.078, 0.088, 0.03), "Oval Over-Ear": (0.07, 0.1, 0.032), "On-Ear": (0.06, 0.06, 0.018),
    "Gaming": (0.09, 0.1, 0.036), "Kids": (0.07, 0.07, 0.024),
}  # fmt: skip
FACES = {
    "logo": "",
    "pattern": "Patterned",
    "wood": "Wooden",
    "metal": "Metal",
    "ring": "Two-Tone",
    "plain": "Matte",
}
PATTERNS = ("stars", "hearts", "dots", "geometric", "waves", "floral", "checks", "terrazzo")


def describe(random: Random) -> Product:
    """Choose headphones and write what the shop says about them."""
    style, face = random.choice(list(STYLES)), random.choice(list(FACES))
    face = "pattern" if style == "Kids" and face in ("wood", "metal") else face
    color, ink = words.pair(random, "black", "gray", "white", "beige", *words.VIVID)
    pad = words.color(random, "black", "brown", "gray", "beige", "white") if style != "Kids" else ink
    brand = words.brand(random, "electronics")
    ears = style == "Kids" and random.random() < 0.6
    look = "Cat Ear" if ears else FACES[face]
    motif = random.choice(PATTERNS) if face == "pattern" else ""
    extra = {"Gaming": "Headset with Microphone", "Kids": "Headphones"}.get(style, "Wireless Headphones")
    named = f"{motif.title()} {look}" if motif else look
    tone = f"{color.name} and {ink.name}" if face in ("ring", "pattern", "logo") else color.name
    return Product(
        title=words.sentence([brand, named, style, f"{extra}, {tone} with {pad.name} Pads"]),
        brand=brand,
        price=words.price(random, 19, 249),
        categories=["Electronics", "Headphones, Earbuds & Accessories", f"{style} Headphones"],
        features=["40 hours of music", "Soft ear pads", "Folds flat"],
        description=f"{style} headphones in {color.name.lower()}.",
        details={"Color": tone, "Form Factor": style, "Pads": pad.name},
        parameters={
            "style": style, "face": face, "color": color.hex, "ink": ink.hex, "pad": pad.hex, "motif": motif,
            "brand": brand, "ears": ears, "seed": random.randrange(10**6),
            "band": "wire" if style == "On-Ear" else "padded" if ears else random.choice(("padded", "slim", "double")),
            "timber": random.choice(("walnut", "oak", "beech")), "shine": random.choice(("black", "gold", "copper")),
        },
    )  # fmt: skip


def build(parameters: Parameters) -> None:
    """Bend the band and hang the cups on it."""
    width, height, _ = STYLES[parameters["style"]]
    shell, pad = plastic(parameters["color"], 0.35), leather(parameters["pad"], grain=0.002)
    half, lift = 0.078, height / 2
    for side in (-1, 1):
        _cup(parameters, side, (half, lift), shell, pad)
    top = lift + 0.135 - (0.012 if parameters["style"] == "Kids" else 0)
    bow = curve([(-half - 0.012, 0, lift), (-half - 0.006, 0, lift + 0.07), (-0.05, 0, top - 0.012), (0, 0, top),
                 (0.05, 0, top - 0.012), (half + 0.006, 0, lift + 0.07), (half + 0.012, 0, lift)], 10)  # fmt: skip
    _band(parameters, bow, shell, pad)
    for side in (-1, 1):
        hinge = [(side * (half + 0.012), y * width * 0.46, lift) for y in (-1, 1)]
        arm = [hinge[0], (side * (half + 0.014), -width * 0.3, lift + height * 0.5),
               (side * (half + 0.012), 0, lift + height * 0.62),
               (side * (half + 0.014), width * 0.3, lift + height * 0.5), hinge[1]]  # fmt: skip
        if parameters["band"] != "wire":
            tube(curve(arm, 6), 0.004, shell)
    if parameters["style"] == "Gaming":
        _microphone(half, lift)
    if parameters["ears"]:
        _ears(parameters, top)


def _cup(parameters: Parameters, side: int, spot: tuple, shell: Material, pad: Material) -> None:
    """One cup: a pad inside, a shell, and a printed face outside; built facing front, then turned."""
    width, height, depth = STYLES[parameters["style"]]
    outline = ring(width, height, 2.4 if parameters["style"] == "Gaming" else 2.0, steps=48)
    parts = [extrude(outline, depth * 0.6, shell, at=(0, -depth * 0.45, 0), rounding=depth * 0.2)]
    face = [(x * 0.8, z * 0.8) for x, z in outline]
    parts.append(
        extrude(face, 0.004, _face(parameters, width, height), at=(0, -depth * 0.77, 0), rounding=0.001)
    )
    if parameters["face"] == "ring":
        line = [(x * 0.84, -depth * 0.76, z * 0.84) for x, z in outline]
        parts.append(tube(line, 0.003, plastic(parameters["ink"], 0.25), closed=True))
    line = [(x * 0.74, depth * 0.14, z * 0.74) for x, z in outline]
    parts.append(tube(line, min(width * 0.16, 0.0135), pad, closed=True, sides=20))
    parts.append(extrude(face, 0.002, fabric("#26262a", 0.001), at=(0, depth * 0.05, 0), rounding=0))
    x, z = spot
    group(parts, at=(side * x, 0, z), turn=(0, 0, side * 90))


def _face(parameters: Parameters, width: float, height: float) -> Material:
    """What the outside of a cup shows."""
    face, color, ink, seed = parameters["face"], parameters["color"], parameters["ink"], parameters["seed"]
    size = (int(width * 5000), int(height * 5000))
    if face == "wood":
        return wood(parameters["timber"])
    if face == "metal":
        return metal(parameters["shine"], 0.25, brushed=True)
    if face == "pattern":
        return plastic(pattern(parameters["motif"], [color, ink], seed, size, 4), 0.3)
    if face == "logo":
        mark = logo(parameters["brand"], int(size[0] * 0.62), int(size[0] * 0.56), ink, seed)
        return plastic(stamp(plain(color, *size), mark), 0.3)
    return plastic(ink if face == "ring" else color, 0.45)


def _band(parameters: Parameters, bow: list, shell: Material, pad: Material) -> None:
    """The headband: a wire, a slim strap, a padded strap, or a bow over a strap."""
    style = parameters["band"]
    if style == "wire":
        tube(bow, 0.006, metal(parameters["shine"], 0.2), flat=0.35)
    elif style == "slim":
        tube(bow, 0.011, shell, flat=0.3)
    elif style == "double":
        for y in (-0.012, 0.012):
            tube([(x, y, z) for x, _, z in bow], 0.0034, metal("black", 0.3))
        inside = bow[11:-11]
        sag = [0.022 * sin(pi * step / (len(inside) - 1)) for step in range(len(inside))]
        tube([(x, y, z - drop) for (x, y, z), drop in zip(inside, sag)], 0.018, pad, flat=0.18)
    else:
        tube(bow, 0.013, shell, flat=0.3)
        tube([(x * 0.93, y, z - 0.009) for x, y, z in bow[14:-14]], 0.016, pad, flat=0.5)


def _microphone(half: float, lift: float) -> None:
    """A boom on the left cup."""
    line = [
        (-half - 0.02, -0.03, lift - 0.02),
        (-half - 0.02, -0.08, lift - 0.035),
        (-half + 0.02, -0.12, lift - 0.04),
    ]
    tube(curve(line, 8), 0.003, rubber("#1a1a1c"))
    ball((0.024, 0.014, 0.014), rubber("#1a1a1c"), at=line[-1])


def _ears(parameters: Parameters, top: float) -> None:
    """Two cat ears on the band."""
    for side in (-1, 1):
        for scale, ink, front in ((1.0, "color", 0.0), (0.6, "ink", -0.005)):
            ear = rounded(
                [(-0.024 * scale, 0), (0.024 * scale, 0), (0.006 * scale, 0.042 * scale)], 0.005, closed=True
            )
            outline = [(side * x, z) for x, z in ear][::side]
            at = (side * 0.042, front, top - 0.014)
            extrude(
                outline, 0.01, plastic(parameters[ink], 0.35), at=at, turn=(0, side * 22, 0), rounding=0.003
            )
