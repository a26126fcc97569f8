"""The camera: where to stand so that a product fills the picture."""

from math import atan, radians, tan

import bpy
import numpy
from mathutils import Matrix

from product import View

_SENSOR = 36.0  # millimetres
_LAID_DOWN = Matrix.Rotation(radians(-90), 4, "X")  # wall pieces are laid on the floor: the front looks up


def laid_down() -> Matrix:
    """The turn that lays a wall piece on its back."""
    return _LAID_DOWN.copy()


def product_points(things: list[bpy.types.Object]) -> numpy.ndarray:
    """All rendered vertices of objects in the world, after modifiers, one a row."""
    graph = bpy.context.evaluated_depsgraph_get()
    found = []
    for thing in things:
        if thing.hide_render or thing.type not in ("MESH", "CURVE"):
            continue
        evaluated = thing.evaluated_get(graph)
        mesh = evaluated.to_mesh()
        local = numpy.empty(len(mesh.vertices) * 3)
        mesh.vertices.foreach_get("co", local)
        matrix = numpy.array(evaluated.matrix_world)
        found.append(local.reshape(-1, 3) @ matrix[:3, :3].T + matrix[:3, 3])
        evaluated.to_mesh_clear()
    return numpy.concatenate(found)


def extent(points: numpy.ndarray) -> float:
    """The diagonal of the box round points."""
    return float(numpy.linalg.norm(points.max(axis=0) - points.min(axis=0)))


def _turn(view: View, on_wall: bool) -> Matrix:
    """The camera's orientation for a view; Blender's camera looks along its -z."""
    turn = Matrix.Rotation(radians(view.azimuth), 4, "Z") @ Matrix.Rotation(
        radians(90 - view.elevation), 4, "X"
    )
    return _LAID_DOWN @ turn if on_wall else turn


def aim(points: numpy.ndarray, view: View, on_wall: bool, margin: float = 1.16) -> bpy.types.Object:
    """Place the scene's camera so that all points fit a square picture with a margin round them."""
    scene = bpy.context.scene
    if scene.camera is None:
        scene.camera = bpy.data.objects.new("camera", bpy.data.cameras.new("camera"))
        scene.collection.objects.link(scene.camera)
    camera = scene.camera
    camera.data.sensor_width, camera.data.lens = _SENSOR, view.lens
    camera.data.dof.use_dof = False
    spread = tan(atan(_SENSOR / 2 / view.lens)) * view.zoom / margin
    turn = _turn(view, on_wall)
    seen = points @ numpy.array(turn)[:3, :3]  # the inverse of a turn is its transpose
    center, distance = [0.0, 0.0], 0.0
    for axis in (0, 1):
        # The nearest place from which the points lie inside both edges of the picture.
        high = (seen[:, axis] + spread * seen[:, 2]).max()
        low = (-seen[:, axis] + spread * seen[:, 2]).max()
        center[axis] = (high - low) / 2
        distance = max(distance, (high + low) / 2 / spread)
    camera.matrix_world = turn @ Matrix.Translation((*center, distance))
    camera.data.clip_start, camera.data.clip_end = extent(points) * 0.01, extent(points) * 500
    return camera
