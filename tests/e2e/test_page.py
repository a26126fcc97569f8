"""The page in a real browser."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from drawings import draw, make_catalogue, shelf, side_by_side
from playwright.sync_api import ConsoleMessage, Dialog, Page, Request, expect, sync_playwright
from processes import Server, run_json, serving

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

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


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("page")
    run_json("index", make_catalogue(folder, 30), "--shop", folder / "shop")
    samples = folder / "samples"
    samples.mkdir()
    (samples / "first.jpg").write_bytes(draw(7))
    with serving(folder / "shop", "--samples", str(samples)) as server:
        yield server


@pytest.fixture(scope="module")
def pages(server: Server) -> Iterator[tuple[Page, list[str]]]:
    """A page, and what it complained of or asked of others than its server."""
    faults: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error":
            faults.append(message.text)

    def check(request: Request) -> None:
        if not request.url.startswith((server.address, "blob:", "data:")):
            faults.append(request.url)

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": 1200, "height": 900})
        page.on("console", note)
        page.on("request", check)
        page.on("pageerror", lambda error: faults.append(str(error)))
        yield page, faults
        browser.close()


@pytest.fixture
def page(pages: tuple[Page, list[str]], server: Server) -> Iterator[Page]:
    page, faults = pages
    page.goto(server.address)
    yield page
    assert faults == []


def test_a_key_is_asked_for_once_where_the_server_wants_one(
    pages: tuple[Page, list[str]], tmp_path: Path
) -> None:
    run_json("index", make_catalogue(tmp_path, 5), "--shop", tmp_path / "shop")
    made = run_json("keys", "till")
    asked = tmp_path / "asked.jpg"
    asked.write_bytes(draw(3))
    prompts: list[str] = []
    answers = iter(["vs-wrong", made["key"]])

    def answer(dialog: Dialog) -> None:
        prompts.append(dialog.type)
        dialog.accept(next(answers))

    environment = {"VISUALSEARCH_WEB__KEYS": json.dumps([made["setting"]])}
    browser = pages[0].context.browser
    assert browser is not None
    with serving(tmp_path / "shop", environment=environment) as server:
        page = browser.new_page()
        page.on("dialog", answer)
        page.goto(server.address)
        page.set_input_files("input[type=file]", asked)
        expect(page.get_by_text("found one that is not known")).to_be_visible()
        for _ in range(2):
            page.set_input_files("input[type=file]", asked)
            expect(page.locator("#hits li").first).to_contain_text("Drawing 3")
        page.close()

    assert prompts == ["prompt", "prompt"]


def test_an_uploaded_picture_finds_its_product_first(page: Page, tmp_path: Path) -> None:
    asked = tmp_path / "asked.jpg"
    asked.write_bytes(draw(12))

    page.set_input_files("input[type=file]", asked)

    expect(page.locator("#hits li").first).to_contain_text("Drawing 12")


def test_a_sample_is_searched_by_one_click(page: Page) -> None:
    page.locator("#samples button").first.click()

    expect(page.locator("#hits li").first).to_contain_text("Drawing 7")


def test_more_like_this_leaves_the_product_itself_out(page: Page, tmp_path: Path) -> None:
    asked = tmp_path / "asked.jpg"
    asked.write_bytes(draw(12))
    page.set_input_files("input[type=file]", asked)
    expect(page.locator("#hits li").first).to_contain_text("Drawing 12")

    page.locator("#hits li").first.get_by_role("button").click()

    expect(page.locator("#hits li").first).not_to_contain_text("Drawing 12")
    expect(page.locator("#hits li").first).to_contain_text("Drawing")


def test_any_colour_asks_again(page: Page, tmp_path: Path) -> None:
    asked = tmp_path / "asked.jpg"
    asked.write_bytes(draw(12))
    page.set_input_files("input[type=file]", asked)
    expect(page.locator("#hits li").first).to_contain_text("Drawing 12")
    page.locator("#hits li").first.get_by_role("button").click()
    expect(page.locator("#hits li").first).not_to_contain_text("Drawing 12")

    with page.expect_request("**/v1/search") as request:
        page.get_by_label("in any colour").check()

    assert json.loads(request.value.post_data or "")["colour"] == "any"
    expect(page.locator("#hits li").first).to_contain_text("Drawing")


def test_a_drawn_box_searches_that_part_alone(page: Page, tmp_path: Path) -> None:
    asked = tmp_path / "asked.png"
    asked.write_bytes(side_by_side(20, 21))
    page.set_input_files("input[type=file]", asked)
    expect(page.locator("#hits li").first).to_be_visible()
    frame = page.locator("#frame").bounding_box()
    assert frame is not None

    page.mouse.move(frame["x"] + frame["width"] * 0.5, frame["y"] + 1)
    page.mouse.down()
    page.mouse.move(frame["x"] + frame["width"] - 1, frame["y"] + frame["height"] - 1, steps=4)
    page.mouse.up()

    expect(page.locator("#hits li").first).to_contain_text("Drawing 21")


def test_a_product_that_was_found_in_the_picture_is_searched_by_one_click(page: Page, tmp_path: Path) -> None:
    asked = tmp_path / "asked.png"
    asked.write_bytes(shelf(22, 23))
    page.set_input_files("input[type=file]", asked)
    expect(page.locator("#regions button")).not_to_have_count(0)
    expect(page.locator(".outline")).not_to_have_count(0)

    with page.expect_response("**/v1/search") as response:
        page.locator("#regions button").first.click()

    left, top, right, bottom = response.value.json()["box"]
    assert (right - left) * (bottom - top) < 0.5
    expect(page.locator("#hits li").first).to_be_visible()
    expect(page.locator("#box")).to_have_class("box drawn")


def test_a_file_that_is_no_picture_is_told_in_words(page: Page, tmp_path: Path) -> None:
    text = tmp_path / "text.jpg"
    text.write_text("no picture")

    page.set_input_files("input[type=file]", text)

    expect(page.locator("#status")).to_contain_text("picture")
    expect(page.locator("#hits li")).to_have_count(0)
