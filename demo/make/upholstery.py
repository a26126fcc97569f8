"""Coverings of seats: what they are called and how they are made."""

from random import Random
from typing import NamedTuple

import words
from materials import Material, fabric, leather
from prints import pattern
from soft_materials import knit, velvet

LOOKS = {
    "stripes": "Striped", "pinstripes": "Ticking Stripe", "floral": "Floral", "geometric": "Geometric",
    "plaid": "Plaid", "leaves": "Botanical", "dots": "Polka Dot", "chevron": "Chevron", "checks": "Checkered",
}  # fmt: skip
FAMILIES = (*words.VIVID, "gray", "beige", "brown", "black")


class Covering(NamedTuple):
    """A covering's words and the parameters that `cover` makes it from."""

    look: str  # of a printed cloth, else empty
    material: str
    tone: str
    parameters: dict[str, str | int]


def choose_covering(random: Random, printed: float = 0.3) -> Covering:
    """Choose a covering; a part of them is printed."""
    ground, ink = words.pair(random, *FAMILIES)
    while words.brightness(ground.hex) > 0.86:
        ground, ink = words.pair(random, *FAMILIES)
    cloth = random.choice(("fabric", "velvet", "leather", "tweed", "corduroy"))
    if cloth == "leather":
        ground = words.color(random, *random.choice((("brown", "black"), ("brown",), words.VIVID)))
    motif = random.choice(list(LOOKS)) if random.random() < printed else ""
    cloth = "fabric" if motif else cloth
    material = "Faux Leather" if cloth == "leather" else cloth.title()
    made = {
        "cloth": cloth,
        "ground": ground.hex,
        "ink": ink.hex,
        "motif": motif,
        "seed": random.randrange(10**6),
    }
    return Covering(LOOKS.get(motif, ""), material, ground.name, made)


def cover(made: dict[str, str | int], width: float = 0.8) -> Material:
    """The covering's material; a printed pattern repeats every `width` metres on all sides.

    A width of 0 lays the pattern once on the UV map, for turned shapes.
    """
    ground, cloth = str(made["ground"]), made["cloth"]
    if made["motif"]:
        size, repeat = ((512, 512), 6) if width else ((1024, 400), 10)
        design = pattern(str(made["motif"]), [ground, str(made["ink"])], int(made["seed"]), size, repeat)
        return _all_round(fabric(design), width) if width else fabric(design)
    if cloth == "corduroy":
        return knit(ground, stitch=0.02)
    if cloth == "tweed":
        return fabric(ground, weave=0.012)
    return {"velvet": velvet, "leather": leather}.get(str(cloth), fabric)(ground)


def _all_round(material: Material, width: float) -> Material:
    """Project the material's picture from all sides at one scale, whatever the UV map."""
    tree = material.node_tree
    picture = next(node for node in tree.nodes if node.type == "TEX_IMAGE")
    picture.projection, picture.projection_blend = "BOX", 0.15
    source, mapping = tree.nodes.new("ShaderNodeTexCoord"), tree.nodes.new("ShaderNodeMapping")
    mapping.inputs["Scale"].default_value = (1 / width,) * 3
    tree.links.new(source.outputs["Object"], mapping.inputs["Vector"])
    tree.links.new(mapping.outputs["Vector"], picture.inputs["Vector"])
    return material
