"""Cleaning foreign values."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visualsearch.catalogue.fields import (
    clean_attributes,
    clean_id,
    clean_levels,
    clean_page,
    clean_text,
    split_tree,
)
from visualsearch.errors import BadLine


@pytest.mark.parametrize(
    ("told", "text"),
    [
        (" Lowe&#39;s \n Gift\tCard ", "Lowe's Gift Card"),
        ("AT&amp;amp;T", "AT&T"),
        ("<p>Warm<br/>and <b>soft</b></p>", "Warm and soft"),
        ("<style>.a{color:red}</style>Red <script>alert('x')</script>shoe", "Red shoe"),
        ("&lt;b&gt;bold&lt;/b&gt;", "bold"),
        ("5 < 6 and 7 > 3 <3", "5 < 6 and 7 > 3 <3"),
        ("a\x00b\x07c\ud800d", "a b c d"),
        ("zero &#0; width", "zero \ufffd width"),
        (["one", "two", None, {"x": 1}], "one two"),
        (12.0, "12"),
        (True, "yes"),
    ],
)
def test_text_becomes_plain(told: object, text: str) -> None:
    assert clean_text(told) == text


def test_a_character_of_thousands_of_digits_stays_as_it_is() -> None:
    assert clean_text(f"&#{'9' * 5_000};", 20_000) == f"&#{'9' * 5_000};"


@pytest.mark.parametrize("told", ["", "NA", "nan", "NULL", "None", " n/a ", "-", None, float("nan"), {}])
def test_missing_text_is_empty(told: object) -> None:
    assert clean_text(told) == ""


def test_text_is_cut_at_its_limit() -> None:
    assert clean_text("ab " * 1_000, 10) == "ab ab ab a"


@settings(deadline=None, max_examples=200)
@given(st.text(st.characters(), max_size=200) | st.text("<>&/!-#;abscript x0\n", max_size=200))
def test_any_text_becomes_one_line_that_can_be_stored(told: str) -> None:
    text = clean_text(told)
    assert text.encode().decode() == text
    assert text == " ".join(text.split())
    assert all(character >= " " for character in text)


def test_hostile_tags_are_cleaned_in_linear_time() -> None:
    for piece in ("<script>", "<", "<a", "<!--", "</", "&lt;script&gt;", "&amp;"):
        assert len(clean_text(piece * 100_000, 20_000)) <= 20_000


@pytest.mark.parametrize(
    ("told", "product"),
    [("B001", "B001"), (" 12 ", "12"), (12, "12"), (12.0, "12"), ("shirt, blå", "shirt, blå")],
)
def test_an_id_is_printable_text(told: object, product: str) -> None:
    assert clean_id(told) == product


@pytest.mark.parametrize(
    "told", ["", "  ", None, "nan", "a\nb", "a\x00", "\ud800", "x" * 257, [], {"id": 1}, float("inf")]
)
def test_what_is_no_id_is_refused(told: object) -> None:
    with pytest.raises(BadLine, match="expected a product id"):
        clean_id(told)


@pytest.mark.parametrize(
    "told",
    [
        "Home >> Curtains >> Eyelet",
        "Home > Curtains > Eyelet",
        "Home|Curtains|Eyelet",
        "Home/Curtains/Eyelet",
    ],
)
def test_a_category_path_is_split(told: str) -> None:
    assert split_tree(told) == ("Home", "Curtains", "Eyelet")


def test_only_one_separator_splits_a_path() -> None:
    assert split_tree("Audio/Video > TV/Screens") == ("Audio/Video", "TV/Screens")
    assert split_tree("Home &gt; Bed &amp; Bath") == ("Home", "Bed & Bath")
    assert split_tree("Shoes") == ("Shoes",)
    assert split_tree("NA") == ()


def test_levels_are_told_once_and_tags_are_none() -> None:
    assert clean_levels(["Gift Cards", "Gift Cards", "</span></span>", None, "Toys"]) == (
        "Gift Cards",
        "Toys",
    )


@pytest.mark.parametrize(
    ("told", "page"),
    [
        ("https://shop.example/a?b=1&copy=2", "https://shop.example/a?b=1&copy=2"),
        ("//shop.example/a", "https://shop.example/a"),
        ("javascript:alert(1)", ""),
        ("java\nscript:alert(1)", ""),
        ("/relative", ""),
        (None, ""),
        ("https://shop.example/" + "a" * 3_000, ""),
    ],
)
def test_a_page_is_http_or_nothing(told: object, page: str) -> None:
    assert clean_page(told) == page


def test_a_number_that_python_refuses_to_write_is_no_text() -> None:
    with pytest.raises(BadLine, match="expected a product id"):
        clean_id(16**5000)
    assert clean_text(16**5000) == ""


def test_attributes_are_texts_by_their_own_names() -> None:
    told = {
        "colour": "Red",
        "details": {"\n Weight: \n": "3 ounces", "Size": 42},
        "features": ["warm", "soft"],
        "id": "1",
        "empty": None,
        "deep": [{"a": 1}],
    }
    assert clean_attributes(told, {"id"}) == {
        "colour": "Red",
        "Weight": "3 ounces",
        "Size": "42",
        "features": "warm; soft",
    }
    assert len(clean_attributes({str(number): number for number in range(1_000)})) == 100
