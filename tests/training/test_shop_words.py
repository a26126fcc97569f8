"""Shop words are learnt from what a network tells, and the model that is written computes what was learnt."""

from itertools import chain
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the train extra")
pytest.importorskip("onnx", reason="needs the train extra")

from visualsearch.training.shop_words import (  # noqa: E402
    CLASSES,
    WORDS,
    Lesson,
    corrected,
    learn,
    measure,
    right_words,
    sum_classes,
    write,
)
from visualsearch.vision.shop_words import ShopWords  # noqa: E402
from visualsearch.vision.weights import Pictures  # noqa: E402

pytestmark = pytest.mark.train
KINDS = ("sofa", "Watches", "Perfume")
PLACES = (WORDS.index("sofa"), WORDS.index("watch or clock"), len(WORDS))


def lesson(count: int, *, seed: int, misread: float = 0.0) -> Lesson:
    """Draw vectors around one direction a kind; the network takes a share of them for one of any kind."""
    random = np.random.default_rng(seed)
    kinds = random.integers(len(KINDS), size=count)
    vectors = np.eye(24)[kinds] + random.normal(scale=0.15, size=(count, 24))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    taken = np.where(random.random(count) < misread, random.integers(len(KINDS), size=count), kinds)
    told = np.full((count, len(WORDS) + 1), 0.1 / len(WORDS))
    told[np.arange(count), np.array(PLACES)[taken]] = 0.9
    return Lesson(vectors.astype(np.float32), told, right_words([KINDS[kind] for kind in kinds]))


def test_what_a_network_tells_is_learnt_and_written(tmp_path: Path) -> None:
    words, new = learn(lesson(600, seed=1)), lesson(200, seed=2)
    expected = words.probabilities(new.vectors)
    assert new.is_right[np.arange(200), expected.argmax(axis=1)].mean() > 0.95

    write(words, Pictures(pictures={"drawn": 600}, licence="none"), "0" * 64, (), tmp_path)
    written = ShopWords(tmp_path / "shop-words.json")
    assert written.card.names == WORDS
    assert np.allclose(written.probabilities(new.vectors), expected, atol=1e-5)
    assert np.allclose(written.probabilities(new.vectors).sum(axis=1), 1, atol=1e-5)


def test_a_network_that_is_less_sure_than_it_is_right_is_told_more_surely() -> None:
    new = lesson(300, seed=3)
    words = learn(lesson(600, seed=4, misread=0.6))
    sure = words.probabilities(new.vectors).max(axis=1)
    assert sure.mean() == pytest.approx(
        new.is_right[np.arange(300), words.probabilities(new.vectors).argmax(axis=1)].mean(), abs=0.1
    )


def test_the_catalogue_corrects_the_network_only_where_it_says_a_kind() -> None:
    told = np.full((2, len(WORDS) + 1), 0.0)
    told[:, WORDS.index("sofa")] = 1
    shared = corrected(Lesson(np.zeros((2, 3), np.float32), told, right_words(["rug", ""])))
    assert shared[0, [WORDS.index("sofa"), WORDS.index("rug")]].tolist() == pytest.approx([0.3, 0.7])
    assert np.array_equal(shared[1], told[1])


def test_classes_are_summed_by_word_and_the_rest_is_something_else() -> None:
    assert len(set(chain(*CLASSES.values()))) == sum(map(len, CLASSES.values()))
    classes = np.zeros((2, 1000))
    classes[0, [532, 526, 0]] = 0.5, 0.3, 0.2
    classes[1, 1] = 1
    summed = sum_classes(classes)
    assert summed[0, [WORDS.index("table"), -1]].tolist() == pytest.approx([0.8, 0.2])
    assert summed[1, -1] == 1
    assert summed.sum(axis=1) == pytest.approx([1, 1])


def test_only_sure_words_are_tags_and_of_a_kind_without_a_word_none_is_right() -> None:
    is_right = right_words(["sofa", "Perfume", "sofa", ""])
    assert is_right.sum(axis=1).tolist() == [1, 1, 1, 0]
    told = np.full((3, len(WORDS) + 1), 0.0)
    told[[0, 1, 2], PLACES[0]] = 0.6, 0.7, 0.4
    tagged, right = measure(told, is_right[:3])
    assert tagged == pytest.approx(2 / 3)
    assert right == 0.5
