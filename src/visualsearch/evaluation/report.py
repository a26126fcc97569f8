"""Sums outcomes up, for people and for machines."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from visualsearch.domain import Failure
from visualsearch.errors import BadInput
from visualsearch.evaluation.metrics import (
    Values,
    average_precision,
    bootstrap_interval,
    judge,
    latency_ms,
    precision_at,
    recall_at,
)
from visualsearch.evaluation.run import Outcome


@dataclass(frozen=True, slots=True)
class Estimate:
    """The mean of a metric over all questions, and its 95 % bootstrap interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Summary:
    """How well the search did; a failed question is a miss in every metric."""

    questions: int
    questions_with_box: int
    questions_with_exclude: int
    limit: int
    """How many products each question asked for: the depth of mAP."""
    metrics: Mapping[str, Estimate]
    """By name: R@1, R@5, R@10, P@10, mAP@limit."""
    failures: tuple[Failure, ...]
    median_ms: float | None
    """Of the questions that were answered, as ``p99_ms`` is; None where none was."""
    p99_ms: float | None


def summarise(outcomes: Sequence[Outcome], *, seed: int = 0) -> Summary:
    """Compute all metrics; the seed is the bootstrap's. Raises BadInput for no outcomes or mixed limits."""
    limits = sorted({outcome.limit for outcome in outcomes})
    if len(limits) != 1:
        raise BadInput(f"expected outcomes of one limit, found limits {limits}; sum up one run at a time")
    answered_seconds = [outcome.seconds for outcome in outcomes if not outcome.failure]
    median_ms, p99_ms = latency_ms(answered_seconds) if answered_seconds else (None, None)
    return Summary(
        questions=len(outcomes),
        questions_with_box=sum(outcome.question.box is not None for outcome in outcomes),
        questions_with_exclude=sum(bool(outcome.question.exclude) for outcome in outcomes),
        limit=limits[0],
        metrics={name: _estimate(values, seed) for name, values in _metrics(outcomes, limits[0]).items()},
        failures=tuple(outcome.failure for outcome in outcomes if outcome.failure),
        median_ms=median_ms,
        p99_ms=p99_ms,
    )


def table(summary: Summary) -> str:
    """Write a Markdown table and a line on what was asked."""
    rows = [
        f"| {name} | {metric.value:.3f} | {metric.low:.3f} to {metric.high:.3f} |"
        for name, metric in summary.metrics.items()
    ]
    if summary.median_ms is not None and summary.p99_ms is not None:
        rows += [f"| median | {summary.median_ms:.1f} ms | |", f"| p99 | {summary.p99_ms:.1f} ms | |"]
    head = ["| metric | value | 95 % interval |", "|---|---|---|"]
    return "\n".join([*head, *rows, "", _footing(summary), ""])


def to_json(summary: Summary) -> str:
    """Write everything, each failure included."""
    return json.dumps(asdict(summary), indent=2, ensure_ascii=False)


def _metrics(outcomes: Sequence[Outcome], limit: int) -> dict[str, Values]:
    right = [outcome.question.right for outcome in outcomes]
    judged = judge([() if outcome.failure else outcome.ranked for outcome in outcomes], right, limit)
    right_counts = np.array([len(products) for products in right], dtype=np.int64)
    return {
        **{f"R@{k}": recall_at(judged, k) for k in (1, 5, 10)},
        "P@10": precision_at(judged, right_counts, 10),
        f"mAP@{limit}": average_precision(judged, right_counts, limit),
    }


def _estimate(values: Values, seed: int) -> Estimate:
    return Estimate(float(values.mean()), *bootstrap_interval(values, seed=seed))


def _footing(summary: Summary) -> str:
    asked = (
        f"{summary.questions} questions for {summary.limit} products each, "
        f"{summary.questions_with_box} with a box, {summary.questions_with_exclude} with excluded products; "
    )
    codes = Counter(failure.code for failure in summary.failures)
    named = ", ".join(f"{code} {count}" for code, count in sorted(codes.items()))
    return asked + (
        f"{len(summary.failures)} failed and count as misses: {named}" if named else "none failed"
    )
