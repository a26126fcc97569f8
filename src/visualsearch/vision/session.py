"""Runs ONNX models, by OpenVINO where it is installed and by ONNX Runtime elsewhere; their only owner."""

import importlib.util
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
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

    def run_all(self, given: Mapping[str, NDArray[Any]]) -> list[NDArray[Any]]:
        """Map inputs by their names to all outputs, in the model's order; as ``run`` otherwise."""


def open_session(
    path: Path, *, threads: int | None = None, runtime: Runtime = "auto", output: str | None = None
) -> Session:
    """Load a model of one input, whose checksum was checked before.

    ``threads`` is by default what the process may use; ``output`` names any value inside the model, by
    default its first output. Raises MissingExtra if OpenVINO is asked for and not
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
        return opened(path, threads, output)


def open_named_session(
    path: Path, *, threads: int | None = None, output: str | None = None
) -> "OnnxruntimeSession":
    """Load a model of several inputs, for ``run_named``: by ONNX Runtime, which is always there."""
    with _translated(path):
        return OnnxruntimeSession(path, threads or usable_cpus(), output)


class OnnxruntimeSession:
    """A model run by ONNX Runtime."""

    def __init__(self, path: Path, threads: int, output: str | None = None) -> None:
        import onnxruntime  # noqa: PLC0415 (takes a moment; only one of the two is needed)

        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        options.intra_op_num_threads = threads
        # Spinning answers a single picture a sixth sooner and burns two thirds more CPU time doing nothing,
        # which decoding needs.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self.runtime = f"onnxruntime {onnxruntime.__version__}"
        self._path = path
        load = partial(onnxruntime.InferenceSession, sess_options=options, providers=["CPUExecutionProvider"])
        self._session = load(path)
        if output and output not in [one.name for one in self._session.get_outputs()]:
            self._session = load(_with_output(path, output))
        self._inputs = [one.name for one in self._session.get_inputs()]
        self._output = output or self._session.get_outputs()[0].name

    def run(self, given: NDArray[Any]) -> NDArray[np.float32]:
        """Map input to output; the library lets several threads run one session."""
        with _translated(self._path):
            output: NDArray[np.float32] = self._session.run([self._output], {self._inputs[0]: given})[0]
        return output

    def run_all(self, given: Mapping[str, NDArray[Any]]) -> list[NDArray[Any]]:
        """Map all inputs to all outputs."""
        with _translated(self._path):
            outputs: list[NDArray[Any]] = self._session.run(None, dict(given))
        return outputs

    def run_named(self, given: Mapping[str, NDArray[Any]]) -> NDArray[np.float32]:
        """Map inputs by their names to the output; those that the model does not have are left out."""
        known = {name: value for name, value in given.items() if name in self._inputs}
        with _translated(self._path):
            output: NDArray[np.float32] = self._session.run([self._output], known)[0]
        return output


class OpenvinoSession:
    """A model run by OpenVINO."""

    def __init__(self, path: Path, threads: int, output: str | None = None) -> None:
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
        core = openvino.Core()
        model = core.read_model(path)
        if output is not None and all(output not in one.get_names() for one in model.outputs):
            model.add_outputs(output)
        compiled = core.compile_model(model, "CPU", settings)
        self._output = compiled.output(0 if output is None else output)
        self._outputs = list(compiled.outputs)
        self._request = compiled.create_infer_request()
        self._lock = Lock()

    def run(self, given: NDArray[Any]) -> NDArray[np.float32]:
        """Map input to output; callers take turns, since one stream computes one request at a time."""
        with self._lock, _translated(self._path):
            output: NDArray[np.float32] = self._request.infer([given], share_inputs=True)[self._output].copy()
        return output

    def run_all(self, given: Mapping[str, NDArray[Any]]) -> list[NDArray[Any]]:
        """Map all inputs to all outputs; callers take turns."""
        with self._lock, _translated(self._path):
            found = self._request.infer(dict(given), share_inputs=True)
            return [found[one].copy() for one in self._outputs]


def _with_output(path: Path, name: str) -> bytes:
    """Read a model that gives one more value out.

    In protobuf's encoding, a message that is appended to another is merged into it: here a graph (field 7)
    that has nothing but an output (12) with a name (1).
    """
    message = name.encode()
    for field in (1, 12, 7):
        assert len(message) < 128, "one byte holds the length of a name: this is a bug"
        message = bytes([field << 3 | 2, len(message)]) + message
    return path.read_bytes() + message


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except Exception as error:  # both raise a dozen types of their own, with no common root
        raise Corrupt(
            f"expected a model that this runtime can run in {path}, found: {' '.join(str(error).split())}; "
            "install visualsearch again or set vision.runtime to the other one"
        ) from error
