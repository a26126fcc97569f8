"""Pictures to vectors by the model of the package, on each runtime."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from visualsearch.domain import Pixels, Vectors
from visualsearch.errors import WeightsMismatch
from visualsearch.training.canonical import draw_pictures
from visualsearch.vision.embed import Embedder, prepare

CANONICAL = Path(__file__).parent / "lite0-products-int8.npz"

SAME_MODEL = 0.99
"""Cosine similarity, of each vector to the kept one: runtimes and CPUs round the 8-bit integers differently.

Measured: 1 by ONNX Runtime, at least 0.9989 by OpenVINO, with AVX-512 VNNI.
"""

SAME_WEIGHTS = 0.92
"""Cosine similarity of 8-bit to floating point vectors of drawn pictures; at least 0.939 was measured.

Real pictures, which the ranges were chosen for, have 0.99 on average.
"""


def cosines(first: Vectors, second: Vectors) -> list[float]:
    return [float(score) for score in (first * second).sum(axis=1)]


def test_the_model_gives_the_kept_vectors(embedder: Embedder) -> None:
    kept = np.load(CANONICAL)
    found = embedder.embed(draw_pictures())
    assert min(cosines(found, kept["int8"])) > SAME_MODEL
    assert min(cosines(found, kept["float32"])) > SAME_WEIGHTS


def test_the_kept_vectors_tell_swapped_colours_and_wrong_ranges(embedder: Embedder) -> None:
    kept = np.load(CANONICAL)["int8"]
    swapped = embedder.embed([picture[:, :, ::-1] for picture in draw_pictures()])
    darker = embedder.embed([picture // 2 for picture in draw_pictures()])
    assert max(cosines(swapped, kept)) < SAME_MODEL
    assert max(cosines(darker, kept)) < SAME_MODEL


def test_vectors_are_float32_of_length_1(embedder: Embedder, drawn: tuple[Pixels, ...]) -> None:
    vectors = embedder.embed(drawn)
    assert vectors.shape == (len(drawn), 384)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


@pytest.mark.parametrize("count", [0, 1, 3, 21])
def test_a_batch_gives_what_its_pictures_give_one_by_one(
    embedder: Embedder, drawn: tuple[Pixels, ...], count: int
) -> None:
    alone = [embedder.embed([pixels])[0] for pixels in drawn]
    together = embedder.embed([drawn[number % len(drawn)] for number in range(count)])
    assert together.shape == (count, 384)
    for number, vector in enumerate(together):
        assert np.allclose(vector, alone[number % len(drawn)], atol=1e-5)


def test_many_threads_get_the_vectors_of_their_own_pictures(
    embedder: Embedder, drawn: tuple[Pixels, ...]
) -> None:
    alone = embedder.embed(drawn)
    with ThreadPoolExecutor(4) as threads:
        batches = list(threads.map(lambda turn: embedder.embed(drawn[turn % 3 :]), range(8)))
    for turn, vectors in enumerate(batches):
        assert np.allclose(vectors, alone[turn % 3 :], atol=1e-5)


@pytest.mark.parametrize(("height", "width"), [(1, 1), (1, 900), (2500, 3)])
def test_a_picture_of_any_shape_has_a_vector(embedder: Embedder, height: int, width: int) -> None:
    pixels = np.full((height, width, 3), (200, 30, 90), np.uint8)
    assert np.isclose(np.linalg.norm(embedder.embed([pixels])[0]), 1, atol=1e-5)


def test_a_picture_of_the_models_size_is_left_as_it_is() -> None:
    picture = draw_pictures(224)[0]
    assert np.array_equal(prepare(picture, 224), picture)


def test_a_large_picture_is_prepared_as_without_the_shortcut() -> None:
    picture = draw_pictures(800)[1]
    slowly = Image.fromarray(picture).resize((224, 224), Image.Resampling.HAMMING)
    difference = prepare(picture, 224).astype(int) - np.asarray(slowly)
    assert np.abs(difference).mean() < 1


def test_prepared_pixels_come_from_all_of_the_picture() -> None:
    picture = np.zeros((300, 100, 3), np.uint8)
    picture[:3], picture[-3:], picture[:, :1], picture[:, -1:] = 255, 255, 255, 255
    prepared = prepare(picture, 224)
    assert min(prepared[0].min(), prepared[-1].min(), prepared[:, 0].min(), prepared[:, -1].min()) > 200
    assert prepared[10:-10, 10:-10].max() == 0


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"dimension": 640}, r"shape \(16, 640\).*found \(16, 384\)"),
        ({"input": {"size": 224, "preparation": "centre-crop-1"}}, "found centre-crop-1"),
    ],
)
def test_a_card_of_another_model_is_refused(
    shipped_copy: Path, change: dict[str, object], complaint: str
) -> None:
    card = json.loads(shipped_copy.read_text(encoding="utf-8")) | change
    shipped_copy.write_text(json.dumps(card), encoding="utf-8")
    with pytest.raises(WeightsMismatch, match=complaint):
        Embedder(shipped_copy, runtime="onnxruntime")
