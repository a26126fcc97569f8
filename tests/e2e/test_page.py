"""The shopper's page in a real browser."""

import base64
import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from drawings import draw, make_catalogue, side_by_side
from pages import barriers, browsing, fits, tab_to, watch
from playwright.sync_api import Browser, Dialog, Locator, Page, expect
from processes import Server, run_json, serving

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

PRODUCTS = 30
GIVE = """([kind, ...pictures]) => {
  for (const encoded of pictures) {
    const bytes = Uint8Array.from(atob(encoded), (one) => one.charCodeAt(0));
    const given = new DataTransfer();
    given.items.add(new File([bytes], "given.jpg", { type: "image/jpeg" }));
    const options = { bubbles: true, cancelable: true };
    dispatchEvent(
      kind === "paste"
        ? new ClipboardEvent("paste", { clipboardData: given, ...options })
        : new DragEvent("drop", { dataTransfer: given, ...options }),
    );
  }
}"""
"""Pastes or drops pictures, one at once after the other."""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop of drawings: those that are even are of one brand, and each costs as much as its number."""
    folder = tmp_path_factory.mktemp("page")
    catalogue = make_catalogue(folder, PRODUCTS)
    rows = list(csv.DictReader(catalogue.read_text().splitlines()))
    with catalogue.open("w", newline="") as file:
        writer = csv.DictWriter(file, [*rows[0], "brand", "price"])
        writer.writeheader()
        for number, row in enumerate(rows):
            writer.writerow({**row, "brand": ["Even", "Odd"][number % 2], "price": number})
    run_json("index", catalogue, "--shop", folder / "shop")
    (folder / "samples").mkdir()
    (folder / "samples" / "first.jpg").write_bytes(draw(7))
    return folder


@pytest.fixture(scope="module")
def server(shop: Path) -> Iterator[Server]:
    environment = {"VISUALSEARCH_FETCH__ALLOW_PRIVATE": "true", "VISUALSEARCH_WEB__PHOTO_BYTES": "1000000"}
    with serving(shop / "shop", "--samples", str(shop / "samples"), environment=environment) as server:
        yield server


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as browser:
        yield browser


@pytest.fixture(scope="module")
def pages(browser: Browser, server: Server) -> Iterator[tuple[Page, list[str]]]:
    page = browser.new_page(viewport={"width": 1200, "height": 900}, reduced_motion="reduce")
    yield page, watch(page, server.address)
    page.close()


@pytest.fixture
def page(pages: tuple[Page, list[str]], server: Server) -> Iterator[Page]:
    page, faults = pages
    page.goto("about:blank")  # what another test left in the browser's history is not this page's
    page.goto(server.address)
    yield page
    assert faults == []


@pytest.fixture
def asked(tmp_path: Path) -> Path:
    path = tmp_path / "asked.jpg"
    path.write_bytes(draw(12))
    return path


def first(page: Page) -> Locator:
    return page.locator(".hit").first


def show(page: Page, picture: Path, title: str = "Drawing 12") -> None:
    page.set_input_files("input[type=file] >> nth=0", picture)
    expect(first(page)).to_contain_text(title)
    expect(page.locator("[role=status]", has_text="likeliest first")).to_be_visible()


def test_a_key_is_asked_for_once_where_the_server_wants_one(
    browser: Browser, shop: Path, tmp_path: Path
) -> None:
    made = run_json("keys", "till")
    asked = tmp_path / "asked.jpg"
    asked.write_bytes(draw(3))
    prompts: list[str] = []
    answers = iter(["vs-wrong", made["key"]])

    def answer(dialog: Dialog) -> None:
        prompts.append(dialog.type)
        dialog.accept(next(answers))

    environment = {"VISUALSEARCH_WEB__KEYS": json.dumps([made["setting"]])}
    with serving(shop / "shop", environment=environment) as server:
        page = browser.new_page()
        page.on("dialog", answer)
        page.goto(server.address)
        page.set_input_files("input[type=file] >> nth=0", asked)
        expect(page.get_by_text("found one that is not known")).to_be_visible()
        page.get_by_role("button", name="New search").click()
        for _ in range(2):
            show(page, asked, "Drawing 3")
            page.get_by_role("button", name="New search").click()
        page.close()

    assert prompts == ["prompt", "prompt"]


def test_an_uploaded_picture_is_shown_and_finds_its_product_first(page: Page, asked: Path) -> None:
    expect(page.locator("header")).to_contain_text("30 products")
    page.set_input_files("input[type=file] >> nth=0", asked)
    expect(page.get_by_alt_text("Your picture")).to_be_visible()
    expect(first(page)).to_contain_text("Drawing 12")
    expect(first(page)).to_contain_text("The very one")


def test_a_sample_is_searched_by_one_click_and_its_link_brings_it_back(page: Page) -> None:
    page.locator(".samples button").first.click()
    expect(first(page)).to_contain_text("Drawing 7")

    page.reload()

    expect(first(page)).to_contain_text("Drawing 7")


@pytest.mark.parametrize("kind", ["paste", "drop"])
def test_a_picture_that_is_pasted_or_dropped_is_searched(page: Page, kind: str) -> None:
    page.evaluate(GIVE, [kind, base64.b64encode(draw(9)).decode()])

    expect(first(page)).to_contain_text("Drawing 9")


def test_the_newest_of_two_pictures_is_searched(page: Page) -> None:
    page.evaluate(GIVE, ["paste", *(base64.b64encode(draw(number)).decode() for number in (9, 5))])

    expect(first(page)).to_contain_text("Drawing 5")
    expect(page.locator("[role=status]", has_text="likeliest first")).to_be_visible()


def test_a_picture_of_the_web_is_fetched_by_the_server_and_shown(page: Page, server: Server) -> None:
    page.locator("[name=words]").fill(f"{server.address}v1/samples/first.jpg")
    page.keyboard.press("Enter")

    expect(first(page)).to_contain_text("Drawing 7")
    expect(page.get_by_alt_text("Your picture")).to_be_visible()
    with page.expect_request("**/v1/search") as request:
        page.get_by_role("button", name="Whole picture").click()
    assert "multipart/form-data" in request.value.headers["content-type"]


def test_words_alone_are_searched_and_completed(page: Page) -> None:
    page.locator("[name=words]").press_sequentially("draw")
    expect(page.locator("datalist option")).to_have_attribute("value", "Drawings")
    page.locator("[name=words]").fill("Drawing 17")
    page.keyboard.press("Enter")

    expect(first(page)).to_contain_text("Drawing 17")


def test_words_beside_a_picture_bring_what_fits_both_first(page: Page, asked: Path) -> None:
    show(page, asked)
    page.locator("[name=words]").fill("Odd")
    page.keyboard.press("Enter")

    expect(first(page)).to_contain_text("Odd")


def test_more_like_this_leaves_the_product_itself_out(page: Page, asked: Path) -> None:
    show(page, asked)

    first(page).get_by_role("button", name="More like this").click()

    expect(page.locator("aside")).to_contain_text("Like: Drawing 12")
    expect(first(page)).not_to_contain_text("Drawing 12")
    page.go_back()
    expect(first(page)).to_contain_text("Drawing 12")


def test_a_liked_product_moves_the_search_and_can_be_taken_away_again(page: Page, asked: Path) -> None:
    show(page, asked)
    liked = page.locator(".hit").nth(1).locator("h3").inner_text()
    number = liked.removeprefix("Drawing ")
    with page.expect_response("**/v1/search") as response:
        page.get_by_role("button", name=f"More like {liked}", exact=True).click()
    assert response.value.ok
    expect(page).to_have_url(re.compile(f"[?&]like=p{number}$"))
    expect(page.locator(".hit", has_text=liked).locator("[aria-pressed=true]")).to_have_count(1)

    page.get_by_role("button", name=f"Remove More like {liked}", exact=True).click()

    expect(page).not_to_have_url(re.compile("like="))
    expect(first(page)).to_contain_text("Drawing 12")


def test_any_colour_asks_again(page: Page, asked: Path) -> None:
    show(page, asked)

    with page.expect_response("**/v1/search") as response:
        page.get_by_role("button", name="Any colour").click()

    assert response.value.ok
    expect(page).to_have_url(re.compile("colour=any"))
    expect(first(page)).to_contain_text("Drawing 12")


def test_a_filter_hides_what_does_not_fit_and_tells_how_many_do(page: Page, asked: Path) -> None:
    show(page, asked)
    page.locator("summary", has_text="Brand").click()
    expect(page.locator(".filter[open]")).to_contain_text("Even 15")
    page.locator(".filter[open]").get_by_text("Odd").click()
    expect(first(page)).to_contain_text("Odd")
    expect(page.locator(".hit", has_text="Even")).to_have_count(0)
    page.keyboard.press("Escape")

    page.locator("summary", has_text="Price").click()
    page.get_by_label("To", exact=True).fill("5")
    expect(page.locator(".hit", has_text=re.compile(r"Drawing ([024]|[6-9]|\d\d)\b"))).to_have_count(0)
    # Three are left, and those that look nearly the same are one hit.
    folded = page.locator(".hit", has_text="+1 alike")
    folded.get_by_role("button", name="Compare").click()
    expect(page.get_by_role("dialog")).to_contain_text("Looks nearly the same")
    expect(page.locator(".variants li")).to_contain_text(re.compile("Drawing [135]"))
    page.keyboard.press("Escape")

    page.get_by_role("button", name="Clear all").click()
    expect(first(page)).to_contain_text("Drawing 12")


def test_a_drawn_box_searches_that_part_alone(page: Page, tmp_path: Path) -> None:
    asked = tmp_path / "asked.png"
    asked.write_bytes(side_by_side(20, 21))
    page.set_input_files("input[type=file] >> nth=0", asked)
    expect(first(page)).to_be_visible()
    frame = page.locator("cropper-canvas").bounding_box()
    assert frame is not None

    page.mouse.move(frame["x"] + frame["width"] * 0.5, frame["y"] + 1)
    page.mouse.down()
    page.mouse.move(frame["x"] + frame["width"] + 30, frame["y"] + frame["height"] + 30, steps=6)
    page.mouse.up()

    expect(first(page)).to_contain_text("Drawing 21")
    expect(page.locator("cropper-selection")).to_be_visible()

    # To move it by half the picture is to search the other product.
    page.mouse.move(frame["x"] + frame["width"] * 0.75, frame["y"] + frame["height"] * 0.5)
    page.mouse.down()
    page.mouse.move(frame["x"] - 30, frame["y"] + frame["height"] * 0.5, steps=6)
    page.mouse.up()

    expect(first(page)).to_contain_text("Drawing 20")


def test_a_product_that_was_found_in_the_picture_is_searched_by_one_click(page: Page) -> None:
    asked = Path(__file__).parents[2] / "demo" / "photos" / "038.jpg"
    with page.expect_response("**/v1/search") as whole:
        page.set_input_files("input[type=file] >> nth=0", asked)
    found = whole.value.json()["regions"]
    expect(page.locator(".region")).not_to_have_count(0)
    expect(page.locator(".outline")).not_to_have_count(0)
    page.get_by_label("Show outlines").check()
    painted = page.locator("canvas").evaluate(
        "(one) => one.getContext('2d').getImageData(0, 0, one.width, one.height).data.some(Boolean)"
    )
    assert painted

    with page.expect_response("**/v1/search") as response:
        page.locator(".region").first.click()

    assert response.value.json()["box"] == pytest.approx(found[0]["box"], abs=0.01)
    expect(page.locator(".region[aria-pressed=true]")).to_have_count(1)
    expect(page.locator("cropper-selection")).to_be_visible()
    outline = page.locator(".outline").first.bounding_box()
    if outline is not None:
        with page.expect_response("**/v1/search"):
            page.mouse.click(outline["x"] + outline["width"] / 2, outline["y"] + outline["height"] / 2)


def test_a_hit_is_put_beside_the_picture_with_the_reasons(page: Page, asked: Path) -> None:
    show(page, asked)
    first(page).get_by_role("button", name="Compare: Drawing 12").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Why this?")
    expect(dialog.get_by_alt_text("Yours")).to_be_visible()
    assert barriers(page) == []

    page.keyboard.press("Escape")

    expect(dialog).to_have_count(0)


def test_a_link_restores_the_search_but_for_a_photo_which_stays_with_the_shopper(
    page: Page, asked: Path, browser: Browser
) -> None:
    show(page, asked)
    page.locator("[name=words]").fill("Odd")
    page.keyboard.press("Enter")
    expect(first(page)).to_contain_text("Odd")
    found = first(page).inner_text()

    page.reload()  # the browser that took the picture has it still
    expect(page.locator("[name=words]")).to_have_value("Odd")
    expect(page.get_by_alt_text("Your picture")).to_be_visible()
    expect(first(page)).to_have_text(found, use_inner_text=True)

    other = browser.new_page()
    other.goto(page.url)
    expect(other.get_by_text("photos stay with whoever took them")).to_be_visible()
    other.set_input_files("input[type=file] >> nth=0", asked)
    expect(first(other)).to_have_text(found, use_inner_text=True)
    other.close()


def test_a_copied_link_shows_the_photo_where_photos_are_kept(
    browser: Browser, server: Server, asked: Path
) -> None:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    faults = watch(page, server.address)
    page.goto(server.address)
    show(page, asked)

    page.get_by_role("button", name="Copy link").click()

    expect(page.get_by_text("It shows your photo to whoever has it")).to_be_visible()
    link = page.evaluate("navigator.clipboard.readText()")
    other = browser.new_page()
    other.goto(link)
    expect(first(other)).to_contain_text("Drawing 12")
    expect(other.get_by_alt_text("Your picture")).to_be_visible()
    other.close()
    context.close()
    assert faults == []


def test_the_page_is_usable_by_keys_alone(page: Page, asked: Path) -> None:
    page.wait_for_load_state("networkidle")  # what comes later must not move what has the focus
    tab_to(page, "input[type=file]")
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Space")
    chooser.value.set_files(asked)
    expect(first(page)).to_contain_text("Drawing 12")

    tab_to(page, "[role=application]")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    with page.expect_response("**/v1/search") as response:
        pass
    assert response.value.json()["box"] == pytest.approx([0.29, 0.25, 0.79, 0.77], abs=0.001)
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Whole picture")).to_have_attribute("aria-pressed", "true")
    expect(first(page)).to_contain_text("Drawing 12")

    tab_to(page, "summary.chip")
    page.keyboard.press("Enter")
    tab_to(page, ".filter[open] input")
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Clear all")).to_be_visible()

    tab_to(page, ".hit .picture", most=90)
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_keeps_people_from_using_it_at_any_width(
    browser: Browser, server: Server, asked: Path, scheme: str
) -> None:
    page = browser.new_page(
        viewport={"width": 320, "height": 640},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
    )
    faults = watch(page, server.address)
    page.goto(server.address)
    expect(page.locator(".samples img").first).to_be_visible()
    assert barriers(page) == []
    assert fits(page)
    show(page, asked)
    first(page).get_by_role("button", name="More like Drawing 12").click()
    expect(page.get_by_role("button", name="Clear all")).to_be_visible()
    expect(page.locator(".answer[aria-busy=false]")).to_be_visible()
    assert barriers(page) == []
    assert fits(page)
    page.set_viewport_size({"width": 3840, "height": 2160})
    page.locator("summary", has_text="Category").click()
    expect(page.locator(".filter[open]")).to_contain_text("Drawings")
    assert barriers(page) == []
    assert fits(page)
    assert faults == []
    page.close()


def test_a_file_that_is_no_picture_is_told_in_words(page: Page, tmp_path: Path) -> None:
    text = tmp_path / "text.jpg"
    text.write_text("no picture")

    page.set_input_files("input[type=file] >> nth=0", text)

    expect(page.locator("[role=status]", has_text="no picture")).to_be_visible()
    expect(page.locator(".hit")).to_have_count(0)


def test_where_nothing_fits_it_says_what_to_do(page: Page, server: Server) -> None:
    page.goto(f"{server.address}?sample=first.jpg&price=900..901")

    expect(page.locator("[role=status]", has_text="Take a filter away")).to_be_visible()
    page.get_by_role("button", name="Clear all").click()
    expect(first(page)).to_contain_text("Drawing 7")


def test_a_search_that_was_refused_goes_on_by_itself(browser: Browser, shop: Path, asked: Path) -> None:
    environment = {"VISUALSEARCH_WEB__RATE_PER_S": "0.25"}
    with serving(shop / "shop", environment=environment) as server:
        page = browser.new_page()
        page.goto(server.address)
        show(page, asked)
        # The next is too often: whoever asks from one address is one caller.
        while server.client.get("/v1/products/none").status_code != 429:
            pass
        page.get_by_role("button", name="Whole picture").click()
        expect(page.get_by_text("Many are searching just now")).to_be_visible()
        expect(page.get_by_text("likeliest first")).to_be_visible()
        page.close()


def test_a_search_that_was_cut_off_goes_on_when_the_network_is_back(
    browser: Browser, server: Server, asked: Path
) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(server.address)
    show(page, asked)
    context.set_offline(True)
    page.get_by_role("button", name="Whole picture").click()
    expect(page.get_by_text("The server cannot be reached")).to_be_visible()
    context.set_offline(False)
    expect(page.get_by_text("likeliest first")).to_be_visible()
    context.close()
