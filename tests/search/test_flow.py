"""The search over a real catalogue of drawn tins: print finds what the look misses, and only where needed."""

import io
from collections.abc import Iterator
from dataclasses import replace

import cv2
import numpy as np
import pytest
from PIL import Image
from prints import printed

from visualsearch.assemble import EVERYWHERE, Shop, open_ingest, open_shop
from visualsearch.domain import WHOLE, Answer, Box, Pixels, Product, ProductId, Query
from visualsearch.search.weigh import SAME_PRINT
from visualsearch.settings import SearchSettings, Settings
from visualsearch.vision.embed import Embedder
from visualsearch.vision.look import LookingEye

TINS = 12


def png(pixels: Pixels) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


def tin(seed: int) -> Pixels:
    """A tin on white whose label is drawn."""
    picture = np.full((400, 400, 3), 255, np.uint8)
    picture[60:340, 100:300] = (140, 140, 150)
    label = cv2.resize(printed(seed), (180, 160), interpolation=cv2.INTER_AREA)
    picture[120:280, 110:290] = label
    return picture


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    folder = tmp_path_factory.mktemp("tins")
    for seed in range(TINS):
        (folder / f"{seed}.png").write_bytes(png(tin(seed)))
    # Time enough on the busiest machine: what is left out for lack of it changes the order.
    settings = Settings(shop=folder / "shop", search=SearchSettings(verify_ms=10_000))
    products = [
        Product(ProductId(f"tin-{seed}"), pictures=(str(folder / f"{seed}.png"),)) for seed in range(TINS)
    ]
    with open_shop(settings, create=True) as opened:
        with open_ingest(settings, opened, local_roots=EVERYWHERE) as ingest:
            ingest.take(products)
        opened.index.catch_up()
        yield opened


def shelf(left: int, right: int) -> Pixels:
    """A photo of two tins, far apart before something out of focus."""
    random = np.random.default_rng(0)
    far = cv2.resize(random.integers(60, 200, (6, 9, 3), np.uint8), (900, 600), interpolation=cv2.INTER_CUBIC)
    noisy = far.astype(np.int64) + random.integers(-12, 12, far.shape)
    photo: Pixels = np.clip(noisy, 0, 255).astype(np.uint8)
    for place, seed in ((80, left), (560, right)):
        photo[160:440, place : place + 200] = tin(seed)[60:340, 100:300]
    return photo


def ask(shop: Shop, query: Query) -> Answer:
    [answer] = shop.search.answer([query])
    assert isinstance(answer, Answer), answer
    return answer


def test_a_label_alone_finds_its_tin_and_tells_where(shop: Shop) -> None:
    label = cv2.resize(printed(7), (500, 450), interpolation=cv2.INTER_CUBIC)
    answer = ask(shop, Query(picture=png(np.asarray(label, np.uint8)), limit=5))
    best = answer.hits[0]
    assert (best.product.id, best.tier, answer.is_checked) == ("tin-7", "exact", True)
    assert best.shared_print is not None
    assert best.shared_print.probability >= SAME_PRINT
    across, down = (best.shared_print.found * 400).T
    assert (across > 100).all()
    assert (across < 300).all()
    assert (down > 110).all()
    assert (down < 290).all()
    assert best.probability is not None
    assert best.probability > (answer.hits[1].probability or 0)
    assert best.signals["print"] > answer.hits[1].signals["print"]
    assert "exact" not in [hit.tier for hit in answer.hits[1:]]


def test_the_very_picture_is_found_without_looking_closely(shop: Shop) -> None:
    answer = ask(shop, Query(picture=png(tin(3))))
    assert (answer.hits[0].product.id, answer.hits[0].tier) == ("tin-3", "exact")
    assert not answer.is_checked or answer.hits[0].shared_print is not None


def test_excluded_products_are_not_found_by_their_print(shop: Shop) -> None:
    label = png(printed(7, side=480))
    answer = ask(shop, Query(picture=label, exclude=frozenset({ProductId("tin-7")}), limit=TINS))
    assert "tin-7" not in [hit.product.id for hit in answer.hits]
    assert len(answer.hits) == TINS - 1


def test_the_order_is_the_same_each_time(shop: Shop) -> None:
    label = png(printed(5, side=480))
    first, again = (ask(shop, Query(picture=label)) for _ in range(2))
    assert [hit.product.id for hit in first.hits] == [hit.product.id for hit in again.hits]


def test_any_colour_leaves_colours_out_and_keeps_the_rest(shop: Shop) -> None:
    turned = Query(picture=png(np.ascontiguousarray(tin(2)[:, ::-1, ::-1])), limit=TINS)
    same, any_ = ask(shop, turned), ask(shop, replace(turned, colour="any"))
    without = {hit.product.id: sum(hit.signals.values()) - hit.signals["colour"] for hit in same.hits}
    assert [hit.product.id for hit in any_.hits] == sorted(without, key=lambda one: -without[one])
    assert [hit.product.id for hit in same.hits] != [hit.product.id for hit in any_.hits]


def test_without_evidence_the_order_is_by_score(shop: Shop) -> None:
    label = png(printed(7, side=480))
    [answer] = replace(shop.search, weigher=None).answer([Query(picture=label, limit=TINS)])
    assert isinstance(answer, Answer)
    assert not answer.is_checked
    scores = [hit.score for hit in answer.hits]
    assert scores == sorted(scores, reverse=True)
    assert {hit.probability for hit in answer.hits} == {None}


def test_what_there_is_no_time_to_weigh_is_ordered_by_score_and_says_so(shop: Shop) -> None:
    together = [Query(picture=png(printed(seed, side=480)), limit=TINS, detect=False) for seed in (7, 8)]
    asked: list[int] = []

    def no_time(queries: int) -> float:
        asked.append(queries)
        return 0.0

    hurried = replace(shop.search, seconds_to_weigh=no_time).answer(together)
    by_look = replace(shop.search, weigher=None).answer(together)

    assert asked == [2]
    for answer, other in zip(hurried, by_look, strict=True):
        assert isinstance(answer, Answer)
        assert isinstance(other, Answer)
        assert (answer.is_hurried, answer.is_checked, other.is_hurried) == (True, False, False)
        assert answer.hits == other.hits
    assert not ask(shop, together[0]).is_hurried


def test_in_a_crowd_a_photo_is_searched_whole_unless_each_product_is_asked_for(
    shop: Shop,
) -> None:
    asked = Query(picture=png(shelf(3, 7)))
    in_a_crowd = replace(shop.search, seconds_to_weigh=lambda _: 0.0)
    [whole, each, apart] = in_a_crowd.answer(
        [asked, replace(asked, by_region=True), replace(asked, detect=False)]
    )
    assert isinstance(whole, Answer)
    assert isinstance(each, Answer)
    assert isinstance(apart, Answer)
    assert (whole.is_hurried, whole.regions, whole.searched_regions) == (True, (), 0)
    assert whole.hits == apart.hits
    assert len(each.regions) > 1
    assert [one.box for one in ask(shop, asked).regions] == [one.box for one in each.regions]


def test_products_like_one_are_weighed_by_what_the_catalogue_keeps(shop: Shop) -> None:
    answer = ask(shop, Query(product=ProductId("tin-4"), limit=3))
    assert answer.is_checked
    assert "tin-4" not in [hit.product.id for hit in answer.hits]


def test_each_product_of_a_photo_is_found_by_itself(shop: Shop) -> None:
    answer = ask(shop, Query(picture=png(shelf(3, 7)), by_region=True, limit=3))
    assert answer.box == WHOLE
    assert answer.searched_regions >= 2
    by_place = sorted(zip(answer.regions, answer.by_region, strict=False), key=lambda one: one[0].box.left)
    assert [hits[0].product.id for _, hits in by_place] == ["tin-3", "tin-7"]
    assert {hit.product.id for hit in answer.hits[:2]} == {"tin-3", "tin-7"}


def test_a_box_wins_over_what_the_eye_would_choose(shop: Shop) -> None:
    right = Box(0.6, 0.2, 0.9, 0.8)
    answer = ask(shop, Query(picture=png(shelf(3, 7)), box=right, limit=3))
    assert (answer.box, answer.regions, answer.searched_regions) == (right, (), 0)
    assert answer.hits[0].product.id == "tin-7"


def test_without_detecting_the_whole_picture_is_searched(shop: Shop) -> None:
    photo = png(shelf(3, 7))
    chosen, whole = ask(shop, Query(picture=photo)), ask(shop, Query(picture=photo, detect=False))
    assert (whole.box, whole.regions, whole.searched_regions) == (WHOLE, (), 0)
    assert [hit.score for hit in whole.hits] != [hit.score for hit in chosen.hits]
    [told] = replace(shop.search, eye=LookingEye(Embedder())).answer([Query(picture=photo)])
    assert isinstance(told, Answer)
    assert [hit.product.id for hit in told.hits] == [hit.product.id for hit in whole.hits]


def test_photos_with_and_without_parts_are_answered_together(shop: Shop) -> None:
    queries = [
        Query(picture=png(shelf(3, 7)), by_region=True, limit=3),
        Query(picture=b"no picture"),
        Query(product=ProductId("tin-4"), limit=3),
        Query(picture=png(shelf(5, 9)), by_region=True, limit=3),
    ]
    together = shop.search.answer(queries)
    for query, answer in zip(queries, together, strict=True):
        [alone] = shop.search.answer([query])
        assert type(answer) is type(alone)
        if isinstance(answer, Answer) and isinstance(alone, Answer):
            assert [hit.product.id for hit in answer.hits] == [hit.product.id for hit in alone.hits]
            for hits, others in zip(answer.by_region, alone.by_region, strict=True):
                assert [hit.product.id for hit in hits] == [hit.product.id for hit in others]
