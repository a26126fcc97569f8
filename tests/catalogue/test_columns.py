"""Which column is what."""

import pytest

from visualsearch.catalogue.columns import choose_columns, explain_columns
from visualsearch.errors import BadCatalogue


@pytest.mark.parametrize(
    ("names", "chosen"),
    [
        ("asin image category", {"id": "asin", "pictures": "image", "categories": "category"}),
        ("image product", {"id": "product", "pictures": "image"}),
        (
            "id masterCategory subCategory articleType productDisplayName",
            {
                "id": "id",
                "title": "productDisplayName",
                "categories": "masterCategory subCategory articleType",
            },
        ),
        (
            "uniq_id product_url product_name product_category_tree pid discounted_price image brand",
            {
                "id": "uniq_id",
                "title": "product_name",
                "brand": "brand",
                "price": "discounted_price",
                "url": "product_url",
                "pictures": "image",
                "categories": "product_category_tree",
            },
        ),
        (
            "Handle|Title|Body (HTML)|Vendor|Type|Variant SKU|Variant Price|Image Src",
            {
                "id": "Handle",
                "title": "Title",
                "brand": "Vendor",
                "price": "Variant Price",
                "description": "Body (HTML)",
                "pictures": "Image Src",
                "categories": "Type",
            },
        ),
        (
            "id title link image_link additional_image_link google_product_category",
            {
                "id": "id",
                "title": "title",
                "url": "link",
                "pictures": "image_link additional_image_link",
                "categories": "google_product_category",
            },
        ),
        ("sku image_1 image_2 thumbnail", {"id": "sku", "pictures": "image_1 image_2"}),
        ("code|Image URL 1", {"id": "code", "pictures": "Image URL 1"}),
    ],
)
def test_columns_are_guessed_by_their_names(names: str, chosen: dict[str, str]) -> None:
    columns = names.split("|" if "|" in names else " ")
    found = choose_columns(columns)
    assert {field: list(told) for field, told in found.items()} == {
        field: told.split(" ") if told not in columns else [told] for field, told in chosen.items()
    }


def test_columns_that_are_told_come_before_guesses() -> None:
    names = ["ref", "image", "front", "back", "brand"]
    chosen = choose_columns(names, {"id": "ref", "pictures": "front, back", "brand": ""})
    assert chosen == {"id": ("ref",), "pictures": ("front", "back")}
    assert explain_columns(names, chosen) == "id=ref, pictures=front+back; attributes: image, brand"


def test_a_column_whose_name_has_a_comma_can_be_told() -> None:
    assert choose_columns(["id", "a,b"], {"title": "a,b"})["title"] == ("a,b",)


@pytest.mark.parametrize(
    ("names", "told", "message"),
    [
        (["image", "colour"], {}, "expected a column with the product's id, found image, colour; name it"),
        (["id"], {"picture": "id"}, "expected one of the fields id, title.*found 'picture'"),
        (["id"], {"title": "name"}, "expected one of the columns id for title, found 'name'"),
        (["a\x1b[31m"], {}, r"found a\?\[31m"),
    ],
)
def test_columns_that_do_not_fit_are_refused(names: list[str], told: dict[str, str], message: str) -> None:
    with pytest.raises(BadCatalogue, match=message):
        choose_columns(names, told)
