"""Materials of glassware: thin clear walls, and ink printed on them."""

from PIL import Image

from materials import Material
from nodes import Surface, linear, load_image


def thin_glass(tint: str, edge: str = "#8796a0") -> Material:
    """A glass wall without refraction: clear where it faces the camera and darker at its edges.

    Light passes straight through, so that even clear glass is free of noise and stands out on white.
    """
    surface = Surface("thin glass", metallic=1.0, roughness=0.03, base_color=linear("#ffffff"))
    facing = surface.node("LayerWeight", Blend=0.5).outputs["Facing"]
    through = surface.mix(
        surface.ramp(facing, [(0.35, "#000000"), (1.0, "#ffffff")]), linear(tint), linear(edge)
    )
    clear = surface.node("BsdfTransparent", Color=through)
    surface.blend_shader(
        surface.ramp(facing, [(0.0, "#fcfcfc"), (0.4, "#fcfcfc"), (0.7, "#e4e4e4"), (1.0, "#a0a0a0")]),
        clear.outputs[0],
    )
    return surface.material


def printed_ink(picture: Image.Image) -> Material:
    """Enamel ink where the picture has any, nothing elsewhere."""
    surface = Surface("printed ink", roughness=0.3)
    image = surface.node("TexImage", {"image": load_image(picture), "extension": "EXTEND"})
    surface.put(surface.shader, "Base Color", image.outputs["Color"])
    surface.put(surface.shader, "Alpha", image.outputs["Alpha"])
    return surface.material
