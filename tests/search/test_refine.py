"""Words, kinds, examples and folding, on made-up candidates."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualsearch.domain import WHOLE, Item, PictureId, ProductId, Row
from visualsearch.search.evidence import FEATURES
from visualsearch.search.rank import Candidate
from visualsearch.search.refine import Signals, agreement, fold, fuse, move, reorder
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
    assert found[0].added["words"] == pytest.approx(1.0)


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
    assert order(reorder(sure, signals([0] * 13, [0] + [1.0] * 12)))[0] == 0


def test_without_signals_the_order_stays() -> None:
    given_ones = [candidate(3, 0.9), candidate(1, 0.9), candidate(2, 0.1)]
    assert order(reorder(given_ones, signals([0] * 3, [0] * 3))) == [3, 1, 2]


def test_an_unknown_kind_counts_as_the_mean_of_the_known() -> None:
    told = np.array([0.8, 0.2], np.float32)
    assert agreement(told, np.array([0, 1, -1])).tolist() == pytest.approx([0.8, 0.2, 0.5])
    assert agreement(told, np.array([-1])).tolist() == [0]


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
