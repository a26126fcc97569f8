"""Whatever the bytes are, decoding ends soon, in a picture or in one of two errors."""

import io
import random
import resource
import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress

import numpy as np
import pytest
from PIL import Image, ImageCms

from visualsearch.errors import NotAPicture, TooLarge
from visualsearch.pictures.crop import thumbnail
from visualsearch.pictures.decode import decode, measure

FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "GIF", "TIFF", "BMP")
MAX_GROWTH_BYTES = 256 << 20


@pytest.fixture(scope="module")
def whole() -> dict[str, bytes]:
    """One picture in each format, with metadata where the format has any."""
    noise = np.random.default_rng(7).integers(0, 256, (24, 40, 3), np.uint8).repeat(2, 0)
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "maker"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    encoded = {}
    for form in FORMATS:
        file = io.BytesIO()
        Image.fromarray(noise).save(file, form, exif=exif, icc_profile=profile)
        encoded[form] = file.getvalue()
    return encoded


@pytest.fixture(autouse=True)
def _bounded_memory() -> Iterator[None]:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield
    grown_bytes = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
    assert grown_bytes < MAX_GROWTH_BYTES


def cut(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data))]


def flip_bits(data: bytes, chance: random.Random) -> bytes:
    flipped = bytearray(data)
    for _ in range(chance.choice((1, 3, 30))):
        flipped[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return bytes(flipped)


def lie_in_header(data: bytes, chance: random.Random) -> bytes:
    lying = bytearray(data)
    for _ in range(chance.choice((1, 4))):
        lying[chance.randrange(4, min(len(data), 200))] = chance.choice((0, 1, 127, 255))
    return bytes(lying)


def drop_middle(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data))
    return data[:start] + data[start + chance.randrange(1, 100) :]


def extend(data: bytes, chance: random.Random) -> bytes:
    return data + chance.randbytes(chance.randrange(1, 500))


@pytest.mark.timeout(60)
@pytest.mark.parametrize("spoil", [cut, flip_bits, lie_in_header, drop_middle, extend])
@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_a_spoilt_picture_is_decoded_or_refused(
    whole: dict[str, bytes], form: str, spoil: Callable[[bytes, random.Random], bytes]
) -> None:
    chance = random.Random(f"{form} {spoil.__name__}")
    for _ in range(12):
        data = spoil(whole[form], chance)
        with suppress(NotAPicture, TooLarge):
            assert decode(data, max_pixels=2_000_000).pixels.ndim == 3
        with suppress(NotAPicture, TooLarge):
            assert thumbnail(data, 160)


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("share", [0.05, 0.5, 0.9])
def test_a_cut_picture_is_never_taken_for_a_whole_one(
    whole: dict[str, bytes], form: str, share: float
) -> None:
    with pytest.raises(NotAPicture):
        decode(whole[form][: int(len(whole[form]) * share)])


@pytest.mark.parametrize("form", FORMATS)
def test_bytes_after_a_picture_do_no_harm(whole: dict[str, bytes], form: str) -> None:
    pixels = decode(whole[form]).pixels
    assert np.array_equal(decode(whole[form] + b"\0junk" * 50).pixels, pixels)


def png_chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png_of(width: int, height: int, *chunks: bytes) -> bytes:
    """Write a PNG with more chunks before its pixels, of which there is one row at most."""
    head = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    pixels = png_chunk(b"IDAT", zlib.compress(b"\0" + b"\x7f" * 3 * width))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(chunks) + pixels + png_chunk(b"IEND", b"")


def patch(data: bytes, at: int, values: bytes) -> bytes:
    return data[:at] + values + data[at + len(values) :]


def test_a_header_that_promises_too_much_is_refused_unread(whole: dict[str, bytes]) -> None:
    jpeg_size_at = whole["JPEG"].index(b"\xff\xc0") + 5
    vast = {
        "PNG": png_of(60_000, 60_000),
        "JPEG": patch(whole["JPEG"], jpeg_size_at, struct.pack(">HH", 65_000, 65_000)),
        "GIF": patch(whole["GIF"], 6, struct.pack("<HH", 65_535, 65_535)),
        "BMP": patch(whole["BMP"], 18, struct.pack("<ii", 30_000, 30_000)),
        "WEBP": patch(whole["WEBP"], 24, b"\xfe\x3f\0\xfe\x3f\0"),
    }
    for form, data in vast.items():
        for refuse in (decode, measure):
            with pytest.raises(TooLarge):
                pytest.fail(f"{form} was read as {refuse(data)}")


@pytest.mark.parametrize("name", [b"zTXt", b"iTXt", b"iCCP"])
def test_a_compressed_chunk_that_unpacks_to_far_more_is_refused(name: bytes) -> None:
    packed = zlib.compress(bytes(100 << 20))
    before = {b"zTXt": b"key\0\0", b"iTXt": b"key\0\1\0\0\0", b"iCCP": b"key\0\0"}[name]
    bomb = png_of(1, 1, png_chunk(name, before + packed))
    with pytest.raises(NotAPicture, match="too large"):
        decode(bomb)


def test_many_middling_text_chunks_are_refused_together() -> None:
    packed = zlib.compress(bytes(1_000_000), 9)
    with pytest.raises(NotAPicture, match="MAX_TEXT_MEMORY"):
        decode(png_of(1, 1, *[png_chunk(b"zTXt", b"key%d\0\0" % number + packed) for number in range(80)]))


def test_a_jpeg_of_endless_scans_is_refused() -> None:
    """Each scan costs a pass over all pixels and a few bytes: the file of LJT-01-003."""
    file = io.BytesIO()
    Image.new("L", (512, 512)).save(file, "JPEG", progressive=True)
    data = file.getvalue()
    last_scan = data[data.rindex(b"\xff\xda") : -2]
    assert decode(data[:-2] + last_scan * 100 + data[-2:]).pixels.shape == (512, 512, 3)
    with pytest.raises(TooLarge, match="scans"):
        decode(data[:-2] + last_scan * 300 + data[-2:])
