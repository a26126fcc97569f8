"""The eye sees boxes the same way in the catalogue and in queries."""

import hashlib
from pathlib import Path

import numpy as np
import onnx
import pytest

from visualsearch.domain import WHOLE, Box, Picture, PictureId, Pixels
from visualsearch.ports import Eye
from visualsearch.vision.embed import Embedder
from visualsearch.vision.look import LookingEye
from visualsearch.vision.regions import crop, squared
from visualsearch.vision.weights import read_card

BOX = Box(0.21, 0.1, 0.83, 0.77)


@pytest.fixture
def eye(embedder: Embedder) -> Eye:
    return LookingEye(embedder)


def picture_of(pixels: Pixels) -> Picture:
    return Picture(PictureId(hashlib.sha256(pixels.tobytes()).hexdigest()), pixels)


def test_a_look_at_a_box_is_a_look_at_the_cut_out_picture_on_a_square(
    eye: Eye, drawn: tuple[Pixels, ...]
) -> None:
    for pixels in drawn[:3]:
        [[boxed], [cut]] = eye.look([picture_of(pixels), picture_of(squared(crop(pixels, BOX)))], [BOX, None])
        assert np.allclose(boxed.vector, cut.vector, atol=1e-6)
        assert (boxed.box, cut.box) == (BOX, WHOLE)


def test_without_a_box_the_whole_picture_is_seen(eye: Eye, drawn: tuple[Pixels, ...]) -> None:
    picture = picture_of(drawn[0])
    [[unboxed], [whole], [part]] = eye.look([picture] * 3, [None, WHOLE, BOX])
    assert unboxed.box == WHOLE
    assert np.allclose(unboxed.vector, whole.vector, atol=1e-6)
    assert unboxed.vector @ part.vector < 0.99


def test_the_same_picture_looks_the_same_twice(eye: Eye, drawn: tuple[Pixels, ...]) -> None:
    [[first]] = eye.look([picture_of(drawn[0])], [None])
    [[second]] = eye.look([picture_of(drawn[0].copy())], [None])
    assert np.array_equal(first.vector, second.vector)


def test_each_entry_is_of_its_own_picture(eye: Eye, drawn: tuple[Pixels, ...]) -> None:
    pictures = [picture_of(pixels) for pixels in drawn]
    boxes = [None, BOX] * 3
    together = eye.look(pictures, boxes)
    for picture, box, [view] in zip(pictures, boxes, together, strict=True):
        [[alone]] = eye.look([picture], [box])
        assert view.box == alone.box
        assert np.allclose(view.vector, alone.vector, atol=1e-5)


def test_nothing_to_look_at_gives_nothing(eye: Eye) -> None:
    assert eye.look([], []) == []


def test_a_box_without_a_picture_is_refused(eye: Eye, drawn: tuple[Pixels, ...]) -> None:
    with pytest.raises(ValueError, match="zip"):
        eye.look([picture_of(drawn[0])], [None, BOX])


def test_what_runs_the_model_does_not_change_the_eyes_name(eye: Eye) -> None:
    assert eye.name == LookingEye(Embedder(runtime="onnxruntime")).name
    assert eye.name.startswith("lite0-products-int8-")
    assert eye.dimension == 384


def test_another_model_has_another_name(shipped_copy: Path) -> None:
    before = LookingEye(Embedder(shipped_copy, runtime="onnxruntime")).name
    card = read_card(shipped_copy)
    path = shipped_copy.parent / card.file
    model = onnx.load(path)
    model.doc_string = "retrained"
    onnx.save(model, path)
    data = path.read_bytes()
    changed = {"sha256": hashlib.sha256(data).hexdigest(), "size_bytes": len(data)}
    shipped_copy.write_text(card.model_copy(update=changed).model_dump_json(), encoding="utf-8")
    assert LookingEye(Embedder(shipped_copy, runtime="onnxruntime")).name != before
