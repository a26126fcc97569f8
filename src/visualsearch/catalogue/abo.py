"""Amazon Berkeley Objects: JSON lines with values by language, beside a table of their pictures."""

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from visualsearch.catalogue.delimited import read_delimited, read_header
from visualsearch.catalogue.fields import (
    MAX_DESCRIPTION_CHARACTERS,
    clean_attributes,
    clean_id,
    clean_text,
    split_tree,
)
from visualsearch.catalogue.lines import Progress
from visualsearch.catalogue.records import Record, Values, convert_records, parse_json, read_records
from visualsearch.catalogue.scratch import insert_all, open_scratch
from visualsearch.catalogue.sources import MAX_PICTURES, resolve_picture
from visualsearch.domain import Failure, Product
from visualsearch.errors import BadCatalogue

EXPLANATION = (
    "one JSON object a line: id=item_id, title=item_name, categories=node (the first), "
    "pictures=main_image_id+other_image_id"
)

_TABLES = ("images/metadata/images.csv.gz", "images/metadata/images.csv", "images.csv.gz", "images.csv")

_KNOWN = {
    "item_id", "item_name", "brand", "node", "main_image_id", "other_image_id", "bullet_point",
    "product_description", "item_keywords", "spin_id", "3dmodel_id", "item_dimensions",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Dataset:
    """Where the parts of the data set lie."""

    listings: tuple[Path, ...]
    table: Path
    """``images.csv``, plain or gzip: image_id, height, width, path."""
    pictures: Path
    """The folder that the paths of the table start from."""


def matches(values: Values) -> bool:
    """Tell whether a line is of this format."""
    return "item_id" in values and not {"main_image_id", "domain_name"}.isdisjoint(values)


def find_listings(path: Path) -> tuple[Path, ...]:
    """Find the files of listings in the data set's folder or its ``listings/metadata``; or the one named."""
    if not path.is_dir():
        return (path,)
    for folder in (path / "listings" / "metadata", path / "metadata", path):
        if found := sorted(folder.glob("listings_*.json*")):
            return tuple(found)
    return ()


def find_dataset(path: Path) -> Dataset:
    """Find the listings and, in a folder above them, the table of pictures; raises BadCatalogue."""
    listings = find_listings(path)
    above = listings[0].absolute().parents[:4] if listings else []
    for root in above:
        for name in _TABLES:
            if (root / name).is_file():
                original, small = root / "images" / "original", root / "images" / "small"
                pictures = original if original.is_dir() and not small.is_dir() else small
                return _check_table(Dataset(listings, root / name, pictures))
    raise BadCatalogue(
        f"expected images/metadata/images.csv.gz of Amazon Berkeley Objects in a folder above {path}, "
        "found none; unpack abo-images-small.tar beside the folder listings"
    )


def read(dataset: Dataset, progress: Progress | None = None) -> Iterator[Product | Failure]:
    """Read the products; the table of pictures is held in a temporary file."""
    with open_scratch() as scratch:
        scratch.execute("CREATE TABLE pictures (id TEXT PRIMARY KEY, path TEXT NOT NULL) WITHOUT ROWID")
        table = read_delimited(dataset.table, delimiter=",")
        rows = ((row.values["image_id"], row.values["path"]) for row in table if isinstance(row, Record))
        insert_all(scratch, "INSERT OR REPLACE INTO pictures VALUES (?, ?)", rows)
        records = read_records(dataset.listings, progress, parse=parse_json)
        yield from convert_records(records, partial(_convert, scratch=scratch, folder=dataset.pictures))


def _check_table(dataset: Dataset) -> Dataset:
    header = read_header(dataset.table, ",")
    if {"image_id", "path"} <= set(header):
        return dataset
    raise BadCatalogue(
        f"expected the columns image_id and path in {dataset.table}, "
        f"found {', '.join(header)[:200]}; take the file of the data set"
    )


def _convert(values: Values, *, scratch: sqlite3.Connection, folder: Path) -> Product:
    """Understand one listing; a picture that the table does not know keeps its id as path, for the report."""
    told = (values.get("main_image_id"), *_list(values.get("other_image_id")))
    ids = dict.fromkeys(one for one in map(clean_text, told) if one)
    nodes = [node.get("node_name") for node in _list(values.get("node")) if isinstance(node, Mapping)]
    descriptions = _pick(values.get("product_description")) or _pick(values.get("bullet_point"))
    kinds = clean_text(_pick(values.get("product_type"))[:1]).replace("_", " ").capitalize()
    tree = split_tree(str(nodes[0]).strip("/"), ("/",)) if nodes else ()
    return Product(
        id=clean_id(values.get("item_id")),
        title=clean_text(_pick(values.get("item_name"))[:1]),
        brand=clean_text(_pick(values.get("brand"))[:1]),
        categories=tuple(level for level in tree if level != "Categories") or ((kinds,) if kinds else ()),
        description=clean_text(descriptions, MAX_DESCRIPTION_CHARACTERS),
        pictures=tuple(_find_picture(one, scratch, folder=folder) for one in list(ids)[:MAX_PICTURES]),
        attributes=clean_attributes(
            {name: _pick(value) for name, value in values.items() if name not in _KNOWN}
        ),
    )


def _find_picture(picture: str, scratch: sqlite3.Connection, *, folder: Path) -> str:
    row = scratch.execute("SELECT path FROM pictures WHERE id = ?", (picture,)).fetchone()
    return resolve_picture(row[0] if row else picture, folder)


def _pick(told: object) -> list[object]:
    """Pick the English values, else those of the first language; what has no languages is one value."""
    entries = [one for one in _list(told) if isinstance(one, Mapping) and "value" in one]
    if not entries:
        return [] if told is None or isinstance(told, Mapping) else _list(told) or [told]
    english = [one for one in entries if str(one.get("language_tag")).startswith("en")]
    first = [one for one in entries if one.get("language_tag") == entries[0].get("language_tag")]
    return [one["value"] for one in english or first]


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
