"""Orders candidates by words and kinds beside what they look like, and folds those that look the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from visualsearch.domain import Item, ProductId, Row, Vector, Vectors
from visualsearch.search.rank import Candidate

WEIGHTS: Mapping[str, float] = {"words": 1.0, "kind": 0.3}
"""What it is worth, in cosine, that all words fit, and that the kind is surely the same."""
_STRANGE, _FAMILIAR = 0.7, 0.9
"""The nearest cosine up to which a kind counts nothing, and from which it counts in full."""
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


def reorder(
    candidates: Sequence[Candidate], signals: Signals, weights: Mapping[str, float] = WEIGHTS
) -> list[Candidate]:
    """Order candidates by their look and what else speaks for them; what is equal stays in its order.

    Those that were weighed have odds, the others the odds that their cosine is worth among those.
    """
    cosine = np.array([one.score for one in candidates])
    worth, unit = _odds(candidates, cosine)
    # What is likely the very product is of its kind, whatever the classifier says.
    is_likely = np.array([one.weighed is not None and one.weighed.odds > 0 for one in candidates])
    spoken = {"words": signals.words, "kind": np.where(is_likely, 1.0, signals.kind)}
    added = {name: unit * weights.get(name, WEIGHTS[name]) * spoken[name] for name in WEIGHTS}
    order = np.argsort(-(worth + sum(added.values())), kind="stable")
    return [
        replace(candidates[place], added={name: float(values[place]) for name, values in added.items()})
        for place in order.tolist()
    ]


def agreement(told: NDArray[np.float32], kinds: NDArray[np.int64]) -> Numbers:
    """Tell how probable it is that candidates are of the asked kind; the mean where one's kind is unknown."""
    known = kinds >= 0
    found = np.where(known, told[np.maximum(kinds, 0)], 0).astype(np.float64)
    return np.where(known, found, found[known].mean() if known.any() else 0)


def trust(nearest: float) -> float:
    """Tell how far the kind that is told of a picture can be trusted, 0 to 1, by the cosine nearest to it.

    Kinds are learned from the catalogue's pictures: a photo that is like none of them may be mistaken.
    """
    return min(1.0, max(0.0, (nearest - _STRANGE) / (_FAMILIAR - _STRANGE)))


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


def _odds(candidates: Sequence[Candidate], cosine: Numbers) -> tuple[Numbers, float]:
    """Tell what each candidate is worth, and what one of cosine is worth."""
    odds = np.array([np.nan if one.weighed is None else one.weighed.odds for one in candidates])
    fitting = np.isfinite(odds) & (odds < 0)
    if fitting.sum() < _FITTED or np.ptp(cosine[fitting]) < 1e-3:
        return np.where(np.isfinite(odds), np.maximum(odds, 0) + cosine, cosine), 1.0
    slope, intercept = np.polyfit(cosine[fitting], odds[fitting], 1)
    unit = max(float(slope), 1.0)
    return np.where(np.isfinite(odds), odds, intercept + unit * cosine), unit


def _is_same(one: Item, other: Item, vectors: Mapping[Row, Vector]) -> bool:
    if one.picture == other.picture:
        return True
    if one.row not in vectors or other.row not in vectors:
        return False
    return float(vectors[one.row] @ vectors[other.row]) >= NEARLY_SAME
