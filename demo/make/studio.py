"""The photo studio: light from an environment painted with soft boxes, and a white floor."""

from math import pi, radians

import bpy
import numpy

_ROWS, _COLUMNS = 64, 128
_FLOOR_ALBEDO = 0.9
_FLOOR_LEVEL = 1.15  # a little over white, so that the background is white and only shadows are not

# A soft box: degrees to the right of the camera's side, degrees up, half width, half height, brightness.
SoftBox = tuple[float, float, float, float, float]
LIGHTS: dict[str, tuple[float, list[SoftBox]]] = {
    # name: brightness all round, soft boxes; azimuth 0 is behind the camera, 180 behind the product
    "left": (0.55, [(-60, 45, 28, 24, 7), (75, 30, 22, 30, 2.0), (0, 88, 180, 14, 3), (160, 30, 12, 25, 3)]),
    "right": (
        0.55,
        [(60, 45, 28, 24, 7), (-75, 30, 22, 30, 2.0), (0, 88, 180, 14, 3), (-160, 30, 12, 25, 3)],
    ),
    "top": (0.6, [(0, 80, 180, 22, 6), (-80, 25, 15, 25, 2.0), (80, 25, 15, 25, 2.0)]),
    "window": (0.35, [(-80, 35, 30, 30, 9), (120, 20, 20, 20, 1.2)]),
    "ring": (0.7, [(0, 35, 40, 25, 5), (180, 40, 40, 20, 2.5), (0, 88, 180, 12, 2)]),
}


def _angles() -> tuple[numpy.ndarray, numpy.ndarray]:
    """Azimuth (-180..180, 0 towards -y) and height of each pixel of an environment picture."""
    columns = (numpy.arange(_COLUMNS) + 0.5) / _COLUMNS * 360 - 180
    rows = (numpy.arange(_ROWS) + 0.5) / _ROWS * 180 - 90
    azimuth, height = numpy.meshgrid(columns, rows)
    # Blender puts +x in the middle column of an environment and turns left to right clockwise.
    return (-(azimuth + 90) + 180) % 360 - 180, height


def environment(name: str) -> numpy.ndarray:
    """Paint an environment whose light makes the floor just white."""
    ambient, boxes = LIGHTS[name]
    azimuth, height = _angles()
    light = ambient * (0.8 + 0.5 * numpy.clip(height, 0, 90) / 90)
    for side, up, half_width, half_height, brightness in boxes:
        away = numpy.abs((azimuth - side + 180) % 360 - 180)
        inside = numpy.clip((half_width - away) / 6 + 1, 0, 1)
        inside = inside * numpy.clip((half_height - numpy.abs(height - up)) / 6 + 1, 0, 1)
        light = light + brightness * inside
    area = numpy.cos(numpy.radians(height)) * (pi / _ROWS) * (2 * pi / _COLUMNS)
    falling = (light * area * numpy.clip(numpy.sin(numpy.radians(height)), 0, 1)).sum()
    return light * (_FLOOR_LEVEL * pi / (_FLOOR_ALBEDO * falling))


def _environment_image(name: str) -> bpy.types.Image:
    """The environment as an image kept between products."""
    key = f"environment {name}"
    if key in bpy.data.images:
        return bpy.data.images[key]
    image = bpy.data.images.new(key, _COLUMNS, _ROWS, float_buffer=True)
    image.colorspace_settings.name = "Non-Color"
    light = environment(name)[..., None]
    pixels = numpy.concatenate([light, light, light, numpy.ones_like(light)], axis=2)
    image.pixels.foreach_set(pixels.astype(numpy.float32).ravel())
    image.update()
    image.use_fake_user = True
    return image


def _world() -> bpy.types.World:
    """A world of the environment for light and plain white for the camera."""
    if "studio" in bpy.data.worlds:
        return bpy.data.worlds["studio"]
    world = bpy.data.worlds.new("studio")
    world.use_nodes = True
    world.cycles.sampling_method, world.cycles.sample_map_resolution = "MANUAL", _COLUMNS
    tree = world.node_tree
    lit, white = tree.nodes["Background"], tree.nodes.new("ShaderNodeBackground")
    source = tree.nodes.new("ShaderNodeTexCoord")
    mapping = tree.nodes.new("ShaderNodeMapping")
    texture = tree.nodes.new("ShaderNodeTexEnvironment")
    path, mix = tree.nodes.new("ShaderNodeLightPath"), tree.nodes.new("ShaderNodeMixShader")
    white.inputs["Color"].default_value = (1, 1, 1, 1)
    white.inputs["Strength"].default_value = _FLOOR_LEVEL
    for start, end in (
        (source.outputs["Generated"], mapping.inputs["Vector"]),
        (mapping.outputs["Vector"], texture.inputs["Vector"]),
        (texture.outputs["Color"], lit.inputs["Color"]),
        (path.outputs["Is Camera Ray"], mix.inputs[0]),
        (lit.outputs[0], mix.inputs[1]),
        (white.outputs[0], mix.inputs[2]),
        (mix.outputs[0], tree.nodes["World Output"].inputs["Surface"]),
    ):
        tree.links.new(start, end)
    return world


def light_studio(name: str, azimuth: float) -> None:
    """Light the scene for a camera that stands at an azimuth in degrees."""
    world = _world()
    texture = next(node for node in world.node_tree.nodes if node.type == "TEX_ENVIRONMENT")
    mapping = next(node for node in world.node_tree.nodes if node.type == "MAPPING")
    texture.image = _environment_image(name)
    mapping.inputs["Rotation"].default_value = (0, 0, -radians(azimuth))
    bpy.context.scene.world = world


def add_floor(size: float) -> bpy.types.Object:
    """A white floor at z=0, as wide as a product of a size needs."""
    mesh = bpy.data.meshes.new("floor")
    reach = size * 60
    corners = [(-reach, -reach, 0), (reach, -reach, 0), (reach, reach, 0), (-reach, reach, 0)]
    mesh.from_pydata(corners, [], [(0, 1, 2, 3)])
    material = bpy.data.materials.new("floor")
    material.use_nodes = True
    shader = material.node_tree.nodes["Principled BSDF"]
    shader.inputs["Base Color"].default_value = (_FLOOR_ALBEDO,) * 3 + (1,)
    shader.inputs["Roughness"].default_value = 1.0
    shader.inputs["Specular IOR Level"].default_value = 0.0
    mesh.materials.append(material)
    floor = bpy.data.objects.new("floor", mesh)
    bpy.context.scene.collection.objects.link(floor)
    return floor
