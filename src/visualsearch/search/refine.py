"""Orders candidates by words and kinds beside what they look like, and folds those that look the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from visualsearch.domain import Item, ProductId, Row, Vector, Vectors
from visualsearch.search.rank import Candidate

WEIGHTS: Mapping[str, float] = {"words": 70.0, "kind": 20.0}
"""What it adds to the odds that all words fit, and that the kind is surely the same."""
COSINE = 70.0
"""What one of cosine adds to the odds where nothing was weighed."""
_STRANGE, _FAMILIAR = 0.5, 0.8
"""The nearest cosine up to which a kind is not told at all, and from which it is told in full."""
_SHARED = 0.5
"""The classifier and the weighing see the same picture, so each counts by half against the other."""
SURE_COSINE = 0.97
"""From here on a picture is all but the same."""
LIKE, UNLIKE = 0.75, 0.25
"""How far examples move what is searched by."""
NEARLY_SAME = 0.985
_FITTED = 8
"""Candidates from which it is told what a cosine is worth in odds."""
_FUSED = 60

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Signals:
    """What speaks for candidates beside their look; entry i of each array is of candidate i, 0 to 1."""

    words: Numbers
    kind: Numbers


@dataclass(frozen=True, slots=True, eq=False)
class SameKind:
    """What kind is asked for, and which candidates are of it."""

    told: Numbers
    """Shape (kinds,): how probable each is."""
    agreement: Numbers
    """Shape (candidates,): how probable it is that each is of the asked kind."""


def reorder(
    candidates: Sequence[Candidate], signals: Signals, weights: Mapping[str, float] = WEIGHTS
) -> list[Candidate]:
    """Order candidates by their odds and what else speaks for them; what is equal stays in its order.

    Those that were not weighed have the odds that their cosine is worth among those that were.
    """
    added = {name: weights.get(name, WEIGHTS[name]) * getattr(signals, name) for name in WEIGHTS}
    order = np.argsort(-(_odds(candidates) + sum(added.values())), kind="stable")
    listed = {name: values.tolist() for name, values in added.items()}
    ordered = ((place, candidates[place]) for place in order.tolist())
    return [
        Candidate(one.item, one.score, one.weighed, {name: values[place] for name, values in listed.items()})
        for place, one in ordered
    ]


def same_kind(
    candidates: Sequence[Candidate], kinds: NDArray[np.int64], told: Numbers, shares: Numbers
) -> SameKind:
    """Join what a classifier tells of the kind with what candidates tell that may be the very product.

    ``kinds`` are those of the candidates, -1 where unknown; ``told`` and ``shares`` [kinds] are what the
    classifier tells, and how frequent each kind is. By Bayes' rule: each candidate is the very product by its
    odds, and the more so the more its kind is told; else the kind is as it was told.
    """
    very = np.array([_probability(one) for one in candidates])
    very /= max(1.0, very.sum())
    is_known = kinds >= 0
    ratio = told / np.maximum(shares, 1e-9)
    very_now = very * np.where(is_known, ratio[kinds], 1.0) ** _SHARED
    none = max(0.0, 1 - very.sum())
    total = max(none + very_now.sum(), 1e-9)
    joined = told * none / total
    np.add.at(joined, kinds[is_known], very_now[is_known] / total)
    fits = np.where(is_known, joined[kinds], 0.0)
    fits = np.where(is_known, fits, fits[is_known].mean() if is_known.any() else 0.0)
    return SameKind(joined, very_now / total + (1 - very_now / total) * fits)


def soften(told: NDArray[np.floating], shares: Numbers, nearest: float) -> Numbers:
    """Draw what a classifier tells [kinds] towards how frequent kinds are, by the nearest cosine.

    Kinds are learned from the catalogue's pictures: a photo that is like none of them may be mistaken.
    """
    trust = min(1.0, max(0.0, (nearest - _STRANGE) / (_FAMILIAR - _STRANGE)))
    return np.asarray(trust * told + (1 - trust) * shares, np.float64)


def move(vector: Vector, like: Vectors, unlike: Vectors) -> Vector:
    """Move what is searched by towards examples and away from others.

    Rocchio: Relevance feedback in information retrieval, 1971.
    """
    moved = vector.astype(np.float64)
    for examples, by in ((like, LIKE), (unlike, -UNLIKE)):
        if len(examples):
            moved = moved + by * examples.mean(axis=0)
    return np.asarray(moved / max(float(np.linalg.norm(moved)), 1e-12), np.float32)


def fold(
    candidates: Sequence[Candidate], vectors: Mapping[Row, Vector], limit: int
) -> list[tuple[Candidate, tuple[ProductId, ...]]]:
    """Fold candidates into a better one that shows nearly the same picture; each with those folded in."""
    hits: list[tuple[Candidate, list[ProductId]]] = []
    for candidate in candidates:
        into = next((hit for hit in hits if _is_same(hit[0].item, candidate.item, vectors)), None)
        if into is not None:
            into[1].append(candidate.item.product)
        elif len(hits) < limit:
            hits.append((candidate, []))
    return [(candidate, tuple(folded)) for candidate, folded in hits]


def fuse(*rankings: Sequence[Candidate]) -> list[Candidate]:
    """Join rankings of the same question by the places that they give.

    Cormack, Clarke, Büttcher: Reciprocal rank fusion outperforms Condorcet, SIGIR 2009.
    """
    worth: dict[ProductId, float] = {}
    first: dict[ProductId, Candidate] = {}
    for ranking in rankings:
        for place, candidate in enumerate(ranking):
            product = candidate.item.product
            worth[product] = worth.get(product, 0) + 1 / (_FUSED + place)
            first.setdefault(product, candidate)
    return sorted(first.values(), key=lambda one: (-worth[one.item.product], one.item.product))


def _probability(candidate: Candidate) -> float:
    """Tell how probable it is that a candidate is the very product."""
    weighed = candidate.weighed
    return float(candidate.score >= SURE_COSINE) if weighed is None else weighed.probability


def _odds(candidates: Sequence[Candidate]) -> Numbers:
    """Tell what each candidate is worth in odds, or what its cosine is where nothing was weighed."""
    cosine = np.array([one.score for one in candidates])
    odds = np.array([np.nan if one.weighed is None else one.weighed.odds for one in candidates])
    fitting = np.isfinite(odds) & (odds < 0)
    if fitting.sum() < _FITTED or np.ptp(cosine[fitting]) < 1e-3:
        return COSINE * (cosine + np.where(odds > 0, odds, 0))
    slope, intercept = np.polyfit(cosine[fitting], odds[fitting], 1)
    return np.where(np.isfinite(odds), odds, intercept + max(float(slope), 1.0) * cosine)


def _is_same(one: Item, other: Item, vectors: Mapping[Row, Vector]) -> bool:
    if one.picture == other.picture:
        return True
    if one.row not in vectors or other.row not in vectors:
        return False
    return float(vectors[one.row] @ vectors[other.row]) >= NEARLY_SAME
