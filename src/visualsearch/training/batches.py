"""Draws batches: pairs of views of products, half of them among their likes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from visualsearch.training.corpus import Example
from visualsearch.training.views import PER_PRODUCT, Views, tensors

NEIGHBOURS = 24
TOO_ALIKE = 0.96
"""Teacher's similarity from which two products are not asked to be told apart."""
LEAST_OF_A_LABEL = 10


@dataclass(frozen=True, slots=True)
class Batch:
    """Two views of each of n products: the first n rows are one view, the last n the other."""

    maps: Tensor
    """Shape [2n, 80, height, width]."""
    shallow: Tensor
    """Shape [2n, 64]."""
    targets: Tensor
    """Shape [2n, 192]: what the teacher says of the catalogue picture, of length 1."""
    too_alike: Tensor
    """Shape [n, n]: True for different products whose catalogue pictures can hardly be told apart."""
    kinds: Tensor
    """Shape [2n]; -1 where it is not known."""
    colours: Tensor
    """Shape [2n]; -1 where it is not known."""


class Batches:
    """Batches by number: the same number and seed give the same batch."""

    def __init__(
        self,
        views: Views,
        targets: NDArray[np.float32],
        examples: Sequence[Example],
        *,
        products: int,
        group: int,
        seed: int,
    ) -> None:
        self._views = views
        self._products, self._group, self._seed = products, group, seed
        self._kinds = _numbered([example.kind for example in examples])
        self._colours = _numbered([example.colour for example in examples])
        self.kind_count, self.colour_count = (
            max(1, int(numbers.max()) + 1) for numbers in (self._kinds, self._colours)
        )
        self._targets = torch.from_numpy(targets)
        self._nearest = _nearest(self._targets)

    def at(self, number: int) -> Batch:
        """Draw one batch; the first view is the catalogue picture half of the time."""
        random = np.random.default_rng((self._seed, number))
        chosen = self._choose(random)
        count = len(chosen)
        one = np.where(random.random(count) < 0.5, 0, random.integers(1, PER_PRODUCT, count))
        other = (one + random.integers(1, PER_PRODUCT, count)) % PER_PRODUCT
        maps, shallow = tensors(self._views, np.tile(chosen, 2), np.concatenate([one, other]))
        targets = self._targets[chosen]
        too_alike = (targets @ targets.T > TOO_ALIKE) & ~torch.eye(count, dtype=torch.bool)
        kinds, colours = self._kinds[chosen].repeat(2), self._colours[chosen].repeat(2)
        return Batch(maps, shallow, targets.repeat(2, 1), too_alike, kinds, colours)

    def _choose(self, random: np.random.Generator) -> NDArray[np.int64]:
        """Choose half of the batch in groups of neighbours, the rest at random; no product twice."""
        half = self._products // 2
        anchors = random.integers(len(self._nearest), size=half // self._group)
        grouped = [
            np.append(random.choice(self._nearest[anchor], self._group - 1, replace=False), anchor)
            for anchor in anchors
        ]
        others = random.integers(len(self._nearest), size=half)
        return np.unique(np.concatenate([*grouped, others]))


def _nearest(targets: Tensor) -> NDArray[np.int64]:
    """Find the neighbours of each product, itself left out."""
    count = min(NEIGHBOURS + 1, len(targets))
    parts = [(part @ targets.T).topk(count, dim=1).indices[:, 1:] for part in targets.split(1024)]
    return np.asarray(torch.cat(parts).numpy(), np.int64)


def _numbered(names: Sequence[str]) -> Tensor:
    """Give each name that comes often enough a number; -1 is for the rest."""
    found, counts = np.unique(np.array(names), return_counts=True)
    often = found[(counts >= LEAST_OF_A_LABEL) & (found != "")]
    numbers = {str(name): number for number, name in enumerate(often)}
    return torch.tensor([numbers.get(name, -1) for name in names])
