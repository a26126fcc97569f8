"""Telling what a catalogue is."""

import pickle
from collections.abc import Callable
from pathlib import Path

import pytest

from visualsearch.catalogue import open_catalogue
from visualsearch.domain import Failure
from visualsearch.errors import BadCatalogue

Write = Callable[[str, str | bytes], Path]


@pytest.mark.parametrize(
    ("content", "format_name"),
    [
        ("{'asin': '1', 'imUrl': 'a', 'title': None}", "amazon2014"),
        ('{"asin": "1", "imUrl": "a"}', "amazon2014"),
        ('{"asin": "1", "imageURL": []}', "amazon2018"),
        ('{"parent_asin": "1"}', "amazon2023"),
        ('{"sku": "1", "image": "a"}', "jsonl"),
        ('{"asin": "1"}\n{"asin": "2", "imageURL": []}', "amazon2018"),
        ('\n{"broken\n{"sku": "1"}', "jsonl"),
        ("id,image\n1,a", "csv"),
        ("id\timage\n1\ta", "csv"),
    ],
)
@pytest.mark.parametrize("name", ["catalogue", "catalogue.gz"])
def test_the_format_is_told_by_the_content(write: Write, name: str, content: str, format_name: str) -> None:
    path = write(name, content)
    catalogue = open_catalogue(path)
    assert (catalogue.path, catalogue.format_name, catalogue.size_bytes) == (
        path,
        format_name,
        path.stat().st_size,
    )
    assert catalogue.explanation.startswith(f"{format_name}, gzip" if name.endswith(".gz") else format_name)
    assert any(not isinstance(item, Failure) for item in catalogue.read())


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "found no text; take a CSV file"),
        (b"\n\n \n", "found no text"),
        (b'[{"id": 1}]', "found one JSON array; write an object a line"),
        (b"<?xml version='1.0'?>", "found XML or HTML"),
        (b"PK\x03\x04rest", "found a ZIP archive or a spreadsheet"),
        ("id,image\n".encode("utf-16"), "found UTF-16; save it as UTF-8"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "expected"),
        (b"\0\0\0", "found no text"),
        (b"\x1f\x8b rubbish", "expected a catalogue .* cannot be read further"),
        (b'{"broken\n{"too', "expected an object a line .* none in the first 2 lines"),
        (b"{'a': 1}\n", "expected an object a line"),
        (b"image,colour\n1,2\n", "expected a column with the product's id, found image, colour"),
        (b"just a text\n", "expected a column with the product's id, found just a text"),
        (b'{"image": 1}', "expected a column with the product's id, found image"),
    ],
)
def test_what_is_no_catalogue_is_refused_with_advice(write: Write, content: bytes, message: str) -> None:
    with pytest.raises(BadCatalogue, match=message):
        open_catalogue(write("catalogue", content))


def test_a_path_that_is_none_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "gone", tmp_path / ("x" * 300), Path("/dev/null"), tmp_path / "a\0b"):
        with pytest.raises(BadCatalogue, match=r"expected .* check"):
            open_catalogue(path)


def test_a_named_format_is_taken_at_its_word(write: Write, tmp_path: Path) -> None:
    path = write("catalogue", '{"parent_asin": "1", "image": "a.jpg"}')
    catalogue = open_catalogue(path, format_name="jsonl", columns={"title": "image"})
    assert dict(catalogue.columns) == {"id": "parent_asin", "title": "image"}
    for name, message in (("excel", "expected a format of amazon2014"), ("folder", "expected a folder")):
        with pytest.raises(BadCatalogue, match=message):
            open_catalogue(path, format_name=name)
    with pytest.raises(BadCatalogue, match="expected a file for the format csv"):
        open_catalogue(tmp_path, format_name="csv")
    with pytest.raises(BadCatalogue, match="expected no columns for amazon2023, found id"):
        open_catalogue(path, columns={"id": "parent_asin"})


def test_a_catalogue_can_be_sent_to_another_process(write: Write) -> None:
    catalogue = open_catalogue(write("products.csv", "id,image\n1,a.jpg\n"))
    assert list(pickle.loads(pickle.dumps(catalogue)).read()) == list(catalogue.read())
