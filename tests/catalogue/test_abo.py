"""Amazon Berkeley Objects."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from visualsearch.catalogue import open_catalogue
from visualsearch.domain import Failure, Product, ProductId
from visualsearch.errors import BadCatalogue

Read = Callable[[Path], tuple[list[Product], list[Failure]]]
Write = Callable[[str, str | bytes], Path]

LISTING = {
    "item_id": "B07",
    "domain_name": "amazon.de",
    "item_name": [
        {"language_tag": "de_DE", "value": "Amazon-Marke: Stuhl"},
        {"language_tag": "en_GB", "value": "Amazon Brand: Chair"},
    ],
    "brand": [{"language_tag": "de_DE", "value": "Stuhlwerk"}],
    "bullet_point": [
        {"language_tag": "en_GB", "value": "Sturdy."},
        {"language_tag": "en_GB", "value": "Blue."},
    ],
    "color": [{"language_tag": "en_US", "standardized_values": ["Blue"], "value": "Navy"}],
    "item_weight": [{"normalized_value": {"unit": "pounds", "value": 9}, "unit": "pounds", "value": 9}],
    "product_type": [{"value": "HOME_CHAIR"}],
    "country": "DE",
    "node": [{"node_id": 1, "node_name": "/Categories/Home & Kitchen/Chairs"}],
    "main_image_id": "main1",
    "other_image_id": ["other1", "unknown", "main1"],
}
TABLE = "image_id,height,width,path\nother1,10,10,aa/other1.jpg\nmain1,10,10,ff/main1.jpg\n"
CHAIR = Product(
    ProductId("B07"),
    title="Amazon Brand: Chair",
    brand="Stuhlwerk",
    categories=("Home & Kitchen", "Chairs"),
    description="Sturdy. Blue.",
    attributes={
        "domain_name": "amazon.de",
        "color": "Navy",
        "item_weight": "9",
        "product_type": "HOME_CHAIR",
        "country": "DE",
    },
)


@pytest.fixture
def dataset(write: Write, tmp_path: Path) -> Path:
    write("abo/listings/metadata/listings_0.json.gz", json.dumps(LISTING))
    write(
        "abo/listings/metadata/listings_1.json.gz", json.dumps({"item_id": "B08", "main_image_id": "main1"})
    )
    write("abo/images/metadata/images.csv.gz", TABLE)
    return tmp_path / "abo"


@pytest.mark.parametrize("start", ["", "listings", "listings/metadata"])
def test_the_data_set_is_found_from_each_of_its_folders(dataset: Path, start: str, read: Read) -> None:
    catalogue = open_catalogue(dataset / start)
    assert catalogue.format_name == "abo"
    assert catalogue.size_bytes > 0
    products, failures = read(dataset / start)
    assert [product.id for product in products] == ["B07", "B08"]
    assert failures == []


def test_a_listing_becomes_a_product_in_english(dataset: Path, read: Read) -> None:
    product = read(dataset)[0][0]
    small = dataset / "images" / "small"
    pictures = tuple(str(small / name) for name in ("ff/main1.jpg", "aa/other1.jpg", "unknown"))
    assert product == Product(
        **{**{name: getattr(CHAIR, name) for name in CHAIR.__slots__}, "pictures": pictures}
    )


def test_one_file_of_listings_is_a_catalogue_and_the_large_pictures_do(dataset: Path, read: Read) -> None:
    (dataset / "images" / "original").mkdir()
    path = dataset / "listings" / "metadata" / "listings_1.json.gz"
    assert open_catalogue(path).format_name == "abo"
    assert read(path)[0] == [
        Product(ProductId("B08"), pictures=(str(dataset / "images" / "original" / "ff" / "main1.jpg"),))
    ]


def test_without_the_table_of_pictures_it_says_what_is_missing(dataset: Path) -> None:
    (dataset / "images" / "metadata" / "images.csv.gz").unlink()
    with pytest.raises(BadCatalogue, match=r"expected images/metadata/images\.csv\.gz .* found none; unpack"):
        open_catalogue(dataset)


def test_a_table_of_other_columns_is_refused(dataset: Path, write: Write) -> None:
    write("abo/images/metadata/images.csv.gz", "id,file\n1,2\n")
    with pytest.raises(BadCatalogue, match=r"expected the columns image_id and path .* found id, file"):
        open_catalogue(dataset)


def test_a_listing_without_categories_has_its_kind(write: Write, dataset: Path, read: Read) -> None:
    write("abo/listings/metadata/listings_0.json.gz", json.dumps({**LISTING, "node": None}))
    assert read(dataset)[0][0].categories == ("Home chair",)
