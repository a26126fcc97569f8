"""The product embedder: Lite0 with its first blocks kept, a tail that learns, several depths pooled."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from visualsearch.training.lite0 import FEATURES, Lite0, load_embedder

FROZEN_BLOCKS = 8
"""Blocks whose output is computed once for each view; they know edges, texture and colour well enough."""
SHALLOW_TAPS = (2, 4)
"""Blocks inside the frozen part whose pooled output joins the vector, with 24 and 40 channels."""
SHALLOW_CHANNELS = 24 + 40
FRONT_CHANNELS = 80
MIDDLE_TAP, MIDDLE_CHANNELS = 10, 112
POOLED = SHALLOW_CHANNELS + FRONT_CHANNELS + MIDDLE_CHANNELS + FEATURES
HALF = 192
DIMENSION = 2 * HALF
KIND_SHARE = 0.5
"""Of the similarity, while training."""
POWER = 3.0
"""Of the generalised mean (Radenović, Tolias, Chum: Fine-tuning CNN image retrieval, 2018)."""


class Front(nn.Module):  # type: ignore[misc] # torch is untyped here
    """The frozen part: uint8 pixels [n, height, width, 3] to maps and pooled early maps."""

    def __init__(self, network: Lite0) -> None:
        super().__init__()
        self.network = network

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        """Compute as the published network does."""
        given = ((pixels.float() - 127.0) / 128.0).permute(0, 3, 1, 2)
        maps = functional.relu6(self.network.bn0(self.network.conv_stem(given)))
        shallow = []
        for number in range(FROZEN_BLOCKS):
            maps = self.network.blocks[number](maps)
            if number in SHALLOW_TAPS:
                shallow.append(_spread(maps))
        return maps, torch.cat(shallow, dim=1)


class Tail(nn.Module):  # type: ignore[misc] # torch is untyped here
    """The part that learns: maps to a vector of length 1.

    The first half of the vector keeps what ImageNet knows (kinds), the second tells product from product;
    a similarity is the weighted mean of theirs.
    """

    def __init__(self, network: Lite0) -> None:
        super().__init__()
        self.network = network
        self.attention = nn.Conv2d(320, 1, 1)
        nn.init.zeros_(self.attention.weight)
        nn.init.zeros_(self.attention.bias)
        self.standard = nn.BatchNorm1d(POOLED, affine=False, momentum=None)
        self.kind = nn.Linear(FEATURES, HALF)
        self.instance = nn.Linear(POOLED, HALF, bias=False)
        self.kind_share = KIND_SHARE

    def forward(self, maps: Tensor, shallow: Tensor) -> Tensor:
        """Join the two halves."""
        return self.join(*self.halves(maps, shallow))

    def halves(self, maps: Tensor, shallow: Tensor) -> tuple[Tensor, Tensor]:
        """Compute the two halves, each of length 1."""
        pooled, deep = self.pool(maps, shallow)
        return _unit(self.kind(deep)), _unit(self.instance(self.standard(pooled)))

    def join(self, kind: Tensor, instance: Tensor) -> Tensor:
        """Weigh the halves."""
        return torch.cat([kind * self.kind_share**0.5, instance * (1 - self.kind_share) ** 0.5], dim=1)

    def pool(self, maps: Tensor, shallow: Tensor) -> tuple[Tensor, Tensor]:
        """Pool all depths to [n, 1536], and the deepest by its mean to [n, 1280].

        Where the product is counts more, as attention learns.
        """
        front = _spread(maps)
        for number in range(FROZEN_BLOCKS, MIDDLE_TAP + 1):
            maps = self.network.blocks[number](maps)
        middle = _spread(maps)
        for block in list(self.network.blocks)[MIDDLE_TAP + 1 :]:
            maps = block(maps)
        weights = torch.sigmoid(self.attention(maps)).flatten(2)
        weights = weights / weights.sum(dim=2, keepdim=True)
        deep = functional.relu6(self.network.bn1(self.network.conv_head(maps))).flatten(2)
        sharp = ((deep * deep * deep * weights).sum(dim=2) + 1e-9) ** (1 / POWER)
        return torch.cat([shallow, front, middle, sharp], dim=1), (deep * weights).sum(dim=2)


class ProductEmbedder(nn.Module):  # type: ignore[misc] # torch is untyped here
    """Maps uint8 RGB pixels [n, height, width, 3] to float32 vectors [n, dimension] of length 1."""

    def __init__(self) -> None:
        super().__init__()
        self.front = Front(load_embedder().network)
        self.tail = Tail(load_embedder().network)

    def forward(self, pixels: Tensor) -> Tensor:
        """Look with the frozen part, then with the one that learnt."""
        maps, shallow = self.front(pixels)
        vectors: Tensor = self.tail(maps, shallow)
        return vectors


def _spread(maps: Tensor) -> Tensor:
    """Pool maps of both signs [n, channels, height, width] by the root of their mean square."""
    pooled: Tensor = (maps.flatten(2).square().mean(dim=2) + 1e-6).sqrt()
    return pooled


def _unit(vectors: Tensor) -> Tensor:
    scaled: Tensor = vectors / torch.linalg.vector_norm(vectors, dim=1, keepdim=True).clamp_min(1e-12)
    return scaled
