"""Takes pictures of the pages, as they serve the demo, for docs/: `make screenshots`."""

import csv
import io
import json
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Literal

from pages import browsing  # of tests/e2e
from PIL import Image, ImageOps
from playwright.sync_api import FilePayload, Page, expect
from processes import serving

DEMO = Path(__file__).parents[1] / "demo"
QUALITY = 68
LARGEST = 1920
"""Pixels of a picture's longer side, as it is kept."""
SETTLING_MS = 900
"""Pictures fade in, and the map is drawn sharply once nothing moves."""
LONG_MS = 180_000
"""Jobs open the models anew."""
STILL = 4
"""Looks in a row after which what has not changed is taken to rest."""
ARRIVALS = 60


def show_start(page: Page) -> None:
    """Leave the page as it begins, with its samples there."""
    expect(page.locator(".samples img").last).to_be_visible()


def show_found(page: Page) -> None:
    """Search by a customer's photo."""
    page.set_input_files("input[type=file] >> nth=0", DEMO / "photos" / "002.jpg")
    expect(page.locator(".hit").first).to_be_visible(timeout=LONG_MS)


def show_masks(page: Page) -> None:
    """Show what was found in the photo."""
    show_found(page)
    page.get_by_label("Show outlines").check()


def show_filter(page: Page) -> None:
    """Open a filter."""
    show_found(page)
    page.locator("summary", has_text="Colour").click()


def show_compare(page: Page) -> None:
    """Put a hit beside the photo."""
    show_found(page)
    page.locator(".hit .picture").first.click()
    expect(page.locator("dialog")).to_be_visible()
    page.wait_for_load_state("networkidle")  # where the print is the same is drawn when it is asked for


def show_catalogue(page: Page) -> None:
    """Bring a catalogue in that has a line without an id, and a torn picture."""
    page.get_by_label("Choose a file").set_input_files(
        {"name": "arrivals.zip", "mimeType": "application/zip", "buffer": _arrivals()}
    )
    job = page.get_by_role("article", name="arrivals.zip").first
    expect(job).to_contain_text("done", timeout=LONG_MS)
    expect(page.get_by_text("not-a-picture").first).to_be_visible()


def show_product(page: Page) -> None:
    """Open a product, and what the eye sees in its picture."""
    page.get_by_label("Words, or the beginning of an id").fill("lamp")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("button", name="Edit").first.click()
    expect(page.get_by_role("dialog").get_by_text("Found in it")).to_be_visible()


def show_products(page: Page) -> None:
    """Leave the list of products as it begins."""
    expect(page.locator("li img").first).to_be_visible()


def show_quality(page: Page) -> None:
    """Compare two ways of searching."""
    page.get_by_label("Products to photograph").fill("60")
    page.get_by_label("Compare with").select_option("the search without print and colours")
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_role("region", name="Runs")).to_contain_text("photos, asked", timeout=LONG_MS)


def show_load(page: Page) -> None:
    """Search a while, and look at the meters."""
    for number in range(1, 25):
        photo = (DEMO / "photos" / f"{number:03}.jpg").read_bytes()
        file: FilePayload = {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": photo}
        assert page.request.post("/v1/search", multipart={"picture": file}).ok
        page.wait_for_timeout(600)
    expect(page.get_by_role("row").nth(3)).to_be_visible()


def show_map(page: Page) -> None:
    """Show all of the catalogue."""
    expect(page.locator("canvas")).to_have_attribute("data-status", "shown", timeout=LONG_MS)
    expect(page.locator("canvas")).to_have_attribute("data-edges", "there", timeout=LONG_MS)
    _wait_for_thumbnails(page)


def show_near(page: Page) -> None:
    """Pick the product in the middle, and fly to it."""
    show_map(page)
    page.locator("canvas").press("Enter")
    page.get_by_role("button", name="Fly there").click()
    _wait_for_thumbnails(page)


def show_place(page: Page) -> None:
    """Show a customer's photo among what it finds."""
    show_map(page)
    page.set_input_files("input[type=file]", DEMO / "photos" / "002.jpg")
    expect(page.locator(".hits li").first).to_be_visible(timeout=LONG_MS)
    _wait_for_thumbnails(page)


def _wait_for_thumbnails(page: Page) -> None:
    """Wait until no more thumbnails come: the server draws their sheets when they are first asked for."""
    counts = [0]
    while len(counts) < STILL or set(counts[-STILL:]) != {counts[-1]}:
        page.wait_for_timeout(SETTLING_MS)
        counts.append(page.locator("canvas").evaluate("(canvas) => canvas.scene.timing.thumbnails"))


def _arrivals() -> bytes:
    """Pack some of the demo's products as others, with their pictures, in a catalogue with faults."""
    packed, table = io.BytesIO(), io.StringIO()
    rows = csv.writer(table)
    rows.writerow(["id", "title", "brand", "price", "image"])
    with zipfile.ZipFile(packed, "w") as archive, (DEMO / "products.jsonl").open(encoding="utf-8") as lines:
        for number, line in enumerate(islice(lines, 0, 11 * ARRIVALS, 11)):
            said = json.loads(line)
            mirrored, encoded = ImageOps.mirror(Image.open(DEMO / said["images"][0]["large"])), io.BytesIO()
            mirrored.save(encoded, "JPEG")
            packed_picture = encoded.getvalue()[: 300 if number == 3 else None]
            archive.writestr(f"pictures/{number}.jpg", packed_picture)
            name = "" if number == 7 else f"new-{number:02}"
            rows.writerow([name, said["title"], said["store"], said["price"], f"pictures/{number}.jpg"])
        archive.writestr("products.csv", table.getvalue())
    return packed.getvalue()


@dataclass(frozen=True)
class View:
    """A picture to take: of which page, how it gets there, and on what screen."""

    path: str
    show: Callable[[Page], None]
    size: tuple[int, int] = (1280, 860)
    scheme: Literal["light", "dark"] = "light"


NARROW, HUGE = (320, 700), (3840, 2160)
VIEWS = {
    "start": View("", show_start),
    "found": View("", show_found),
    "compare": View("", show_compare),
    "found-dark": View("", show_filter, scheme="dark"),
    "start-narrow": View("", show_start, NARROW),
    "found-narrow": View("", show_found, NARROW, "dark"),
    "found-huge": View("", show_masks, HUGE),
    "map": View("map", show_map),
    "map-near": View("map", show_near),
    "map-photo": View("map", show_place, scheme="dark"),
    "map-narrow": View("map", show_map, NARROW),
    "admin-catalogue": View("admin#catalogue", show_catalogue),
    "admin-products": View("admin#products", show_products),
    "admin-product": View("admin#products", show_product),
    "admin-quality": View("admin#quality", show_quality, (1280, 1400)),
    "admin-load": View("admin#load", show_load, scheme="dark"),
    "admin-narrow": View("admin#catalogue", lambda _: None, NARROW),
}


def take(shop: Path, folder: Path, views: list[str]) -> None:
    """Take the pictures of views into a folder; what they do to the shop is done to a copy of it."""
    folder.mkdir(parents=True, exist_ok=True)
    environment = {
        "VISUALSEARCH_SEARCH__LEARN": "false",
        "VISUALSEARCH_JOBS__NICENESS": "0",
        # So that a machine that is busy is shown as one that is not.
        "VISUALSEARCH_SEARCH__WEIGH_MS": "10000",
        "VISUALSEARCH_SEARCH__VERIFY_MS": "10000",
    }
    with (
        tempfile.TemporaryDirectory() as copies,
        serving(
            shutil.copytree(shop, Path(copies) / "shop"),
            "--samples",
            str(DEMO / "photos"),
            environment=environment,
        ) as server,
        browsing("--enable-unsafe-swiftshader") as browser,
    ):
        for name in views:
            view = VIEWS[name]
            width, height = view.size
            page = browser.new_page(
                base_url=server.address,
                viewport={"width": width, "height": height},
                color_scheme=view.scheme,
            )
            page.goto(f"{server.address}{view.path}")
            view.show(page)
            page.wait_for_timeout(SETTLING_MS)
            picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
            picture.thumbnail((LARGEST, LARGEST))
            picture.save(folder / f"{name}.webp", quality=QUALITY, method=6)
            print(folder / f"{name}.webp", flush=True)
            page.close()


if __name__ == "__main__":
    take(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:] or list(VIEWS))
