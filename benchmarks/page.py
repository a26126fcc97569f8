"""Measures the shopper's page in Chromium on this machine: until it shows, and until a photo is answered."""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, expect, sync_playwright

from machine import ROOT, served, write

CHROMIUM = "/usr/bin/chromium"
RUNS = 10
PAINT = """new Promise((done) => new PerformanceObserver((list) => {
  for (const paint of list.getEntriesByName("first-contentful-paint")) done(paint.startTime);
}).observe({ type: "paint", buffered: true }))"""
BYTES = """performance.getEntriesByType("resource").filter((one) => /[.](js|css)$/.test(one.name))
  .reduce((sum, one) => sum + one.encodedBodySize, 0)"""


def main() -> None:
    """Open the page of the demo's shop anew, many times, and search by a photo each time."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shop", type=Path, help="a shop that holds the demo already")
    shop = parser.parse_args().shop
    with (
        tempfile.TemporaryDirectory() as folder,
        served(shop or _indexed(Path(folder)), "--samples", ROOT / "demo" / "photos") as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        opened = [
            _open(browser, address, ROOT / "demo" / "photos" / f"{run + 1:03}.jpg") for run in range(RUNS)
        ]
        browser.close()
    painted, answered, sent = zip(*opened, strict=True)
    write(
        "page",
        {
            "first paint, ms": _told(painted) | {"to reach": "< 1000"},
            "from a photo to its first hit, ms": _told(answered),
            "scripts and styles, kB as sent": {"median": f"{max(sent) / 1000:.0f}", "to reach": "<= 250"},
        },
    )


def _open(browser: Browser, address: str, photo: Path) -> tuple[float, float, float]:
    page = browser.new_page()
    page.goto(address)
    painted, sent = page.evaluate(PAINT), page.evaluate(BYTES)
    start = time.perf_counter()
    page.set_input_files("input[type=file] >> nth=0", photo)
    expect(page.locator(".hit").first).to_be_visible(timeout=60_000)
    answered = 1000 * (time.perf_counter() - start)
    page.close()
    return float(painted), answered, float(sent)


def _told(times: tuple[float, ...]) -> dict[str, object]:
    return {"median": f"{median(times):.0f}", "worst": f"{max(times):.0f}"}


def _indexed(folder: Path) -> Path:
    command = [sys.executable, "-m", "visualsearch", "index", "products.jsonl", "--shop", str(folder)]
    subprocess.run(command, cwd=ROOT / "demo", check=True)
    return folder


if __name__ == "__main__":
    main()
