"""Every kind of picture comes out RGB, upright, sRGB and on white."""

import io
import subprocess
import sys
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms

from visualsearch.domain import Pixels
from visualsearch.errors import NotAPicture, TooLarge
from visualsearch.pictures.decode import decode, measure

OPTIONS: Mapping[str, Mapping[str, Any]] = {
    "PNG": {},
    "WEBP": {"lossless": True, "exact": True},
    "TIFF": {},
    "BMP": {},
    "JPEG": {"quality": 95, "subsampling": 0},
    "AVIF": {"quality": 90, "subsampling": "4:4:4"},
    "GIF": {},
}
TOLERANCE = {"JPEG": 24, "AVIF": 24, "GIF": 24}
"""What may be lost of a value; nothing in the other formats."""

ORIENTATION = 0x0112
STORED_BY_ORIENTATION: dict[int, Callable[[Pixels], Pixels]] = {
    1: lambda upright: upright,
    2: lambda upright: upright[:, ::-1],
    3: lambda upright: upright[::-1, ::-1],
    4: lambda upright: upright[::-1],
    5: lambda upright: upright.transpose(1, 0, 2),
    6: np.rot90,
    7: lambda upright: upright[::-1, ::-1].transpose(1, 0, 2),
    8: lambda upright: np.rot90(upright, -1),
}
"""How a camera that was held so stores what is upright (EXIF 2.32, 4.6.5 Orientation)."""


def encode(picture: Image.Image, form: str, options: Mapping[str, Any] | None = None) -> bytes:
    """Write a picture with Pillow."""
    encoded = io.BytesIO()
    picture.save(encoded, form, **(options or {}))
    return encoded.getvalue()


def furthest(pixels: Pixels, expected: Any) -> int:
    return int(np.abs(pixels.astype(np.int16) - np.asarray(expected, np.int16)).max())


@pytest.mark.parametrize("form", OPTIONS)
def test_every_format_gives_its_pixels_and_the_checksum_of_its_bytes(quarters: Pixels, form: str) -> None:
    data = encode(Image.fromarray(quarters), form, OPTIONS[form])
    picture = decode(data)
    assert picture.id == sha256(data).hexdigest()
    assert picture.pixels.dtype == np.uint8
    assert picture.pixels.shape == (32, 48, 3)
    assert furthest(picture.pixels, quarters) <= TOLERANCE.get(form, 0)
    assert measure(data) == (48, 32)


@pytest.mark.parametrize("orientation", STORED_BY_ORIENTATION)
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "AVIF", "TIFF"])
def test_a_picture_comes_out_upright(quarters: Pixels, form: str, orientation: int) -> None:
    stored = np.ascontiguousarray(STORED_BY_ORIENTATION[orientation](quarters))
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    options = {**OPTIONS[form], "exif": exif.tobytes()}
    if form == "TIFF":
        options = {"tiffinfo": {ORIENTATION: orientation}}
    data = encode(Image.fromarray(stored), form, options)
    assert furthest(decode(data).pixels, quarters) <= TOLERANCE.get(form, 0)
    assert measure(data) == (48, 32)


@pytest.mark.parametrize("exif", [b"", b"Exif\0\0", b"Exif\0\0MM\0*\0\0", b"Exif\0\0II*\0\xff\xff\xff\xff"])
def test_broken_metadata_leaves_a_picture_as_it_is_stored(quarters: Pixels, exif: bytes) -> None:
    data = encode(Image.fromarray(quarters), "WEBP", {"lossless": True, "exif": exif})
    assert furthest(decode(data).pixels, quarters) == 0


def test_what_is_transparent_lies_on_white() -> None:
    halves = np.zeros((4, 4, 4), np.uint8)
    halves[:, 2:, 3] = 128
    for form in ("PNG", "WEBP", "TIFF"):
        pixels = decode(encode(Image.fromarray(halves), form, OPTIONS[form])).pixels
        assert pixels[0, 0].tolist() == [255, 255, 255]
        assert furthest(pixels[:, 2:], 127) <= 1


def test_grey_with_transparency_lies_on_white() -> None:
    picture = Image.merge("LA", [Image.new("L", (4, 4), 10), Image.linear_gradient("L").resize((4, 4))])
    alpha = np.asarray(picture.getchannel("A"), np.float32)[..., None] / 255
    assert furthest(decode(encode(picture, "PNG")).pixels, 255 - alpha * 245) <= 1


@pytest.mark.parametrize("form", ["PNG", "GIF"])
def test_a_palette_with_a_transparent_colour_lies_on_white(form: str) -> None:
    picture = Image.new("P", (8, 8), 1)
    picture.putpalette([0, 0, 0, 200, 10, 10])
    picture.paste(0, (0, 0, 4, 8))
    pixels = decode(encode(picture, form, {"transparency": 0})).pixels
    assert pixels[0, 0].tolist() == [255, 255, 255]
    assert pixels[0, 7].tolist() == [200, 10, 10]


def test_a_colour_key_of_rgb_or_grey_lies_on_white() -> None:
    for mode, key, kept in (("RGB", (0, 255, 0), (9, 9, 9)), ("L", 7, 9)):
        picture = Image.new(mode, (2, 1), key)
        picture.putpixel((1, 0), kept)
        pixels = decode(encode(picture, "PNG", {"transparency": key})).pixels
        assert pixels.tolist() == [[[255, 255, 255], [9, 9, 9]]]


@pytest.mark.parametrize(("form", "mode"), [("PNG", "I;16"), ("TIFF", "I;16"), ("TIFF", "I;16B")])
def test_sixteen_bits_are_scaled_and_not_clipped(form: str, mode: str) -> None:
    values = np.arange(0, 65536, 257, dtype=np.uint16).reshape(16, 16)
    picture = Image.fromarray(values)
    if mode == "I;16B":
        picture = Image.frombytes(mode, (16, 16), values.astype(">u2").tobytes())
    pixels = decode(encode(picture, form)).pixels
    assert pixels[..., 0].ravel().tolist() == list(range(256))
    assert furthest(pixels[..., 1:], pixels[..., :1]) == 0


@pytest.mark.parametrize("form", ["PNG", "TIFF", "BMP", "GIF"])
def test_one_bit_is_black_and_white(form: str) -> None:
    picture = Image.new("1", (9, 2), 1)
    picture.putpixel((0, 0), 0)
    pixels = decode(encode(picture, form)).pixels
    assert pixels[0, 0].tolist() == [0, 0, 0]
    assert pixels[1, 8].tolist() == [255, 255, 255]


@pytest.mark.parametrize("form", ["JPEG", "TIFF"])
def test_inks_become_colours(form: str) -> None:
    inks = np.zeros((16, 16, 4), np.uint8)
    inks[:, :8, 0] = 255  # cyan beside white
    pixels = decode(encode(Image.fromarray(inks, "CMYK"), form)).pixels
    assert furthest(pixels[:, :6], [0, 255, 255]) <= 12
    assert furthest(pixels[:, 10:], 255) <= 12


def test_a_colour_profile_is_followed(quarters: Pixels, swapped_profile: bytes) -> None:
    data = encode(Image.fromarray(quarters), "PNG", {"icc_profile": swapped_profile})
    # Another gamma is in it too, so the colours come out near, not equal.
    assert furthest(decode(data).pixels, quarters[..., ::-1]) <= 16


def test_a_profile_of_inks_is_followed(black_cyan_profile: bytes) -> None:
    inks = np.zeros((8, 16, 4), np.uint8)
    inks[:, :8, 0] = 255
    inks[:, 8:, 1] = 255
    picture = Image.fromarray(inks, "CMYK")
    pixels = decode(encode(picture, "TIFF", {"icc_profile": black_cyan_profile})).pixels
    assert furthest(pixels[:, :8], 0) <= 12
    assert furthest(pixels[:, 8:], 255) <= 12


def test_a_profile_that_is_srgb_changes_nothing(quarters: Pixels) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = encode(Image.fromarray(quarters), "PNG", {"icc_profile": profile})
    assert furthest(decode(data).pixels, quarters) == 0


@pytest.mark.parametrize("broken", ["cut", "noise", "of inks", "huge"])
def test_a_broken_or_foreign_profile_is_passed_over(
    quarters: Pixels, swapped_profile: bytes, black_cyan_profile: bytes, broken: str
) -> None:
    profile = {
        "cut": swapped_profile[:150],
        "noise": b"\xa5" * 400,
        "of inks": black_cyan_profile,
        "huge": swapped_profile + bytes(5 << 20),
    }[broken]
    data = encode(Image.fromarray(quarters), "TIFF", {"icc_profile": profile})
    assert furthest(decode(data).pixels, quarters) == 0


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG", "AVIF", "TIFF"])
def test_of_several_frames_the_first_is_taken(quarters: Pixels, form: str) -> None:
    frames = {"save_all": True, "append_images": [Image.new("RGB", (48, 32), "white")] * 2}
    options = {**OPTIONS[form], **frames}
    pixels = decode(encode(Image.fromarray(quarters), form, options)).pixels
    assert furthest(pixels, quarters) <= TOLERANCE.get(form, 0)


def test_of_a_phone_s_several_pictures_in_one_file_the_first_is_taken(quarters: Pixels) -> None:
    frames = {"save_all": True, "append_images": [Image.new("RGB", (48, 32), "white")], "quality": 95}
    data = encode(Image.fromarray(quarters).resize((480, 320), Image.Resampling.NEAREST), "MPO", frames)
    assert decode(data).pixels.shape == (320, 480, 3)
    small = decode(data, max_side=48).pixels
    assert furthest(small[4:12, 4:20], quarters[4:12, 4:20]) <= 24


@pytest.mark.parametrize("form", ["PPM", "ICO", "PCX", "TGA", "JPEG2000", "PDF", "EPS"])
def test_a_format_that_is_not_on_the_list_is_refused(quarters: Pixels, form: str) -> None:
    with pytest.raises(NotAPicture, match="expected a picture"):
        decode(encode(Image.fromarray(quarters), form))


@pytest.mark.parametrize("mode", ["I", "F"])
def test_pixels_that_are_no_shade_of_colour_are_refused(mode: str) -> None:
    with pytest.raises(NotAPicture, match="8 or 16 bits"):
        decode(encode(Image.new(mode, (4, 4), 3), "TIFF"))


@pytest.mark.parametrize("form", OPTIONS)
def test_a_picture_may_have_as_many_pixels_as_allowed_and_not_one_more(quarters: Pixels, form: str) -> None:
    data = encode(Image.fromarray(quarters), form)
    assert decode(data, max_pixels=48 * 32).pixels.shape == (32, 48, 3)
    for refuse in (decode, measure):
        with pytest.raises(TooLarge, match="48 x 32"):
            refuse(data, max_pixels=48 * 32 - 1)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_a_picture_is_reduced_to_the_longest_side_and_looks_the_same(quarters: Pixels, form: str) -> None:
    large = Image.fromarray(quarters).resize((900, 600), Image.Resampling.NEAREST)
    data = encode(large, form, OPTIONS[form])
    pixels = decode(data, max_side=48).pixels
    assert pixels.shape == (32, 48, 3)
    inner = [at for at in range(32) if at % 16 not in (0, 15)]
    assert furthest(pixels[inner][:, 1:23], quarters[inner][:, 1:23]) <= 24
    assert decode(data, max_side=900).pixels.shape == (600, 900, 3)
    assert decode(data, max_side=5000).pixels.shape == (600, 900, 3)


def test_a_reduced_picture_keeps_at_least_a_pixel_of_each_side() -> None:
    assert decode(encode(Image.new("RGB", (2000, 3)), "PNG"), max_side=10).pixels.shape == (1, 10, 3)


def test_pillow_s_warnings_stay_inside(quarters: Pixels) -> None:
    program = """
import sys
from visualsearch.errors import VisualsearchError
from visualsearch.pictures.decode import decode
for data in sys.argv[1:]:
    try:
        decode(bytes.fromhex(data))
    except VisualsearchError as error:
        print(error.code)
"""
    odd = encode(Image.fromarray(quarters), "JPEG", {"exif": b"Exif\0\0MM\0*\0\0\0\x08\0\x09"})
    vast = encode(Image.new("1", (10_000, 10_000)), "PNG")
    run = subprocess.run(
        [sys.executable, "-c", program, odd.hex(), vast.hex()], capture_output=True, text=True, check=True
    )
    assert run.stderr == ""
    assert run.stdout == "too-large\n"
