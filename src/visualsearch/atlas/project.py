"""Gives each vector a place in space, so that what looks alike lies together."""

import importlib.util
import warnings
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from visualsearch.domain import Vectors

Places = NDArray[np.float32]
"""Shape (count, 3): places in space, in no unit."""
Near = NDArray[np.int64]
"""Shape (count, neighbours): the positions of the nearest vectors of each, the nearest first; -1 is none."""
Scores = NDArray[np.float32]
"""Shape (count, neighbours): their cosine similarities; 0 where there is none."""
Method = Literal["umap", "pca"]

DIMENSIONS = 3
NEIGHBOURS = 15
"""UMAP's own default: fewer show more islands, more show the whole better."""
_LEAST_DISTANCE, _SPREAD = 0.25, 1.0
"""Wider than UMAP's 0.1, so that thumbnails of near points cover one another less."""
_FEW = 2 * NEIGHBOURS
"""With fewer, everything is everything's neighbour."""
_EPOCHS, _EPOCHS_OF_MANY, _MANY = 300, 150, 20_000
_MAINLAND, _OFFING = 0.9, 0.4
"""The share of points that stay where they are, and how strongly the distance of the others still counts."""
_SHARPNESS = 16
"""The power of the similarity by which a new point's neighbours draw it."""
_JITTER = 0.004
"""How far points of the same neighbours are set apart, as a share of the width of the map."""


def best_method(count: int) -> Method:
    """Choose UMAP where it is installed and there is enough to lay out."""
    return "umap" if count >= _FEW and importlib.util.find_spec("umap") else "pca"


def project(
    vectors: Vectors,
    near: Near,
    scores: Scores,
    *,
    method: Method,
    begin: Places | None = None,
    seed: int = 0,
) -> Places:
    """Lay vectors out anew; the same for the same input and seed.

    ``begin`` are places to begin at, so that a map that is made again looks as it did before.
    UMAP (arXiv:1802.03426) keeps neighbours together; PCA, which needs nothing, keeps what differs most.
    """
    flat = _principal(vectors)
    if method == "pca":
        return flat
    return _drawn_in(_umap(vectors, near, scores, flat if begin is None else begin, seed))


def place(places: Places, near: Near, scores: Scores, is_new: NDArray[np.bool_], *, seed: int = 0) -> Places:
    """Place the new points of a map, whose others stay, among their neighbours."""
    known = ~is_new
    placed = places.copy()
    if not known.any():
        return np.zeros_like(placed)
    old = placed[known]
    width = float(np.ptp(old, axis=0).max())
    order = np.flatnonzero(is_new)
    usable = (near[order] >= 0) & known[near[order]]
    pull = np.where(usable, np.maximum(scores[order], 0) ** _SHARPNESS, 0)
    total = pull.sum(axis=1, keepdims=True)
    drawn = np.einsum("ij,ijk->ik", pull / np.maximum(total, 1e-9), placed[near[order]])
    drawn = np.where(total > 0, drawn, old.mean(axis=0))
    jitter = np.random.default_rng(seed).normal(scale=_JITTER * width, size=drawn.shape)
    placed[order] = drawn + jitter
    return placed


def _principal(vectors: Vectors) -> Places:
    """Find the three directions in which vectors differ most (principal component analysis)."""
    flat = np.zeros((len(vectors), DIMENSIONS), np.float32)
    if len(vectors) < 2:
        return flat
    centred = vectors - vectors.mean(axis=0)
    _, directions = np.linalg.eigh(centred.T @ centred)
    found = directions[:, ::-1][:, :DIMENSIONS]
    # A direction and its opposite are as good; which one comes out must not depend on the machine.
    found = found * np.where(found[np.abs(found).argmax(axis=0), np.arange(found.shape[1])] < 0, -1, 1)
    flat[:, : found.shape[1]] = centred @ found
    return flat


def _umap(vectors: Vectors, near: Near, scores: Scores, begin: Places, seed: int) -> Places:
    # The functions behind its class take neighbours that are known; loading them takes seconds.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from umap import umap_  # noqa: PLC0415

        random = np.random.RandomState(seed)
        # Each is its own first neighbour, as UMAP has it; where one is missing, it stands there again.
        own = np.arange(len(vectors))[:, None]
        indices = np.hstack([own, np.where(near < 0, own, near)[:, : NEIGHBOURS - 1]])
        distances = np.hstack(
            [np.zeros_like(own, np.float32), np.where(near < 0, 0, 1 - scores)[:, : NEIGHBOURS - 1]]
        )
        graph, _, _ = umap_.fuzzy_simplicial_set(
            vectors,
            indices.shape[1],
            random,
            "cosine",
            knn_indices=indices.astype(np.int32),
            knn_dists=np.maximum(distances, 0).astype(np.float32),
        )
        a, b = umap_.find_ab_params(_SPREAD, _LEAST_DISTANCE)
        places, _ = umap_.simplicial_set_embedding(
            vectors,
            graph,
            n_components=DIMENSIONS,
            initial_alpha=1.0,
            a=a,
            b=b,
            gamma=1.0,
            negative_sample_rate=5,
            n_epochs=_EPOCHS_OF_MANY if len(vectors) > _MANY else _EPOCHS,
            init=_apart(begin, random),
            random_state=random,
            metric="cosine",
            metric_kwds={},
            densmap=False,
            densmap_kwds={},
            output_dens=False,
        )
    return np.asarray(places, np.float32)


def _drawn_in(places: Places) -> Places:
    """Draw islands that lie far out nearer, by the logarithm of how far, lest the rest be a small heap."""
    away = places - np.median(places, axis=0)
    distance = np.maximum(np.linalg.norm(away, axis=1, keepdims=True), 1e-9)
    most = max(float(np.quantile(distance, _MAINLAND)), 1e-9)
    far = np.maximum(distance / most, 1)
    return np.asarray(away / far * (1 + _OFFING * np.log(far)), np.float32)


def _apart(places: Places, random: np.random.RandomState) -> Places:
    """Set equal places apart, and give each axis a width, by which UMAP divides."""
    width = max(float(np.ptp(places, axis=0).max()), 1e-6)
    return np.asarray(places + random.normal(scale=1e-3 * width, size=places.shape), np.float32)
