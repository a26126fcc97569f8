"""Retrieval metrics for each question, the interval of their mean, and latency."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from visualsearch.domain import ProductId

Judged = NDArray[np.bool_]
"""Shape (questions, depth): whether the product at each place is right; False past the end of a ranking."""

Counts = NDArray[np.int64]
"""Shape (questions,): how many products are right, at least 1."""

Values = NDArray[np.float64]
"""Shape (questions,): 0 to 1, larger is better."""


def judge(
    rankings: Sequence[Sequence[ProductId]], right: Sequence[frozenset[ProductId]], depth: int
) -> Judged:
    """Mark the right products in the first ``depth`` of each ranking; one that comes again is wrong."""
    judged = np.zeros((len(rankings), depth), dtype=np.bool_)
    for row, ranking, wanted in zip(judged, rankings, right, strict=True):
        first_places = {product: place for place, product in reversed(list(enumerate(ranking[:depth])))}
        row[[place for product, place in first_places.items() if product in wanted]] = True
    return judged


def recall_at(judged: Judged, k: int) -> Values:
    """Tell whether any right product is among the first k, as 1 or 0.

    This is R@k as in instance retrieval (Jégou, Douze, Schmid: Product quantization for nearest neighbor
    search, 2011), where the shopper needs one right product, not all of them.
    """
    return np.asarray(_first(judged, k).any(axis=1), dtype=np.float64)


def precision_at(judged: Judged, right_counts: Counts, k: int) -> Values:
    """Tell which share of the first min(k, number of right products) is right.

    Where k or more are right this is the usual P@k. Where fewer are, the usual one cannot reach 1 and
    measures the catalogue, so the cut is at their number: R-precision (Manning, Raghavan, Schütze:
    Introduction to Information Retrieval, 2008, 8.4). With one right product it equals R@1. A place
    left empty is wrong.
    """
    cuts = np.minimum(right_counts, k)
    is_above = np.arange(k) < cuts[:, None]
    return np.asarray((_first(judged, k) & is_above).sum(axis=1) / cuts)


def average_precision(judged: Judged, right_counts: Counts, k: int) -> Values:
    """Average the precision at the places of the right products among the first k; the mean of it is mAP@k.

    The sum is divided by min(k, number of right products), so right products that were not found count
    as 0 and a perfect ranking is 1 (Weyand, Araujo, Cao, Sim: Google Landmarks Dataset v2, 2020).
    """
    first = _first(judged, k)
    precisions = np.cumsum(first, axis=1) / np.arange(1, k + 1)
    return np.asarray((precisions * first).sum(axis=1) / np.minimum(right_counts, k))


def bootstrap_interval(
    values: ArrayLike,
    *,
    seed: int,
    groups: ArrayLike | None = None,
    resamples: int = 2000,
    level: float = 0.95,
) -> tuple[float, float]:
    """Bound the mean of at least one value by the percentile bootstrap over questions, or groups of them.

    The method is that of Efron, Tibshirani: An Introduction to the Bootstrap, 1993, chapter 13. Questions
    that ask for one product are no independent evidence: give them one group, and groups are drawn whole.
    """
    given = np.asarray(values, dtype=np.float64)
    members = np.arange(len(given)) if groups is None else np.unique(groups, return_inverse=True)[1]
    sizes, sums = np.bincount(members), np.bincount(members, weights=given)
    # Drawing how often each distinct group comes is the same as drawing the groups, and small.
    distinct, times = np.unique(np.stack([sums, sizes]), axis=1, return_counts=True)
    count = int(times.sum())
    draws = np.random.default_rng(seed).multinomial(count, times / count, size=resamples)
    means = (draws @ distinct[0]) / (draws @ distinct[1])
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def paired_difference(first: Values, second: Values, *, seed: int) -> tuple[float, float, float]:
    """Compute by how much the second mean is larger, and the 95 % bootstrap interval of it.

    Value i of both is of question i, and questions are drawn with both their values: what makes a question
    hard for both does not widen the interval (Efron, Tibshirani, 1993, chapter 8).
    """
    differences = second - first
    return float(differences.mean()), *bootstrap_interval(differences, seed=seed)


def sign_probability(first: Values, second: Values) -> float:
    """Compute how probable so uneven a split of the questions that differ is, were neither one better.

    This is the exact two-sided sign test (McNemar: Note on the sampling error, 1947, for 0 and 1). It holds
    for a handful of differing questions too, where the bootstrap's interval is too narrow.
    """
    larger, smaller = int((second > first).sum()), int((second < first).sum())
    count = larger + smaller
    at_least = sum(math.comb(count, heads) for heads in range(max(larger, smaller), count + 1))
    return min(1.0, float(2 * at_least) / 2.0**count)


def latency_ms(seconds: ArrayLike) -> tuple[float, float]:
    """Compute the median and the 99th percentile of at least one time, interpolated, in milliseconds."""
    median, p99 = np.quantile(np.asarray(seconds, dtype=np.float64) * 1000, [0.5, 0.99])
    return float(median), float(p99)


def _first(judged: Judged, k: int) -> Judged:
    assert 1 <= k <= judged.shape[1], f"expected k from 1 to {judged.shape[1]}, found {k}; this is a bug"
    return judged[:, :k]
