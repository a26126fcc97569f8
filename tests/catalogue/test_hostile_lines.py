"""Lines that were damaged on the way or on purpose."""

import csv
import gzip
import io
import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from visualsearch.catalogue import open_catalogue
from visualsearch.domain import Failure, Product
from visualsearch.errors import BadCatalogue

Read = Callable[[Path], tuple[list[Product], list[Failure]]]
Write = Callable[[str, str | bytes], Path]

SAMPLES: dict[str, dict[str, object]] = {
    "amazon2014": {
        "asin": "5555991584",
        "title": "Memory of Trees",
        "price": 9.49,
        "imUrl": "http://a.example/51b5._SX300_.jpg",
        "related": {"also_bought": ["B000002LRT", "B000002LRR"]},
        "salesRank": {"Music": 939190},
        "categories": [["CDs & Vinyl", "Don't stop"], ["Digital Music"]],
        "description": 'Said "Celtic"',
    },
    "amazon2018": {
        "category": ["Gift Cards", "Gift Cards"],
        "title": "Serendipity 3 $100.00 Gift Card",
        "price": "$25.00",
        "description": ["Gift card", "Statements"],
        "details": {"\n    ASIN: ": "B001BKEWF2"},
        "main_cat": "Grocery",
        "asin": "B001BKEWF2",
        "imageURL": ["https://a.example/1._SX38_.jpg"],
        "imageURLHighRes": ["https://a.example/1.jpg"],
    },
    "amazon2023": {
        "main_category": "Handmade",
        "title": "Wristlet",
        "price": 12.5,
        "images": [{"thumb": "t", "large": "l", "variant": "MAIN", "hi_res": None}],
        "store": "Generic",
        "categories": ["Handmade Products", "Luggage"],
        "details": {"Department": "womens"},
        "parent_asin": "B07NTK7T5P",
    },
    "jsonl": {"id": "1", "title": "Chair", "image": "1.jpg", "price": "5 €", "category": "Home > Chairs"},
}
WRONG: list[object] = [
    None, True, -1, 1e308, 10**400, "", "\0", "\ud800", "x" * 10_000, "&#99999999999;", [], [[]], [[[["x"]]]],
    {}, {"a": {"b": {"c": []}}}, [None, 1, {}, "a"], {"hi_res": 5, "large": ["x"]}, "<script>" * 100,
]  # fmt: skip


def write_sample(name: str, values: object) -> bytes:
    return (repr(values) if name == "amazon2014" else json.dumps(values)).encode(errors="replace")


def name_sample(name: str, number: int) -> bytes:
    """Write a good line with an id that tells its place."""
    key = {"amazon2023": "parent_asin", "jsonl": "id"}.get(name, "asin")
    return write_sample(name, {**SAMPLES[name], key: f"good-{number}"})


def mutate(line: bytes, generator: random.Random) -> bytes:
    """Damage a line as disks, networks and people do."""
    damaged = bytearray(line)
    kind = generator.randrange(6)
    place = generator.randrange(len(damaged))
    if kind == 0:
        for _ in range(generator.randint(1, 5)):
            damaged[generator.randrange(len(damaged))] ^= 1 << generator.randrange(8)
    elif kind == 1:
        del damaged[place:]
    elif kind == 2:
        damaged[place:place] = generator.choice(
            [b"\0", b"\xff\xfe", b"\xed\xa0\x80", b"\\", b"\\x", b"#", b"\\N{"]
        )
    elif kind == 3:
        damaged[place:place] = generator.choice([b"[", b"(", b"{", b"-", b"9", b"not "]) * 10_000
    elif kind == 4:
        del damaged[place : place + generator.randint(1, 30)]
    else:
        damaged[place:place] = generator.choice(
            [b"1e999999", b"0x" + b"f" * 9_000, b"9" * 5_000, b"nan", b"lambda:"]
        )
    return bytes(damaged).replace(b"\n", b" ")


def spoil(name: str) -> Iterator[bytes]:
    """Make bad lines: wrong types in each field, damage anywhere, and a few extremes."""
    for field in SAMPLES[name]:
        for wrong in WRONG:
            yield write_sample(name, {**SAMPLES[name], field: wrong})
    generator = random.Random(name)
    for _ in range(350):
        yield mutate(write_sample(name, SAMPLES[name]), generator)
    yield from (
        b"x" * 5_000_000,
        b"[" * 1_000_000,
        b'{"asin":' * 100_000,
        b"\0" * 100,
        b"\xff" * 100,
        b"null",
        b"1",
    )


@pytest.mark.parametrize("name", SAMPLES)
def test_good_lines_are_read_between_bad_ones(name: str, write: Write) -> None:
    bad = list(spoil(name))
    lines = [line for number, one in enumerate(bad) for line in (name_sample(name, number), one)]
    path = write("catalogue", b"\n".join([*lines, name_sample(name, len(bad))]))
    catalogue = open_catalogue(path)
    assert catalogue.format_name == name
    items = list(catalogue.read())
    assert {type(item) for item in items} == {Product, Failure}
    ids = {item.id for item in items if isinstance(item, Product)}
    assert ids >= {f"good-{number}" for number in range(len(bad) + 1)}
    failures = [item for item in items if isinstance(item, Failure)]
    assert len(failures) > 200
    assert all(
        failure.code == "bad-line" and failure.subject.startswith("catalogue:") for failure in failures
    )
    for item in items:
        assert repr(item).isprintable()


def test_rows_of_csv_are_read_between_bad_ones(write: Write) -> None:
    header = ["id", "title", "image", "price", "description"]
    generator = random.Random(1)
    sample = write_row(["1", 'A "big" chair', "1.jpg", "5,00 €", "Soft, warm\nand blue"])
    lines = [write_row(header)]
    for number in range(300):
        lines += [mutate(sample.rstrip(), generator), b"\r\n"]
        lines += [write_row([f"good-{number}-{copy}", "Chair", "1.jpg", "5", "Soft"]) for copy in range(3)]
    items = list(open_catalogue(write("products.csv", b"".join(lines))).read())
    ids = {item.id for item in items if isinstance(item, Product)}
    assert ids >= {f"good-{number}-{copy}" for number in range(300) for copy in range(3)}
    assert sum(isinstance(item, Failure) for item in items) > 100


def write_row(fields: list[str]) -> bytes:
    file = io.StringIO(newline="")
    csv.writer(file).writerow(fields)
    return file.getvalue().encode()


@pytest.mark.data
@pytest.mark.parametrize(
    ("file", "format_name"),
    [
        ("amazon2014_meta_Digital_Music.json.gz", "amazon2014"),
        ("amazon2018_meta_Gift_Cards.json.gz", "amazon2018"),
    ],
)
def test_genuine_lines_survive_damaged_neighbours(
    data_folder: Path, write: Write, read: Read, file: str, format_name: str
) -> None:
    with gzip.open(data_folder / "metadata" / file) as genuine:
        good = [next(genuine) for _ in range(250)]
    generator = random.Random(2)
    lines = [line for one in good for line in (one, mutate(one.rstrip(), generator) + b"\n")]
    expected = {product.id for product in read(write("good", b"".join(good)))[0]}
    path = write("mixed", b"".join(lines))
    assert open_catalogue(path).format_name == format_name
    products, failures = read(path)
    assert {product.id for product in products} >= expected
    assert len(expected) == 250
    assert len(failures) > 100


def test_damaged_parquet_is_a_bad_catalogue_or_ends_with_a_failure(tmp_path: Path) -> None:
    path = tmp_path / "products.parquet"
    rows = 500
    pq.write_table(pa.table({"id": range(rows), "title": [f"Chair {row}" for row in range(rows)]}), path)
    whole = path.read_bytes()
    generator = random.Random(3)
    for _ in range(60):
        damaged = bytearray(whole)
        for _ in range(generator.randint(1, 8)):
            damaged[generator.randrange(4, len(damaged))] ^= 1 << generator.randrange(8)
        path.write_bytes(damaged[: generator.choice([None, None, len(damaged) // 2])])
        try:
            items = list(open_catalogue(path).read())
        except BadCatalogue:
            continue
        assert all(isinstance(item, Product | Failure) for item in items)
