"""Tags of what is seen, on drawn products."""

from pathlib import Path

import numpy as np
import pytest

from visualsearch.domain import WHOLE, Among, PictureId, Product, ProductId, Record, Sighting, Vector, View
from visualsearch.ingest.tags import Tagger, tag_new
from visualsearch.store.sqlite import SqliteStore
from visualsearch.vision.colours import signature
from visualsearch.vision.kinds import Kind


def red_view(vector: Vector) -> View:
    pixels = np.full((90, 90, 3), 255, np.uint8)
    pixels[20:70, 20:70] = (200, 30, 40)
    return View(WHOLE, vector, colours=signature(pixels))


@pytest.fixture
def store(tmp_path: Path) -> SqliteStore:
    return SqliteStore(tmp_path / "catalogue.db", eye="eye", dimension=2)


def test_colours_are_tagged_where_the_catalogue_tells_none(store: SqliteStore) -> None:
    sighting = (Sighting("failed", ""), Sighting("s", "", PictureId("p")))
    store.put(
        [
            Record(Product(ProductId("silent")), sighting),
            Record(Product(ProductId("said"), attributes={"Colour": "Crimson"}), sighting),
            Record(Product(ProductId("unseen"))),
        ],
        {PictureId("p"): [red_view(np.array([1, 0], np.float32))]},
    )
    counts: list[int] = []
    assert tag_new(store, Tagger(), counts.append) == 3
    assert tag_new(store, Tagger()) == 0
    assert counts == [3]
    assert store.find("red", 5)[0][0] == "silent"
    assert len(store.find("red", 5)) == 1
    assert store.select(Among("colour", ("red", "crimson"))).size == 2


def test_a_kind_is_tagged_where_the_catalogue_tells_none_and_it_is_likely(store: SqliteStore) -> None:
    categories: dict[str, tuple[str, ...]] = {"silent": (), "unsure": (), "said": ("Toys",)}
    vectors = {"silent": (0, 1), "unsure": (1, 0), "said": (0, 1)}
    store.put(
        [
            Record(Product(ProductId(one), categories=said), (Sighting("s", "", PictureId(one)),))
            for one, said in categories.items()
        ],
        {PictureId(one): [red_view(np.array(vector, np.float32))] for one, vector in vectors.items()},
    )
    tag_new(store, Tagger("by the second number", lambda vector: [Kind("Shoes", 0.4 + 0.5 * vector[1])]))
    assert [one for one, _ in store.find("shoes", 5)] == ["silent"]
    [kinds] = store.facets(["kind"])
    assert kinds.values == {"Shoes": 1}
    assert sorted(store.untagged(Tagger().name, 5)) == sorted(categories)
