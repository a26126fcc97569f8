"""What a phone makes of the light: exposure, tone, white balance, blur, noise and a small JPEG."""

import tempfile
from io import BytesIO
from pathlib import Path
from random import Random

import bpy
import numpy
from PIL import Image, ImageFilter

from render import quiet

BYTES = 28_000
_QUALITIES = (76, 72, 68, 64, 58, 52, 46)


def expose(size: tuple[int, int], samples: int) -> numpy.ndarray:
    """Render the scene to linear light, rows from the top."""
    scene = bpy.context.scene
    scene.render.resolution_x, scene.render.resolution_y = size
    scene.cycles.samples = samples
    settings = scene.render.image_settings
    settings.file_format = "OPEN_EXR"
    with tempfile.TemporaryDirectory() as folder:
        scene.render.filepath = str(Path(folder) / "light.exr")
        with quiet():
            bpy.ops.render.render(write_still=True)
        settings.file_format = "PNG"
        image = bpy.data.images.load(scene.render.filepath)
        image.colorspace_settings.name = "Non-Color"
        light = numpy.empty(size[0] * size[1] * image.channels, dtype=numpy.float32)
        image.pixels.foreach_get(light)
        light = light.reshape(size[1], size[0], image.channels)[::-1, :, :3]
        bpy.data.images.remove(image)
    return numpy.nan_to_num(light)


def develop(light: numpy.ndarray, subject: numpy.ndarray, random: Random, dim: bool) -> Image.Image:
    """Turn linear light into a casual picture, metered mostly on the subject."""
    gray = light @ numpy.array([0.3, 0.59, 0.11])
    metered = 0.6 * numpy.median(gray[subject]) + 0.4 * gray.mean()
    target = random.uniform(0.15, 0.22) if dim else random.uniform(0.19, 0.3)
    light = light * (target / max(metered, 1e-4))
    cast = light.reshape(-1, 3).mean(axis=0)
    correction = (cast.mean() / cast) ** random.uniform(0.35, 0.75)  # white balance that is not quite right
    warmth = random.gauss(0, 0.06)
    light = light * correction * numpy.array([1 + warmth, 1, 1 - warmth])
    rows, columns = numpy.mgrid[-1 : 1 : light.shape[0] * 1j, -1 : 1 : light.shape[1] * 1j]
    light = light * (1 - random.uniform(0.05, 0.25) * (rows**2 + columns**2) / 2)[..., None]
    white = random.uniform(1.6, 3.0)
    light = light * (1 + light / white**2) / (1 + 0.55 * light) * 1.15
    tone = numpy.clip(light, 0, 1)
    tone = numpy.where(tone < 0.0031308, tone * 12.92, 1.055 * tone ** (1 / 2.4) - 0.055)
    contrast = random.uniform(0.0, 0.3)
    tone = tone + contrast * (tone * tone * (3 - 2 * tone) - tone)
    return _grain(_soften(tone, random), random, dim)


def _soften(tone: numpy.ndarray, random: Random) -> numpy.ndarray:
    """Blur by a small lens, sometimes by a shaking hand, and sharpen as phones do."""
    if random.random() < 0.2:
        steps, angle = random.randint(2, 4), random.uniform(0, 3.14)
        shifts = [(round(numpy.sin(angle) * step), round(numpy.cos(angle) * step)) for step in range(steps)]
        padded = numpy.pad(tone, ((8, 8), (8, 8), (0, 0)), mode="edge")
        height, width = tone.shape[:2]
        tone = sum(padded[8 + y : 8 + y + height, 8 + x : 8 + x + width] for y, x in shifts) / steps
    picture = Image.fromarray((tone * 255 + 0.5).astype(numpy.uint8))
    picture = picture.filter(ImageFilter.GaussianBlur(random.uniform(0.3, 0.8)))
    picture = picture.filter(ImageFilter.UnsharpMask(1.2, random.randint(20, 80), 2))
    return numpy.asarray(picture).astype(numpy.float32)


def _grain(pixels: numpy.ndarray, random: Random, dim: bool) -> Image.Image:
    """Sensor noise: fine in brightness, blotchy in color, stronger in the dark."""
    chance = numpy.random.default_rng(random.randrange(2**32))
    strength = random.uniform(2.0, 4.0) if dim else random.uniform(0.8, 2.2)
    height, width = pixels.shape[:2]
    fine = chance.normal(0, strength, (height, width, 1))
    coarse = chance.normal(0, strength * 18, (height // 4 + 1, width // 4 + 1, 3)).clip(-127, 127)
    blotches = Image.fromarray((coarse + 128).astype(numpy.uint8)).resize((width, height), Image.BICUBIC)
    blotches = (numpy.asarray(blotches).astype(numpy.float32) - 128) / 18
    dark = 1.3 - 0.8 * pixels.mean(axis=2, keepdims=True) / 255
    return Image.fromarray((pixels + (fine + blotches) * dark).clip(0, 255).astype(numpy.uint8))


def quality_for(picture: Image.Image) -> int:
    """The best JPEG quality that keeps the picture small enough."""
    for quality in _QUALITIES:
        file = BytesIO()
        picture.save(file, "JPEG", quality=quality, optimize=True)
        if file.tell() <= BYTES:
            break
    return quality
