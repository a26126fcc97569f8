"""Metrics are what their definitions say, and intervals behave as intervals do."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visualsearch.domain import ProductId
from visualsearch.evaluation.metrics import (
    Counts,
    Judged,
    average_precision,
    bootstrap_interval,
    judge,
    latency_ms,
    precision_at,
    recall_at,
)

DEPTH = 12
products = st.sampled_from([ProductId(name) for name in "abcdefghijklmnop"])
rankings = st.lists(products, max_size=DEPTH + 3).map(tuple)
wanted = st.frozensets(products, min_size=1)
cases = st.lists(st.tuples(rankings, wanted), min_size=1, max_size=8)
Case = tuple[tuple[ProductId, ...], frozenset[ProductId]]


def judged_of(questions: list[Case]) -> tuple[Judged, Counts]:
    judged = judge([ranking for ranking, _ in questions], [right for _, right in questions], DEPTH)
    return judged, np.array([len(right) for _, right in questions])


def case(ranking: str, right: str) -> Case:
    return tuple(map(ProductId, ranking)), frozenset(map(ProductId, right))


def test_the_metrics_of_a_worked_example_are_those_computed_by_hand() -> None:
    judged, counts = judged_of([case("xaybz", "abc"), case("a", "a"), case("xyz", "ab"), case("", "a")])
    assert recall_at(judged, 1).tolist() == [0, 1, 0, 0]
    assert recall_at(judged, 2).tolist() == [1, 1, 0, 0]
    assert precision_at(judged, counts, 2).tolist() == [1 / 2, 1, 0, 0]
    assert precision_at(judged, counts, 10) == pytest.approx([1 / 3, 1, 0, 0])
    assert average_precision(judged, counts, 10) == pytest.approx([(1 / 2 + 2 / 4) / 3, 1, 0, 0])
    assert average_precision(judged, counts, 2) == pytest.approx([(1 / 2) / 2, 1, 0, 0])


def test_a_product_that_comes_again_is_counted_once() -> None:
    judged, _ = judged_of([case("aaba", "ab")])
    assert judged[0, :4].tolist() == [True, False, True, False]


def test_the_last_place_is_judged_and_the_one_below_is_not() -> None:
    filler = "bcdefghijklmnop"
    judged, _ = judged_of([case(filler[: DEPTH - 1] + "a", "a"), case(filler[:DEPTH] + "a", "a")])
    assert recall_at(judged, DEPTH).tolist() == [1, 0]
    assert recall_at(judged, DEPTH - 1).tolist() == [0, 0]


def test_a_depth_that_was_not_judged_is_refused() -> None:
    judged, _ = judged_of([case("a", "a")])
    with pytest.raises(AssertionError, match="this is a bug"):
        recall_at(judged, DEPTH + 1)


@settings(max_examples=100, deadline=None)
@given(questions=cases, k=st.integers(1, DEPTH))
def test_the_metrics_agree_with_plain_loops(questions: list[Case], k: int) -> None:
    judged, counts = judged_of(questions)
    for place, (ranking, right) in enumerate(questions):
        recall, precision, average = 0.0, 0, 0.0
        seen: set[ProductId] = set()
        for rank, product in enumerate(ranking[:k], 1):
            if product in right and product not in seen:
                seen.add(product)
                recall = 1.0
                precision += rank <= len(right)
                average += len(seen) / rank
        best = min(k, len(right))
        assert recall_at(judged, k)[place] == recall
        assert precision_at(judged, counts, k)[place] == pytest.approx(precision / best)
        assert average_precision(judged, counts, k)[place] == pytest.approx(average / best)


@settings(max_examples=100, deadline=None)
@given(questions=cases)
def test_recall_grows_with_depth_and_all_metrics_are_shares(questions: list[Case]) -> None:
    judged, counts = judged_of(questions)
    recalls = np.stack([recall_at(judged, k) for k in range(1, DEPTH + 1)])
    assert (np.diff(recalls, axis=0) >= 0).all()
    for values in (recalls, precision_at(judged, counts, 10), average_precision(judged, counts, DEPTH)):
        assert ((values >= 0) & (values <= 1 + 1e-12)).all()


@settings(max_examples=50, deadline=None)
@given(right=st.lists(wanted, min_size=1, max_size=8), k=st.integers(1, DEPTH))
def test_a_perfect_ranking_is_1_in_every_metric(right: list[frozenset[ProductId]], k: int) -> None:
    judged, counts = judged_of([(tuple(sorted(products)), products) for products in right])
    for values in (
        recall_at(judged, k),
        precision_at(judged, counts, k),
        average_precision(judged, counts, k),
    ):
        assert values == pytest.approx(np.ones(len(right)))


@settings(max_examples=50, deadline=None)
@given(questions=cases, k=st.integers(1, DEPTH))
def test_with_one_right_product_precision_is_the_recall_of_the_first_place(
    questions: list[Case], k: int
) -> None:
    judged, counts = judged_of([(ranking, frozenset((min(right),))) for ranking, right in questions])
    assert precision_at(judged, counts, k).tolist() == recall_at(judged, 1).tolist()


@settings(max_examples=50, deadline=None)
@given(values=st.lists(st.floats(0, 1), min_size=1, max_size=30), seed=st.integers(0, 9), data=st.data())
def test_the_order_of_the_questions_does_not_change_an_interval(
    values: list[float], seed: int, data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(values))
    low, high = bootstrap_interval(values, seed=seed, resamples=200)
    assert bootstrap_interval(shuffled, seed=seed, resamples=200) == (low, high)
    assert min(values) - 1e-9 <= low <= high <= max(values) + 1e-9


def test_an_interval_covers_the_true_mean_about_as_often_as_it_says() -> None:
    draws = np.random.default_rng(1).random((400, 100)) < 0.3
    intervals = [bootstrap_interval(values, seed=seed, resamples=500) for seed, values in enumerate(draws)]
    coverage = np.mean([low <= 0.3 <= high for low, high in intervals])
    assert 0.91 <= coverage <= 0.98


def test_an_interval_agrees_with_drawing_whole_questions_again() -> None:
    values = np.random.default_rng(2).random(60) ** 3
    again = values[np.random.default_rng(3).integers(0, 60, (20000, 60))].mean(axis=1)
    for level in (0.8, 0.95):
        expected = np.quantile(again, [(1 - level) / 2, (1 + level) / 2])
        assert bootstrap_interval(values, seed=4, resamples=20000, level=level) == pytest.approx(
            expected, abs=3e-3
        )


def test_an_interval_halves_with_four_times_the_questions() -> None:
    widths = []
    for count in (100, 400, 1600):
        low, high = bootstrap_interval(np.arange(count) % 2, seed=5)
        widths.append(high - low)
    assert widths[0] / widths[1] == pytest.approx(2, rel=0.15)
    assert widths[1] / widths[2] == pytest.approx(2, rel=0.15)


def test_the_seed_decides_an_interval() -> None:
    values = np.linspace(0, 1, 50)
    assert bootstrap_interval(values, seed=6) == bootstrap_interval(values, seed=6)
    assert bootstrap_interval(values, seed=6) != bootstrap_interval(values, seed=7)


def test_latency_is_told_in_milliseconds_by_its_middle_and_its_tail() -> None:
    assert latency_ms(np.arange(101)[::-1] / 1000) == pytest.approx((50, 99))
    assert latency_ms([0.25]) == pytest.approx((250, 250))
