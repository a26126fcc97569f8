"""What is learned of kinds, on drawn vectors."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from visualsearch.domain import ProductId, Vectors
from visualsearch.errors import BadInput, WeightsMismatch
from visualsearch.training.blend import find_blend
from visualsearch.training.kinds import Learned, Lesson, Page, gather, learn, measure, write_classifier
from visualsearch.training.voices import Part
from visualsearch.vision.kinds import KINDS, KindClassifier, Voters

NAMES = ("Home > Lamps", "Shoes", "Shoes > Boots")


def draw(kinds: list[int], seed: int = 0) -> Vectors:
    random = np.random.default_rng(seed)
    centres = np.random.default_rng(9).standard_normal((3, 8))
    vectors = centres[kinds] + 0.7 * random.standard_normal((len(kinds), 8))
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def pages() -> Iterator[Page]:
    for seed, start in enumerate(range(0, 400, 100)):
        kinds = [(number % 5) % 3 for number in range(start, start + 100)]
        categories = [(("Home", "Lamps"), ("Shoes",), ("Shoes", "Boots"))[kind] for kind in kinds]
        yield Page(
            [ProductId(f"{number}") for number in range(start, start + 100)], categories, draw(kinds, seed)
        )
    yield Page([ProductId("rare"), ProductId("none")], [("Rare",), ()], draw([0, 0]))


@pytest.fixture(scope="module")
def learned() -> tuple[Lesson, Learned]:
    lesson = gather(pages, held_out=0.3)
    return lesson, learn(lesson, lambda _, __: None)


def test_a_kind_is_the_narrowest_category_that_enough_products_have() -> None:
    assert gather(pages).names == NAMES
    assert gather(pages, least=100).names == ("Home > Lamps", "Shoes")


def test_without_two_kinds_there_is_nothing_to_learn() -> None:
    with pytest.raises(BadInput, match="at least two categories of 300 products each, found 0"):
        gather(pages, least=300)


def test_what_is_learned_tells_kinds_better_than_chance(learned: tuple[Lesson, Learned]) -> None:
    lesson, found = learned
    assert found.ensemble.products == len(lesson.measuring.kinds) > 80
    assert found.ensemble.accuracy > 0.75
    assert found.ensemble.accuracy == found.correct[0].mean()
    assert sum(found.confusion.values()) == (~found.correct[0]).sum()


def test_a_kept_classifier_tells_what_was_measured(learned: tuple[Lesson, Learned], tmp_path: Path) -> None:
    lesson, found = learned
    (tmp_path / "kinds-0.onnx").write_bytes(b"old")
    card = write_classifier(tmp_path, lesson, found, eye="eye", change=7, rows=400)
    classifier = KindClassifier(card)
    scores = lesson.measuring.vectors @ lesson.fitted.vectors.T
    nearest = np.argsort(-scores, axis=1)[:, :20]
    voters = Voters(np.take_along_axis(scores, nearest, axis=1), lesson.fitted.kinds[nearest])
    told = classifier.classify(lesson.measuring.vectors, voters)
    measured = measure(told, lesson.measuring.kinds)
    assert measured.model_dump() == pytest.approx(found.ensemble.model_dump(), abs=1e-4)
    best = classifier.best(told[0], 2)
    assert best[0].probability >= best[1].probability
    assert best[0].name in NAMES
    assert len(list(tmp_path.glob("kinds-*.onnx"))) == 1
    assert [classifier.kind_of(one) for one in (("Shoes", "Boots", "New"), ("Shoes", "x"), ("Toys",))] == [
        2,
        1,
        None,
    ]


def test_an_altered_classifier_is_refused(learned: tuple[Lesson, Learned], tmp_path: Path) -> None:
    card = write_classifier(tmp_path, *learned, eye="eye", change=7, rows=400)
    [model] = tmp_path.glob("kinds-*.onnx")
    model.write_bytes(model.read_bytes()[:-1] + b"x")
    with pytest.raises(WeightsMismatch, match="sha256"):
        KindClassifier(card)
    (tmp_path / KINDS).write_text("{}")
    with pytest.raises(WeightsMismatch, match="expected the card of a classifier"):
        KindClassifier(card)


def test_votes_are_shared_by_nearness_and_even_where_nobody_votes() -> None:
    scores = np.array([[0.9, 0.8, 0.7], [0.9, 0.8, 0.7]], np.float32)
    votes = Voters(scores, np.array([[1, 0, -1], [-1, -1, -1]])).votes(2)
    assert votes[0, 1] == pytest.approx(votes[0, 0] * np.exp(2))
    assert votes[1].tolist() == [0.5, 0.5]


def test_probabilities_that_are_too_sure_are_blunted() -> None:
    random = np.random.default_rng(0)
    kinds = random.integers(0, 2, 2000)
    told = np.where(
        np.arange(2)[None] == np.where(random.random(2000) < 0.8, kinds, 1 - kinds)[:, None], 0.99, 0.01
    )
    part = Part(draw([0] * 2000), kinds, np.ones(2000), kinds)
    mixed = find_blend([told.astype(np.float32)], part).mix([told.astype(np.float32)])
    assert measure(told, kinds).calibration_error > 0.15
    assert measure(mixed, kinds).calibration_error < 0.02
