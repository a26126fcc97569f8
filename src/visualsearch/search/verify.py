"""Tells whether two pictures show the same print: features that are alike and agree in geometry."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from visualsearch.domain import Print
from visualsearch.index.codes import nearest_two

Places = NDArray[np.float32]
"""Shape (count, 2): as in ``Print``."""
Numbers = NDArray[np.int64]
"""Shape (count,): which features."""

LARGEST_DISTANCE = 64
"""Bits of 256 that a feature may differ from its like."""
DISTINCT_RATIO = 0.8
"""How much nearer the like of a feature must be than the second nearest (Lowe, IJCV 2004): in stripes,
checks and repeated logos every feature has several, and none counts."""
LARGEST_ERROR = 0.04
"""How far from its place a feature may lie, of the longer side: a bottle's label is bent."""
LARGEST_TURN, LARGEST_ZOOM = 0.6, 2.0
"""How much two features that agree may differ, in radians and as a factor."""
WIDEST_ZOOM = 8.0
APART = 60
"""Features in one cell of a grid of so many cells count once: many scales find the same corner."""
LEAST_FEATURES = 3


@dataclass(frozen=True, slots=True, eq=False)
class Match:
    """Features of two pictures that agree."""

    agreeing: int
    """How many places agree, each counted once in either picture."""
    query: Places
    """Where they are in the query."""
    candidate: Places
    """Where they are in the candidate, in the same order."""
    alike: int = 0
    """How many features are alike, whether they agree or not."""


_NOWHERE = np.empty((0, 2), np.float32)
NO_MATCH = Match(0, _NOWHERE, _NOWHERE)


def verify(query: Print, candidate: Print) -> Match:
    """Find the features of a candidate that agree with the query's under one affine map; the same each time.

    Every pair of like features proposes a similarity by its places, sizes and angles, so nothing is drawn
    at random (Philbin et al., CVPR 2007); the best one is refined by least squares.
    """
    asked, found = _alike(query, candidate)
    if len(asked) < LEAST_FEATURES:
        return Match(0, _NOWHERE, _NOWHERE, len(asked))
    agree = _refined(query, candidate, asked, found)
    here, there = query.places[asked[agree]], candidate.places[found[agree]]
    return Match(min(_places(here), _places(there)), here, there, len(asked))


def _alike(query: Print, candidate: Print) -> tuple[Numbers, Numbers]:
    """Pair each of the query's features with the like of it, where there is only one."""
    if len(query) < LEAST_FEATURES or len(candidate) < LEAST_FEATURES:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    asked, found, distances = nearest_two(query.codes, candidate.codes, LARGEST_DISTANCE)
    distinct = distances[:, 0] < DISTINCT_RATIO * distances[:, 1]
    return asked[distinct], found[distinct]


def _refined(query: Print, candidate: Print, asked: Numbers, found: Numbers) -> Numbers:
    """Choose the pairs that agree with the best proposal, then with what fits those best."""
    here, there = query.places[asked], candidate.places[found]
    turns = candidate.angles[found] - query.angles[asked]
    zooms = candidate.sizes[found] / query.sizes[asked]
    logarithms, directions = np.log(zooms), np.exp(1j * turns).astype(np.complex64)
    # As complex numbers a turn and a zoom are one product.
    ours, theirs = (np.ascontiguousarray(side).view(np.complex64).ravel() for side in (here, there))
    # Entry [i, j]: how far from its place the proposal of pair i takes the query's feature of pair j.
    missed = (directions * zooms)[:, None] * (ours[None] - ours[:, None]) + theirs[:, None] - theirs[None]
    near = np.abs(missed) < LARGEST_ERROR * np.maximum(1, zooms)[:, None]
    alike = (directions[:, None] * directions.conj()[None]).real > np.cos(LARGEST_TURN)
    alike &= np.abs(logarithms[:, None] - logarithms[None]) < np.log(LARGEST_ZOOM)
    possible = np.abs(logarithms) < np.log(WIDEST_ZOOM)
    agree = near & alike & possible[:, None]
    best = int(agree.sum(axis=1).argmax())
    chosen: Numbers = np.flatnonzero(agree[best])
    flat = np.column_stack([here, np.ones(len(here))])
    for _ in range(2):
        if len(chosen) <= LEAST_FEATURES:
            break
        fit = _least_squares(flat[chosen], there[chosen])
        zoom = abs(float(fit[0, 0] * fit[1, 1] - fit[0, 1] * fit[1, 0])) ** 0.5
        if not 1 / WIDEST_ZOOM < zoom < WIDEST_ZOOM:
            return np.empty(0, np.int64)
        error = np.linalg.norm(flat @ fit - there, axis=1)
        agreeing = (error < 0.7 * LARGEST_ERROR * max(1, zoom)) & (
            _turned(turns - turns[best]) < LARGEST_TURN
        )
        if agreeing.sum() <= LEAST_FEATURES:
            break
        chosen = np.flatnonzero(agreeing)
    return chosen


def _least_squares(given: NDArray[np.float64], wanted: Places) -> NDArray[np.float64]:
    """Solve by the normal equations, which for so few numbers takes a fifth of a decomposition's time."""
    # The least bit more on the diagonal, so that places on one line have a solution too.
    square = given.T @ given + 1e-9 * np.eye(given.shape[1])
    return np.asarray(np.linalg.solve(square, given.T @ wanted), np.float64)


def _turned(angles: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(np.abs((angles + np.pi) % (2 * np.pi) - np.pi), np.float32)


def _places(places: Places) -> int:
    return len(set((np.floor(places * APART).astype(np.int64) @ [APART * 2, 1]).tolist()))
