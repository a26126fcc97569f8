"""Cutting boxes out of pixels, and making thumbnails."""

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from visualsearch.domain import WHOLE, Box, Pixels
from visualsearch.errors import NotAPicture, TooLarge
from visualsearch.pictures.crop import crop, thumbnail

fractions = st.floats(0, 1, width=32)


@st.composite
def boxes(draw: st.DrawFn) -> Box:
    left, right = sorted(draw(st.tuples(fractions, fractions).filter(lambda pair: pair[0] != pair[1])))
    top, bottom = sorted(draw(st.tuples(fractions, fractions).filter(lambda pair: pair[0] != pair[1])))
    return Box(left, top, right, bottom)


def numbered(width: int, height: int) -> Pixels:
    """Make pixels that tell their own column and row."""
    columns, rows = np.meshgrid(np.arange(width), np.arange(height))
    return np.stack([columns, rows, columns], axis=-1).astype(np.uint8)


@given(boxes(), st.integers(1, 200), st.integers(1, 200))
@settings(max_examples=200, deadline=None)
def test_a_crop_lies_inside_and_holds_all_that_the_box_touches(box: Box, width: int, height: int) -> None:
    part = crop(numbered(width, height), box)
    assert part.size > 0
    (left, top), (right, bottom) = part[0, 0, :2].tolist(), part[-1, -1, :2].tolist()
    assert part.shape == (bottom - top + 1, right - left + 1, 3)
    slack = 1e-5
    assert left <= box.left * width + slack
    assert top <= box.top * height + slack
    assert right + 1 >= box.right * width - slack
    assert bottom + 1 >= box.bottom * height - slack
    # Outward, but by less than a pixel, unless the box is thinner than one.
    assert left > box.left * width - 1 - slack
    assert right + 1 < max(box.right * width, left) + 1 + slack


@given(st.integers(1, 60), st.integers(1, 60))
@settings(max_examples=30, deadline=None)
def test_the_whole_box_is_the_whole_picture(width: int, height: int) -> None:
    pixels = numbered(width, height)
    assert np.array_equal(crop(pixels, WHOLE), pixels)


def test_a_box_made_of_pixel_borders_gives_back_these_pixels() -> None:
    for width in range(1, 120):
        pixels = numbered(width, 1)
        for left in range(width):
            part = crop(pixels, Box(left / width, 0, (left + 1) / width, 1))
            assert part[0, :, 0].tolist() == [left]


@pytest.mark.parametrize("middle", [1e-9, 0.25, 0.5, 0.55, 1 - 1e-9])
def test_a_box_thinner_than_a_pixel_gives_one(middle: float) -> None:
    box = Box(middle - 1e-9, middle - 1e-9, middle + 1e-9, middle + 1e-9)
    assert crop(numbered(10, 20), box).shape == (1, 1, 3)


def test_a_crop_is_a_view() -> None:
    pixels = numbered(10, 10)
    assert np.shares_memory(crop(pixels, Box(0.1, 0.1, 0.5, 0.5)), pixels)


def encode(picture: Image.Image, form: str = "PNG", **options: bytes) -> bytes:
    file = io.BytesIO()
    picture.save(file, form, **options)
    return file.getvalue()


def size_of(data: bytes) -> tuple[int, int]:
    return Image.open(io.BytesIO(data), formats=("JPEG",)).size


@pytest.mark.parametrize(
    ("size", "width", "expected"),
    [
        ((640, 480), 320, (320, 240)),
        ((480, 640), 320, (320, 427)),
        ((100, 50), 320, (100, 50)),
        ((1, 1), 160, (1, 1)),
        ((3000, 2), 160, (160, 1)),
        ((2, 3000), 160, (1, 1280)),
    ],
)
def test_a_thumbnail_is_at_most_as_wide_as_asked(
    size: tuple[int, int], width: int, expected: tuple[int, int]
) -> None:
    assert size_of(thumbnail(encode(Image.new("RGB", size, "teal")), width)) == expected


def test_a_thumbnail_looks_like_its_picture(quarters: Pixels) -> None:
    large = Image.fromarray(quarters).resize((480, 320), Image.Resampling.NEAREST)
    small = np.asarray(Image.open(io.BytesIO(thumbnail(encode(large), 48))), np.int16)
    assert np.abs(small[4:12, 4:20] - quarters[4:12, 4:20].astype(np.int16)).max() <= 24


def test_a_thumbnail_is_upright_and_tells_nothing_of_its_maker(quarters: Pixels) -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "maker of the camera"
    made = thumbnail(encode(Image.fromarray(quarters), "JPEG", exif=exif.tobytes()), 320)
    assert size_of(made) == (32, 48)
    assert b"maker" not in made
    assert not Image.open(io.BytesIO(made)).getexif()


def test_a_thumbnail_of_what_cannot_be_decoded_is_refused() -> None:
    with pytest.raises(NotAPicture):
        thumbnail(b"<html>", 320)
    with pytest.raises(TooLarge):
        thumbnail(encode(Image.new("RGB", (20, 20))), 320, max_pixels=399)
