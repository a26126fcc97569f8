"""Measures which part of a product a photo shows, and where, by drawing it in one flat color."""

from collections.abc import Iterator
from contextlib import contextmanager

import bpy
import numpy

from layout import Item
from render import render

Box = tuple[float, float, float, float]
_OVERSCAN = 3  # how much more than the picture is looked at to see what the picture's edge cuts off


def _paint() -> bpy.types.Material:
    """A material that shines in its object's color."""
    if "flat" in bpy.data.materials:
        return bpy.data.materials["flat"]
    material = bpy.data.materials.new("flat")
    material.use_nodes = True
    tree = material.node_tree
    tree.nodes.clear()
    info, shine = tree.nodes.new("ShaderNodeObjectInfo"), tree.nodes.new("ShaderNodeEmission")
    output = tree.nodes.new("ShaderNodeOutputMaterial")
    tree.links.new(info.outputs["Color"], shine.inputs["Color"])
    tree.links.new(shine.outputs[0], output.inputs["Surface"])
    return material


@contextmanager
def _flat_colors() -> Iterator[None]:
    """Draw objects in their own flat colors, sharp, unlit and at one sample."""
    scene, layer = bpy.context.scene, bpy.context.view_layer
    cycles, focus, world = scene.cycles, scene.camera.data.dof, scene.world
    keep = cycles.use_denoising, focus.use_dof, cycles.pixel_filter_type, scene.view_settings.view_transform
    layer.material_override, scene.world = _paint(), None
    cycles.use_denoising, focus.use_dof, cycles.pixel_filter_type = False, False, "BOX"
    scene.view_settings.view_transform = "Raw"
    for thing in bpy.data.objects:
        thing.color = (0, 0, 0, 1)
    try:
        yield
    finally:
        layer.material_override, scene.world = None, world
        cycles.use_denoising, focus.use_dof, cycles.pixel_filter_type, scene.view_settings.view_transform = (
            keep
        )


def _whole(item: Item, number: int, size: tuple[int, int]) -> int:
    """How many pixels an item would cover if nothing stood before it and the picture were larger."""
    hidden = [thing for thing in bpy.data.objects if not thing.hide_render and thing not in item.things]
    camera = bpy.context.scene.camera.data
    lens = camera.lens
    for thing in hidden:
        thing.hide_render = True
    camera.lens = lens / _OVERSCAN
    try:
        drawn = numpy.asarray(render(size[0] * _OVERSCAN, size[1] * _OVERSCAN, 1))
    finally:
        camera.lens = lens
        for thing in hidden:
            thing.hide_render = False
    return int(_drawn_as(drawn, number).sum())


def _drawn_as(drawn: numpy.ndarray, number: int) -> numpy.ndarray:
    """The pixels drawn in the color of an item."""
    return numpy.abs(drawn[..., 0].astype(int) - round((number + 1) * 25.5)) <= 3


def measure(items: list[Item], size: tuple[int, int]) -> list[tuple[float, Box, numpy.ndarray]]:
    """For each item the visible share of its silhouette, its box as fractions, and its visible pixels."""
    found = []
    with _flat_colors():
        for number, item in enumerate(items):
            for thing in item.things:
                thing.color = ((number + 1) * 0.1, 0, 0, 1)
        drawn = numpy.asarray(render(*size, 1))
        for number, item in enumerate(items):
            mask = _drawn_as(drawn, number)
            rows, columns = numpy.flatnonzero(mask.any(axis=1)), numpy.flatnonzero(mask.any(axis=0))
            if not len(rows):
                found.append((0.0, (0.0, 0.0, 0.0, 0.0), mask))
                continue
            box = (
                columns[0] / size[0],
                rows[0] / size[1],
                (columns[-1] + 1) / size[0],
                (rows[-1] + 1) / size[1],
            )
            found.append((int(mask.sum()) / max(1, _whole(item, number, size)), tuple(map(float, box)), mask))
    return found
