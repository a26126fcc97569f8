"""Where training starts: projections that closed forms find, before any step is taken."""

import numpy as np
import torch
from numpy.typing import NDArray

from visualsearch.training.network import HALF, Tail
from visualsearch.training.views import PER_PRODUCT, Views, tensors

PRODUCTS = 3000
SHRINKAGE = 0.1
"""Share of the mean variance added to each, since a few thousand views do not fill 1,536 dimensions."""
Table = NDArray[np.float32]


def teacher_targets(views: Views, directions: Table) -> Table:
    """Reduce the teacher's centred vectors to [products, 192] of length 1, along [192, 1280] directions."""
    vectors = np.array(views.teacher, np.float32)
    targets: Table = (vectors - vectors.mean(axis=0)) @ directions.T
    targets /= np.linalg.norm(targets, axis=1, keepdims=True)
    return targets


def kind_directions(classifier: Table) -> Table:
    """Choose the directions [192, 1280] along which ImageNet's 1,000 classes differ most.

    Principal components of catalogue pictures instead lose what those catalogues do not sell: photos of
    fruit found their product a third less often.
    """
    values, directions = np.linalg.eigh(np.cov(classifier.T))
    return np.ascontiguousarray(directions[:, np.argsort(-values)[:HALF]].T, np.float32)


def set_projections(tail: Tail, views: Views, directions: Table, random: np.random.Generator) -> None:
    """Set the tail's statistics and both its halves from a sample of views."""
    chosen = np.sort(random.permutation(len(views.teacher))[:PRODUCTS])
    first = np.zeros(len(chosen), np.int64)
    drawn = [random.integers(1, PER_PRODUCT, len(chosen)) for _ in range(2)]
    seen = [_pooled(tail, views, chosen, view) for view in (first, *drawn)]
    pooled, deep = np.stack([one for one, _ in seen]), np.concatenate([one for _, one in seen])
    mean, spread = pooled.mean(axis=(0, 1)), pooled.std(axis=(0, 1)) + np.float32(1e-3)
    with torch.no_grad():
        tail.standard.running_mean.copy_(torch.from_numpy(mean))
        tail.standard.running_var.copy_(torch.from_numpy(spread**2))
        tail.instance.weight.copy_(torch.from_numpy(whitening((pooled - mean) / spread)))
        tail.kind.weight.copy_(torch.from_numpy(directions))
        tail.kind.bias.copy_(torch.from_numpy(-directions @ deep.mean(axis=0)))


def whitening(pooled: Table) -> Table:
    """Whiten what differs between views of one product; keep the directions in which products differ most.

    Learned whitening: Mikolajczyk and Matas, Improving descriptors for fast tree matching by optimal linear
    projection, 2007; Radenović, Tolias, Chum, 2018, section 3.3. ``pooled`` is [views, n, features], the
    clean view first; the projection is [192, features].
    """
    apart = (pooled[1:] - pooled[0]).reshape(-1, pooled.shape[2])
    values, vectors = np.linalg.eigh(_shrunk(apart.T @ apart / len(apart)))
    whiten = vectors / np.sqrt(values)
    spreads, directions = np.linalg.eigh(np.cov((pooled @ whiten).reshape(-1, pooled.shape[2]).T))
    kept = directions[:, np.argsort(-spreads)[:HALF]]
    return np.ascontiguousarray((whiten @ kept).T / np.sqrt(spreads.max()), np.float32)


def _shrunk(covariance: Table) -> Table:
    size = len(covariance)
    shrunk: Table = covariance + SHRINKAGE * np.trace(covariance) / size * np.eye(size, dtype=np.float32)
    return shrunk


def _pooled(
    tail: Tail, views: Views, products: NDArray[np.int64], view: NDArray[np.int64]
) -> tuple[Table, Table]:
    pooled, deep = [], []
    with torch.inference_mode():
        for start in range(0, len(products), 128):
            rows, columns = products[start : start + 128], view[start : start + 128]
            one, other = tail.pool(*tensors(views, rows, columns))
            pooled.append(one.numpy())
            deep.append(other.numpy())
    return np.concatenate(pooled), np.concatenate(deep)
