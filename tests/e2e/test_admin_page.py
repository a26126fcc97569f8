"""The shopkeeper's page in a real browser, over a real shop."""

import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from drawings import draw, on_white, told
from pages import barriers, browsing, fits, tab_to, watch
from playwright.sync_api import Browser, Page, expect
from processes import Server, serving

from visualsearch.web.keys import make_key

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

expect.set_options(timeout=120_000)  # a job starts a process, and opens the models anew


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    # Jobs stand back behind all else, and on a machine that is busy with tests would hardly be done.
    nice = {"VISUALSEARCH_JOBS__NICENESS": "0"}
    with serving(tmp_path_factory.mktemp("admin-page") / "shop", environment=nice) as server:
        # Photos are made of what stands on a plain ground.
        pictures = [on_white(number) if number < 4 else draw(number) for number in range(30)]
        products = [told(f"p{number}", f"Drawing {number}", one) for number, one in enumerate(pictures)]
        server.client.post("/v1/products", json={"products": products}).raise_for_status()
        yield server


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1200, "height": 900}, reduced_motion="reduce")
    faults = watch(page, server.address)
    yield page
    page.close()
    assert faults == []


def open_tab(page: Page, server: Server, tab: str) -> None:
    page.goto(f"{server.address}admin#{tab}")
    expect(page.get_by_role("tab", selected=True)).to_have_id(f"tab-{tab}")


def test_a_dropped_catalogue_is_indexed_live_and_its_broken_row_says_why(
    page: Page, server: Server, tmp_path: Path
) -> None:
    table = "id,title,image\nnew,New lamp,img/1.jpg\n,Nameless,img/1.jpg\ntorn,Torn lamp,img/2.jpg\n"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("lamps/products.csv", table)
        archive.writestr("lamps/img/1.jpg", draw(501))
        archive.writestr("lamps/img/2.jpg", draw(502)[:300])
    (tmp_path / "lamps.zip").write_bytes(packed.getvalue())
    open_tab(page, server, "catalogue")

    page.get_by_label("Choose a file").set_input_files(tmp_path / "lamps.zip")

    job = page.get_by_role("article", name="lamps.zip")
    expect(job.get_by_role("progressbar")).to_be_visible()
    expect(job).to_contain_text("done after")  # one job runs at a time, and the next test has another
    expect(job).to_contain_text("2 products stored")
    failures = page.get_by_role("region", name="What failed in lamps.zip").first
    expect(failures.get_by_role("row", name=re.compile("lamps.zip:3"))).to_contain_text(
        "expected a product id"
    )
    expect(failures.get_by_role("row", name=re.compile("torn"))).to_contain_text("not-a-picture")
    assert server.search(draw(501))[0]["product"]["id"] == "new"
    assert barriers(page) == []


def test_a_chosen_folder_is_packed_and_brought_in(page: Page, server: Server, tmp_path: Path) -> None:
    (tmp_path / "hats" / "red").mkdir(parents=True)
    for number in range(3):
        (tmp_path / "hats" / "red" / f"hat{number}.jpg").write_bytes(draw(600 + number))
    open_tab(page, server, "catalogue")

    page.get_by_label("Choose a folder").set_input_files(tmp_path / "hats")

    job = page.get_by_role("article", name="hats")
    expect(job).to_contain_text("done after")
    expect(job).to_contain_text("3 products stored")
    hit = server.search(draw(601))[0]["product"]
    assert (hit["id"], hit["categories"]) == ("hat1", ["red"])


def test_a_file_that_is_no_catalogue_is_told_in_words(
    browser: Browser, server: Server, tmp_path: Path
) -> None:
    (tmp_path / "page.csv").write_text("<html>")
    page = browser.new_page()
    open_tab(page, server, "catalogue")

    page.get_by_label("Choose a file").set_input_files(tmp_path / "page.csv")

    expect(page.get_by_role("alert")).to_contain_text("expected a catalogue at page.csv, found XML or HTML")
    page.close()


def test_a_product_is_found_edited_perceived_and_deleted_by_the_keyboard(page: Page, server: Server) -> None:
    open_tab(page, server, "products")
    page.get_by_label("Words, or the beginning of an id").fill("drawing 12")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("1 product")
    tab_to(page, "main li button")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Drawing 12")
    expect(dialog.get_by_role("region", name="What the eye sees")).to_contain_text("Colours")
    assert barriers(page) == []

    dialog.get_by_label("Title").fill("Painting 12")
    dialog.get_by_label("Price").fill("12,50")
    dialog.get_by_label("Attributes").fill("material = oil")
    dialog.get_by_role("button", name="Save").click()

    expect(page.get_by_role("status")).to_contain_text("Saved")
    stored = server.client.get("/v1/products/p12").json()["product"]
    assert (stored["title"], stored["price"], stored["attributes"]) == (
        "Painting 12",
        12.5,
        {"material": "oil"},
    )
    assert server.search(draw(12))[0]["product"]["title"] == "Painting 12"

    page.get_by_label("Words, or the beginning of an id").fill("painting")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("button", name="Edit Painting 12").click()
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Yes, delete").click()

    expect(page.get_by_role("status")).to_contain_text("p12 is deleted")
    assert server.client.get("/v1/products/p12").status_code == 404
    assert "p12" not in {hit["product"]["id"] for hit in server.search(draw(12))}


def test_products_are_filtered_and_turned_page_by_page(page: Page, server: Server) -> None:
    open_tab(page, server, "products")
    page.get_by_label("Filter, such as").fill("category = Drawings")
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 to 24 of")).to_be_visible()

    page.get_by_role("button", name="Next").click()

    expect(page.get_by_text("25 to")).to_be_visible()
    expect(page.get_by_role("button", name="Next")).to_be_disabled()


def test_two_sides_are_measured_and_compared(page: Page, server: Server) -> None:
    open_tab(page, server, "quality")
    page.get_by_label("Products to photograph").fill("3")
    page.get_by_label("Compare with").select_option("the search without print and colours")

    page.get_by_role("button", name="Start").click()

    report = page.get_by_role("region", name="Runs")
    expect(report).to_contain_text("3 photos, asked among")
    expect(report.get_by_role("columnheader", name="the search without print and colours")).to_be_visible()
    expect(report.get_by_role("row", name=re.compile(r"^R@1\b"))).to_be_visible()
    expect(report.get_by_role("img", name=re.compile("^Photo of"))).to_have_count(
        report.locator("li").count()
    )
    assert barriers(page) == []
    page.get_by_role("article", name="Measuring").get_by_role("button", name="Forget").click()
    expect(report).to_have_count(0)


def test_load_is_shown_live(page: Page, server: Server) -> None:
    open_tab(page, server, "load")
    expect(page.get_by_role("img", name=re.compile("Searches a second"))).to_be_visible()
    expect(page.get_by_text("rows can be found")).to_be_visible()

    server.search(draw(3), colour="any")

    expect(page.get_by_role("row", name=re.compile("^search"))).to_be_visible()
    assert barriers(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_part_is_within_reach_on_a_small_screen(browser: Browser, server: Server, scheme: str) -> None:
    page = browser.new_page(viewport={"width": 320, "height": 640}, color_scheme=scheme)  # type: ignore[arg-type]
    faults = watch(page, server.address)
    open_tab(page, server, "catalogue")
    for tab in ("products", "quality", "load", "catalogue"):
        page.get_by_role("tab", selected=True).focus()
        page.keyboard.press("ArrowRight")
        expect(page.get_by_role("tab", selected=True)).to_have_id(f"tab-{tab}")
        expect(page.get_by_role("tabpanel")).to_be_visible()
        assert fits(page), tab
        assert barriers(page) == [], tab
    page.close()
    assert faults == []


def test_a_key_that_may_not_run_the_shop_can_be_changed_for_one_that_may(
    browser: Browser, tmp_path: Path
) -> None:
    weak, strong = make_key("till", ["search"]), make_key("boss", ["admin"])
    environment = {"VISUALSEARCH_WEB__KEYS": json.dumps([weak[1], strong[1]])}
    with serving(tmp_path / "shop", environment=environment) as server:
        one = {"products": [told("p1", "Drawing 1", draw(1))]}
        key = {"authorization": f"Bearer {strong[0]}"}
        server.client.post("/v1/products", json=one, headers=key).raise_for_status()
        page = browser.new_page()
        answers = iter([weak[0], strong[0]])
        page.on("dialog", lambda dialog: dialog.accept(next(answers)))
        page.goto(f"{server.address}admin")
        expect(page.get_by_role("alert")).to_contain_text("expected a key with the scope admin")

        page.get_by_role("button", name="Use another key").click()

        expect(page.get_by_text("The shop holds")).to_be_visible()
        page.get_by_role("tab", name="Products").click()
        page.get_by_role("button", name="Edit Drawing 1").click()
        page.get_by_label("Title").fill("Mine")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("status")).to_contain_text("Saved")
        page.close()
