"""Parts of handbags: handles, straps, flaps, locks and tassels."""

from math import pi, sin

from materials import Material
from shapes.blocks import box
from shapes.lines import curve, tube
from shapes.soft import sheet
from shapes.turned import ball, lathe


def handle(half: float, low: float, high: float, y: float, material: Material, thick: float = 0.008) -> None:
    """A handle from one side to the other."""
    line = [(-half, y, low), (-half * 0.92, y, low + (high - low) * 0.75), (0, y, high),
            (half * 0.92, y, low + (high - low) * 0.75), (half, y, low)]  # fmt: skip
    tube(curve(line, 8), thick, material, flat=0.35)


def lock(shine: Material, y: float, z: float, wide: float = 0.026) -> None:
    """A turn lock."""
    box((wide, 0.006, wide * 0.75), shine, at=(0, y, z), rounding=0.002)
    ball((wide * 0.4, 0.008, wide * 0.4), shine, at=(0, y - 0.004, z + wide * 0.37))


def shoulder_strap(width: float, height: float, trim: Material, shine: Material) -> None:
    """A long strap that stands up over the bag."""
    line = [(-width / 2 - 0.004, 0, height * 0.8), (-width * 0.42, 0.02, height * 1.5), (0, 0.03, height * 1.95),
            (width * 0.42, 0.02, height * 1.5), (width / 2 + 0.004, 0, height * 0.8)]  # fmt: skip
    tube(curve(line, 10), 0.007, trim, flat=0.3)
    for x in (-1, 1):
        ball((0.008, 0.022, 0.022), shine, at=(x * (width / 2 + 0.003), 0, height * 0.8))


def flap(pointed: bool, width: float, depth: float, height: float, material: Material) -> None:
    """A flap over the upper part of the front."""

    def cloth(u: float, v: float) -> tuple[float, float, float]:
        side = abs(2 * u - 1)
        drop = height * (0.62 - (0.3 * side if pointed else 0.22 * side**6))
        if v < 0.3:
            turn = pi / 2 * v / 0.3
            return (
                (u - 0.5) * width,
                depth / 2 - (depth + 0.006) * sin(turn) ** 1.5,
                height + 0.004 + 0.006 * sin(2 * turn),
            )
        return (u - 0.5) * width, -depth / 2 - 0.006, height + 0.004 - drop * (v - 0.3) / 0.7

    sheet(cloth, material, thickness=0.003, steps=(40, 40))


def front_panel(width: float, depth: float, height: float, narrow: float, body: Material) -> None:
    """The panel with the design, on the sloping front of a tote."""

    def panel_(u: float, v: float) -> tuple[float, float, float]:
        wide, deep = width * (narrow + (1 - narrow) * v), depth * (1 - 0.35 * v)
        return (
            (u - 0.5) * wide * 0.9,
            -deep / 2 - 0.0025 + 0.004 * abs(2 * u - 1) ** 8,
            v * height * 0.97 + 0.012 * (1 - v),
        )

    sheet(panel_, body, thickness=0.002, steps=(24, 24))


def tassel(at: tuple, trim: Material, shine: Material) -> None:
    """A tassel that hangs from a ring."""
    x, y, z = at
    ball(0.016, shine, at=at)
    lathe([(0, 0), (0.014, 0), (0.011, 0.05), (0.004, 0.062), (0, 0.062)], trim, at=(x, y - 0.008, z - 0.068))
