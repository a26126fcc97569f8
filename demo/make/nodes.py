"""Small helpers over Blender's shader node trees."""

from typing import Any

import bpy
import numpy
from PIL import Image

Paint = str | Image.Image  # a hex color, or a picture laid over the surface's UV map


def linear(hex_color: str) -> tuple[float, float, float, float]:
    """Turn an sRGB hex color into the linear color that Blender computes with."""
    values = [int(hex_color.lstrip("#")[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in values)
    return red, green, blue, 1.0


def load_image(picture: Image.Image, name: str = "print") -> bpy.types.Image:
    """Hand a Pillow picture to Blender without a file."""
    flipped = numpy.asarray(picture.convert("RGBA"), dtype=numpy.float32)[::-1] / 255.0
    image = bpy.data.images.new(name, picture.width, picture.height, alpha=True)
    image.pixels.foreach_set(numpy.ascontiguousarray(flipped).ravel())
    image.update()
    return image


class Surface:
    """A material under construction around one Principled BSDF."""

    def __init__(self, name: str, **inputs: Any) -> None:
        """Start a material and set inputs of its Principled BSDF, `base_color` for "Base Color"."""
        self.material = bpy.data.materials.new(name)
        self.material.use_nodes = True
        self.tree = self.material.node_tree
        self.shader = self.tree.nodes["Principled BSDF"]
        self.output = self.tree.nodes["Material Output"]
        for key, value in inputs.items():
            self.put(self.shader, key.replace("_", " "), value)

    def put(self, node: bpy.types.Node, socket: str | int, value: Any) -> None:
        """Set an input to a value, or link it when the value is a node's output."""
        target = node.inputs[socket] if isinstance(socket, int) else self._socket(node, socket)
        if isinstance(value, bpy.types.NodeSocket):
            self.tree.links.new(value, target)
        else:
            target.default_value = value

    @staticmethod
    def _socket(node: bpy.types.Node, name: str) -> bpy.types.NodeSocket:
        """Find an input by name whatever its letter case."""
        return next(s for s in node.inputs if s.name.lower() == name.lower() and s.enabled)

    def node(self, kind: str, settings: dict[str, Any] | None = None, **inputs: Any) -> bpy.types.Node:
        """Add a node by its short type name, e.g. `node("TexNoise", Scale=5)`."""
        node = self.tree.nodes.new(f"ShaderNode{kind}")
        for key, value in (settings or {}).items():
            setattr(node, key, value)
        for key, value in inputs.items():
            self.put(node, key.replace("_", " "), value)
        return node

    def coordinates(self, stretch: tuple[float, float, float] = (1, 1, 1)) -> bpy.types.NodeSocket:
        """Object coordinates in metres, optionally stretched along an axis."""
        source = self.node("TexCoord").outputs["Object"]
        return self.node("Mapping", Vector=source, Scale=stretch).outputs["Vector"]

    def noise(self, grain: float, detail: float = 3, **inputs: Any) -> bpy.types.NodeSocket:
        """Noise between 0 and 1 whose blotches are about `grain` metres wide."""
        inputs.setdefault("Vector", self.coordinates())
        return self.node("TexNoise", Scale=1 / grain, Detail=detail, **inputs).outputs[0]

    def ramp(self, factor: bpy.types.NodeSocket, stops: list[tuple[float, str]]) -> bpy.types.NodeSocket:
        """Map 0..1 to colors through (position, hex color) stops."""
        node = self.node("ValToRGB", Fac=factor)
        elements = node.color_ramp.elements
        while len(elements) < len(stops):
            elements.new(0.5)
        for element, (position, hex_color) in zip(elements, stops):
            element.position, element.color = position, linear(hex_color)
        return node.outputs["Color"]

    def paint(self, paint: Paint) -> Any:
        """The value for a color input: a plain color, or a picture on the UV map."""
        if isinstance(paint, str):
            return linear(paint)
        node = self.node("TexImage", {"image": load_image(paint), "extension": "REPEAT"})
        return node.outputs["Color"]

    def mix(self, factor: Any, first: Any, second: Any) -> bpy.types.NodeSocket:
        """Blend two colors."""
        node = self.node("Mix", {"data_type": "RGBA"}, Factor=factor)
        color_inputs = [socket for socket in node.inputs if socket.enabled and socket.name in "AB"]
        for socket, value in zip(color_inputs, (first, second)):
            if isinstance(value, bpy.types.NodeSocket):
                self.tree.links.new(value, socket)
            else:
                socket.default_value = value
        return next(socket for socket in node.outputs if socket.enabled)

    def bump(self, height: bpy.types.NodeSocket, depth: float, strength: float = 1.0) -> None:
        """Rough the surface up by `depth` metres."""
        node = self.node("Bump", Height=height, Distance=depth, Strength=strength)
        self.put(self.shader, "Normal", node.outputs["Normal"])

    def blend_shader(self, factor: Any, other: bpy.types.NodeSocket) -> None:
        """Mix another shader over the Principled one by a factor."""
        node = self.node("MixShader", Fac=factor)
        self.tree.links.new(self.shader.outputs[0], node.inputs[1])
        self.tree.links.new(other, node.inputs[2])
        self.tree.links.new(node.outputs[0], self.output.inputs["Surface"])
