"""A real browser for the pages: nothing may go wrong in its console, and nothing may be asked of others."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect, sync_playwright

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
SERIOUS = {"serious", "critical"}

expect.set_options(timeout=30_000)  # the searches of a busy machine


@contextmanager
def browsing(*flags: str) -> Iterator[Browser]:
    """Open Chromium for the length of a block; ``flags`` go to it beside the usual ones."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", CHROMIUM), args=[*FLAGS, *flags]
        )
        yield browser
        browser.close()


def watch(page: Page, address: str) -> list[str]:
    """Note what a page complains of, and what it asks of others than its server."""
    faults: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            faults.append(message.text)

    def check(request: Request) -> None:
        if not request.url.startswith((address, "blob:", "data:")):
            faults.append(request.url)

    page.on("console", note)
    page.on("request", check)
    page.on("pageerror", lambda error: faults.append(str(error)))
    return faults


def barriers(page: Page) -> list[str]:
    """List what axe-core finds that keeps people from using the page, as it is shown now."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    # Colours in motion are judged where they rest.
    page.evaluate("Promise.all(document.getAnimations().map((one) => one.finished.catch(() => {})))")
    found: Any = page.evaluate("axe.run()")
    return [
        f"{one['id']}: {one['help']}: {json.dumps([node['html'][:200] for node in one['nodes']])}"
        for one in found["violations"]
        if one["impact"] in SERIOUS
    ]


def tab_to(page: Page, selector: str, most: int = 60) -> None:
    """Press Tab until something that a selector names has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"expected {selector} within reach of the keyboard, found it was not")


def fits(page: Page) -> bool:
    """Tell whether nothing of the page is beyond its right edge."""
    wide: bool = page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    return wide
