"""Local features: many on print, none on plain pictures, and the same again."""

import numpy as np

from visualsearch.domain import Pixels
from visualsearch.vision.local import CATALOGUE, CODE_BYTES, LocalFeatures
from visualsearch.vision.words import Vocabulary

VOCABULARY = Vocabulary.packaged()


def checkered(seed: int, side: int = 300) -> Pixels:
    """Draw blocks at random, that have corners."""
    blocks = np.random.default_rng(seed).integers(0, 255, (side // 20, side // 20, 3), np.uint8)
    return np.kron(blocks, np.ones((20, 20, 1), np.uint8))


def test_print_has_features_inside_the_picture() -> None:
    found = LocalFeatures(CATALOGUE, VOCABULARY).examine(checkered(1))
    assert 50 < len(found) <= CATALOGUE.features
    assert found.codes.shape == (len(found), CODE_BYTES)
    assert found.places.min() >= 0
    assert found.places.max() <= 1


def test_plain_and_tiny_pictures_have_none() -> None:
    examine = LocalFeatures(CATALOGUE, VOCABULARY).examine
    assert len(examine(np.full((300, 200, 3), 200, np.uint8))) == 0
    assert len(examine(np.zeros((1, 1, 3), np.uint8))) == 0
    assert len(examine(np.zeros((1, 2000, 3), np.uint8))) == 0


def test_the_same_picture_gives_the_same_features() -> None:
    first, second = (
        LocalFeatures(CATALOGUE, VOCABULARY).examine(checkered(2)),
        LocalFeatures(CATALOGUE, VOCABULARY).examine(checkered(2)),
    )
    assert (first.codes == second.codes).all()
    assert (first.places == second.places).all()
