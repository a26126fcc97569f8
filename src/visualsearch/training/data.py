"""The pictures of the data folder that training and measuring use, and how they are read."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from visualsearch.domain import Pixels
from visualsearch.errors import BadInput
from visualsearch.pictures.decode import decode

CALIBRATION_SETS = ("amazon", "fashion", "furniture", "groceries", "packshots")
CALIBRATION_PER_SET = 32
DISTRACTOR_SETS = ("amazon", "fashion", "packshots")
DISTRACTORS_PER_SET = 100
CALIBRATION_LICENCE = (
    "amazon: CC BY 4.0 or CC BY-NC 4.0 (its publisher states both); "
    "fashion, furniture, groceries, packshots: none stated. "
    "The pictures set the ranges of the 8-bit integers and nothing else; no weight was trained on them."
)


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pictures to search with, and the pictures of a catalogue that has the same products."""

    name: str
    queries: tuple[Path, ...]
    wanted: tuple[str, ...]
    """The product of each query."""
    catalogue: tuple[Path, ...]
    products: tuple[str, ...]
    """The product of each picture of the catalogue."""


def calibration_pictures(data: Path) -> dict[str, list[Path]]:
    """Choose pictures evenly from each of the calibration sets, none of which ``distractors`` gives."""
    return {name: _spread(_pictures(data, name)[1::2], CALIBRATION_PER_SET) for name in CALIBRATION_SETS}


def distractors(data: Path) -> list[Path]:
    """Choose pictures of other shops, for a search to find instead of what is wanted."""
    return [
        path for name in DISTRACTOR_SETS for path in _spread(_pictures(data, name)[::2], DISTRACTORS_PER_SET)
    ]


def retrieval_sets(data: Path) -> tuple[Pairs, ...]:
    """Read the sets with a known truth."""
    return (
        _catalogue_pairs(data / "street_to_catalogue"),
        _several_views(data / "several_views"),
        _catalogue_pairs(data / "labels_to_bottles"),
    )


def read_pixels(path: Path) -> Pixels:
    """Decode a picture exactly as the search does."""
    return decode(path.read_bytes()).pixels


def _catalogue_pairs(folder: Path) -> Pairs:
    products, truth = _rows(folder / "products.csv"), _rows(folder / "truth.csv")
    return Pairs(
        folder.name,
        tuple(folder / row["picture"] for row in truth),
        tuple(row["product"] for row in truth),
        tuple(folder / row["image"] for row in products),
        tuple(row["id"] for row in products),
    )


def _several_views(folder: Path) -> Pairs:
    """Search with each picture whose product has another, among all the others."""
    rows = _rows(folder / "pictures.csv")
    products = tuple(row["product"] for row in rows)
    asked = [row for row in rows if products.count(row["product"]) > 1]
    return Pairs(
        folder.name,
        tuple(folder / row["image"] for row in asked),
        tuple(row["product"] for row in asked),
        tuple(folder / row["image"] for row in rows),
        products,
    )


def _spread(paths: Sequence[Path], count: int) -> list[Path]:
    return [paths[number * len(paths) // count] for number in range(count)]


def _pictures(data: Path, name: str) -> list[Path]:
    found = sorted((data / name / "images").glob("*.jpg"))
    if len(found) < 2 * max(CALIBRATION_PER_SET, DISTRACTORS_PER_SET):
        raise BadInput(
            f"expected the set of pictures {name} in {data}, found {len(found)} in {name}/images; "
            "name the folder of the data with --data or VISUALSEARCH_DATA"
        )
    return found


def _rows(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            return list(csv.DictReader(lines))
    except OSError as error:
        raise BadInput(
            f"expected a table in {path}, found: {error.strerror}; "
            "name the folder of the data with --data or VISUALSEARCH_DATA"
        ) from error
