"""Measures laying a catalogue out, the sizes of its tiles, and frames of its page without a GPU."""

import argparse
import gzip
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import sync_playwright

from machine import RESULTS, data_folder, keep, served
from visualsearch.assemble import open_index, open_shop
from visualsearch.atlas.flow import State, lay_out
from visualsearch.atlas.layout import LAYOUT, Layout
from visualsearch.atlas.tiles import encode_edges, encode_points
from visualsearch.domain import (
    WHOLE,
    PictureId,
    Product,
    ProductId,
    Record,
    Row,
    Seen,
    Sighting,
    Vector,
    View,
)
from visualsearch.places import DATABASE
from visualsearch.search.live import LiveIndex
from visualsearch.settings import read_settings
from visualsearch.store.revision import Revision
from visualsearch.store.sqlite import SqliteStore

CHROMIUM = "/usr/bin/chromium"
FLAGS = ("--no-sandbox", "--disable-gpu", "--enable-unsafe-swiftshader")
NOISE = 0.35
"""The length of what is added to a vector of length 1 to make another: a cosine of about 0.94."""
PUT_AT_ONCE = 2_000
MOVES = 60
"""Of the pointer, while the map is turned; each waits for a frame."""


@dataclass(frozen=True)
class Figures:
    """What one map cost."""

    points: int
    method: str
    lay_out_s: float
    place_one_s: float
    """After one product more."""
    file_bytes: int
    points_bytes: int
    points_gzip_bytes: int
    edges_bytes: int
    peak_memory_mb: int
    """Of the process that lays out, with its catalogue and index."""
    first_tile_s: float
    """From opening the page to the first points."""
    all_points_s: float
    frame_ms: float
    """Median, while the map is turned, drawn by SwiftShader."""
    draw_ms: float
    """Median of what the page's own code takes of a frame."""
    draw_calls: int


def main() -> None:
    """Measure a map of each size and print its figures."""
    options = _options()
    figures: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as passing:
        folder = options.folder or Path(passing)
        source = options.shop or _indexed(folder / "source")
        for rows in options.rows:
            found = _measure(source, folder / str(rows), rows)
            figures[f"{rows} rows"] = asdict(found)
            print(found, flush=True)
    keep("map", figures, options.out)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=RESULTS / "map.json", help="where the figures go")
    parser.add_argument("--shop", type=Path, help="a shop of real products whose vectors are varied")
    parser.add_argument("--folder", type=Path, help="where shops are made, and stay for another run")
    parser.add_argument("--rows", type=int, nargs="+", default=[7_000, 100_000])
    return parser.parse_args()


def _indexed(folder: Path) -> Path:
    command = [sys.executable, "-m", "visualsearch", "index", "products.csv", "--shop", str(folder)]
    subprocess.run(command, cwd=data_folder() / "amazon", check=True)
    return folder


def _measure(source: Path, folder: Path, rows: int) -> Figures:
    with open_shop(read_settings({"shop": source})) as shop:
        eye, dimension = shop.eye.name, shop.eye.dimension
        real = shop.store.seen_rows(Row(0), rows)
    folder.mkdir(exist_ok=True)
    (folder / LAYOUT).unlink(missing_ok=True)
    with SqliteStore(folder / DATABASE, eye=eye, dimension=dimension) as store:
        there = store.counts().products
        for records, views in _varied(real, rows, there):
            store.put(records, views)
        index = open_index(store, eye, dimension, folder)
        index.catch_up()
        index.save()
        _say(f"{rows} rows stored and indexed")
        layout, lay_out_s = _timed(store, index, eye, folder)
        one = View(WHOLE, real[0].vector)
        picture = PictureId(f"{rows:064x}")
        new = Record(Product(ProductId("new")), (Sighting("new.jpg", "", picture),))
        store.put([new], {picture: (one,)})
        index.catch_up()
        index.save()
        layout, place_one_s = _timed(store, index, eye, folder)
    points = [encode_points(layout, number) for number in range(len(layout.tiles))]
    edges = [encode_edges(layout, number) for number in range(len(layout.tiles))]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    _say("looking at the page")
    return Figures(
        points=len(layout),
        method=layout.about.method,
        lay_out_s=round(lay_out_s, 1),
        place_one_s=round(place_one_s, 2),
        file_bytes=(folder / LAYOUT).stat().st_size,
        points_bytes=sum(map(len, points)),
        points_gzip_bytes=sum(len(gzip.compress(tile)) for tile in points),
        edges_bytes=sum(map(len, edges)),
        peak_memory_mb=memory,
        **_looked_at(folder, len(layout)),
    )


def _timed(store: SqliteStore, index: LiveIndex, eye: str, folder: Path) -> tuple[Layout, float]:
    revision = Revision(folder / DATABASE)
    state = State(store.identity, eye, revision.newest()[0])
    revision.close()
    start = time.perf_counter()
    layout = lay_out(
        store, lambda vectors, k: index.search(vectors, k)[0], state, folder / LAYOUT, lambda *_: None
    )
    return layout, time.perf_counter() - start


def _varied(
    real: list[Seen], rows: int, there: int
) -> Iterator[tuple[list[Record], dict[PictureId, tuple[View, ...]]]]:
    """Make records of so many rows, past those that are there: the real ones, then others beside them."""
    random = np.random.default_rng(there)
    for start in range(there, rows, PUT_AT_ONCE):
        records: list[Record] = []
        views: dict[PictureId, tuple[View, ...]] = {}
        for number in range(start, min(start + PUT_AT_ONCE, rows)):
            seen = real[number % len(real)]
            picture = PictureId(f"{number:064x}")
            product = Product(
                ProductId(f"p{number}"),
                categories=seen.categories or ((seen.kind,) if seen.kind else ()),
                price=round(float(random.lognormal(3, 1)), 2),
            )
            records.append(Record(product, (Sighting("x.jpg", "", picture),)))
            vector = seen.vector if number < len(real) else _beside(seen.vector, random)
            views[picture] = (View(WHOLE, vector, colours=seen.colours),)
        yield records, views


def _beside(vector: Vector, random: np.random.Generator) -> Vector:
    noise = random.normal(size=vector.shape)
    moved = vector + NOISE * noise / np.linalg.norm(noise)
    return np.asarray(moved / np.linalg.norm(moved), np.float32)


def _looked_at(folder: Path, count: int) -> dict[str, Any]:
    """Open the page of a shop, turn the map, and read what its scene has measured."""
    with served(folder) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        page = browser.new_page(viewport={"width": 1400, "height": 860})
        page.set_default_timeout(300_000)
        start = time.perf_counter()
        page.goto(f"{address}map")
        page.wait_for_selector("canvas[data-status=shown]")
        first_tile_s = time.perf_counter() - start
        page.wait_for_selector(f"[data-count='{count}']")
        all_points_s = time.perf_counter() - start
        page.wait_for_selector("canvas[data-edges=there]")
        box = page.locator("canvas").bounding_box()
        assert box is not None
        middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        page.mouse.move(*middle)
        page.mouse.down()
        for step in range(MOVES):
            page.mouse.move(middle[0] + step, middle[1] + step / 4)
        page.mouse.up()
        told: Any = page.evaluate("document.querySelector('canvas').scene.timing")
        browser.close()
    return {
        "first_tile_s": round(first_tile_s, 2),
        "all_points_s": round(all_points_s, 2),
        "frame_ms": round(told["frameMs"], 1),
        "draw_ms": round(told["drawMs"], 1),
        "draw_calls": told["calls"],
    }


def _say(words: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {words}", flush=True)


if __name__ == "__main__":
    main()
