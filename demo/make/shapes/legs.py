"""Legs of furniture: at the corners of a rectangle or round a circle."""

from math import cos, radians, sin

from materials import Material
from shapes.blocks import box
from shapes.lines import tube
from shapes.mesh import Object

LEG_STYLES = ("tapered", "block", "hairpin", "rod")


def corner_legs(
    width: float, depth: float, height: float, material: Material, style: str = "tapered", thick: float = 0.02
) -> list[Object]:
    """Four legs whose feet stand at the corners of a rectangle; `style` is one of LEG_STYLES."""
    made = []
    for x in (-width / 2, width / 2):
        for y in (-depth / 2, depth / 2):
            made += _leg(x, y, height, material, style, thick)
    return made


def round_legs(
    count: int, height: float, top: float, foot: float, material: Material, thick: float = 0.018
) -> list[Object]:
    """Splayed legs evenly round a circle, from the radius `top` down to the radius `foot`."""
    made = []
    for number in range(count):
        angle = radians(360 / count * number + (45 if count == 4 else -90))
        x, y = cos(angle), sin(angle)
        line = [(x * top, y * top, height), (x * foot, y * foot, 0)]
        made.append(tube(line, [thick, thick * 0.65], material))
    return made


def _leg(x: float, y: float, height: float, material: Material, style: str, thick: float) -> list[Object]:
    """One leg with its foot at x, y."""
    if style == "block":
        return [box((2 * thick, 2 * thick, height), material, at=(x, y, 0), rounding=0.004)]
    if style == "rod":
        return [tube([(x, y, height), (x, y, 0)], thick * 0.5, material)]
    lean = min(0.25 * height, 0.06)
    inner_x, inner_y = x - lean * (1 if x > 0 else -1), y - lean * (1 if y > 0 else -1)
    if style == "tapered":
        return [tube([(inner_x, inner_y, height), (x, y, 0)], [thick, thick * 0.6], material)]
    spread = min(0.06, height * 0.15) * (1 if x > 0 else -1)
    bow = [(inner_x, inner_y, height), (x, y, 0.012), (x, y, 0.004), (inner_x - 2 * spread, inner_y, height)]
    return [tube(bow, thick * 0.35, material)]
