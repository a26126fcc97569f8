from dataclasses import replace

import numpy as np
import pytest

from visualsearch.domain import (
    WHOLE,
    Answer,
    Box,
    Hit,
    PictureId,
    Product,
    ProductId,
    Query,
    Region,
    SharedPrint,
    Spot,
)
from visualsearch.errors import NotFound
from visualsearch.web.recent import Recent

PLACES = np.array([[0.25, 0.5], [0.75, 0.5], [0.5, 0.25]], np.float32)
HIT = Hit(
    Product(ProductId("tin")),
    PictureId("0" * 64),
    (),
    WHOLE,
    0.5,
    (),
    shared_print=SharedPrint(0.9, PLACES, PLACES),
)
ANSWER = Answer((HIT,), WHOLE, 1, {})


def test_a_search_is_found_with_each_hit_that_shares_its_print() -> None:
    recent = Recent()
    plain = replace(HIT, product=Product(ProductId("cup")), shared_print=None)
    search = recent.keep(Query(picture=b"photo"), replace(ANSWER, hits=(plain, HIT)))
    asked, hit = recent.find_hit(search, ProductId("tin"))
    assert (asked.picture, hit) == (b"photo", HIT)
    with pytest.raises(NotFound):
        recent.find_hit(search, ProductId("cup"))


def test_the_oldest_are_forgotten_so_that_the_bytes_stay_bounded() -> None:
    recent = Recent(max_bytes=100)
    searches = [recent.keep(Query(picture=bytes(40)), ANSWER) for _ in range(3)]
    with pytest.raises(NotFound):
        recent.find(searches[0])
    assert recent.find(searches[2]).picture
    assert recent.keep(Query(picture=bytes(101)), ANSWER) == ""
    assert recent.find(searches[1]).picture


def test_nothing_is_kept_where_there_is_nothing_to_show() -> None:
    assert Recent().keep(Query(product=ProductId("tin")), ANSWER) == ""
    assert Recent().keep(Query(words="a tin"), ANSWER) == ""


def test_what_was_searched_is_kept() -> None:
    recent = Recent()
    regions = Region(Box(0, 0, 0.5, 1), "top", 0.9), Region(Box(0.5, 0, 1, 1), "bag", 0.2)
    answer = replace(ANSWER, hits=(), regions=regions, searched_regions=1)
    asked = recent.find(recent.keep(Query(picture=b"photo"), answer))
    assert asked.spot == Spot(WHOLE, regions[:1])
