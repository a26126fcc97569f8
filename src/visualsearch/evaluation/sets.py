"""The protocols: which pictures are asked, among which, and what counts as right."""

import csv
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from visualsearch.domain import Pixels
from visualsearch.errors import BadInput
from visualsearch.evaluation.desk import ITSELF_STAYS
from visualsearch.evaluation.split import is_held_out
from visualsearch.evaluation.street import photograph
from visualsearch.pictures.decode import decode
from visualsearch.vision.cutout import cut_out

SELF_MADE_QUERIES = 250
KIND_QUERIES = 1000
GROCERIES = 1500
SCENES = ("backgrounds", "street", "furniture")


@dataclass(frozen=True, slots=True)
class Source:
    """A picture: a file, or the photo made of its product on a scene."""

    path: Path
    scene: Path | None = None
    seed: int = 0

    def pixels(self) -> Pixels:
        """Read the file, or make the photo anew."""
        given = decode(self.path.read_bytes()).pixels
        if self.scene is None:
            return given
        mask = cut_out(given)
        assert mask is not None, f"{self.path} could be cut out when it was chosen; this is a bug"
        scene = decode(self.scene.read_bytes()).pixels
        return photograph(given, mask, scene, np.random.default_rng(self.seed)).pixels


@dataclass(frozen=True, slots=True)
class Protocol:
    """Questions to one gallery; a gallery picture is right if its label is the query's."""

    name: str
    queries: tuple[Source, ...]
    wanted: tuple[str, ...]
    """The label of each query."""
    gallery: tuple[Source, ...]
    labels: tuple[str, ...]
    """The label of each gallery picture; empty for another shop's."""
    left_out: tuple[int, ...]
    """The place of each query itself in the gallery, or -1."""


def protocols(data: Path) -> tuple[Protocol, ...]:
    """Read all protocols; raises BadInput if the pictures are not there."""
    return (
        *instance_protocols(data),
        _same_kind_and_colour(data),
        _kinds("flipkart", _flipkart(data)),
        _kinds("furniture", _held_out(_labelled(data / "furniture", "pictures.csv", "category"))),
        _kinds("groceries", _evenly(_labelled(data / "groceries", "pictures.csv", "category"), GROCERIES)),
    )


def instance_protocols(data: Path) -> tuple[Protocol, ...]:
    """Read those that ask for this very product, among other shops' or its own shop's held-out products."""
    amazon = _held_out(_labelled(data / "amazon", "products.csv", "asin"))
    fashion = _held_out(_labelled(data / "fashion", "products.csv", "id"))
    packs = _held_out(_labelled(data / "packshots", "pictures.csv", "id"))
    others = [path for path, _ in (*amazon, *packs)]
    return (
        _pairs("street to catalogue", data / "street_to_catalogue", others),
        _pairs("labels to bottles", data / "labels_to_bottles", others),
        _several_views(data / "several_views", others),
        _self_made("self-made street, amazon", data, amazon),
        _self_made("self-made street, fashion", data, fashion),
        _self_made("self-made street, packshots", data, packs),
    )


Labelled = Sequence[tuple[Path, str]]


def _pairs(name: str, folder: Path, others: Sequence[Path]) -> Protocol:
    products, truth = _rows(folder / "products.csv"), _rows(folder / "truth.csv")
    return _protocol(
        name,
        [(Source(folder / row["picture"]), row["product"]) for row in truth],
        [(folder / row["image"], row["id"]) for row in products],
        others,
    )


def _several_views(folder: Path, others: Sequence[Path]) -> Protocol:
    views = [(folder / row["image"], row["product"]) for row in _rows(folder / "pictures.csv")]
    return _leave_one_out("several views", views, views, others)


def _self_made(name: str, data: Path, products: Labelled) -> Protocol:
    """Photograph products, evenly chosen among those that can be cut out, on scenes that are held out."""
    scenes = [
        path
        for scene_set in SCENES
        for path, _ in _held_out(_labelled(data / scene_set, "pictures.csv", "image"))
    ]
    queries: list[tuple[Source, str]] = []
    for seed, (path, label) in enumerate(_evenly(products, SELF_MADE_QUERIES * 3 // 2)):
        if len(queries) < SELF_MADE_QUERIES and cut_out(decode(path.read_bytes()).pixels) is not None:
            queries.append((Source(path, scenes[seed * 7919 % len(scenes)], seed), label))
    return _protocol(name, queries, products, ())


def _same_kind_and_colour(data: Path) -> Protocol:
    folder = data / "fashion"
    labelled = [
        (folder / row["image"], f"{row['article_type']}, {row['colour']}")
        for row in _rows(folder / "products.csv")
        if is_held_out(row["id"]) and row["article_type"] and row["colour"]
    ]
    return _leave_one_out("same kind and colour", _evenly(labelled, KIND_QUERIES), labelled, ())


def _kinds(name: str, labelled: Labelled) -> Protocol:
    return _leave_one_out(f"kind, {name}", _evenly(labelled, KIND_QUERIES), labelled, ())


def _leave_one_out(name: str, asked: Labelled, labelled: Labelled, others: Sequence[Path]) -> Protocol:
    """Ask each picture whose label another has, itself left out."""
    counts = Counter(label for _, label in labelled)
    queries = [(Source(path), label) for path, label in asked if counts[label] > 1]
    return _protocol(name, queries, labelled, others)


def _protocol(
    name: str, queries: Sequence[tuple[Source, str]], labelled: Labelled, others: Sequence[Path]
) -> Protocol:
    gallery = tuple(Source(path) for path in (*(path for path, _ in labelled), *others))
    places = {source: place for place, source in enumerate(gallery)}
    return Protocol(
        name,
        tuple(source for source, _ in queries),
        tuple(label for _, label in queries),
        gallery,
        (*(label for _, label in labelled), *("" for _ in others)),
        tuple(places.get(source, ITSELF_STAYS) for source, _ in queries),
    )


def _labelled(folder: Path, table: str, column: str) -> list[tuple[Path, str]]:
    found = [(folder / row["image"], row[column]) for row in _rows(folder / table)]
    return [(path, label) for path, label in found if label and path.is_file()]


def _flipkart(data: Path) -> list[tuple[Path, str]]:
    """Label by the two widest levels of the category tree."""
    folder = data / "flipkart"
    labelled = []
    for row in _rows(folder / "products.csv"):
        [tree] = json.loads(row["category_tree"])
        levels = [level.strip() for level in tree.split(">>")]
        labelled.append((folder / row["image"], " > ".join(levels[:2])))
    return [(path, label) for path, label in labelled if path.is_file()]


def _held_out(labelled: Labelled) -> list[tuple[Path, str]]:
    return [(path, label) for path, label in labelled if is_held_out(path.stem)]


def _evenly(labelled: Labelled, count: int) -> list[tuple[Path, str]]:
    if len(labelled) <= count:
        return list(labelled)
    return [labelled[number * len(labelled) // count] for number in range(count)]


def _rows(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            return list(csv.DictReader(lines))
    except OSError as error:
        raise BadInput(
            f"expected a table in {path}, found: {error.strerror}; "
            "name the folder of the pictures with VISUALSEARCH_DATA"
        ) from error
