"""A float model made one of 8-bit integers, with ranges taken from calibration pictures."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static

from visualsearch.domain import Pixels


def quantise(
    model: onnx.ModelProto, pictures: Sequence[Pixels], path: Path, *, whole: Sequence[str] = ()
) -> None:
    """Write the model with convolutions in 8-bit integers: weights per channel, activations by their range.

    ``pictures`` are prepared ones. Pooling and scaling to length 1 stay in floating point. Ranges are the
    smallest and largest values seen; percentiles and entropy gave the same vectors for ten times the time.
    Convolutions whose weights' names begin with one of ``whole`` stay in floating point.
    """
    with tempfile.TemporaryDirectory() as folder:
        given = Path(folder) / "float.onnx"
        onnx.save(model, given)
        quantize_static(
            given,
            path,
            _Reader(model.graph.input[0].name, pictures),
            quant_format=QuantFormat.QDQ,
            per_channel=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            op_types_to_quantize=["Conv", "Add", "Clip"],
            nodes_to_exclude=[
                node.name
                for node in model.graph.node
                if whole and node.op_type == "Conv" and node.input[1].startswith(tuple(whole))
            ],
        )


class _Reader(CalibrationDataReader):  # type: ignore[misc] # onnxruntime is untyped here
    """Hands the pictures over one by one, as the library wants them."""

    def __init__(self, name: str, pictures: Sequence[Pixels]) -> None:
        self._name = name
        self._pictures = iter(pictures)

    def get_next(self) -> dict[str, NDArray[np.uint8]] | None:
        """Give the next picture as a batch of one, None at the end."""
        pixels = next(self._pictures, None)
        return None if pixels is None else {self._name: pixels[None]}
