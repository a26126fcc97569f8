"""Ways from points and faces to objects in the scene."""

from collections.abc import Sequence
from math import radians

import bpy

from materials import Material

Point = Sequence[float]
Vector = tuple[float, float, float]
Object = bpy.types.Object
ORIGIN: Vector = (0.0, 0.0, 0.0)


def place(thing: Object, at: Point, turn: Point) -> Object:
    """Move an object to `at` metres, turned by `turn` degrees round x, y, z."""
    thing.location = at
    thing.rotation_euler = [radians(angle) for angle in turn]
    return thing


def add_mesh(
    name: str,
    points: Sequence[Point],
    faces: Sequence[Sequence[int]],
    corners: Sequence[Sequence[float]] | None,
    material: Material,
    sharp: float = 40.0,
) -> Object:
    """Make a smooth-shaded mesh object; `corners` are UVs in the order of face corners."""
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata([tuple(point) for point in points], [], [tuple(face) for face in faces])
    if corners is not None:
        layer = mesh.uv_layers.new(name="UVMap")
        layer.data.foreach_set("uv", [value for corner in corners for value in corner])
    mesh.materials.append(material)
    mesh.shade_smooth()
    if sharp < 180:
        mesh.set_sharp_from_angle(angle=radians(sharp))
    mesh.update()
    thing = bpy.data.objects.new(name, mesh)
    bpy.context.collection.objects.link(thing)
    return thing


def bevel(thing: Object, width: float, segments: int = 3) -> None:
    """Round the edges of an object by `width` metres."""
    if width <= 0:
        return
    modifier = thing.modifiers.new("bevel", "BEVEL")
    modifier.width, modifier.segments = width, segments
    modifier.limit_method, modifier.angle_limit = "ANGLE", radians(35)
    modifier.harden_normals = True


def thicken(thing: Object, thickness: float, inner: Material | None = None) -> None:
    """Give a skin a wall that grows inwards, with an own material inside if given."""
    if thickness <= 0:
        return
    modifier = thing.modifiers.new("wall", "SOLIDIFY")
    modifier.thickness, modifier.offset = thickness, -1.0
    modifier.use_even_offset = True
    if inner is not None:
        thing.data.materials.append(inner)
        modifier.material_offset = modifier.material_offset_rim = 1


def subdivide(thing: Object, levels: int) -> None:
    """Smooth an object by subdivision."""
    if levels > 0:
        modifier = thing.modifiers.new("smooth", "SUBSURF")
        modifier.levels = modifier.render_levels = levels


def copy(thing: Object, at: Point = ORIGIN, turn: Point = ORIGIN, mirror: bool = False) -> Object:
    """Add the same object again elsewhere, mirrored left to right if wanted."""
    twin = thing.copy()
    bpy.context.collection.objects.link(twin)
    if mirror:
        twin.scale.x = -twin.scale.x
    return place(twin, at, turn)


def group(things: Sequence[Object], at: Point = ORIGIN, turn: Point = ORIGIN) -> Object:
    """Tie objects together so that they move and turn as one."""
    holder = bpy.data.objects.new("group", None)
    bpy.context.collection.objects.link(holder)
    for thing in things:
        if thing.parent is None:
            thing.parent = holder
    return place(holder, at, turn)


def cut(thing: Object, cutter: Object) -> Object:
    """Take the cutter's volume away from an object and hide the cutter."""
    modifier = thing.modifiers.new("cut", "BOOLEAN")
    modifier.object, modifier.operation, modifier.solver = cutter, "DIFFERENCE", "EXACT"
    cutter.hide_render = True
    return thing
