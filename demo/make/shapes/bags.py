"""Parts of bags: tapered bodies, zips and gathered sacks."""

from math import cos, pi

from materials import Material, metal, plastic
from shapes.blocks import box
from shapes.lines import ring, rounded, tube
from shapes.mesh import Object
from shapes.soft import loft


def narrowed(thing: Object, height: float, part: float) -> Object:
    """Draw the upper end of a body in."""
    for vertex in thing.data.vertices:
        rise = max(0.0, vertex.co.z / height)
        vertex.co.x *= 1 - part * rise**3
        vertex.co.y *= 1 - part * rise**2
    return thing


def zip_arch(width: float, y: float, top: float, low: float, color: str) -> None:
    """A zip that arches over a front."""
    corners = [(-width, y, low), (-width, y, top), (width, y, top), (width, y, low)]
    tube(rounded(corners, width * 0.7, 8), 0.004, plastic(color))
    box((0.008, 0.006, 0.03), metal("brass"), at=(width, y - 0.004, low - 0.028))


def sack(width: float, depth: float, height: float, material: Material) -> Object:
    """A sack gathered near the top, its print's seam at the back."""
    outline, sections = ring(2, 2, squareness=3, steps=72), []
    for rise, wide, deep, fold in ((0.0, 0.9, 0.5, 0), (0.05, 1.0, 0.9, 0), (0.4, 1.0, 1.0, 0), (0.75, 0.9, 0.9, 0.02),
                                   (0.9, 0.5, 0.6, 0.12), (0.95, 0.42, 0.5, 0.16), (1.0, 0.6, 0.66, 0.2)):  # fmt: skip
        ripple = [1 + fold * cos(number * 2 * pi / 6) for number in range(72)]
        turned = [*outline[18:], *outline[:18]]  # the print's seam lies at the back
        sections.append([(x * r * wide * width / 2, y * r * deep * depth / 2, rise * height)
                         for (x, y), r in zip(turned, ripple)])  # fmt: skip
    return loft(sections, material)
