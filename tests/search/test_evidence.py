"""What speaks for a candidate is larger where more speaks for it."""

import numpy as np

from visualsearch.domain import WHOLE, Closeup, View
from visualsearch.search.evidence import FEATURES, SIGNALS, gather
from visualsearch.vision.colours import signature
from visualsearch.vision.local import CATALOGUE, QUERY, LocalFeatures
from visualsearch.vision.words import Vocabulary

ASKED = np.array([1, 0], np.float32)


def pattern(seed: int) -> np.ndarray:
    """Draw a pattern with many corners."""
    return np.repeat(
        np.repeat(np.random.default_rng(seed).integers(0, 255, (40, 40, 3), np.uint8), 8, 0), 8, 1
    )


def seen(pixels: np.ndarray, vector: list[float]) -> View:
    printed = LocalFeatures(CATALOGUE, Vocabulary.packaged()).examine(pixels).encode()
    return View(WHOLE, np.array(vector, np.float32), printed, signature(pixels))


def closeup(pixels: np.ndarray) -> Closeup:
    printed = LocalFeatures(QUERY, Vocabulary.packaged()).examine(pixels)
    return Closeup(printed, signature(pixels))


def test_every_column_belongs_to_one_signal_and_grows_with_it() -> None:
    assert sorted(column for columns in SIGNALS.values() for column in columns) == list(range(len(FEATURES)))
    shown = [seen(pattern(1), [1, 0]), seen(pattern(2), [0, 1])]
    evidence = gather(ASKED, closeup(pattern(1)), shown, np.array([5000, 0], np.float32))
    found = evidence.features()
    assert found.shape == (2, len(FEATURES))
    assert (found[0] >= found[1]).all()
    assert (found[0, [0, 2, 3, 4, 5, 6, 7, 8]] > found[1, [0, 2, 3, 4, 5, 6, 7, 8]]).all()
    assert evidence.matches[0].agreeing > 30


def test_prints_are_not_compared_when_the_time_is_up() -> None:
    shown = [seen(pattern(1), [1, 0])]
    evidence = gather(ASKED, closeup(pattern(1)), shown, np.array([5000], np.float32), until_s=0)
    assert evidence.agreeing.tolist() == [0]
    assert evidence.cosine.tolist() == [1]


def test_no_candidates_have_no_evidence() -> None:
    features = gather(ASKED, closeup(pattern(1)), [], np.empty(0, np.float32)).features()
    assert features.shape == (0, len(FEATURES))
