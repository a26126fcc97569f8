"""Runs ONNX models, by OpenVINO where it is installed and by ONNX Runtime elsewhere; their only owner."""

import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from visualsearch.errors import Corrupt, MissingExtra
from visualsearch.vision.cpus import usable_cpus

Runtime = Literal["auto", "onnxruntime", "openvino"]


class Session(Protocol):
    """A model that is ready to run."""

    runtime: str
    """What runs it, with its version."""

    def run(self, given: NDArray[Any]) -> NDArray[np.float32]:
        """Map the model's input to its output; may be called from several threads at once."""


def open_session(path: Path, *, threads: int | None = None, runtime: Runtime = "auto") -> Session:
    """Load a model of one input and one output, whose checksum was checked before.

    ``threads`` is by default what the process may use. Raises MissingExtra if OpenVINO is asked for and not
    installed, Corrupt if the runtime cannot load the file.
    """
    threads = threads or usable_cpus()
    has_openvino = importlib.util.find_spec("openvino") is not None
    if runtime == "openvino" and not has_openvino:
        raise MissingExtra(
            "expected OpenVINO, found that it is not installed; "
            "install visualsearch[openvino] or set vision.runtime to auto"
        )
    opened = OpenvinoSession if has_openvino and runtime != "onnxruntime" else OnnxruntimeSession
    with _translated(path):
        return opened(path, threads)


class OnnxruntimeSession:
    """A model run by ONNX Runtime."""

    def __init__(self, path: Path, threads: int) -> None:
        import onnxruntime  # noqa: PLC0415 (takes a moment; only one of the two is needed)

        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        options.intra_op_num_threads = threads
        # Spinning answers a single picture a sixth sooner and burns two thirds more CPU time doing nothing,
        # which decoding needs.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self.runtime = f"onnxruntime {onnxruntime.__version__}"
        self._path = path
        self._session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        self._input = self._session.get_inputs()[0].name

    def run(self, given: NDArray[Any]) -> NDArray[np.float32]:
        """Map input to output; the library lets several threads run one session."""
        with _translated(self._path):
            output: NDArray[np.float32] = self._session.run(None, {self._input: given})[0]
        return output


class OpenvinoSession:
    """A model run by OpenVINO."""

    def __init__(self, path: Path, threads: int) -> None:
        import openvino  # noqa: PLC0415 (takes a moment; only one of the two is needed)

        settings = {
            # One stream: a lone caller has all threads, and several callers together get no less.
            "PERFORMANCE_HINT": "LATENCY",
            "INFERENCE_NUM_THREADS": threads,
            # Some CPUs would compute in bfloat16, and give other vectors than the rest.
            "INFERENCE_PRECISION_HINT": "f32",
        }
        self.runtime = f"openvino {openvino.__version__.partition('-')[0]}"
        self._path = path
        self._request = openvino.Core().compile_model(path, "CPU", settings).create_infer_request()
        self._lock = Lock()

    def run(self, given: NDArray[Any]) -> NDArray[np.float32]:
        """Map input to output; callers take turns, since one stream computes one request at a time."""
        with self._lock, _translated(self._path):
            output: NDArray[np.float32] = self._request.infer([given], share_inputs=True)[0].copy()
        return output


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except Exception as error:  # both raise a dozen types of their own, with no common root
        raise Corrupt(
            f"expected a model that this runtime can run in {path}, found: {' '.join(str(error).split())}; "
            "install visualsearch again or set vision.runtime to the other one"
        ) from error
