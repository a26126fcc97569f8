"""The eye sees boxes the same way in the catalogue and in queries."""

import hashlib
import pickle
from pathlib import Path

import numpy as np
import onnx
import pytest

from visualsearch.domain import WHOLE, Box, Picture, PictureId, Pixels, Region, Spot
from visualsearch.errors import Corrupt, WeightsMismatch
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
        cut_out = picture_of(squared(crop(pixels, BOX)))
        boxed, cut = eye.look([picture_of(pixels), cut_out], [Spot(BOX), Spot()])
        assert np.allclose(boxed.vector, cut.vector, atol=1e-6)
        assert (boxed.box, cut.box) == (BOX, WHOLE)


def test_the_whole_picture_is_seen_otherwise_than_a_box(eye: Eye, drawn: tuple[Pixels, ...]) -> None:
    picture = picture_of(drawn[0])
    whole, part = eye.look([picture] * 2, [Spot(), Spot(BOX)])
    assert whole.box == WHOLE
    assert whole.vector @ part.vector < 0.99


def test_regions_count_by_their_scores_and_together_as_much_as_the_whole(
    eye: Eye, drawn: tuple[Pixels, ...]
) -> None:
    picture = picture_of(drawn[0])
    other = Box(0.4, 0.3, 1, 1)
    whole, part, rest = eye.look([picture] * 3, [Spot(), Spot(BOX), Spot(other)])
    regions = Region(BOX, "top", 0.9), Region(other, "bag", 0.6)
    one, both = eye.look([picture] * 2, [Spot(regions=regions[:1]), Spot(regions=regions)])
    for seen, sum_ in (
        (one, whole.vector + part.vector),
        (both, whole.vector + 0.6 * part.vector + 0.4 * rest.vector),
    ):
        assert seen.box == WHOLE
        assert np.allclose(seen.vector, sum_ / np.linalg.norm(sum_), atol=1e-5)


def test_the_same_picture_looks_the_same_twice(eye: Eye, drawn: tuple[Pixels, ...]) -> None:
    [first] = eye.look([picture_of(drawn[0])], [Spot()])
    [second] = eye.look([picture_of(drawn[0].copy())], [Spot()])
    assert np.array_equal(first.vector, second.vector)


def test_each_entry_is_of_its_own_picture(eye: Eye, drawn: tuple[Pixels, ...]) -> None:
    pictures = [picture_of(pixels) for pixels in drawn]
    spots = [Spot(), Spot(BOX), Spot(regions=(Region(BOX, "top", 0.5),))] * 2
    together = eye.look(pictures, spots)
    for picture, spot, view in zip(pictures, spots, together, strict=True):
        [alone] = eye.look([picture], [spot])
        assert view.box == alone.box
        assert np.allclose(view.vector, alone.vector, atol=1e-5)


def test_nothing_to_look_at_gives_nothing(eye: Eye) -> None:
    assert eye.look([], []) == []


def test_a_spot_without_a_picture_is_refused(eye: Eye, drawn: tuple[Pixels, ...]) -> None:
    with pytest.raises(ValueError, match="zip"):
        eye.look([picture_of(drawn[0])], [Spot(), Spot(BOX)])


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


def test_an_eye_that_was_carried_to_another_process_sees_the_same(
    eye: Eye, drawn: tuple[Pixels, ...]
) -> None:
    carried = pickle.loads(pickle.dumps(eye))
    pictures = [picture_of(pixels) for pixels in drawn]

    assert carried.name == eye.name
    for here, there in zip(
        eye.look(pictures, [Spot()] * len(pictures)),
        carried.look(pictures, [Spot()] * len(pictures)),
        strict=True,
    ):
        assert here.vector.tobytes() == there.vector.tobytes()
        assert (here.print, here.colours) == (there.print, there.colours)


def test_an_eye_arrives_neither_with_other_weights_nor_at_another_version(embedder: Embedder) -> None:
    open_embedder, (card, model, runtime) = embedder.__reduce__()
    with pytest.raises(WeightsMismatch, match="sha256"):
        open_embedder(card, model[:-1] + b"!", runtime)
    open_eye, (_, name) = LookingEye(embedder).__reduce__()
    with pytest.raises(Corrupt, match="install the same everywhere"):
        open_eye(embedder, name + " of before")
