"""Cycles: engine settings, one render to a Pillow picture, and JPEGs that remember their inputs."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import bpy
from PIL import Image

JPEG_QUALITY = 68


def start_engine(threads: int = 0) -> None:
    """Empty Blender and set Cycles up for many small, quick, denoised pictures."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    scene.render.engine = "CYCLES"
    cycles = scene.cycles
    cycles.device = "GPU" if _use_gpu() else "CPU"
    cycles.use_denoising, cycles.denoiser = True, "OPENIMAGEDENOISE"
    cycles.denoising_quality, cycles.denoising_prefilter = "BALANCED", "FAST"
    cycles.use_adaptive_sampling = False
    cycles.max_bounces, cycles.diffuse_bounces, cycles.glossy_bounces = 8, 2, 2
    cycles.transmission_bounces, cycles.transparent_max_bounces = 8, 8
    cycles.caustics_reflective = cycles.caustics_refractive = False
    cycles.sample_clamp_indirect = 4.0
    cycles.blur_glossy = 0.5
    cycles.use_light_tree = False
    cycles.seed = 1
    # Persistent data would show the pictures of an earlier product on a later one.
    scene.render.use_persistent_data = False
    scene.view_settings.view_transform = "Standard"
    scene.render.image_settings.file_format = "PNG"
    scene.render.image_settings.compression = 0
    if threads:
        scene.render.threads_mode, scene.render.threads = "FIXED", threads


def _use_gpu() -> bool:
    """Switch on the first kind of GPU that Cycles finds, if there is one."""
    preferences = bpy.context.preferences.addons["cycles"].preferences
    for kind in ("OPTIX", "CUDA", "HIP", "METAL", "ONEAPI"):
        try:
            preferences.compute_device_type = kind
        except TypeError:  # this build of Blender does not know the kind
            continue
        preferences.refresh_devices()
        devices = [device for device in preferences.devices if device.type == kind]
        for device in devices:
            device.use = True
        if devices:
            return True
    return False


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep Blender's own lines off the standard output."""
    keep, nothing = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    try:
        yield
    finally:
        os.dup2(keep, 1)
        os.close(keep)
        os.close(nothing)


def render(width: int, height: int, samples: int) -> Image.Image:
    """Render the scene as its camera sees it."""
    scene = bpy.context.scene
    scene.render.resolution_x, scene.render.resolution_y = width, height
    scene.cycles.samples = samples
    with tempfile.TemporaryDirectory() as folder:
        scene.render.filepath = str(Path(folder) / "render.png")
        with quiet():
            bpy.ops.render.render(write_still=True)
        with Image.open(scene.render.filepath) as picture:
            return picture.convert("RGB")


def save_jpeg(picture: Image.Image, path: Path, fingerprint: str, quality: int = JPEG_QUALITY) -> None:
    """Write a small JPEG whose comment tells from which inputs it was made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    picture.save(unfinished, "JPEG", quality=quality, optimize=True, comment=fingerprint.encode())
    unfinished.replace(path)


def fingerprint_of(path: Path) -> str:
    """The inputs a JPEG was made from, or nothing when there is none."""
    if not path.exists():
        return ""
    with Image.open(path) as picture:
        comment = picture.info.get("comment", b"")
    return comment.decode(errors="replace") if isinstance(comment, bytes) else str(comment)


def clear_products(keep: set[str] = frozenset({"camera"})) -> None:
    """Take everything but the camera out of the scene and out of memory."""
    for thing in list(bpy.data.objects):
        if thing.name not in keep:
            bpy.data.objects.remove(thing, do_unlink=True)
    bpy.data.orphans_purge(do_recursive=True)
