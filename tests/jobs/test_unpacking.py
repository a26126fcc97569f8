"""What somebody sent becomes a catalogue, within bounds, and no name becomes a path."""

import gzip
import io
import struct
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visualsearch.catalogue import open_catalogue
from visualsearch.domain import Failure, Product
from visualsearch.errors import BadCatalogue, TooLarge, VisualsearchError
from visualsearch.jobs.unpacking import FILES, UPLOAD, Limits, check_upload, remove_upload, unpack

LIMITS = Limits(max_entries=10, max_bytes=10_000)
JPEG = b"\xff\xd8\xff\xe0 the bytes of a picture"


def zipped(entries: dict[str, bytes], *, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", compression) as archive:
        for name, data in entries.items():
            archive.writestr(zipfile.ZipInfo(name), data, compress_type=compression)
    return packed.getvalue()


def send(folder: Path, data: bytes) -> Path:
    (folder / UPLOAD).write_bytes(data)
    return folder


def read(folder: Path, limits: Limits = LIMITS) -> list[Product | Failure]:
    unpacked = unpack(folder, limits)
    lines = open_catalogue(unpacked.catalogue).read()
    return [unpacked.settled(one) if isinstance(one, Product) else one for one in lines]


def contents(product: Product | Failure) -> list[bytes]:
    assert isinstance(product, Product)
    return [Path(source).read_bytes() for source in product.pictures]


def test_pictures_become_products_by_their_names_and_folders(tmp_path: Path) -> None:
    entries = {
        "mine/boots/12.jpg": JPEG + b"a",
        "mine/hats/12.jpg": JPEG + b"b",
        "mine/hats/red hat.png": JPEG + b"c",
        "mine/readme.txt": b"not wanted",
        "mine/hats/12.jpg.json": b"not wanted",
        "__MACOSX/mine/._12.jpg": b"not wanted",
        "mine/.hidden.jpg": b"not wanted",
    }
    products = read(send(tmp_path, zipped(entries)))

    told = {one.id: (one.categories, contents(one)) for one in products if isinstance(one, Product)}
    assert told == {
        "boots/12.jpg": (("boots",), [JPEG + b"a"]),
        "hats/12.jpg": (("hats",), [JPEG + b"b"]),
        "red hat": (("hats",), [JPEG + b"c"]),
    }


def test_a_table_finds_its_pictures_in_the_same_archive_and_nothing_else(tmp_path: Path) -> None:
    table = b"id,image\na,img/1.jpg\nb,../other/2.jpg\nc,/etc/hostname\nd,img/none.jpg\n"
    entries = {"shop/products.csv": table, "shop/img/1.jpg": JPEG + b"1", "other/2.jpg": JPEG + b"2"}
    folder = send(tmp_path, zipped(entries))

    a, b, c, d = read(folder)

    assert contents(a) == [JPEG + b"1"]
    assert contents(b) == [JPEG + b"2"]
    assert isinstance(c, Product)
    assert c.pictures == ("/etc/hostname",)  # which the fetcher refuses, being outside of the files
    assert isinstance(d, Product)
    assert not Path(d.pictures[0]).exists()


@settings(deadline=None)
@given(
    st.lists(
        st.text(st.sampled_from("./\\ab:é\x01 "), min_size=1, max_size=12).map(lambda name: f"{name}.jpg"),
        min_size=1,
        max_size=5,
        unique=True,
    )
)
def test_no_name_leads_out_of_the_folder(tmp_path_factory: pytest.TempPathFactory, names: list[str]) -> None:
    above = tmp_path_factory.mktemp("above")
    folder = above / "job"
    folder.mkdir()
    send(folder, zipped(dict.fromkeys(names, JPEG)))

    with suppress(BadCatalogue):  # where all of them are hidden
        unpack(folder, LIMITS)

    assert [one.name for one in above.iterdir()] == ["job"]
    assert {one.parent for one in above.rglob("*") if one.is_file()} <= {folder, folder / FILES}


@pytest.mark.parametrize(
    ("data", "kind", "said"),
    [
        (zipped({f"{n}.jpg": b"" for n in range(11)}), TooLarge, "at most 10 files"),
        (zipped({"big.jpg": bytes(10_001)}), TooLarge, "10,000 bytes unpacked"),
        (zipped({"a.jpg": bytes(6_000), "b.jpg": bytes(6_000)}), TooLarge, "10,000 bytes unpacked"),
        (zipped({"a.csv": b"id\n1\n", "b.csv": b"id\n2\n"}), BadCatalogue, "one table"),
        (zipped({"book.xml": b"<x/>"}), BadCatalogue, "save a sheet as CSV"),
        (zipped({"a.jpg": JPEG})[:-30], BadCatalogue, "ZIP"),
        (b"PK\x03\x04 and no more", BadCatalogue, "without its end"),
        (b"<html>", BadCatalogue, "XML or HTML"),
        (b"", BadCatalogue, "no text"),
    ],
)
def test_what_cannot_be_a_catalogue_is_refused_before_it_is_unpacked(
    tmp_path: Path, data: bytes, kind: type[VisualsearchError], said: str
) -> None:
    with pytest.raises(kind, match=said):
        check_upload(send(tmp_path, data) / UPLOAD, LIMITS)


def test_a_directory_that_is_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    data = bytearray(zipped({"a.jpg": JPEG}))
    struct.pack_into("<L", data, len(data) - 10, 1 << 30)

    with pytest.raises(TooLarge, match="directory of 1,073,741,824 bytes"):
        check_upload(send(tmp_path, bytes(data)) / UPLOAD, LIMITS)


def test_a_size_that_lies_does_not_get_past_the_limit(tmp_path: Path) -> None:
    data = bytearray(zipped({"a.jpg": bytes(1_000_000)}))
    for place in (data.index(b"PK\x03\x04") + 22, data.index(b"PK\x01\x02") + 24):
        struct.pack_into("<L", data, place, 100)

    with pytest.raises(VisualsearchError):
        unpack(send(tmp_path, bytes(data)), LIMITS)

    assert sum(one.stat().st_size for one in tmp_path.rglob("*") if one.name != UPLOAD) <= 10_000


def test_gzip_is_unpacked_within_the_limit(tmp_path: Path) -> None:
    assert [
        one.id for one in read(send(tmp_path, gzip.compress(b"id\na\nb\n"))) if isinstance(one, Product)
    ] == [
        "a",
        "b",
    ]
    bomb = tmp_path / "bomb"
    bomb.mkdir()
    with pytest.raises(TooLarge, match="10,000 bytes unpacked"):
        unpack(send(bomb, gzip.compress(b"id\n" + bytes(1_000_000))), LIMITS)
    cut = tmp_path / "cut"
    cut.mkdir()
    with pytest.raises(BadCatalogue, match="gzip"):
        unpack(send(cut, gzip.compress(b"id\na\nb\n")[:12] + b"garbage"), LIMITS)


def test_unpacking_is_done_once_and_all_of_it_can_be_removed(tmp_path: Path) -> None:
    folder = send(tmp_path, zipped({"a.jpg": JPEG}))
    first = unpack(folder, LIMITS)
    (folder / UPLOAD).write_bytes(b"is not read again")

    assert unpack(folder, LIMITS) == first
    assert first.told(f"expected a file at {first.files}/000000-a.jpg, found", "") == (
        "expected a file at a.jpg, found"
    )
    assert first.told("products.jsonl:3", "mine.zip") == "mine.zip:3"
    remove_upload(folder)
    assert list(tmp_path.iterdir()) == []
