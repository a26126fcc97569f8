"""Genuine catalogues."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from visualsearch.catalogue import open_catalogue
from visualsearch.domain import Failure, Product

Read = Callable[[Path], tuple[list[Product], list[Failure]]]

pytestmark = pytest.mark.data


def test_three_thousand_lines_of_2014(data_folder: Path, read: Read) -> None:
    path = data_folder / "metadata" / "amazon2014_meta_Digital_Music.json.gz"
    products, failures = read(path)
    assert open_catalogue(path).format_name == "amazon2014"
    assert failures == []
    assert len({product.id for product in products}) == 3_000
    assert all(product.price and product.title and product.categories for product in products)
    assert all(len(product.pictures) == 1 for product in products)
    first = products[0]
    assert (first.id, first.title, first.price, first.currency) == (
        "5555991584",
        "Memory of Trees",
        9.49,
        "USD",
    )
    assert sum(bool(product.brand) for product in products) == 256


def test_fifteen_hundred_lines_of_2018(data_folder: Path, read: Read) -> None:
    path = data_folder / "metadata" / "amazon2018_meta_Gift_Cards.json.gz"
    products, failures = read(path)
    assert open_catalogue(path).format_name == "amazon2018"
    assert failures == []
    assert len({product.id for product in products}) == 1_547
    assert all(product.categories for product in products)
    assert not any("&#" in product.title or "<" in product.title for product in products)
    # 1,185 prices are empty, 2 are white space and 2 are style sheets.
    assert sum(product.price is not None for product in products) == 1_547 - 1_189


def test_the_whole_picture_of_2018_is_made_of_its_thumbnail(
    data_folder: Path, tmp_path: Path, read: Read
) -> None:
    whole = read(data_folder / "metadata" / "amazon2018_meta_Gift_Cards.json.gz")[0]
    path = tmp_path / "thumbnails"
    with gzip.open(data_folder / "metadata" / "amazon2018_meta_Gift_Cards.json.gz") as lines:
        told = [{**json.loads(line), "imageURLHighRes": []} for line in lines]
    path.write_text("".join(json.dumps(one) + "\n" for one in told))
    made = read(path)[0]
    same = sum(one.pictures == other.pictures for one, other in zip(whole, made, strict=True))
    assert same / len(whole) > 0.95


def test_three_lines_of_2023(data_folder: Path, read: Read) -> None:
    products, failures = read(data_folder / "metadata" / "amazon2023_sample.jsonl")
    assert failures == []
    assert [(product.id, len(product.pictures)) for product in products] == [
        ("B06ZXTKYHN", 2),
        ("B07NTK7T5P", 2),
        ("B01HYNE114", 1),
    ]
    assert products[0].pictures[0].endswith("71cWJvVGYtL._SL1500_.jpg")
    assert products[1].categories[-1] == "Keychains & Keyrings"


@pytest.mark.parametrize(
    ("name", "count", "columns"),
    [
        ("flipkart/products.csv", 838, {"title": "title", "brand": "brand", "categories": "category_tree"}),
        (
            "fashion/products.csv",
            7_542,
            {"title": "title", "categories": "category,subcategory,article_type"},
        ),
        ("amazon/products.csv", 7_138, {"id": "asin", "categories": "category"}),
        ("street_to_catalogue/products.csv", 50, {"categories": "category"}),
        ("several_views/pictures.csv", 78, {"id": "product", "pictures": "image"}),
    ],
)
def test_tables_are_read_whole(
    data_folder: Path, read: Read, name: str, count: int, columns: dict[str, str]
) -> None:
    path = data_folder / name
    assert columns.items() <= {**open_catalogue(path).columns}.items()
    products, failures = read(path)
    assert failures == []
    assert len({product.id for product in products}) == len(products) == count
    assert all(Path(picture).is_file() for product in products for picture in product.pictures)
    assert all(product.pictures for product in products)


def test_several_views_are_of_one_product(data_folder: Path, read: Read) -> None:
    products, _ = read(data_folder / "several_views" / "pictures.csv")
    assert sum(len(product.pictures) for product in products) == 154
    assert max(len(product.pictures) for product in products) > 1


def test_flipkart_has_prices_and_paths_of_categories(data_folder: Path, read: Read) -> None:
    products, _ = read(data_folder / "flipkart" / "products.csv")
    curtain = products[0]
    assert curtain.categories[:3] == ("Home Furnishing", "Curtains & Accessories", "Curtains")
    assert (curtain.price, curtain.brand, curtain.attributes["retail_price"]) == (899.0, "Elegance", "1899.0")


def test_a_folder_of_pictures(data_folder: Path, read: Read) -> None:
    products, failures = read(data_folder / "packshots" / "images")
    assert (len(products), failures) == (900, [])
