"""Materials by their shop names; each takes a hex color or a Pillow picture and returns a material."""

import bpy

from nodes import Paint, Surface, linear

Material = bpy.types.Material

WOODS: dict[str, tuple[str, str]] = {  # dark grain, light ground
    "oak": ("#9c7246", "#c9a270"),
    "walnut": ("#3d2517", "#6e4629"),
    "beech": ("#c08f5f", "#dcb585"),
    "pine": ("#c59556", "#e6c48c"),
    "birch": ("#d2b88d", "#ecdcbc"),
    "mahogany": ("#4a1b10", "#7a3320"),
    "ebony": ("#15100e", "#2c211c"),
    "whitewashed": ("#c9c1b4", "#e8e3da"),
}
METALS: dict[str, str] = {
    "steel": "#c6c8ca",
    "chrome": "#e6e8ea",
    "brass": "#d8ac5c",
    "copper": "#d98d68",
    "gold": "#f2c463",
    "rose gold": "#e8b098",
    "silver": "#eceae6",
    "bronze": "#8a6a45",
    "black": "#232326",
}


def glazed_ceramic(paint: Paint, speckle: float = 0.0, roughness: float = 0.12) -> Material:
    """Fired clay under glaze; `speckle` 0..1 sprinkles iron spots."""
    surface = Surface("glazed ceramic", roughness=roughness, coat_weight=0.5, coat_roughness=0.05)
    color = surface.paint(paint)
    if speckle:
        spots = surface.noise(0.0035, detail=2)
        edge = 0.74 - 0.12 * speckle
        mask = surface.ramp(spots, [(edge, "#000000"), (edge + 0.03, "#ffffff")])
        color = surface.mix(mask, color, linear("#3a2c22"))
    surface.put(surface.shader, "Base Color", color)
    surface.bump(surface.noise(0.02), 0.0006, 0.3)
    return surface.material


def matte_ceramic(paint: Paint, speckle: float = 0.0) -> Material:
    """Unglazed stoneware or porcelain bisque."""
    material = glazed_ceramic(paint, speckle, roughness=0.55)
    material.node_tree.nodes["Principled BSDF"].inputs["Coat Weight"].default_value = 0.0
    return material


def glass(color: str = "#ffffff", roughness: float = 0.0) -> Material:
    """Clear or tinted glass that lets light through to its own shadow."""
    surface = Surface("glass", transmission_weight=1.0, roughness=roughness, ior=1.46)
    surface.put(surface.shader, "Base Color", linear(color))
    # Caustics are off for speed, so without this the shadow of glass would be black.
    path = surface.node("LightPath")
    clear = surface.node("BsdfTransparent", Color=linear(color))
    surface.blend_shader(path.outputs["Is Shadow Ray"], clear.outputs[0])
    return surface.material


def thin_glass(color: str = "#ffffff") -> Material:
    """Blown glass as a skin without thickness: clean and quick, clearer in the middle than at the edge."""
    surface = Surface("thin glass", roughness=0.02, ior=1.5)
    tint = linear(color)
    edge = tuple(0.75 * value**2.2 for value in tint[:3]) + (1.0,)
    facing = surface.node("LayerWeight", Blend=0.35)
    through = surface.node("BsdfTransparent")
    surface.put(through, "Color", surface.mix(facing.outputs["Facing"], tint, edge))
    surface.put(surface.shader, "Base Color", edge)
    mirror = surface.node("MapRange", Value=facing.outputs["Fresnel"], To_Min=0.92, To_Max=0.1)
    surface.blend_shader(mirror.outputs[0], through.outputs[0])
    return surface.material


def metal(name: str = "steel", roughness: float = 0.25, brushed: bool = False) -> Material:
    """A metal from METALS, or of any hex color; `brushed` draws fine horizontal lines."""
    surface = Surface(f"metal {name}", metallic=1.0, roughness=roughness)
    surface.put(surface.shader, "Base Color", linear(METALS.get(name, name)))
    if brushed:
        lines = surface.noise(0.01, Vector=surface.coordinates((1, 1, 12)))
        surface.bump(lines, 0.0001, 0.1)
    return surface.material


def painted_metal(paint: Paint, roughness: float = 0.3) -> Material:
    """Powder-coated or enamelled metal."""
    surface = Surface("painted metal", roughness=roughness, coat_weight=0.3)
    surface.put(surface.shader, "Base Color", surface.paint(paint))
    surface.bump(surface.noise(0.002), 0.0001, 0.2)
    return surface.material


def wood(name: str = "oak", axis: str = "z", roughness: float = 0.4, tint: str | None = None) -> Material:
    """A wood from WOODS with its grain along an axis; `tint` paints a color thinly over it."""
    surface = Surface(f"wood {name}", roughness=roughness, coat_weight=0.1)
    stretch = tuple(0.08 if letter == axis else 1.0 for letter in "xyz")
    grain = surface.noise(0.018, detail=8, Vector=surface.coordinates(stretch), Distortion=0.6)
    dark, light = WOODS[name]
    color = surface.ramp(grain, [(0.32, dark), (0.62, light)])
    if tint:
        color = surface.mix(0.8, color, linear(tint))
    surface.put(surface.shader, "Base Color", color)
    surface.bump(grain, 0.0008, 0.25)
    return surface.material


def fabric(paint: Paint, weave: float = 0.004, roughness: float = 0.95) -> Material:
    """Woven cloth; `weave` is the width of its threads in metres."""
    surface = Surface("fabric", roughness=roughness, sheen_weight=0.35, sheen_roughness=0.4)
    surface.put(surface.shader, "Specular IOR Level", 0.15)
    threads = surface.noise(weave, detail=2)
    shade = surface.ramp(threads, [(0.3, "#c4c4c4"), (0.7, "#ffffff")])
    node = surface.node("Mix", {"data_type": "RGBA", "blend_type": "MULTIPLY"}, Factor=1.0)
    mixed = surface.paint(paint)
    first, second = (s for s in node.inputs if s.enabled and s.name in "AB")
    if isinstance(mixed, bpy.types.NodeSocket):
        surface.tree.links.new(mixed, first)
    else:
        first.default_value = mixed
    surface.tree.links.new(shade, second)
    surface.put(surface.shader, "Base Color", next(s for s in node.outputs if s.enabled))
    surface.bump(threads, weave * 0.5, 0.5)
    return surface.material


def leather(paint: Paint, grain: float = 0.004, roughness: float = 0.42) -> Material:
    """Leather with a fine pebble grain."""
    surface = Surface("leather", roughness=roughness)
    surface.put(surface.shader, "Base Color", surface.paint(paint))
    cells = surface.node("TexVoronoi", Scale=1 / grain, Vector=surface.coordinates()).outputs["Distance"]
    surface.bump(cells, grain * 0.2, 0.4)
    return surface.material


def plastic(paint: Paint, roughness: float = 0.3) -> Material:
    """Moulded plastic, from glossy (0.1) to satin (0.5)."""
    surface = Surface("plastic", roughness=roughness)
    surface.put(surface.shader, "Base Color", surface.paint(paint))
    return surface.material
