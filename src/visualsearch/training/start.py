"""Where training starts: the projection that a closed form finds, before any step is taken."""

import numpy as np
import torch
from numpy.typing import NDArray

from visualsearch.training.network import Tail
from visualsearch.training.views import PER_PRODUCT, Views, tensors

PRODUCTS = 3000
SHRINKAGE = 0.1
"""Share of the mean variance added to each, since a few thousand views do not fill 1,536 dimensions."""


def set_projection(tail: Tail, views: Views, random: np.random.Generator) -> None:
    """Whiten what differs between views of one product; keep the directions in which products differ most.

    Learned whitening: Mikolajczyk and Matas, Improving descriptors for fast tree matching by optimal linear
    projection, 2007; Radenović, Tolias, Chum, 2018, section 3.3.
    """
    chosen = np.sort(random.permutation(len(views.maps))[:PRODUCTS])
    pooled = np.stack(
        [_pooled(tail, views, chosen, np.zeros(len(chosen), np.int64))]
        + [_pooled(tail, views, chosen, random.integers(1, PER_PRODUCT, len(chosen))) for _ in range(2)]
    )
    mean, spread = pooled.mean(axis=(0, 1)), pooled.std(axis=(0, 1)) + 1e-3
    pooled = (pooled - mean) / spread
    projection = whitening(pooled[0], pooled[1:], tail.project.out_features)
    with torch.no_grad():
        tail.standard.running_mean.copy_(torch.from_numpy(mean))
        tail.standard.running_var.copy_(torch.from_numpy(spread**2))
        tail.project.weight.copy_(torch.from_numpy(projection))


def whitening(clean: NDArray[np.float32], others: NDArray[np.float32], dimension: int) -> NDArray[np.float32]:
    """Find a projection [dimension, features] from clean views [n, features] and others [m, n, features]."""
    apart = (others - clean).reshape(-1, clean.shape[1])
    within = apart.T @ apart / len(apart)
    size = len(within)
    within += SHRINKAGE * np.trace(within) / size * np.eye(size, dtype=within.dtype)
    values, vectors = np.linalg.eigh(within)
    whiten = vectors / np.sqrt(values)
    white = np.concatenate([clean, *others]) @ whiten
    spreads, directions = np.linalg.eigh(np.cov(white.T))
    kept = directions[:, np.argsort(-spreads)[:dimension]]
    projection: NDArray[np.float32] = (whiten @ kept).T.astype(np.float32)
    return projection / np.float32(np.sqrt(spreads.max()))


def _pooled(
    tail: Tail, views: Views, products: NDArray[np.int64], view: NDArray[np.int64]
) -> NDArray[np.float32]:
    parts = []
    with torch.inference_mode():
        for start in range(0, len(products), 128):
            rows, columns = products[start : start + 128], view[start : start + 128]
            parts.append(tail.pool(*tensors(views, rows, columns)).numpy())
    return np.concatenate(parts)
