"""Takes pictures of the pages, as they serve the demo, for docs/: `make screenshots`."""

import io
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect, sync_playwright

ROOT = Path(__file__).parents[1]
CHROMIUM = "/usr/bin/chromium"
QUALITY = 78
WIDE, NARROW, HUGE = (1280, 860), (320, 700), (2560, 1300)


def show_start(page: Page) -> None:
    """Leave the page as it begins, with its samples there."""
    expect(page.locator(".samples img").last).to_be_visible()


def show_found(page: Page) -> None:
    """Search by a customer's photo."""
    page.set_input_files("input[type=file] >> nth=0", ROOT / "demo/photos/002.jpg")
    expect(page.locator(".hit").first).to_be_visible(timeout=20_000)


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


VIEWS: dict[str, tuple[Callable[[Page], None], tuple[int, int], str]] = {
    "start": (show_start, WIDE, "light"),
    "found": (show_found, WIDE, "light"),
    "compare": (show_compare, WIDE, "light"),
    "found-dark": (show_filter, WIDE, "dark"),
    "start-narrow": (show_start, NARROW, "light"),
    "found-narrow": (show_found, NARROW, "dark"),
    "found-huge": (show_masks, HUGE, "light"),
}


@contextmanager
def served(shop: Path) -> Iterator[str]:
    """Serve a shop, and give its address."""
    command = [sys.executable, "-m", "visualsearch", "serve", "--shop", str(shop), "--port", "0"]
    command += ["--samples", str(ROOT / "demo/photos")]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        try:
            yield next(line.split(" at ")[1].strip() for line in process.stderr if " at http" in line)
        finally:
            process.terminate()


def take(shop: Path, folder: Path, views: list[str]) -> None:
    """Take the pictures of views into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with served(shop) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for name in views:
            show, (width, height), scheme = VIEWS[name]
            page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)  # type: ignore[arg-type]
            page.goto(address)
            show(page)
            page.wait_for_timeout(900)  # pictures fade in
            page.wait_for_load_state("networkidle")
            picture = Image.open(io.BytesIO(page.screenshot()))
            picture.convert("RGB").save(folder / f"{name}.webp", quality=QUALITY, method=6)
            print(folder / f"{name}.webp")
            page.close()


if __name__ == "__main__":
    take(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:] or list(VIEWS))
