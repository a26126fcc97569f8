"""Pictures become what each model's card asks for."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from visualsearch.vision.embed import vectors_from
from visualsearch.vision.prepare import PREPARATIONS, numbers
from visualsearch.vision.session import Runtime, open_session
from visualsearch.vision.weights import Input, Output
from visualsearch.vision.zoo import zoo


def thirds(height: int, width: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """Red at the left or top, green in the middle, blue at the other end."""
    picture = np.zeros((height, width, 3), np.uint8)
    for place, part in enumerate(np.array_split(np.arange(max(height, width)), 3)):
        if width >= height:
            picture[:, part, place] = 255
        else:
            picture[part, :, place] = 255
    return picture


@pytest.mark.parametrize("name", PREPARATIONS)
@pytest.mark.parametrize("shape", [(1, 1), (30, 900), (900, 30), (224, 224), (257, 255)])
def test_every_preparation_gives_the_size_that_is_asked(name: str, shape: tuple[int, int]) -> None:
    assert PREPARATIONS[name](thirds(*shape), 224).shape == (224, 224, 3)


@pytest.mark.parametrize("shape", [(100, 300), (300, 100)])
def test_a_cut_takes_the_middle_and_a_squash_takes_all(shape: tuple[int, int]) -> None:
    cut = PREPARATIONS["cut-wider-bicubic-1"](thirds(*shape), 224)
    squashed = PREPARATIONS["squash-bicubic-1"](thirds(*shape), 224)
    assert cut.mean(axis=(0, 1)).round().tolist() == [0, 255, 0]
    assert np.allclose(squashed.mean(axis=(0, 1)), 85, atol=2)


def test_a_cut_after_a_wider_scaling_is_the_middle_of_256_pixels() -> None:
    picture = np.random.default_rng(1).integers(0, 256, (256, 256, 3), dtype=np.uint8)
    found = PREPARATIONS["cut-wider-bilinear-1"](picture, 224)
    assert np.array_equal(found, picture[16:240, 16:240])


def test_numbers_are_scaled_by_channel_and_laid_out_as_the_card_says() -> None:
    asked = Input(
        layout="NCHW",
        type="float32",
        size=2,
        mean=(0.5, 0, 0),
        std=(0.5, 1, 2),
        preparation="squash-bicubic-1",
    )
    given = numbers([np.full((2, 2, 3), 255, np.uint8)], asked)
    assert given.dtype == np.float32
    assert given[:, :, 0, 0].tolist() == [[1, 1, 0.5]]
    assert given.shape == (1, 3, 2, 2)


def test_the_vector_is_the_token_that_the_card_names_at_length_one() -> None:
    output = np.array([[[3, 4], [9, 9]]], np.float32)
    assert np.allclose(vectors_from(output, Output(token=0, scaled=False)), [[0.6, 0.8]])
    assert vectors_from(np.zeros((2, 5, 1, 1), np.float32), Output(scaled=False)).shape == (2, 5)


@pytest.mark.parametrize("wanted", ["inner", "last", None])
def test_any_value_inside_a_model_can_be_its_output(
    tmp_path: Path, runtime: Runtime, wanted: str | None
) -> None:
    graph = helper.make_graph(
        [helper.make_node("Neg", ["given"], ["inner"]), helper.make_node("Abs", ["inner"], ["last"])],
        "two steps",
        [helper.make_tensor_value_info("given", TensorProto.FLOAT, ["n", 2])],
        [helper.make_tensor_value_info("last", TensorProto.FLOAT, ["n", 2])],
    )
    path = tmp_path / "steps.onnx"
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10), path)
    found = open_session(path, runtime=runtime, output=wanted).run(np.ones((1, 2), np.float32))
    assert found.tolist() == ([[-1, -1]] if wanted == "inner" else [[1, 1]])


def test_every_model_of_the_zoo_asks_for_a_preparation_that_there_is() -> None:
    assert {model.input.preparation for model in zoo().values()} <= PREPARATIONS.keys()
