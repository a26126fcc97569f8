"""Pictures that tests make, and a colour profile."""

import struct
from collections.abc import Mapping

import numpy as np
import pytest

from visualsearch.domain import Pixels


@pytest.fixture(scope="session")
def quarters() -> Pixels:
    """32 x 48 pixels: red, green, blue and dark quarters, so that every turn and flip shows."""
    pixels = np.zeros((32, 48, 3), np.uint8)
    pixels[:16, :24] = 220, 30, 20
    pixels[:16, 24:] = 20, 200, 40
    pixels[16:, :24] = 30, 40, 210
    pixels[16:, 24:] = 50, 50, 50
    return pixels


@pytest.fixture(scope="session")
def swapped_profile() -> bytes:
    """An ICC profile (ICC.1:2010) whose red is sRGB's blue and whose blue is sRGB's red."""
    red, green, blue = (0.4360, 0.2225, 0.0139), (0.3851, 0.7169, 0.0971), (0.1431, 0.0606, 0.7139)

    def xyz(values: tuple[float, ...]) -> bytes:
        return b"XYZ \0\0\0\0" + b"".join(struct.pack(">i", round(value * 65536)) for value in values)

    curve = b"curv\0\0\0\0" + struct.pack(">IHH", 1, round(2.2 * 256), 0)
    tags = {
        b"wtpt": xyz((0.9642, 1.0, 0.8249)),
        b"rXYZ": xyz(blue),
        b"gXYZ": xyz(green),
        b"bXYZ": xyz(red),
        b"rTRC": curve,
        b"gTRC": curve,
        b"bTRC": curve,
    }
    return icc_profile(b"RGB ", b"XYZ ", tags)


@pytest.fixture(scope="session")
def black_cyan_profile() -> bytes:
    """An ICC profile of a printer whose cyan ink is black, and whose other inks leave no trace."""
    straight = bytes(range(256))
    matrix = struct.pack(">9i", *(65536 if at % 4 == 0 else 0 for at in range(9)))
    lab = bytes([255, 128, 128]) * 8 + bytes([0, 128, 128]) * 8  # the first ink varies slowest
    table = b"mft1\0\0\0\0" + bytes([4, 3, 2, 0]) + matrix + straight * 4 + lab + straight * 3
    return icc_profile(b"CMYK", b"Lab ", {b"A2B0": table})


def icc_profile(space: bytes, connection_space: bytes, tags: Mapping[bytes, bytes]) -> bytes:
    """Put an ICC profile together from its tags."""
    table, body = struct.pack(">I", len(tags)), b""
    start = 128 + 4 + 12 * len(tags)
    for name, data in tags.items():
        table += name + struct.pack(">II", start + len(body), len(data))
        body += data + b"\0" * (-len(data) % 4)
    kind = b"prtr" if space == b"CMYK" else b"mntr"
    size = start + len(body)
    head = struct.pack(">I4sI4s4s4s", size, b"none", 0x02400000, kind, space, connection_space)
    head += bytes(12) + b"acsp" + bytes(28) + struct.pack(">3i", 63190, 65536, 54061)
    return head.ljust(128, b"\0") + table + body
