"""Tiles and sheets as they go over HTTP: bytes that a page puts into the GPU as they are."""

import io
import struct
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from visualsearch.atlas.layout import SHEET, Layout, Tile
from visualsearch.errors import NotFound

POINTS_MAGIC, EDGES_MAGIC = b"vsPT", b"vsED"
_HEADER = struct.Struct("<4sIII")
"""The magic word, then how many points, the first one's position, and the neighbours of each."""

SHEET_SIDE = 16
"""Thumbnails in a row of a sheet, and rows of it."""
THUMBNAIL = 64
"""The side of a thumbnail, in pixels."""
_PAPER = (255, 255, 255)
_QUALITY = 78


def encode_points(layout: Layout, number: int) -> bytes:
    """Write a tile's points: header, rows (u4), prices (f4), places (3 u2), categories (u2), colours (3 u1).

    Column by column, each begun at a multiple of four bytes, integers little-endian.
    """
    tile = _tile(layout, number)
    part = slice(tile.first, tile.first + tile.count)
    points = layout.points
    return _HEADER.pack(POINTS_MAGIC, tile.count, tile.first, 0) + b"".join(
        map(
            _padded,
            (
                points.rows[part].astype("<u4"),
                points.prices[part].astype("<f4"),
                layout.places[part].astype("<u2"),
                points.categories[part].astype("<u2"),
                points.colours[part],
            ),
        )
    )


def encode_edges(layout: Layout, number: int) -> bytes:
    """Write a tile's edges: header, each point's neighbours by position (u4), then their strengths (u1)."""
    tile = _tile(layout, number)
    part = slice(tile.first, tile.first + tile.count)
    near = layout.near[part]
    return _HEADER.pack(EDGES_MAGIC, tile.count, tile.first, near.shape[1]) + b"".join(
        map(_padded, (near.astype("<u4"), layout.strengths[part]))
    )


def sheet_rows(layout: Layout, number: int) -> list[int]:
    """Name the rows whose thumbnails a sheet shows, in its order; raises NotFound."""
    if not 0 <= number < layout.sheets():
        raise NotFound(f"expected the number of a sheet, 0 to {layout.sheets() - 1}, found {number}")
    return [int(row) for row in layout.points.rows[SHEET * number : SHEET * (number + 1)]]


def draw_sheet(thumbnails: Sequence[Path | None]) -> bytes:
    """Draw thumbnails row by row on one JPEG, each whole and centred on white; a missing one stays white."""
    rows = -(-len(thumbnails) // SHEET_SIDE)
    sheet = Image.new("RGB", (SHEET_SIDE * THUMBNAIL, max(rows, 1) * THUMBNAIL), _PAPER)
    for place, path in enumerate(thumbnails):
        if path is None:
            continue
        with Image.open(path) as picture:
            picture.draft("RGB", (THUMBNAIL, THUMBNAIL))
            shown = picture.convert("RGB")
        shown.thumbnail((THUMBNAIL, THUMBNAIL), Image.Resampling.BILINEAR)
        down, across = divmod(place, SHEET_SIDE)
        left = across * THUMBNAIL + (THUMBNAIL - shown.width) // 2
        sheet.paste(shown, (left, down * THUMBNAIL + (THUMBNAIL - shown.height) // 2))
    encoded = io.BytesIO()
    sheet.save(encoded, "JPEG", quality=_QUALITY)
    return encoded.getvalue()


def _tile(layout: Layout, number: int) -> Tile:
    tiles = layout.tiles
    if not 0 <= number < len(tiles):
        raise NotFound(f"expected the number of a tile, 0 to {len(tiles) - 1}, found {number}")
    return tiles[number]


def _padded(column: NDArray[np.generic]) -> bytes:
    data = np.ascontiguousarray(column).tobytes()
    return data + bytes(-len(data) % 4)
