"""Parametric shapes in metres; each adds one object to the scene and returns it."""

from shapes.blocks import box, extrude, panel
from shapes.lines import curve, ring, rounded, tube
from shapes.mesh import copy, cut, group
from shapes.soft import cushion, loft, sheet, soft_box
from shapes.turned import ball, lathe, wrap

__all__ = [
    "ball", "box", "copy", "curve", "cushion", "cut", "extrude", "group", "lathe", "loft", "panel",
    "ring", "rounded", "sheet", "soft_box", "tube", "wrap",
]  # fmt: skip
