"""Words, kinds, examples and folding, on made-up candidates."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualsearch.domain import WHOLE, Item, PictureId, ProductId, Row
from visualsearch.search.evidence import FEATURES
from visualsearch.search.rank import Candidate
from visualsearch.search.refine import SURE_COSINE, Signals, fold, fuse, move, reorder, same_kind, soften
from visualsearch.search.weigh import Weighed


def candidate(row: int, score: float, odds: float | None = None, picture: str = "") -> Candidate:
    item = Item(Row(row), ProductId(str(row)), PictureId(picture or str(row)), WHOLE)
    weighed = None if odds is None else Weighed(item, score, odds, np.zeros(len(FEATURES), np.float32), None)
    return Candidate(item, score, weighed)


def order(candidates: list[Candidate]) -> list[int]:
    return [one.item.row for one in candidates]


def signals(words: list[float], kind: list[float]) -> Signals:
    return Signals(np.array(words), np.array(kind))


def test_what_fits_the_words_comes_before_what_only_looks_alike() -> None:
    given_ones = [candidate(1, 0.9), candidate(2, 0.5), candidate(3, 0.4)]
    found = reorder(given_ones, signals([0, 1, 1], [0, 0, 0]))
    assert order(found) == [2, 3, 1]
    assert found[0].added["words"] > found[2].added["words"] == 0


def test_what_looks_unlike_comes_last_though_it_fits_the_words() -> None:
    given_ones = [candidate(1, 0.9), candidate(2, -0.2)]
    assert order(reorder(given_ones, signals([0, 1], [0, 0]))) == [1, 2]


def test_the_kind_orders_and_its_weight_can_be_set() -> None:
    given_ones = [candidate(1, 0.5), candidate(2, 0.4)]
    assert order(reorder(given_ones, signals([0, 0], [0.1, 0.9]))) == [2, 1]
    assert order(reorder(given_ones, signals([0, 0], [0.1, 0.9]), {"kind": 0})) == [1, 2]


def test_odds_and_cosines_are_ordered_together() -> None:
    weighed = [candidate(row, 0.9 - row / 100, odds=-row / 2) for row in range(1, 13)]
    nearer = [*weighed, candidate(20, 0.2), candidate(21, 0.1)]
    found = reorder(nearer, signals([0] * 14, [0] * 13 + [1.0]))
    assert order(found) == [*range(1, 13), 21, 20]
    sure = [candidate(0, 0.3, odds=9.0), *weighed]
    assert order(reorder(sure, signals([0] * 13, [1.0] * 13)))[0] == 0


def test_without_signals_the_order_stays() -> None:
    given_ones = [candidate(3, 0.9), candidate(1, 0.9), candidate(2, 0.1)]
    assert order(reorder(given_ones, signals([0] * 3, [0] * 3))) == [3, 1, 2]


EVEN = np.array([0.5, 0.5])


def test_without_a_likely_product_the_kind_is_as_it_was_told() -> None:
    far = [candidate(row, 0.5) for row in range(3)]
    same = same_kind(far, np.array([0, 1, -1]), np.array([0.8, 0.2]), EVEN)
    assert same.told.tolist() == pytest.approx([0.8, 0.2])
    assert same.agreement.tolist() == pytest.approx([0.8, 0.2, 0.5])  # unknown: the mean of the known
    unknown = same_kind(far[:1], np.array([-1]), np.array([0.8, 0.2]), EVEN)
    assert unknown.agreement.tolist() == [0]


def test_a_likely_product_tells_the_kind_of_the_others() -> None:
    likely = [candidate(1, 0.6, odds=4.0), candidate(2, 0.6, odds=-6.0), candidate(3, 0.6, odds=-6.0)]
    same = same_kind(likely, np.array([1, 1, 0]), np.array([0.6, 0.4]), EVEN)
    assert same.told[1] > 0.9
    assert same.agreement[0] > same.agreement[1] > same.agreement[2]
    sure = [candidate(1, SURE_COSINE), candidate(2, 0.6)]
    assert same_kind(sure, np.array([1, 0]), np.array([0.9, 0.1]), EVEN).agreement.tolist() == [1, 0]


def test_a_likely_product_counts_less_where_another_kind_is_told() -> None:
    likely = [candidate(1, 0.6, odds=0.0)]
    told = [
        same_kind(likely, np.array([1]), np.array([1 - share, share]), EVEN).agreement[0]
        for share in (0.01, 0.5, 0.9)
    ]
    assert told == sorted(told)
    assert told[0] < 0.3
    assert told[2] > 0.9


@given(
    st.lists(st.tuples(st.floats(-9, 9), st.integers(-1, 2)), min_size=1, max_size=9), st.floats(0.01, 0.98)
)
def test_kinds_and_agreements_are_probabilities(given_ones: list[tuple[float, int]], share: float) -> None:
    candidates = [candidate(row, 0.5, odds) for row, (odds, _) in enumerate(given_ones)]
    told = np.array([share, 0.99 - share, 0.01])
    same = same_kind(candidates, np.array([kind for _, kind in given_ones]), told, np.full(3, 1 / 3))
    assert (same.told >= 0).all()
    assert same.told.sum() <= 1 + 1e-9  # what is left is of candidates whose kind is unknown
    assert ((same.agreement >= 0) & (same.agreement <= 1 + 1e-9)).all()


def test_what_is_told_of_a_strange_picture_is_no_more_than_what_is_frequent() -> None:
    told, shares = np.array([0.9, 0.1]), np.array([0.3, 0.7])
    assert soften(told, shares, 0.2).tolist() == pytest.approx(shares)
    assert soften(told, shares, 0.9).tolist() == pytest.approx(told)
    assert shares[0] < soften(told, shares, 0.65)[0] < told[0]


def test_examples_draw_near_and_push_away() -> None:
    vector = np.array([1, 0, 0], np.float32)
    like, unlike = np.array([[0, 1, 0]], np.float32), np.array([[0, 0, 1]], np.float32)
    none = np.empty((0, 3), np.float32)
    moved = move(vector, like, unlike)
    assert moved[1] > 0 > moved[2]
    assert np.linalg.norm(moved) == pytest.approx(1)
    assert np.array_equal(move(vector, none, none), vector)


def test_products_with_nearly_the_same_picture_are_one_hit() -> None:
    vectors = {Row(1): np.array([1, 0]), Row(2): np.array([1, 0.01]), Row(3): np.array([0, 1])}
    given_ones = [candidate(1, 0.9), candidate(2, 0.8), candidate(3, 0.7), candidate(4, 0.6, picture="1")]
    found = fold(given_ones, {row: vector.astype(np.float32) for row, vector in vectors.items()}, 2)
    assert [(one.item.row, folded) for one, folded in found] == [(1, ("2", "4")), (3, ())]


@given(st.lists(st.lists(st.integers(0, 9), unique=True), min_size=1, max_size=3))
def test_what_is_first_in_every_ranking_is_first(rankings: list[list[int]]) -> None:
    found = fuse(*([candidate(row, 0) for row in [99, *ranking]] for ranking in rankings))
    assert found[0].item.row == 99
    assert {one.item.row for one in found} == {99}.union(*rankings)
    assert replace(found[0], added={}) == candidate(99, 0)
