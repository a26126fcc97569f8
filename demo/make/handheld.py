"""A phone held by hand: where it is, how it leans and what it focuses on."""

from math import radians
from random import Random

import bpy
import numpy
from mathutils import Matrix, Vector

_SENSOR = 36.0


def point_phone(
    points: numpy.ndarray,
    size: tuple[int, int],
    azimuth: float,
    elevation: float,
    fill: float,
    random: Random,
) -> bpy.types.Object:
    """Place the camera so that points fill a part of the picture, leaning and off the middle a little."""
    scene = bpy.context.scene
    if scene.camera is None:
        scene.camera = bpy.data.objects.new("camera", bpy.data.cameras.new("camera"))
        scene.collection.objects.link(scene.camera)
    camera = scene.camera
    lens = random.uniform(28, 42)
    camera.data.sensor_width, camera.data.lens, camera.data.sensor_fit = _SENSOR, lens, "AUTO"
    turn = Matrix.Rotation(radians(azimuth), 4, "Z") @ Matrix.Rotation(radians(90 - elevation), 4, "X")
    turn = turn @ Matrix.Rotation(radians(random.gauss(0, 3.5)), 4, "Z")
    seen = points @ numpy.array(turn)[:3, :3]
    center, distance = [0.0, 0.0], 0.0
    for axis in (0, 1):
        spread = _SENSOR / 2 / lens * size[axis] / max(size) * fill
        high = (seen[:, axis] + spread * seen[:, 2]).max()
        low = (-seen[:, axis] + spread * seen[:, 2]).max()
        center[axis] = (high - low) / 2
        distance = max(distance, (high + low) / 2 / spread)
    away = distance - float(seen[:, 2].mean())
    slack = (1 - fill) * away * _SENSOR / 2 / lens
    shift = [random.uniform(-0.7, 0.7) * slack * size[axis] / max(size) for axis in (0, 1)]
    camera.matrix_world = turn @ Matrix.Translation((center[0] + shift[0], center[1] + shift[1], distance))
    camera.data.clip_start, camera.data.clip_end = 0.01, 100.0
    camera.data.dof.use_dof = True
    camera.data.dof.focus_distance = away * random.uniform(0.97, 1.03)
    camera.data.dof.aperture_fstop = random.choice((2.8, 4.0, 5.6, 8.0))
    bpy.context.view_layer.update()
    return camera


def middle(points: numpy.ndarray) -> Vector:
    """The middle of the box round points."""
    return Vector((points.max(axis=0) + points.min(axis=0)) / 2)
