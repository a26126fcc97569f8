"""Where pictures are."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visualsearch.catalogue.sources import resolve_pictures

FOLDER = Path("/shop/catalogue")


@pytest.mark.parametrize(
    ("told", "sources"),
    [
        ("images/1.jpg", ["/shop/catalogue/images/1.jpg"]),
        ("../1.jpg", ["/shop/1.jpg"]),
        ("/pictures/1.jpg", ["/pictures/1.jpg"]),
        ("images\\1.jpg", ["/shop/catalogue/images/1.jpg"]),
        ("file:///pictures/a%20b.jpg", ["/pictures/a b.jpg"]),
        ("https://a.example/1.jpg?x=1,2|3", ["https://a.example/1.jpg?x=1,2", "/shop/catalogue/3"]),
        ("HTTP://a.example/1.jpg", ["HTTP://a.example/1.jpg"]),
        ("//a.example/1.jpg", ["https://a.example/1.jpg"]),
        ("s3://bucket/1.jpg", ["s3://bucket/1.jpg"]),
        ("data:image/png;base64,iVBO", ["data:image/png;base64,iVBO"]),
        ("1.jpg|2.jpg| 3.jpg", [f"/shop/catalogue/{number}.jpg" for number in (1, 2, 3)]),
        ('["1.jpg", "2.jpg"]', ["/shop/catalogue/1.jpg", "/shop/catalogue/2.jpg"]),
        ("['1.jpg', None]", ["/shop/catalogue/1.jpg"]),
        ("[1.jpg]", ["/shop/catalogue/[1.jpg]"]),
        ("https://a.example/1.jpg, https://a.example/2.jpg", [f"https://a.example/{n}.jpg" for n in (1, 2)]),
        ("https://a.example/1._CR,0,0,38,50_.jpg", ["https://a.example/1._CR,0,0,38,50_.jpg"]),
        (["1.jpg", "1.jpg", 5, None, ["2.jpg"]], ["/shop/catalogue/1.jpg", "/shop/catalogue/2.jpg"]),
        ({"thumb": "t.jpg", "large": "l.jpg", "hi_res": None}, ["/shop/catalogue/l.jpg"]),
        *((nothing, []) for nothing in ("", " ", "nan", None, 5, "x" * 3_000, {}, {"large": 5})),
    ],
)
def test_sources_are_absolute_paths_or_urls(told: object, sources: list[str]) -> None:
    assert list(resolve_pictures(told, FOLDER)) == sources


def test_a_product_has_at_most_a_hundred_pictures() -> None:
    assert len(resolve_pictures([f"{number}.jpg" for number in range(1_000)], FOLDER)) == 100


@settings(deadline=None, max_examples=200)
@given(st.text(st.characters(), max_size=100))
def test_any_text_gives_sources_that_can_be_opened(told: str) -> None:
    for source in resolve_pictures(told, FOLDER):
        assert "\0" not in source
        assert source.encode()
