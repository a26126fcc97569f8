import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from visualsearch.atlas.layout import (
    EDGES,
    NOTHING,
    SHEET,
    TILE,
    About,
    Layout,
    Points,
    arrange,
    read,
    save,
)
from visualsearch.atlas.project import Places
from visualsearch.atlas.tiles import (
    SHEET_SIDE,
    THUMBNAIL,
    draw_sheet,
    encode_edges,
    encode_points,
    sheet_rows,
)
from visualsearch.errors import NotFound, SnapshotCorrupt

ABOUT = About("shop", "eye", "revision", "pca", 3, ("", "Chairs", "Lamps"))


def made(count: int, seed: int = 0, neighbours: int = 15) -> tuple[Layout, Places]:
    """Arrange drawn points, whose neighbours are those with the next numbers, and give their places too."""
    random = np.random.default_rng(seed)
    places = random.normal(size=(count, 3)).astype(np.float32)
    near = np.arange(count)[:, None] + np.arange(1, neighbours + 1)[None]
    near[near >= count] = -1
    prices = random.uniform(1, 100, count).astype(np.float32)
    prices[::7] = np.nan
    points = Points(
        np.arange(count, dtype=np.uint32) * 3 + 1,
        prices,
        random.integers(0, 3, count).astype(np.uint16),
        random.integers(0, 256, (count, 3)).astype(np.uint8),
    )
    scores = np.where(near >= 0, 1 - np.arange(neighbours) / 20, 0).astype(np.float32)
    return arrange(ABOUT, points, places, near, scores), places


@pytest.mark.parametrize("count", [0, 1, 300, 5000])
def test_a_layout_is_read_as_it_was_written(tmp_path: Path, count: int) -> None:
    layout, _ = made(count)

    save(layout, tmp_path / "map")

    found = read(tmp_path / "map")
    assert (found.about, found.version, len(found)) == (layout.about, layout.version, count)
    for one, other in (
        (found.points.rows, layout.points.rows),
        (found.points.prices, layout.points.prices),
        (found.points.categories, layout.points.categories),
        (found.points.colours, layout.points.colours),
        (found.places, layout.places),
        (found.near, layout.near),
        (found.strengths, layout.strengths),
    ):
        assert one.dtype == other.dtype
        assert np.array_equal(one, other, equal_nan=one.dtype == np.float32)


def test_a_broken_file_is_told(tmp_path: Path) -> None:
    save(made(300)[0], tmp_path / "map")
    data = bytearray((tmp_path / "map").read_bytes())
    data[len(data) // 2] ^= 1
    (tmp_path / "map").write_bytes(data)

    with pytest.raises(SnapshotCorrupt):
        read(tmp_path / "map")


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 30_000))
def test_tiles_hold_every_point_once_and_the_coarsest_come_first(count: int) -> None:
    layout, _ = made(count, neighbours=1)

    tiles = layout.tiles

    assert [tile.first for tile in tiles] == list(np.cumsum([0, *(tile.count for tile in tiles)])[:-1])
    assert sum(tile.count for tile in tiles) == count
    assert all(0 < tile.count <= TILE for tile in tiles)
    levels = [tile.level for tile in tiles]
    assert levels == sorted(levels)
    assert sorted(layout.points.rows) == [3 * number + 1 for number in range(count)]


def test_places_fill_a_cube_and_keep_their_shape() -> None:
    layout, places = made(2000)
    before = places[(layout.points.rows.astype(int) - 1) // 3]

    after = layout.places.astype(np.float64)

    assert after.min() == 0
    assert after.max() == 65535
    scale = np.ptp(after, axis=0) / np.ptp(before, axis=0)
    assert scale == pytest.approx([scale[0]] * 3, rel=1e-3), "all axes by the same"
    middle = (after.min(axis=0) + after.max(axis=0)) / 2
    assert middle == pytest.approx([32767.5] * 3, abs=1)


def test_neighbours_are_named_by_their_new_positions() -> None:
    layout, _ = made(500)
    rows = layout.points.rows

    for position in (0, 17, 499):
        number = (int(rows[position]) - 1) // 3
        expected = [3 * other + 1 for other in range(number + 1, min(500, number + 1 + EDGES))]
        near = layout.near[position]
        assert [int(rows[one]) for one in near if one != NOTHING] == expected
        assert (near[len(expected) :] == NOTHING).all()
        assert layout.strengths[position][: len(expected)].tolist() == [
            round(255 * (1 - one / 20)) for one in range(len(expected))
        ]


def test_points_of_a_tile_and_of_a_sheet_lie_together() -> None:
    layout, _ = made(12_000, neighbours=1)
    tile = layout.tiles[1]
    sheets = layout.places[tile.first : tile.first + 7 * SHEET].astype(float).reshape(7, SHEET, 3)

    spread = np.mean([sheet.std(axis=0) for sheet in sheets])

    assert spread < 0.6 * layout.places.astype(float).std(axis=0).mean()


def test_the_first_level_is_drawn_from_all_the_map() -> None:
    layout, _ = made(20_000, neighbours=1)
    first = layout.places[:TILE].astype(float)
    whole = layout.places.astype(float)

    assert first.mean(axis=0) == pytest.approx(whole.mean(axis=0), rel=0.03)
    assert first.std(axis=0) == pytest.approx(whole.std(axis=0), rel=0.05)


def test_a_row_that_comes_moves_few_others_to_another_level() -> None:
    before, _ = made(6000, neighbours=1)
    after, _ = made(6001, neighbours=1)

    moved = set(before.points.rows[:TILE]) - set(after.points.rows[:TILE])

    assert len(moved) <= 1


def test_the_version_is_that_of_what_is_shown() -> None:
    assert made(300)[0].version == made(300)[0].version
    assert made(300)[0].version != made(300, seed=1)[0].version
    assert made(300)[0].version != made(301)[0].version


def test_a_tile_of_points_is_read_as_the_page_reads_it() -> None:
    layout, _ = made(4099)
    data = encode_points(layout, 1)

    assert struct.unpack("<4sIII", data[:16]) == (b"vsPT", 3, 4096, 0)
    at = 16
    assert np.frombuffer(data, "<u4", 3, at).tolist() == layout.points.rows[4096:].tolist()
    at += 12
    assert np.array_equal(np.frombuffer(data, "<f4", 3, at), layout.points.prices[4096:], equal_nan=True)
    at += 12
    assert np.frombuffer(data, "<u2", 9, at).tolist() == layout.places[4096:].ravel().tolist()
    at += 20
    assert np.frombuffer(data, "<u2", 3, at).tolist() == layout.points.categories[4096:].tolist()
    at += 8
    assert np.frombuffer(data, "u1", 9, at).tolist() == layout.points.colours[4096:].ravel().tolist()
    assert len(data) == at + 12


def test_a_tile_of_edges_is_read_as_the_page_reads_it() -> None:
    layout, _ = made(4099)
    data = encode_edges(layout, 1)

    assert struct.unpack("<4sIII", data[:16]) == (b"vsED", 3, 4096, EDGES)
    near = np.frombuffer(data, "<u4", 3 * EDGES, 16)
    assert near.tolist() == layout.near[4096:].ravel().tolist()
    strengths = np.frombuffer(data, "u1", 3 * EDGES, 16 + 12 * EDGES)
    assert strengths.tolist() == layout.strengths[4096:].ravel().tolist()


def test_there_is_no_tile_and_no_sheet_past_the_last() -> None:
    layout, _ = made(300)
    assert len(sheet_rows(layout, 1)) == 300 - SHEET
    for wrong in (-1, 2):
        with pytest.raises(NotFound):
            sheet_rows(layout, wrong)
        with pytest.raises(NotFound):
            encode_points(layout, wrong)
        with pytest.raises(NotFound):
            encode_edges(layout, wrong)


def test_a_sheet_shows_each_thumbnail_in_its_place(tmp_path: Path) -> None:
    wide = tmp_path / "wide.jpg"
    Image.new("RGB", (160, 80), (255, 0, 0)).save(wide)

    sheet = tmp_path / "sheet.jpg"
    sheet.write_bytes(draw_sheet([None] * 17 + [wide]))

    with Image.open(sheet) as drawn:
        assert drawn.size == (SHEET_SIDE * THUMBNAIL, 2 * THUMBNAIL)
        middle = drawn.getpixel((THUMBNAIL * 3 // 2, THUMBNAIL * 3 // 2))
        above = drawn.getpixel((THUMBNAIL * 3 // 2, THUMBNAIL + 6))
        before = drawn.getpixel((THUMBNAIL // 2, THUMBNAIL // 2))
    assert middle == pytest.approx((254, 0, 0), abs=4)
    assert above == pytest.approx((255, 255, 255), abs=6), "it is centred and whole"
    assert before == (255, 255, 255)
