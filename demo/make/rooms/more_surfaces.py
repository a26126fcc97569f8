"""Stone, laminate, cloth and carpet, and the choices for floors, walls and tops."""

from random import Random

from materials import Material, fabric
from nodes import Surface
from prints import pattern
from rooms.surfaces import CLOTH_COLORS, bricks, planks, plaster, table_wood, tiles, wallpaper


def marble(random: Random) -> Material:
    """Polished stone with veins."""
    ground, vein = random.choice((("#ecebe8", "#8f8f92"), ("#2b2c2f", "#8d8a84"), ("#d9cbb8", "#9a7f63")))
    surface = Surface("marble", roughness=random.uniform(0.1, 0.25))
    flow = surface.noise(0.25, detail=9, Distortion=2.5)
    stops = [(0.42, ground), (0.49, vein), (0.52, ground), (0.7, ground)]
    surface.put(surface.shader, "Base Color", surface.ramp(flow, stops))
    return surface.material


def granite(random: Random) -> Material:
    """A speckled kitchen top."""
    colors = random.choice((("#5b5753", "#2a2826", "#a39c93"), ("#c9c2b6", "#8c8375", "#efeae0")))
    surface = Surface("granite", roughness=0.2)
    grains = surface.noise(0.006, detail=3)
    stops = [(0.36, colors[1]), (0.48, colors[0]), (0.62, colors[2])]
    surface.put(surface.shader, "Base Color", surface.ramp(grains, stops))
    return surface.material


def laminate(random: Random) -> Material:
    """A plain coated board with smears."""
    color = random.choice(("#f0eee9", "#d4d2cc", "#3a3b3e", "#c9b79c", "#8b99a3"))
    surface = Surface("laminate")
    surface.put(surface.shader, "Base Color", surface.paint(color))
    smears = surface.noise(0.1, detail=5)
    surface.put(surface.shader, "Roughness", surface.ramp(smears, [(0.3, "#707070"), (0.7, "#b0b0b0")]))
    return surface.material


def concrete(random: Random) -> Material:
    """Bare gray floor or top."""
    surface = Surface("concrete", roughness=0.7)
    clouds = surface.noise(0.35, detail=9)
    stops = [(0.3, "#6f6e6b"), (0.7, random.choice(("#a5a39e", "#8f8c86")))]
    surface.put(surface.shader, "Base Color", surface.ramp(clouds, stops))
    surface.bump(surface.noise(0.02, detail=6), 0.001, 0.4)
    return surface.material


def carpet_floor(random: Random) -> Material:
    """Wall-to-wall carpet."""
    return fabric(random.choice((*CLOTH_COLORS, "#b5ab9c", "#8e8a86")), weave=random.uniform(0.006, 0.012))


def cloth(random: Random) -> Material:
    """A plain, checkered or striped cloth."""
    color = random.choice(CLOTH_COLORS)
    if random.random() < 0.4:
        return fabric(color, weave=0.003)
    motif = random.choice(("checks", "plaid", "pinstripes", "dots"))
    return fabric(
        pattern(motif, [random.choice(("#efeae0", "#d8d2c4")), color], 1, (512, 512), 9), weave=0.003
    )


def floor_material(random: Random) -> Material:
    """What a room is floored with."""
    kind = random.choice(("planks", "planks", "planks", "tiles", "carpet", "concrete"))
    if kind == "planks":
        return planks(random, random.choice((0.09, 0.13, 0.18)))
    if kind == "tiles":
        return tiles(random, *random.choice(((0.3, 0.3), (0.6, 0.3), (0.2, 0.2))))
    return carpet_floor(random) if kind == "carpet" else concrete(random)


def wall_material(random: Random) -> Material:
    """What a living room's wall looks like."""
    return random.choice((plaster, plaster, plaster, wallpaper, bricks))(random)


def top_material(random: Random) -> Material:
    """What a table is made of."""
    return random.choice((table_wood, table_wood, planks, marble, laminate, cloth))(random)


def counter_material(random: Random) -> Material:
    """What a kitchen's worktop is made of."""
    return random.choice((table_wood, marble, granite, laminate, concrete))(random)
