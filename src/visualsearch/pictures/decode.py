"""Encoded bytes to pixels: RGB, upright, sRGB, on white."""

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from hashlib import sha256

import numpy as np
from PIL import (
    AvifImagePlugin,
    ExifTags,
    Image,
    ImageCms,
    TiffImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin,
)

from visualsearch.domain import Picture, PictureId
from visualsearch.errors import NotAPicture, TooLarge, VisualsearchError
from visualsearch.pictures.formats import sniff

MAX_PIXELS = 50_000_000
"""The most pixels that are decoded unless told otherwise: about 500 MB of memory at the peak."""

_MAX_SCANS = 200
_MAX_PROFILE_BYTES = 4 << 20
_TRANSPARENT = {"1": "LA", "L": "LA", "LA": "LA", "La": "LA"}
_OPAQUE = {"1": "L", "L": "L", "RGB": "RGB", "CMYK": "CMYK"}
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

# Pillow knows its plugins by import; naming these spares it from importing all forty at the first picture.
_PLUGINS = (AvifImagePlugin, TiffImagePlugin, WebPImagePlugin)

# What Pillow warns of (odd metadata, a size above its own bound) is either harmless or refused below.
warnings.filterwarnings("ignore", module=r"PIL\.")


def decode(data: bytes, *, max_pixels: int = MAX_PIXELS, max_side: int | None = None) -> Picture:
    """Decode the first frame; raises TooLarge before decoding, NotAPicture for anything else that is wrong.

    With ``max_side`` the longer side comes out at most that long; a large JPEG is then decoded at a
    reduced scale, which is several times faster. The pixels are read-only.
    """
    with _translated_errors():
        picture = _open(data, max_pixels)
        size = _fit(picture.size, max_side)
        picture.draft(None, size)
        pixels = _to_srgb(_flatten(_resize(_to_plain_mode(picture), size)))
        return Picture(PictureId(sha256(data).hexdigest()), np.asarray(_turn_upright(pixels, picture)))


def measure(data: bytes, *, max_pixels: int = MAX_PIXELS) -> tuple[int, int]:
    """Read width and height of the upright picture from the header; raises as ``decode`` does."""
    with _translated_errors():
        picture = _open(data, max_pixels)
        width, height = picture.size
        return (height, width) if _orientation(picture) >= 5 else (width, height)


@contextmanager
def _translated_errors() -> Iterator[None]:
    try:
        yield
    except VisualsearchError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise TooLarge(f"expected a picture of a sane size: {error}; scale it down") from error
    except UnidentifiedImageError as error:
        raise NotAPicture(
            "expected a whole picture, found one that cannot be decoded: no format fits its bytes"
        ) from error
    except Exception as error:  # Pillow's plugins raise a dozen types, all the way to KeyError
        raise NotAPicture(f"expected a whole picture, found one that cannot be decoded: {error}") from error


def _open(data: bytes, max_pixels: int) -> Image.Image:
    picture = Image.open(io.BytesIO(data), formats=(sniff(data),))
    width, height = picture.size
    if width * height > max_pixels:
        raise TooLarge(f"expected at most {max_pixels:,} pixels, found {width} x {height}; scale it down")
    # Each scan of a progressive JPEG costs a pass over all pixels for as little as 80 bytes of file.
    if picture.info.get("progressive") and data.count(b"\xff\xda") > _MAX_SCANS:
        raise TooLarge(f"expected at most {_MAX_SCANS} scans in a JPEG; save it anew as a plain JPEG")
    return picture


def _fit(size: tuple[int, int], max_side: int | None) -> tuple[int, int]:
    longer = max(size)
    if max_side is None or longer <= max_side:
        return size
    return max(1, round(size[0] * max_side / longer)), max(1, round(size[1] * max_side / longer))


def _to_plain_mode(picture: Image.Image) -> Image.Image:
    """Bring every mode to one of L, LA, RGB, RGBA and CMYK, with 8 bits a channel."""
    picture.load()
    if picture.mode.startswith("I;16"):
        # Pillow would clip at 255 instead of scaling.
        return Image.fromarray((np.asarray(picture) // 257).astype(np.uint8))
    if picture.mode in ("I", "F"):
        raise NotAPicture("expected 8 or 16 bits a channel, found 32; save it with 8 bits a channel")
    if picture.has_transparency_data:
        mode = _TRANSPARENT.get(picture.mode, "RGBA")
    else:
        mode = _OPAQUE.get(picture.mode, "RGB")
    return picture if picture.mode == mode else picture.convert(mode)


def _resize(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    if picture.size == size:
        return picture
    return picture.resize(size, Image.Resampling.BILINEAR, reducing_gap=2.0)


def _flatten(picture: Image.Image) -> Image.Image:
    """Lay what is transparent on white."""
    if picture.mode not in ("LA", "RGBA"):
        return picture
    white = Image.new(picture.mode[:-1], picture.size, "white")
    white.paste(picture.convert(white.mode), mask=picture.getchannel("A"))
    white.info = picture.info
    return white


def _to_srgb(picture: Image.Image) -> Image.Image:
    profile = picture.info.get("icc_profile")
    transform = None
    if profile and len(profile) <= _MAX_PROFILE_BYTES:
        transform = _transform(profile, picture.mode)
    if transform is None:
        return picture if picture.mode == "RGB" else picture.convert("RGB")
    return ImageCms.applyTransform(picture, transform) or picture


@lru_cache(maxsize=16)
def _transform(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """Make the way from an ICC profile to sRGB; None where the profile is broken or changes nothing.

    Making one takes milliseconds and shops use few profiles, so they are kept.
    """
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        transform = ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), mode, "RGB")
        if mode == "RGB" and _changes_nothing(transform):
            return None
    except Exception:  # noqa: BLE001 - a broken profile is no reason to refuse the picture
        return None
    return transform


def _changes_nothing(transform: ImageCms.ImageCmsTransform) -> bool:
    """Tell whether sRGB comes out as it went in, but for rounding: most profiles in use are sRGB itself."""
    steps = np.arange(0, 256, 15, dtype=np.uint8)
    cube = np.stack(np.meshgrid(steps, steps, steps), axis=-1).reshape(1, -1, 3)
    changed = ImageCms.applyTransform(Image.fromarray(cube), transform)
    return changed is not None and bool(np.abs(np.asarray(changed, np.int16) - cube).max() <= 2)


def _turn_upright(pixels: Image.Image, picture: Image.Image) -> Image.Image:
    turn = _TURNS.get(_orientation(picture))
    return pixels if turn is None else pixels.transpose(turn)


def _orientation(picture: Image.Image) -> int:
    """Read the EXIF orientation, 1 to 8; Pillow turns TIFF by itself."""
    exif = picture.info.get("exif")
    if not exif:
        return 1
    tags = Image.Exif()
    try:
        tags.load(exif)
        return int(tags.get(ExifTags.Base.Orientation, 1))
    except Exception:  # noqa: BLE001 - broken metadata is no reason to refuse the picture
        return 1
