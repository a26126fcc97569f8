"""CSV, JSON lines and Parquet with a product a row."""

import csv
import io
import json
import sys
from collections.abc import Callable
from dataclasses import asdict, fields
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visualsearch.catalogue import open_catalogue
from visualsearch.domain import Failure, Product, ProductId
from visualsearch.errors import BadCatalogue, MissingExtra

Read = Callable[[Path], tuple[list[Product], list[Failure]]]
Write = Callable[[str, str | bytes], Path]

WORDS = st.text(st.characters(categories=["L", "N"], include_characters=" ,;\t\"'|\n"), max_size=20)
NAMES = st.text(st.characters(categories=["L", "N"], include_characters=' -_,"'), min_size=1, max_size=12)


def plain(text: str) -> str:
    cleaned = " ".join(text.split())
    return (
        "" if cleaned.casefold() in {"na", "nan", "nil", "null", "none", "undefined", "-", "--"} else cleaned
    )


PRODUCTS = st.lists(
    st.builds(
        Product,
        id=NAMES.map(plain).filter(bool).map(ProductId),
        title=WORDS.map(plain),
        brand=WORDS.map(plain),
        categories=st.lists(NAMES.map(plain).filter(bool), max_size=3, unique=True).map(tuple),
        price=st.none() | st.integers(0, 10**8).map(lambda cents: cents / 100),
        currency=st.just(""),
        description=WORDS.map(plain),
        url=st.sampled_from(["", "https://a.example/1"]),
        pictures=st.lists(st.sampled_from(["https://a.example/1.jpg", "/pictures/2.jpg"]), unique=True).map(
            tuple
        ),
        attributes=st.dictionaries(st.sampled_from(["colour", "size"]), WORDS.map(plain).filter(bool)),
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda product: product.id,
)
COLUMNS = [field.name for field in fields(Product) if field.name != "attributes"]


def write_csv(products: list[Product], delimiter: str) -> str:
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=delimiter)
    writer.writerow([*COLUMNS, "colour", "size"])
    for product in products:
        told = {**asdict(product), **product.attributes}
        told["categories"] = json.dumps(product.categories) if product.categories else ""
        told["pictures"] = json.dumps(product.pictures)
        writer.writerow([told.get(name) for name in (*COLUMNS, "colour", "size")])
    return file.getvalue()


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_products_written_as_csv_are_read_as_they_were(tmp_path: Path, delimiter: str) -> None:
    path = tmp_path / "products.csv"

    @settings(deadline=None, max_examples=60)
    @given(PRODUCTS)
    def check(products: list[Product]) -> None:
        path.write_text(write_csv(products, delimiter), newline="")
        assert list(open_catalogue(path).read()) == products

    check()


def test_products_written_as_json_lines_are_read_as_they_were(tmp_path: Path) -> None:
    path = tmp_path / "products.jsonl"

    @settings(deadline=None, max_examples=60)
    @given(PRODUCTS)
    def check(products: list[Product]) -> None:
        path.write_text("".join(json.dumps(asdict(product)) + "\n" for product in products))
        assert list(open_catalogue(path).read()) == products

    check()


def test_a_row_is_understood(write: Write, read: Read, tmp_path: Path) -> None:
    header = "sku;name;manufacturer;category;subcategory;sale price;currency;link;image1;image2;colour"
    row = "7;<b>Chair</b>;Stuhlwerk;Home;Chairs;1.299,00;EUR;https://a.example/7;7a.jpg;7b.jpg|7c.jpg;blå"
    path = write("products.csv", f"\ufeff{header}\n{row}\n")
    catalogue = open_catalogue(path)
    assert catalogue.explanation == (
        "csv, semicolons; id=sku, title=name, brand=manufacturer, price=sale price, currency=currency, "
        "url=link, pictures=image1+image2, categories=category+subcategory; attributes: colour"
    )
    assert catalogue.columns["pictures"] == "image1,image2"
    assert open_catalogue(path, columns=catalogue.columns) == catalogue
    assert read(path) == (
        [
            Product(
                ProductId("7"),
                title="Chair",
                brand="Stuhlwerk",
                categories=("Home", "Chairs"),
                price=1299.0,
                currency="EUR",
                url="https://a.example/7",
                pictures=tuple(str(tmp_path / name) for name in ("7a.jpg", "7b.jpg", "7c.jpg")),
                attributes={"colour": "blå"},
            )
        ],
        [],
    )


def test_a_price_that_is_none_stays_as_an_attribute(write: Write, read: Read) -> None:
    products, _ = read(write("products.csv", "id,price\n1,on request\n2,NA\n3,$5\n"))
    assert [(product.price, product.currency, product.attributes) for product in products] == [
        (None, "", {"price": "on request"}),
        (None, "", {}),
        (5.0, "USD", {}),
    ]


@pytest.mark.parametrize(
    ("told", "levels"),
    [
        ('["Home >> Curtains >> Eyelet"]', ("Home", "Curtains", "Eyelet")),
        ("['Home', 'Audio/Video']", ("Home", "Audio/Video")),
        ([["Home", "Curtains"], ["Sale"]], ("Home", "Curtains")),
        (["Home > Curtains", "Sale > Home"], ("Home", "Curtains")),
        ("Home/Curtains", ("Home", "Curtains")),
        ([], ()),
        (5, ("5",)),
        ({"name": "Home"}, ()),
    ],
)
def test_category_paths_come_in_many_shapes(
    write: Write, read: Read, told: object, levels: tuple[str, ...]
) -> None:
    path = write("products.jsonl", json.dumps({"id": "1", "categories": told}))
    assert read(path)[0][0].categories == levels


def test_rows_that_share_an_id_are_one_product_wherever_they_are(
    write: Write, read: Read, tmp_path: Path
) -> None:
    rows = ["a,,1.jpg,", "b,B,2.jpg,5", "a,A,3.jpg,", ",no id,,", "a,Z,1.jpg,7", "c,C,4.jpg,", "b,,5.jpg,6"]
    products, failures = read(write("pictures.csv", "id,title,image,price\n" + "\n".join(rows)))
    assert [failure.subject for failure in failures] == ["pictures.csv:5"]
    assert products == [
        Product(
            ProductId("a"), title="A", price=7.0, pictures=(str(tmp_path / "1.jpg"), str(tmp_path / "3.jpg"))
        ),
        Product(ProductId("c"), title="C", pictures=(str(tmp_path / "4.jpg"),)),
        Product(
            ProductId("b"), title="B", price=5.0, pictures=(str(tmp_path / "2.jpg"), str(tmp_path / "5.jpg"))
        ),
    ]


def test_a_stream_starts_anew_each_time(write: Write) -> None:
    catalogue = open_catalogue(write("products.csv.gz", "id,image\n1,a.jpg\n2,b.jpg\n"))
    first, second = catalogue.read(), catalogue.read()
    started = next(first)
    assert [started, *first] == list(second)


def test_a_product_without_pictures_is_a_product(write: Write, read: Read) -> None:
    path = write("products.csv", "id,title\n1,Chair\n")
    assert "no pictures" in open_catalogue(path).explanation
    assert read(path)[0] == [Product(ProductId("1"), title="Chair")]


def write_parquet(path: Path, rows: int = 1_000) -> Path:
    table = pa.table(
        {
            "sku": pa.array(range(rows), pa.int64()),
            "price": pa.array([Decimal("9.90")] * rows, pa.decimal128(10, 2)),
            "images": pa.array([["a.jpg", "b.jpg"]] * rows),
            "since": pa.array([date(2024, 5, 1)] * rows),
            "thumbnail": pa.array([b"\xff\xd8"] * rows),
        }
    )
    pq.write_table(table, path, row_group_size=100)
    return path


def test_parquet_is_read_batch_by_batch(tmp_path: Path) -> None:
    catalogue = open_catalogue(write_parquet(tmp_path / "products"))
    shares: list[float] = []
    products = list(catalogue.read(shares.append))
    assert catalogue.explanation == "parquet; id=sku, price=price, pictures=images; attributes: since"
    assert products == [
        Product(
            ProductId(str(number)),
            price=9.9,
            pictures=(str(tmp_path / "a.jpg"), str(tmp_path / "b.jpg")),
            attributes={"since": "2024-05-01"},
        )
        for number in range(1_000)
    ]
    assert shares == sorted(shares)
    assert shares[-1] == 1


def test_parquet_that_breaks_off_ends_with_a_failure(tmp_path: Path) -> None:
    path = write_parquet(tmp_path / "products.parquet", rows=2_000)
    content = bytearray(path.read_bytes())
    content[len(content) // 3 : len(content) // 2] = b"\xff" * (len(content) // 2 - len(content) // 3)
    path.write_bytes(content)
    *products, last = open_catalogue(path).read()
    assert isinstance(last, Failure)
    assert all(isinstance(product, Product) for product in products)


@pytest.mark.parametrize("content", [b"PAR1", b"PAR1" + b"\0" * 100, b"PAR1" + b"\xff" * 100 + b"PAR1"])
def test_what_only_begins_as_parquet_is_refused(write: Write, content: bytes) -> None:
    with pytest.raises(BadCatalogue, match=r"expected a Parquet file at .* found one that cannot be read"):
        open_catalogue(write("products.parquet", content))


def test_without_pyarrow_parquet_names_its_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_parquet(tmp_path / "products.parquet")
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(MissingExtra, match=r"pip install visualsearch\[parquet\]"):
        open_catalogue(path)
