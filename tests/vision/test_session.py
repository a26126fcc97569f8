"""Opening and running models."""

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from visualsearch.errors import Corrupt, MissingExtra
from visualsearch.vision.session import Runtime, open_session


@pytest.fixture
def doubling(tmp_path: Path) -> Path:
    """Make a model that doubles what it is given, for any number of rows."""
    graph = helper.make_graph(
        [helper.make_node("Add", ["given", "given"], ["doubled"])],
        "doubling",
        [helper.make_tensor_value_info("given", TensorProto.FLOAT, ["n", 3])],
        [helper.make_tensor_value_info("doubled", TensorProto.FLOAT, ["n", 3])],
    )
    path = tmp_path / "doubling.onnx"
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10), path)
    return path


def test_a_model_runs_with_batches_of_any_size(runtime: Runtime, doubling: Path) -> None:
    session = open_session(doubling, runtime=runtime)
    assert session.runtime.startswith(runtime)
    for count in (1, 5, 2, 16, 1):
        given = np.arange(count * 3, dtype=np.float32).reshape(count, 3)
        assert np.array_equal(session.run(given), 2 * given)


def test_an_output_is_its_callers_own(runtime: Runtime, doubling: Path) -> None:
    session = open_session(doubling, runtime=runtime)
    first = session.run(np.ones((1, 3), np.float32))
    session.run(np.zeros((1, 3), np.float32))
    assert first.tolist() == [[2, 2, 2]]


def test_several_threads_get_their_own_answers(runtime: Runtime, doubling: Path) -> None:
    session = open_session(doubling, threads=2, runtime=runtime)

    def run(number: int) -> bool:
        given = np.full((1 + number % 4, 3), number, np.float32)
        return bool(np.array_equal(session.run(given), 2 * given))

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(run, range(400)))


@pytest.mark.parametrize("content", [b"", b"not a model", bytes(1000)])
def test_a_file_that_is_no_model_is_corrupt(runtime: Runtime, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.onnx"
    path.write_bytes(content)
    with pytest.raises(Corrupt, match=r"broken\.onnx.*vision\.runtime"):
        open_session(path, runtime=runtime)


def test_an_input_that_the_model_does_not_take_is_told_as_corrupt(runtime: Runtime, doubling: Path) -> None:
    session = open_session(doubling, runtime=runtime)
    with pytest.raises(Corrupt, match=r"doubling\.onnx"):
        session.run(np.zeros((1, 4), np.float32))


def test_openvino_is_taken_where_it_is_installed(doubling: Path) -> None:
    pytest.importorskip("openvino", reason="needs openvino, which is not installed")
    assert open_session(doubling).runtime.startswith("openvino ")


def test_without_openvino_auto_takes_onnxruntime(doubling: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openvino", None)
    assert open_session(doubling).runtime.startswith("onnxruntime ")


def test_asking_for_openvino_where_it_is_missing_says_what_to_install(
    doubling: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "openvino", None)
    with pytest.raises(MissingExtra, match=r"visualsearch\[openvino\]"):
        open_session(doubling, runtime="openvino")
