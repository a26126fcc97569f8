"""A map as it is kept: columns of points in the order of its tiles, in one file that is checked when read.

Points are in levels of detail: each is four times as large as all before it, and drawn evenly, so that the
first shows the whole roughly. Within a level they follow Morton's curve, so that a tile is a region of space.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from visualsearch.atlas.project import Method, Near, Places, Scores
from visualsearch.index import snapshot

LAYOUT = "map.snapshot"
TILE = 4096
"""Points of a tile; the last one of a level may have fewer."""
SHEET = 256
"""Thumbnails of a sheet, which are those of neighbouring points of a tile."""
EDGES = 10
"""Neighbours that are kept of each point."""
NOTHING = 0xFFFFFFFF
"""Stands where a point has no further neighbour."""
MOST_CATEGORIES = 1 << 15

_KIND = "map"
_GROWTH = 5
_STEPS = 65535
_CURVE_BITS = 10


@dataclass(frozen=True, slots=True)
class Points:
    """What is known of each point, in any order."""

    rows: NDArray[np.uint32]
    prices: NDArray[np.float32]
    """NaN where none is known."""
    categories: NDArray[np.uint16]
    """Positions in the names of the categories."""
    colours: NDArray[np.uint8]
    """Shape (count, 3): RGB."""


@dataclass(frozen=True, slots=True)
class About:
    """What a layout says of itself."""

    catalogue: str
    eye: str
    revision: str
    """The state of the catalogue that it shows."""
    method: Method
    laid_out: int
    """How many points there were when all of them were laid out together; others were placed among them."""
    categories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tile:
    """A run of points that is sent together."""

    level: int
    first: int
    count: int


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """A map; all columns are in the order of its tiles."""

    about: About
    points: Points
    places: NDArray[np.uint16]
    """Shape (count, 3): places in a cube, from 0 to 65535 along each axis."""
    near: NDArray[np.uint32]
    """Shape (count, EDGES): the positions of the nearest points, the nearest first; NOTHING past the last."""
    strengths: NDArray[np.uint8]
    """Shape (count, EDGES): their cosine similarity, 0 to 255."""
    version: str
    """Differs wherever a tile does."""

    def __len__(self) -> int:
        """Count the points."""
        return len(self.places)

    @property
    def tiles(self) -> list[Tile]:
        """Name the tiles, the coarsest first."""
        return [
            Tile(level, first, min(TILE, end - first))
            for level, (start, end) in enumerate(_levels(len(self)))
            for first in range(start, end, TILE)
        ]

    def sheets(self) -> int:
        """Count the sheets of thumbnails."""
        return -(-len(self) // SHEET)

    def free_places(self) -> Places:
        """Give the places as numbers that may be computed with."""
        return self.places.astype(np.float32)


def arrange(about: About, points: Points, places: Places, near: Near, scores: Scores) -> Layout:
    """Order points by level and place, and round what is known of them to what is kept."""
    whole = _cube(places)
    order = _order(points.rows, whole)
    position = np.empty(len(order) + 1, np.int64)
    position[order] = np.arange(len(order))
    position[-1] = NOTHING  # where near is -1
    padded = np.full((len(order), EDGES), -1, np.int64)
    padded[:, : near.shape[1]] = near[order, :EDGES]
    strengths = np.zeros((len(order), EDGES), np.uint8)
    strengths[:, : near.shape[1]] = np.round(255 * np.clip(scores[order, :EDGES], 0, 1))
    ordered = Points(
        points.rows[order], points.prices[order], points.categories[order], points.colours[order]
    )
    near_positions = position[padded].astype(np.uint32)
    return Layout(
        about,
        ordered,
        whole[order],
        near_positions,
        strengths,
        _version(about, ordered, whole[order], near_positions),
    )


def save(layout: Layout, path: Path) -> None:
    """Write a layout in one step; raises StorageFull and Unavailable."""
    mark = json.dumps({"about": asdict(layout.about), "version": layout.version})
    blocks = {name: partial(_write, array) for name, array in _columns(layout).items()}
    snapshot.save(path, snapshot.Contents(_KIND, layout.places.shape[1], len(layout), mark), blocks)


def read(path: Path) -> Layout:
    """Read a layout, checked to its last byte; raises NotFound, SnapshotCorrupt or FormatTooNew."""
    with snapshot.load(path, _KIND) as stored:
        said = json.loads(stored.contents.mark)
        about = About(**{**said["about"], "categories": tuple(said["about"]["categories"])})
        return Layout(
            about,
            Points(
                stored.array("rows", "<u4"),
                stored.array("prices", "<f4"),
                stored.array("categories", "<u2"),
                stored.array("colours", "u1").reshape(-1, 3),
            ),
            stored.array("places", "<u2").reshape(-1, 3),
            stored.array("near", "<u4").reshape(-1, EDGES),
            stored.array("strengths", "u1").reshape(-1, EDGES),
            said["version"],
        )


def _write(array: NDArray[np.generic], write: snapshot.Write) -> None:
    write(array.tobytes())


def written_at(path: Path) -> tuple[int, int] | None:
    """Tell one writing of a file from another, or None where there is none."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_mtime_ns, status.st_ino


def _columns(layout: Layout) -> dict[str, NDArray[np.generic]]:
    points = layout.points
    return {
        "rows": points.rows.astype("<u4"),
        "prices": points.prices.astype("<f4"),
        "categories": points.categories.astype("<u2"),
        "colours": points.colours,
        "places": layout.places.astype("<u2"),
        "near": layout.near.astype("<u4"),
        "strengths": layout.strengths,
    }


def _version(about: About, points: Points, places: NDArray[np.uint16], near: NDArray[np.uint32]) -> str:
    digest = hashlib.sha256(json.dumps(about.categories).encode())
    for column in (points.rows, points.prices, points.categories, points.colours, places, near):
        digest.update(np.ascontiguousarray(column).tobytes())
    return digest.hexdigest()[:16]


def _cube(places: Places) -> NDArray[np.uint16]:
    """Fit places into a cube, all axes by the same scale, centred."""
    if not len(places):
        return np.zeros((0, 3), np.uint16)
    low, high = places.min(axis=0), places.max(axis=0)
    scale = _STEPS / max(float((high - low).max()), 1e-9)
    steps = np.clip((places - (low + high) / 2) * scale + _STEPS / 2, 0, _STEPS)
    return np.asarray(np.round(steps), np.uint16)


def _order(rows: NDArray[np.uint32], places: NDArray[np.uint16]) -> NDArray[np.int64]:
    drawn = np.argsort(_scatter(rows), kind="stable")
    curve = _morton(places)
    levels = [drawn[start:end] for start, end in _levels(len(rows))]
    return np.concatenate([level[np.argsort(curve[level], kind="stable")] for level in levels] or [drawn])


def _levels(count: int) -> list[tuple[int, int]]:
    ends = [0]
    while ends[-1] < count:
        ends.append(min(count, max(TILE, ends[-1] * _GROWTH)))
    return list(pairwise(ends))


def _scatter(rows: NDArray[np.uint32]) -> NDArray[np.uint64]:
    """Draw a number for each row, always the same (splitmix64), so that a row seldom changes its level."""
    mixed = rows.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    return np.asarray(mixed ^ (mixed >> np.uint64(31)), np.uint64)


def _morton(places: NDArray[np.uint16]) -> NDArray[np.uint64]:
    """Tell how far along Morton's curve places are: the bits of the three axes by turns."""
    steps = places.astype(np.uint64) >> np.uint64(16 - _CURVE_BITS)
    code = np.zeros(len(places), np.uint64)
    for bit in range(_CURVE_BITS):
        for axis in range(3):
            code |= ((steps[:, axis] >> np.uint64(bit)) & np.uint64(1)) << np.uint64(3 * bit + axis)
    return code
