"""Materials of floors, walls and table tops, each drawn with chance."""

from random import Random

import bpy

from materials import WOODS, Material
from nodes import Surface, linear
from prints import pattern
from soft_materials import paper

WALL_COLORS = (
    "#e9e6df", "#dcd6c8", "#cfd3d2", "#d8c9b0", "#b9c4b6", "#b7c3cf", "#d9b9a4", "#8a9a93", "#efe9dc", "#6f7d8c",
)  # fmt: skip
TILE_COLORS = ("#eceae4", "#d9dfe0", "#3d5a5e", "#b9c9bd", "#c8b49a", "#8fa7b8", "#f1efe9", "#4a4c50")
COLORS = (
    "#b5332e", "#2f5d8c", "#e0b23c", "#3f7a4f", "#2b2b2e", "#e8e4da", "#d98a5a", "#7a5a8c", "#8fb3bd", "#a9a39a",
)  # fmt: skip
CLOTH_COLORS = ("#8d3b3b", "#39546e", "#d9c9a8", "#6f7f5f", "#b98a5a", "#7d7f85", "#c7a9a4", "#40454d")


def planks(random: Random, width: float = 0.12) -> Material:
    """Wooden boards with seams and grain."""
    dark, light = WOODS[random.choice(("oak", "walnut", "beech", "pine", "mahogany", "whitewashed"))]
    surface = Surface("planks", roughness=random.uniform(0.25, 0.5))
    board = surface.node(
        "TexBrick",
        {"offset": random.uniform(0.3, 0.6), "offset_frequency": 2},
        Vector=surface.coordinates(),
        Color1=linear("#ffffff"),
        Color2=linear("#a08e80"),
        Mortar=linear("#2a1c12"),
        Scale=1.0,
        Mortar_Size=0.0012,
        Brick_Width=random.uniform(0.9, 1.6),
        Row_Height=width,
    )
    grain = surface.noise(0.02, detail=7, Vector=surface.coordinates((0.07, 1, 1)), Distortion=0.8)
    color = surface.ramp(grain, [(0.3, dark), (0.65, light)])
    mixed = surface.node("Mix", {"data_type": "RGBA", "blend_type": "MULTIPLY"}, Factor=0.75)
    _multiply(surface, mixed, color, board.outputs["Color"])
    surface.bump(board.outputs["Fac"], -0.001, 0.6)
    return surface.material


def _multiply(
    surface: Surface, mixed: bpy.types.Node, first: bpy.types.NodeSocket, second: bpy.types.NodeSocket
) -> None:
    """Multiply two colors into the surface's base color."""
    one, two = (socket for socket in mixed.inputs if socket.enabled and socket.name in "AB")
    surface.tree.links.new(first, one)
    surface.tree.links.new(second, two)
    surface.put(surface.shader, "Base Color", next(socket for socket in mixed.outputs if socket.enabled))


def table_wood(random: Random) -> Material:
    """One board of a table, worn here and there."""
    dark, light = WOODS[random.choice(tuple(WOODS))]
    surface = Surface("table wood")
    grain = surface.noise(0.03, detail=8, Vector=surface.coordinates((0.06, 1, 1)), Distortion=1.0)
    surface.put(surface.shader, "Base Color", surface.ramp(grain, [(0.3, dark), (0.7, light)]))
    wear = surface.noise(0.15, detail=4)
    surface.put(surface.shader, "Roughness", surface.ramp(wear, [(0.35, "#808080"), (0.7, "#c4c4c4")]))
    return surface.material


def tiles(random: Random, width: float, height: float) -> Material:
    """Glazed or stone tiles with grout."""
    color = random.choice(TILE_COLORS)
    surface = Surface("tiles", roughness=random.uniform(0.08, 0.4))
    node = surface.node(
        "TexBrick",
        {"offset": random.choice((0.0, 0.5))},
        Vector=surface.coordinates(),
        Color1=linear(color),
        Color2=linear(_shade(color, random.uniform(0.86, 0.97))),
        Mortar=linear(random.choice(("#cfcac2", "#8c8984", "#e4e1da"))),
        Scale=1.0,
        Mortar_Size=min(width, height) * 0.018,
        Brick_Width=width,
        Row_Height=height,
    )
    surface.put(surface.shader, "Base Color", node.outputs["Color"])
    surface.bump(node.outputs["Fac"], -0.0015, 0.7)
    return surface.material


def bricks(random: Random) -> Material:
    """A wall of bare or painted bricks."""
    color = random.choice(("#8f4a35", "#a0604a", "#e2ded6", "#7a6a60"))
    surface = Surface("bricks", roughness=0.9)
    rough = surface.noise(0.02, detail=5)
    node = surface.node(
        "TexBrick",
        Vector=surface.coordinates(),
        Color1=surface.ramp(rough, [(0.3, _shade(color, 0.7)), (0.7, color)]),
        Color2=linear(_shade(color, 0.8)),
        Mortar=linear(_shade(color, 0.9) if color == "#e2ded6" else "#b4aca0"),
        Scale=1.0,
        Mortar_Size=0.006,
        Brick_Width=0.24,
        Row_Height=0.075,
    )
    surface.put(surface.shader, "Base Color", node.outputs["Color"])
    surface.bump(node.outputs["Fac"], -0.006, 0.8)
    return surface.material


def plaster(random: Random) -> Material:
    """A painted wall, a little blotchy."""
    color = random.choice(WALL_COLORS)
    surface = Surface("plaster", roughness=0.85)
    blotches = surface.noise(0.6, detail=6)
    surface.put(
        surface.shader, "Base Color", surface.ramp(blotches, [(0.3, _shade(color, 0.9)), (0.7, color)])
    )
    surface.bump(surface.noise(0.008), 0.001, 0.35)
    return surface.material


def wallpaper(random: Random) -> Material:
    """A papered wall with a quiet pattern that repeats every half metre."""
    color = random.choice(WALL_COLORS)
    motif = random.choice(("pinstripes", "floral", "leaves", "geometric"))
    design = pattern(motif, [color, _shade(color, 0.86)], random.randrange(999), (384, 384), 5)
    material = paper(design)
    tree = material.node_tree
    picture = next(node for node in tree.nodes if node.type == "TEX_IMAGE")
    source, mapping = tree.nodes.new("ShaderNodeTexCoord"), tree.nodes.new("ShaderNodeMapping")
    mapping.inputs["Scale"].default_value = (2.0, 2.0, 2.0)
    tree.links.new(source.outputs["Object"], mapping.inputs["Vector"])
    tree.links.new(mapping.outputs["Vector"], picture.inputs["Vector"])
    return material


def _shade(color: str, part: float) -> str:
    """A darker hex color."""
    values = (int(int(color[place : place + 2], 16) * part) for place in (1, 3, 5))
    return "#" + "".join(f"{value:02x}" for value in values)
