"""Conditions as the shopper writes them."""

import math
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualsearch.domain import Among, Between, Condition, Every, Not, Some
from visualsearch.errors import BadInput
from visualsearch.search.where import LONGEST, parse_where

NIKE, BOOTS = Among("brand", ("Nike",)), Among("category", ("Boots",))


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("", None),
        ("brand = Nike", NIKE),
        ('"brand"="Nike"', NIKE),
        ("(((brand = 'Nike')))", NIKE),
        ("category in (Boots, \"Home > Lamps\", 'it''s' )", None),
        ("brand in (Nike)", NIKE),
        ("size = 42", Among("size", ("42",))),
        ("size = 42cm", None),
        (r'"Item \"Weight\"" <= 2.5', Between('Item "Weight"', high=2.5)),
        ("price 10 .. 50", Between("price", 10, 50)),
        ("price 10..50", Between("price", 10, 50)),
        ("price < 50", Between("price", high=math.nextafter(50, 0))),
        ("price > -1", Between("price", low=math.nextafter(-1, 0))),
        ("price >= 50", Between("price", low=50)),
        ("not brand = Nike", Not(NIKE)),
        ("brand != Nike", Not(NIKE)),
        ("NOT not brand = Nike", NIKE),
        (
            "brand = Nike or category = Boots and price >= 5",
            Some((NIKE, Every((BOOTS, Between("price", 5))))),
        ),
        ("(brand = Nike OR category = Boots) AND brand = Nike", Every((Some((NIKE, BOOTS)), NIKE))),
        ("Größe = größer", Among("Größe", ("größer",))),
        ("brand = android", Among("brand", ("android",))),
        ("notes = order", Among("notes", ("order",))),
    ],
)
def test_conditions_are_read(text: str, meant: Condition | None) -> None:
    if meant is None and text:
        with pytest.raises(BadInput):
            parse_where(text)
    else:
        assert parse_where(text) == meant


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("brand =", "found 'its end' at character 8"),
        ("brand ~ Nike", "found '~ Nike' at character 7"),
        ("price < cheap", "found 'cheap' at character 9"),
        ("brand = Nike; DROP TABLE products", "found '; DROP TABLE product' at character 13"),
        ("a = b " * LONGEST, f"at most {LONGEST} characters"),
    ],
)
def test_what_is_no_condition_is_told_with_its_place(text: str, told: str) -> None:
    with pytest.raises(BadInput, match=told.replace("(", r"\(")):
        parse_where(text)


@given(st.text(max_size=60) | st.text("()=<>!.,'\"\\ notandria0123456789", max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(BadInput):
        parse_where(text)


@given(field=st.text(min_size=1, max_size=10), values=st.lists(st.text(max_size=10), min_size=1, max_size=3))
def test_any_text_can_be_quoted(field: str, values: list[str]) -> None:
    def quote(text: str) -> str:
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'

    text = f"{quote(field)} in ({', '.join(map(quote, values))})"
    assert parse_where(text) == Among(field, tuple(values))
