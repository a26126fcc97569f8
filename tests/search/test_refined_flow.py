"""The search over a small catalogue of drawn shapes: words, filters, examples, facets, tags and tiers."""

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from visualsearch.assemble import EVERYWHERE, Shop, open_ingest, open_shop
from visualsearch.domain import Among, Answer, Between, Product, ProductId, Query
from visualsearch.ingest.tags import tag_new
from visualsearch.search.tiers import TIERS, Tiers
from visualsearch.settings import SearchSettings, Settings
from visualsearch.training.tiers import write_tiers

COLOURS = {"red": (200, 30, 40), "blue": (40, 90, 200), "green": (40, 130, 60), "black": (15, 15, 15)}


def draw(colour: str, *, is_round: bool) -> bytes:
    pixels = np.full((200, 200, 3), 255, np.uint8)
    across, down = np.meshgrid(np.arange(200) - 100, np.arange(200) - 100)
    inside = across**2 + down**2 < 70**2 if is_round else (abs(across) < 40) & (abs(down) < 80)
    pixels[inside] = COLOURS[colour]
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    return out.getvalue()


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    folder = tmp_path_factory.mktemp("shapes")
    products = []
    for place, colour in enumerate(COLOURS):
        for kind, is_round in (("ball", True), ("brick", False)):
            path = folder / f"{colour} {kind}.png"
            path.write_bytes(draw(colour, is_round=is_round))
            pictures, price = (str(path),), 10.0 * (place + 1)
            said = Product(
                ProductId(path.stem), path.stem, "Oak", ("Toys", f"{kind}s"), price, pictures=pictures
            )
            products.append(said)
    products.append(
        replace(products[0], id=ProductId("red ball, large"), title="large red ball", brand="Elm")
    )
    products.append(Product(ProductId("unseen"), "a silver ball without a picture"))
    settings = Settings(shop=folder / "shop", search=SearchSettings(evidence=False))
    with open_shop(settings, create=True) as opened:
        with open_ingest(settings, opened, local_roots=EVERYWHERE) as ingest:
            ingest.take(products)
        opened.index.catch_up()
        tag_new(opened.store, opened.tagger)
        yield opened


def ask(shop: Shop, query: Query) -> Answer:
    [answer] = shop.search.answer([query])
    assert isinstance(answer, Answer), answer
    return answer


def ids(answer: Answer) -> list[str]:
    return [hit.product.id for hit in answer.hits]


RED_BALL = draw("red", is_round=True)


def test_words_beside_a_picture_bring_what_fits_both_first_and_hide_nothing(shop: Shop) -> None:
    answer = ask(shop, Query(picture=RED_BALL, words="blue"))
    assert set(ids(answer)[:2]) == {"blue ball", "blue brick"}
    assert len(answer.hits) == 9
    assert "the words fit what is written of it" in answer.hits[0].reasons
    assert answer.hits[0].signals["words"] > answer.hits[-1].signals["words"] == 0
    refused_words = ask(shop, Query(picture=RED_BALL, words="no such word"))
    assert ids(refused_words) == ids(ask(shop, Query(picture=RED_BALL)))


def test_a_named_colour_brings_products_of_it_first_and_hides_nothing(shop: Shop) -> None:
    same, named = (ask(shop, Query(picture=RED_BALL, colour=colour)) for colour in ("same", "blue"))
    assert ids(same)[0].startswith("red ball")
    assert ids(named)[0] == "blue ball"
    assert set(ids(named)) == set(ids(same))
    only_elm = Query(picture=RED_BALL, colour="blue", where=Among("brand", ("Elm",)))
    assert ids(ask(shop, only_elm)) == ["red ball, large"]


def test_words_alone_find_by_what_is_written(shop: Shop) -> None:
    answer = ask(shop, Query(words="green bal", limit=3))
    assert ids(answer)[0] == "green ball"
    assert "unseen" not in ids(answer)
    assert answer.hits[0].signals["words"] > 0
    assert ids(ask(shop, Query(words="xyz"))) == []
    assert not ask(shop, Query(words="xyz")).found


def test_a_filter_lets_through_nothing_else(shop: Shop) -> None:
    where = Among("category", ("bricks",))
    assert set(ids(ask(shop, Query(picture=RED_BALL, where=where)))) == {f"{one} brick" for one in COLOURS}
    assert set(ids(ask(shop, Query(words="ball brick", where=Between("price", high=10))))) == {
        "red ball",
        "red brick",
        "red ball, large",
    }
    assert ids(ask(shop, Query(picture=RED_BALL, where=Among("brand", ("none",))))) == []
    queries = [
        Query(picture=RED_BALL, where=where),
        Query(picture=RED_BALL),
        Query(words="blue", where=where),
    ]
    together = shop.search.answer(queries)
    assert [ids(one) for one in together if isinstance(one, Answer)] == [
        ids(ask(shop, one)) for one in queries
    ]


def test_values_are_counted_in_what_was_found(shop: Shop) -> None:
    [brand, category] = ask(shop, Query(picture=RED_BALL, facets=("brand", "category"))).facets
    assert brand.values == {"Oak": 8, "Elm": 1}
    assert category.values["Toys > balls"] == 5
    [brand] = ask(shop, Query(picture=RED_BALL, where=Between("price", 20), facets=("brand",))).facets
    assert brand.values == {"Oak": 6}
    [colour] = ask(shop, Query(words="ball", facets=("colour",))).facets
    assert colour.values["red"] == 2


def test_what_is_seen_in_the_asked_product_is_told(shop: Shop) -> None:
    tags = ask(shop, Query(product=ProductId("blue ball"))).tags
    assert [(tag.field, tag.name) for tag in tags] == [("colour", "blue")]


def test_examples_move_the_answer_and_those_pushed_away_are_left_out(shop: Shop) -> None:
    plain = ids(ask(shop, Query(product=ProductId("red ball"))))
    liked = ids(ask(shop, Query(product=ProductId("red ball"), like=(ProductId("black brick"),))))
    assert liked.index("black brick") < plain.index("black brick")
    unlike = (ProductId("blue ball"), ProductId("gone"))
    assert "blue ball" not in ids(ask(shop, Query(product=ProductId("red ball"), unlike=unlike)))


def test_products_with_the_same_picture_can_be_one_hit(shop: Shop) -> None:
    folded = ask(shop, Query(picture=RED_BALL, fold=True))
    assert folded.hits[0].variants == ("red ball, large",)
    assert ask(shop, Query(picture=RED_BALL)).hits[0].variants == ()


def test_tiers_are_the_shop_s_own(shop: Shop) -> None:
    write_tiers(shop.folder, Tiers(eye=shop.eye.name, close=0.9, similar=0.1))
    tiers = {hit.product.id: hit.tier for hit in ask(shop, Query(picture=RED_BALL)).hits}
    assert tiers[ProductId("red ball")] == "exact"
    write_tiers(shop.folder, Tiers(eye=shop.eye.name, close=1.5, similar=1.2))
    answer = ask(shop, Query(product=ProductId("red ball")))
    assert {hit.tier for hit in answer.hits} == {"weak"}
    assert not answer.found
    write_tiers(shop.folder, Tiers(eye="another", close=1.5, similar=1.2))
    assert ask(shop, Query(product=ProductId("red ball"))).found
    Path(shop.folder / TIERS).unlink()
