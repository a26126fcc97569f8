"""A folder of pictures."""

from collections.abc import Callable
from pathlib import Path

import pytest

from visualsearch.catalogue import open_catalogue
from visualsearch.domain import Failure, Product, ProductId
from visualsearch.errors import BadCatalogue

Read = Callable[[Path], tuple[list[Product], list[Failure]]]
Write = Callable[[str, str | bytes], Path]


def test_each_picture_is_a_product_of_its_sub_folders(write: Write, read: Read, tmp_path: Path) -> None:
    for name in (
        "b.JPG",
        "a_1.png",
        "a (2).webp",
        "shoes/boots/12.jpeg",
        ".hidden.jpg",
        ".git/x.jpg",
        "notes.txt",
    ):
        write(f"pictures/{name}", "x")
    products, failures = read(tmp_path / "pictures")
    assert failures == []
    assert products == [
        Product(ProductId(name), categories=categories, pictures=(str(tmp_path / "pictures" / file),))
        for name, categories, file in (
            ("a (2)", (), "a (2).webp"),
            ("a_1", (), "a_1.png"),
            ("b", (), "b.JPG"),
            ("12", ("shoes", "boots"), "shoes/boots/12.jpeg"),
        )
    ]


def test_pictures_that_share_a_name_are_told_apart_by_their_folder(
    write: Write, read: Read, tmp_path: Path
) -> None:
    for name in ("1.jpg", "1.png", "boots/1.jpg", "boots/2.jpg", "1.jpg.png"):
        write(f"pictures/{name}", "x")
    products, _ = read(tmp_path / "pictures")
    assert [product.id for product in products] == ["./1.jpg", "1.jpg", "./1.png", "boots/1.jpg", "2"]


def test_links_are_followed_only_inside_of_the_folder(write: Write, read: Read, tmp_path: Path) -> None:
    inside = write("pictures/a.jpg", "x")
    outside = write("secret/b.jpg", "x")
    (inside.parent / "c.jpg").symlink_to(inside)
    (inside.parent / "d.jpg").symlink_to(outside)
    (inside.parent / "e.jpg").symlink_to("nowhere")
    (inside.parent / "h.jpg").symlink_to(inside.parent / "h.jpg")
    (inside.parent / "f").symlink_to(outside.parent)
    (inside.parent / "g").symlink_to(inside.parent)
    assert [product.id for product in read(tmp_path / "pictures")[0]] == ["a", "c"]


def test_a_name_that_is_no_id_is_a_failure(write: Write, read: Read, tmp_path: Path) -> None:
    write("pictures/a.jpg", "x")
    write("pictures/b\nc.jpg", "x")
    Path(str(tmp_path / "pictures") + "/bl\udce5.jpg").write_bytes(b"x")
    products, failures = read(tmp_path / "pictures")
    assert [product.id for product in products] == ["a"]
    assert [(failure.code, failure.subject) for failure in failures] == [
        ("bad-line", "b\nc.jpg"),
        ("bad-line", "bl?.jpg"),
    ]


def test_a_table_beside_the_pictures_is_pointed_out(write: Write) -> None:
    folder = write("shop/a.jpg", "x").parent
    write("shop/products.csv", "id\n1\n")
    assert open_catalogue(folder).explanation.endswith("; not read: products.csv")


def test_progress_counts_the_pictures(write: Write, tmp_path: Path) -> None:
    for number in range(4):
        write(f"pictures/{number}.jpg", "x")
    shares: list[float] = []
    assert len(list(open_catalogue(tmp_path / "pictures").read(shares.append))) == 4
    assert shares == [0.25, 0.5, 0.75, 1.0]


def test_a_folder_without_pictures_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadCatalogue, match=r"expected pictures .* found none; take"):
        open_catalogue(tmp_path)
