"""Amazon's metadata of 2014, 2018 and 2023."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from visualsearch.catalogue import open_catalogue
from visualsearch.catalogue.amazon2018 import convert as convert_2018
from visualsearch.catalogue.amazon2023 import convert as convert_2023
from visualsearch.domain import Failure, Product, ProductId

Read = Callable[[Path], tuple[list[Product], list[Failure]]]
Write = Callable[[str, str | bytes], Path]

FOLDER = Path("/shop")


def test_a_line_of_2014_becomes_a_product(write: Write, read: Read) -> None:
    line = {
        "asin": "B01",
        "title": "Don't &quot;Drink&quot;",
        "price": 8.91,
        "brand": "",
        "imUrl": "http://a.example/1.jpg",
        "related": {"also_bought": ["B02"]},
        "salesRank": {"Music": 12},
        "categories": [["Music", "Rock", "Indie"], ["Digital Music"]],
        "description": "<b>Good</b>",
    }
    products, failures = read(write("meta.json", f"{line!r}\n"))
    assert failures == []
    assert products == [
        Product(
            ProductId("B01"),
            title='Don\'t "Drink"',
            categories=("Music", "Rock", "Indie"),
            price=8.91,
            currency="USD",
            description="Good",
            pictures=("http://a.example/1.jpg",),
        )
    ]


def test_a_line_of_2014_that_runs_code_is_a_failure(write: Write, read: Read, tmp_path: Path) -> None:
    owned = tmp_path / "owned"
    good = "{'asin': 'B01', 'imUrl': 'http://a.example/1.jpg'}\n"
    code = f"__import__('os').system('touch {owned}')"
    path = write("meta.json", f"{good}{{'asin': {code}, 'imUrl': ''}}\n{code}\n{good.replace('B01', 'B02')}")
    products, failures = read(path)
    assert [product.id for product in products] == ["B01", "B02"]
    assert [(failure.code, failure.subject) for failure in failures] == [
        ("bad-line", "meta.json:2"),
        ("bad-line", "meta.json:3"),
    ]
    assert not owned.exists()


def test_a_line_of_2018_becomes_a_product() -> None:
    told = {
        "asin": "B02",
        "title": " Lowe&#39;s <span>Gift</span> Card",
        "brand": "Lowe's",
        "category": ["Gift Cards", "Gift Cards", "</span></span>"],
        "main_cat": "Toys",
        "price": "$5.00 - $10.00",
        "description": ["One.", "Two."],
        "feature": ["warm", "soft"],
        "details": {"\n Weight: \n": "3 ounces"},
        "also_buy": ["B03"],
        "imageURL": ["http://a.example/1._SX38_.jpg"],
        "imageURLHighRes": ["http://a.example/1.jpg", "http://a.example/2.jpg"],
    }
    assert convert_2018(told, FOLDER) == Product(
        ProductId("B02"),
        title="Lowe's Gift Card",
        brand="Lowe's",
        categories=("Gift Cards",),
        price=5.0,
        currency="USD",
        description="One. Two.",
        pictures=("http://a.example/1.jpg", "http://a.example/2.jpg"),
        attributes={"main_cat": "Toys", "feature": "warm; soft", "Weight": "3 ounces"},
    )


def test_2018_without_large_pictures_asks_for_the_whole_ones() -> None:
    thumbnail = "https://images-na.ssl-images-amazon.com/images/I/31T%2BQ._SX38_SY50_CR,0,0,38,50_.jpg"
    product = convert_2018(
        {"asin": "B02", "imageURL": [thumbnail], "imageURLHighRes": [], "price": ".a{b}"}, FOLDER
    )
    assert product.pictures == ("https://images-na.ssl-images-amazon.com/images/I/31T%2BQ.jpg",)
    assert (product.price, product.currency) == (None, "")


def test_a_line_of_2023_becomes_a_product() -> None:
    told = {
        "parent_asin": "B03",
        "title": "Fob",
        "store": "Generic",
        "price": "from 12.99",
        "main_category": "Handmade",
        "categories": [],
        "description": ["Charming."],
        "details": {"Department": "womens"},
        "images": [
            {"thumb": "t2", "large": "2.jpg", "variant": "PT01", "hi_res": None},
            {"thumb": "t1", "large": "l1.jpg", "variant": "MAIN", "hi_res": "https://a.example/1.jpg"},
            {"thumb": None, "large": None, "variant": "PT02", "hi_res": None},
            "3.jpg",
            None,
        ],
    }
    assert convert_2023(told, FOLDER) == Product(
        ProductId("B03"),
        title="Fob",
        brand="Generic",
        categories=("Handmade",),
        price=12.99,
        currency="USD",
        description="Charming.",
        pictures=("https://a.example/1.jpg", "/shop/2.jpg", "/shop/3.jpg"),
        attributes={"main_category": "Handmade", "Department": "womens"},
    )


@pytest.mark.parametrize("price", [None, "None", "", "—", {}])
def test_2023_without_a_price_has_none(price: object) -> None:
    assert convert_2023({"parent_asin": "B03", "price": price}, FOLDER) == Product(ProductId("B03"))


def test_pictures_of_a_local_catalogue_lie_beside_it(write: Write, tmp_path: Path) -> None:
    line = {"parent_asin": "B03", "images": [{"large": "pictures/1.jpg", "variant": "MAIN", "hi_res": None}]}
    catalogue = open_catalogue(write("meta.jsonl.gz", json.dumps(line)))
    assert catalogue.format_name == "amazon2023"
    assert catalogue.explanation.startswith("amazon2023, gzip; ")
    assert list(catalogue.read()) == [
        Product(ProductId("B03"), pictures=(str(tmp_path / "pictures/1.jpg"),)),
    ]
