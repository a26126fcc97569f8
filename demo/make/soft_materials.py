"""More materials: rubber, paper, wax, foam and things that glow."""

from materials import Material
from nodes import Paint, Surface, linear


def rubber(paint: Paint) -> Material:
    """Dull rubber as on soles and grips."""
    surface = Surface("rubber", roughness=0.75)
    surface.put(surface.shader, "Specular IOR Level", 0.3)
    surface.put(surface.shader, "Base Color", surface.paint(paint))
    surface.bump(surface.noise(0.003), 0.0003, 0.3)
    return surface.material


def paper(paint: Paint, gloss: float = 0.0) -> Material:
    """Paper or card; `gloss` 0..1 goes from raw to laminated."""
    surface = Surface("paper", roughness=0.85 - 0.65 * gloss)
    surface.put(surface.shader, "Base Color", surface.paint(paint))
    return surface.material


def wax(paint: Paint) -> Material:
    """Candle wax that lets light creep in a little."""
    surface = Surface("wax", roughness=0.45, subsurface_weight=0.3, subsurface_scale=0.01)
    surface.put(surface.shader, "Base Color", surface.paint(paint))
    surface.bump(surface.noise(0.015), 0.0008, 0.2)
    return surface.material


def velvet(paint: Paint) -> Material:
    """Deep pile with a bright rim."""
    surface = Surface("velvet", roughness=0.9, sheen_weight=1.0, sheen_roughness=0.3)
    surface.put(surface.shader, "Specular IOR Level", 0.1)
    surface.put(surface.shader, "Base Color", surface.paint(paint))
    surface.bump(surface.noise(0.03), 0.004, 0.3)
    return surface.material


def knit(paint: Paint, stitch: float = 0.008) -> Material:
    """Chunky wool: rows of stitches `stitch` metres apart."""
    surface = Surface("knit", roughness=1.0, sheen_weight=0.4)
    surface.put(surface.shader, "Specular IOR Level", 0.1)
    surface.put(surface.shader, "Base Color", surface.paint(paint))
    rows = surface.node("TexWave", {"bands_direction": "X"}, Scale=0.31 / stitch, Distortion=2.0)
    surface.put(rows, "Vector", surface.coordinates())
    surface.bump(rows.outputs[1], stitch * 0.4, 0.8)
    return surface.material


def straw(color: str, strand: float = 0.006) -> Material:
    """Plaited straw, wicker or rattan."""
    surface = Surface("straw", roughness=0.7)
    checks = surface.node("TexWave", {"bands_direction": "Z"}, Scale=0.31 / strand, Distortion=3.0)
    surface.put(checks, "Vector", surface.coordinates())
    shade = surface.ramp(checks.outputs[1], [(0.0, "#6a5030"), (0.6, "#ffffff")])
    surface.put(surface.shader, "Base Color", surface.mix(0.35, linear(color), shade))
    surface.bump(checks.outputs[1], strand * 0.4, 0.9)
    return surface.material


def glow(color: str = "#ffdca8", strength: float = 3.0) -> Material:
    """A light source: a bulb, a flame or a lit screen."""
    surface = Surface("glow", emission_strength=strength)
    surface.put(surface.shader, "Emission Color", linear(color))
    surface.put(surface.shader, "Base Color", linear(color))
    return surface.material


def screen(paint: Paint, strength: float = 0.9) -> Material:
    """A display behind glossy glass that shows a picture."""
    surface = Surface("screen", roughness=0.05, emission_strength=strength)
    surface.put(surface.shader, "Base Color", linear("#050507"))
    surface.put(surface.shader, "Emission Color", surface.paint(paint))
    return surface.material


def lampshade(paint: Paint, glow_strength: float = 0.0) -> Material:
    """Thin cloth or paper before a bulb; a little glow makes it look lit."""
    surface = Surface("lampshade", roughness=0.9, emission_strength=glow_strength)
    color = surface.paint(paint)
    surface.put(surface.shader, "Base Color", color)
    surface.put(surface.shader, "Emission Color", color)
    surface.bump(surface.noise(0.003), 0.0005, 0.3)
    return surface.material
