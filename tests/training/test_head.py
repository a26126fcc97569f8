"""A head fitted to a catalogue, and the model that has it on."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

pytest.importorskip("onnx", reason="needs the train extra")

from visualsearch.domain import Pixels, Vectors
from visualsearch.training.canonical import draw_pictures
from visualsearch.training.head import Lesson, fit_head, put_on, whitening, write_model
from visualsearch.vision.embed import DEFAULT_CARD, Embedder
from visualsearch.vision.weights import Measurement, checked_model

MEASURED = (Measurement(what="R@1", value=0.5, conditions="drawn"),)


def lesson(noisy: int, *, seed: int = 0) -> Lesson:
    """Draw products whose photos differ from their pictures along the first numbers alone."""
    random = np.random.default_rng(seed)
    pictures = random.normal(size=(120, 32))
    photos = pictures.copy()
    photos[:, :noisy] += random.normal(scale=8, size=(120, noisy))
    return Lesson(unit(photos), unit(pictures))


def unit(vectors: NDArray[np.float64]) -> Vectors:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def recall(photos: Vectors, pictures: Vectors) -> float:
    return float(((photos @ pictures.T).argmax(axis=1) == np.arange(len(photos))).mean())


def test_a_head_looks_past_what_photos_change() -> None:
    learnt, other = lesson(8), lesson(8, seed=1)
    head = fit_head(learnt)
    before = recall(other.photos, other.pictures)
    after = recall(put_on(other.photos, head), put_on(other.pictures, head))
    assert before < 0.6
    assert after > 0.8


def test_the_more_it_is_shrunk_the_less_a_head_changes() -> None:
    learnt = lesson(8)
    changes = [
        np.abs(whitening(learnt.photos, learnt.pictures, shrinkage) - np.eye(32)).max()
        for shrinkage in (0.1, 1, 10, 1000)
    ]
    assert changes == sorted(changes, reverse=True)
    assert changes[-1] < 0.02


def test_the_written_model_gives_what_the_head_gives(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    head = np.asarray(np.eye(384) + 0.1 * random.normal(size=(384, 384)), np.float32)
    card = write_model(DEFAULT_CARD, head, tmp_path / "models", MEASURED)
    pictures: list[Pixels] = list(draw_pictures())
    expected = put_on(Embedder(runtime="onnxruntime").embed(pictures), head)
    for runtime in ("onnxruntime", "auto"):
        found = Embedder(card, runtime=runtime).embed(pictures)
        assert (found * expected).sum(axis=1).min() > 0.99
        assert np.allclose(np.linalg.norm(found, axis=1), 1, atol=1e-5)
    _, read = checked_model(card)
    assert read.name.startswith("lite0-products-int8-tuned-")
    assert read.measured == MEASURED


def test_a_model_can_be_tuned_again(tmp_path: Path) -> None:
    once = write_model(DEFAULT_CARD, np.eye(384, dtype=np.float32), tmp_path, ())
    _, card = checked_model(once)
    assert card.name.count("-tuned-") == 1
