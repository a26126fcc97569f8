"""The light of rooms: a window, the sun, ceiling and table lamps, or the phone's own flash."""

from math import pi, radians
from random import Random

import bpy
import numpy
from mathutils import Vector

_ROWS, _COLUMNS = 32, 64
MOODS = ("window", "window", "sun", "ceiling", "lamp", "lamp", "flash")
WARM, DAY, COOL = (1.0, 0.62, 0.32), (1.0, 0.95, 0.88), (0.78, 0.88, 1.0)


def _world(random: Random, tint: tuple[float, float, float], strength: float) -> None:
    """What the room throws back: bright ceiling, dark floor, a bright patch to be mirrored in gloss."""
    heights = numpy.linspace(-1, 1, _ROWS)[:, None]
    light = numpy.repeat(0.55 + 0.45 * heights, _COLUMNS, axis=1)
    for _ in range(4):  # furniture
        left, low = random.randrange(_COLUMNS), random.randrange(10, 18)
        light[6:low, left : left + random.randrange(4, 14)] *= random.uniform(0.3, 0.9)
    left = random.randrange(_COLUMNS - 8)
    light[17:25, left : left + 7] += 5.0
    colors = numpy.ones((_ROWS, _COLUMNS, 4), dtype=numpy.float32)
    colors[..., :3] = light[..., None] * numpy.array(tint) * strength
    image = bpy.data.images.new("room", _COLUMNS, _ROWS, float_buffer=True)
    image.colorspace_settings.name = "Non-Color"
    image.pixels.foreach_set(colors.ravel())
    image.update()
    world = bpy.data.worlds.new("room")
    world.use_nodes = True
    world.cycles.sampling_method, world.cycles.sample_map_resolution = "MANUAL", _COLUMNS
    texture = world.node_tree.nodes.new("ShaderNodeTexEnvironment")
    texture.image = image
    world.node_tree.links.new(texture.outputs["Color"], world.node_tree.nodes["Background"].inputs["Color"])
    bpy.context.scene.world = world


def _lamp(kind: str, at: Vector, toward: Vector, **settings: object) -> bpy.types.Object:
    """Add a light that shines toward a place."""
    light = bpy.data.lights.new("light", kind)
    for name, value in settings.items():
        setattr(light, name, value)
    lamp = bpy.data.objects.new("light", light)
    bpy.context.scene.collection.objects.link(lamp)
    lamp.location = at
    lamp.rotation_euler = (toward - at).to_track_quat("-Z", "Y").to_euler()
    lamp.visible_camera = False
    return lamp


def _bars(at: Vector, toward: Vector, size: float) -> None:
    """The bars of a window, which only the light sees."""
    across = (toward - at).to_track_quat("-Z", "Y").to_matrix().to_4x4()
    for shift, turn in ((-0.5, 0), (0.0, 0), (0.5, 0), (-0.35, 1), (0.35, 1)):
        wide, tall = (0.06, 4.0) if turn == 0 else (4.0, 0.06)
        x, y = (shift * size, 0.0) if turn == 0 else (0.0, shift * size)
        corners = [(x - wide * size / 2, y - tall * size / 2, 0), (x + wide * size / 2, y - tall * size / 2, 0),
                   (x + wide * size / 2, y + tall * size / 2, 0), (x - wide * size / 2, y + tall * size / 2, 0)]  # fmt: skip
        mesh = bpy.data.meshes.new("bar")
        mesh.from_pydata(corners, [], [(0, 1, 2, 3)])
        bar = bpy.data.objects.new("bar", mesh)
        bpy.context.scene.collection.objects.link(bar)
        bar.matrix_world = across
        bar.location = at
        bar.visible_camera = bar.visible_glossy = bar.visible_diffuse = bar.visible_transmission = False


def light_room(mood: str, random: Random, target: Vector, reach: float, side: int) -> None:
    """Light a scene of a size; `side` -1 has the window on the left and 1 on the right."""
    camera = bpy.context.scene.camera
    out = reach * random.uniform(1.6, 2.4)
    key = target + Vector((side * out, -out * random.uniform(0.1, 0.8), out * random.uniform(0.5, 0.9)))
    power = pi * out * out
    if mood == "window":
        _world(random, DAY if random.random() < 0.5 else COOL, random.uniform(0.15, 0.4))
        tint = random.choice((DAY, COOL))
        _lamp("AREA", key, target, energy=power * random.uniform(5, 9), size=out * 0.7, color=tint)
    elif mood == "sun":
        _world(random, COOL, random.uniform(0.5, 0.9))
        _lamp("SUN", key, target, energy=random.uniform(5, 9), angle=radians(0.8), color=(1.0, 0.86, 0.68))
        _bars(target + (key - target) * 0.7, target, reach * random.uniform(1.2, 2.0))
    elif mood == "ceiling":
        _world(random, DAY, random.uniform(0.15, 0.3))
        above = target + Vector((random.uniform(-0.5, 0.5) * reach, random.uniform(-0.6, 0.2) * reach, out))
        tint = random.choice((WARM, (1.0, 0.8, 0.55), (0.9, 1.0, 0.86)))
        _lamp("AREA", above, target, energy=power * 6, size=out * 0.25, color=tint)
    elif mood == "lamp":
        _world(random, (1.0, 0.7, 0.45), random.uniform(0.06, 0.18))
        _lamp("POINT", key, target, energy=power * 22, shadow_soft_size=out * 0.08, color=WARM)
    else:
        _world(random, (1.0, 0.75, 0.5), random.uniform(0.1, 0.25))
        distance = (camera.location - target).length
        near = camera.matrix_world @ Vector((0.02, 0.04, 0.0))
        _lamp(
            "POINT",
            near,
            target,
            energy=pi * distance**2 * 14,
            shadow_soft_size=0.01,
            color=(0.95, 0.97, 1.0),
        )
