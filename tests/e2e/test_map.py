"""The map in a real browser, drawn without a GPU."""

import base64
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import pytest
from drawings import draw, make_catalogue
from pages import barriers, browsing, fits, watch
from playwright.sync_api import Locator, Page, expect
from processes import Server, run_json, serving

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

COUNT = 24
"""So few that they are laid out by PCA, which is quick."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("map")
    run_json("index", make_catalogue(folder, COUNT), "--shop", folder / "shop")
    laid_out = run_json("map", "--shop", folder / "shop")
    assert (laid_out["points"], laid_out["method"]) == (COUNT, "pca")
    with serving(folder / "shop") as server:
        yield server


@pytest.fixture(scope="module")
def pages(server: Server) -> Iterator[tuple[Page, list[str]]]:
    with browsing("--enable-unsafe-swiftshader") as browser:
        page = browser.new_page(
            viewport={"width": 1000, "height": 640}, color_scheme="dark", reduced_motion="reduce"
        )
        page.set_default_timeout(60_000)
        yield page, watch(page, server.address)


@pytest.fixture
def page(pages: tuple[Page, list[str]], server: Server) -> Iterator[Page]:
    page, faults = pages
    page.goto(f"{server.address}map")
    expect(canvas_of(page)).to_have_attribute("data-status", "shown", timeout=60_000)
    expect(canvas_of(page)).to_have_attribute("data-edges", "there", timeout=60_000)
    wait_for_thumbnails(page)
    yield page
    # Drivers without a GPU warn of how the picture gets to the screen.
    assert [fault for fault in faults if "GPU stall due to ReadPixels" not in fault] == []


def canvas_of(page: Page) -> Locator:
    return page.locator("canvas")


def wait_for_thumbnails(page: Page, seconds: float = 60) -> None:
    """Wait until pictures are drawn; the page's content security policy keeps ``wait_for_function`` out."""
    end = time.monotonic() + seconds
    while not canvas_of(page).evaluate("(canvas) => canvas.scene.timing.thumbnails"):
        assert time.monotonic() < end, "no thumbnail was drawn"
        time.sleep(0.2)


def spots(page: Page) -> list[tuple[float, float]]:
    """Tell where on the page each point is just now."""
    found: Any = canvas_of(page).evaluate(
        "(canvas) => { const {across, down} = canvas.scene.project(); return [[...across], [...down]] }"
    )
    box = canvas_of(page).bounding_box()
    assert box is not None
    return [(box["x"] + x, box["y"] + y) for x, y in zip(*found, strict=True)]


def drawn(page: Page) -> dict[str, Any]:
    """Draw once more, and tell what was drawn."""
    told: Any = canvas_of(page).evaluate(
        "async (canvas) => { canvas.scene.draw(); await new Promise((done) => requestAnimationFrame(() =>"
        " requestAnimationFrame(done))); return canvas.scene.timing }"
    )
    assert isinstance(told, dict)
    return told


def lasso(page: Page, right: float) -> None:
    """Draw around all that is left of a place."""
    box = canvas_of(page).bounding_box()
    assert box is not None
    left, top, bottom = box["x"] + 1, box["y"] + 1, box["y"] + box["height"] - 1
    page.get_by_role("button", name="Lasso").click()
    page.mouse.move(left, top)
    page.mouse.down()
    for x, y in ((right, top), (right, bottom), (left, bottom), (left, top)):
        page.mouse.move(x, y, steps=4)
    page.mouse.up()


def test_the_map_shows_all_points_joined_and_thumbnails_of_those_that_are_near(page: Page) -> None:
    expect(page.get_by_text(f"{COUNT} points")).to_be_visible()

    assert all(0 < x < 1000 and 0 < y < 640 for x, y in spots(page))
    told = drawn(page)
    assert told["calls"] == 3, "points, edges and thumbnails"
    assert 0 < told["thumbnails"] <= COUNT


def test_a_click_on_a_point_shows_its_product_and_those_most_like_it(page: Page, server: Server) -> None:
    version = server.client.get("/v1/map").json()["version"]
    rows = server.client.get(f"/v1/map/{version}/points/0").content[16 : 16 + 4 * COUNT]
    # The point nearest to the eye is covered by no other.
    nearest: Any = canvas_of(page).evaluate(
        "(canvas) => { const {depth} = canvas.scene.project(); return depth.indexOf(Math.min(...depth)) }"
    )
    row = int.from_bytes(rows[4 * nearest : 4 * nearest + 4], "little")
    point = server.client.get("/v1/map/points", params={"row": row}).json()["points"][0]

    page.mouse.click(*spots(page)[nearest])

    card = page.get_by_role("region", name="Picked product")
    title = card.get_by_role("heading", level=3).first
    expect(title).to_have_text(point["product"]["title"])
    similar = card.get_by_role("link", name="Find similar")
    expect(similar).to_have_attribute("href", f"/?product={point['product']['id']}")
    expect(card.locator("img.shown")).to_have_js_property("complete", value=True)

    card.locator("ul button").first.click()

    expect(title).not_to_have_text(point["product"]["title"])
    expect(title).to_contain_text("Drawing")
    card.get_by_role("button", name="Close").click()
    expect(card).to_have_count(0)


def test_a_lasso_selects_what_is_inside_to_be_listed_tagged_and_saved(page: Page, server: Server) -> None:
    places = spots(page)
    middle = sorted(x for x, _ in places)[COUNT // 2]
    inside = [at for at, (x, _) in enumerate(places) if x < middle - 1]

    lasso(page, middle - 1)

    selection = page.get_by_role("region", name=f"{len(inside)} points selected")
    expect(selection.locator("ul li")).to_have_count(len(inside))
    titles = selection.locator("ul .title").all_inner_texts()

    selection.get_by_label("Tag").fill("to check")
    selection.get_by_role("button", name="Tag them").click()

    expect(selection).to_contain_text(f"{len(inside)} products tagged “to check”")
    for title in titles:
        stored = server.client.get(f"/v1/products/p{title.removeprefix('Drawing ')}").json()
        assert stored["product"]["attributes"]["tag"] == "to check"
        assert stored["pictures"][0]["failure"] is None
    with page.expect_download() as download:
        selection.get_by_role("button", name="Save as CSV").click()
    lines = Path(download.value.path()).read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("id,title,")
    assert sorted(line.split(",")[1] for line in lines[1:]) == sorted(titles)

    selection.get_by_role("button", name="Clear").click()
    expect(selection).to_have_count(0)


def test_a_photo_is_shown_among_what_it_finds_with_lines_to_it(page: Page, tmp_path: Path) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(draw(12))
    before = drawn(page)["calls"]

    page.set_input_files("input[type=file]", photo)

    hits = page.locator(".hits li")
    expect(hits.first).to_contain_text("Drawing 12", timeout=60_000)
    expect(page.locator("aside").get_by_text("the lines lead to them")).to_be_visible()
    assert drawn(page)["calls"] == before + 3, "the lines, the photo and its frame"

    page.get_by_role("button", name="Take the photo away").click()
    expect(hits).to_have_count(0)
    assert drawn(page)["calls"] == before


def test_a_file_that_is_no_picture_is_told_in_words(page: Page, tmp_path: Path) -> None:
    text = tmp_path / "text.jpg"
    text.write_text("no picture")

    page.set_input_files("input[type=file]", text)

    expect(page.get_by_text("This is no picture")).to_be_visible()


def test_sliders_and_colours_act_at_once(page: Page) -> None:
    # The least likeness of what is joined comes first: drawings are so unlike that nothing is joined before.
    for name, key in (
        ("Least alike to be joined", "Home"),
        ("Neighbours joined", "Home"),
        ("Point size", "End"),
        ("Spread", "Home"),
    ):
        with changing(page):
            page.get_by_role("slider", name=name).press(key)
    with changing(page):
        page.get_by_label("Pictures when near").uncheck()
    with changing(page):
        page.get_by_text("Own colour").click()


@contextmanager
def changing(page: Page, seconds: float = 20) -> Iterator[None]:
    """Expect of a block that the map looks different after it; without a GPU that takes some frames."""
    before = canvas_of(page).screenshot()
    yield
    end = time.monotonic() + seconds
    while canvas_of(page).screenshot() == before:
        assert time.monotonic() < end, "the map looks the same"


def test_the_keyboard_turns_picks_and_selects(page: Page) -> None:
    before = spots(page)
    canvas_of(page).focus()
    page.keyboard.press("ArrowRight")
    drawn(page)
    assert spots(page) != before

    page.keyboard.press("Enter")
    card = page.get_by_role("region", name="Picked product")
    expect(card).to_contain_text("Drawing")
    page.keyboard.press("Escape")
    expect(card).to_have_count(0)

    page.get_by_role("button", name="Select what is in view").press("Enter")
    expect(page.get_by_role("heading", name=f"{COUNT} points selected")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_keeps_people_from_using_it(page: Page, scheme: Literal["light", "dark"]) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.get_by_role("button", name="Select what is in view").click()
    expect(page.locator("aside ul li .title").first).to_be_visible()

    assert barriers(page) == []
    page.set_viewport_size({"width": 360, "height": 640})
    assert fits(page)
    page.set_viewport_size({"width": 1000, "height": 640})
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")


def test_a_product_that_is_put_appears_and_a_broken_map_is_made_anew(
    page: Page, server: Server, tmp_path_factory: pytest.TempPathFactory
) -> None:
    uri = "data:image/jpeg;base64," + base64.b64encode(draw(500)).decode()
    put = server.client.put("/v1/products/new", json={"title": "New", "pictures": [uri]})
    assert put.status_code == 201

    until(server, lambda told: told["points"] == COUNT + 1 and told["is_current"])

    row = server.client.get("/v1/map/points", params={"product": "new"}).json()["points"][0]["row"]
    version = server.client.get("/v1/map").json()["version"]
    rows = server.client.get(f"/v1/map/{version}/points/0").content[16 : 16 + 4 * (COUNT + 1)]
    assert row in memoryview(rows).cast("I").tolist()
    page.reload()
    expect(page.get_by_text(f"{COUNT + 1} points")).to_be_visible()

    [file] = tmp_path_factory.getbasetemp().glob("map[0-9]/shop/map.snapshot")
    data = file.read_bytes()
    file.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    assert server.client.get("/v1/map").status_code == 503
    until(server, lambda told: told["points"] == COUNT + 1)


def until(server: Server, holds: Callable[[dict[str, Any]], bool], seconds: float = 120) -> None:
    """Ask for the map, as its page does, until something holds of it."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        answer = server.client.get("/v1/map")
        if answer.status_code == 200 and holds(answer.json()):
            return
        time.sleep(0.25)
    raise AssertionError("".join(server.log[-5:]))
