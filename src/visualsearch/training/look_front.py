"""The frozen part of the look model, run by ONNX Runtime: on a processor five times faster than by torch."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from torch import Tensor, nn

from visualsearch.training.look_network import LookNetwork
from visualsearch.training.look_samples import SIZE, Sample


class Front:
    """Maps samples to what the frozen part gives; opened anew by each process that uses it."""

    def __init__(self, network: LookNetwork, folder: Path) -> None:
        self._path = folder / "front.onnx"
        self._session: onnxruntime.InferenceSession | None = None
        program = torch.onnx.export(
            _Front(network).eval(),
            (torch.zeros((2, SIZE, SIZE, 3), dtype=torch.uint8),),
            dynamo=True,
            input_names=["pixels"],
            dynamic_shapes=({0: torch.export.Dim("n", min=1, max=1024)},),
            verbose=False,
        )
        onnx.save(program.model_proto, self._path)

    def run(self, samples: Sequence[Sample]) -> tuple[Tensor, ...]:
        """Give the maps [n, channels, side, side] of each depth."""
        if self._session is None:
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = 1
            options.log_severity_level = 3
            self._session = onnxruntime.InferenceSession(
                self._path, options, providers=["CPUExecutionProvider"]
            )
        pixels = np.stack([sample.pixels for sample in samples])
        return tuple(torch.from_numpy(maps) for maps in self._session.run(None, {"pixels": pixels}))


class _Front(nn.Module):  # type: ignore[misc] # torch is untyped here
    def __init__(self, network: LookNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        return self.network.front(pixels)
