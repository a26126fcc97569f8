"""Recall, precision and overlap of regions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualsearch.domain import Box
from visualsearch.evaluation.regions import (
    Judged,
    average_precision,
    confusion,
    overlap,
    overlaps_by_label,
    recall,
)

LEFT, RIGHT, FAR = Box(0, 0, 0.4, 0.4), Box(0.5, 0, 0.9, 0.4), Box(0.5, 0.6, 0.9, 1)
sides = st.tuples(st.floats(0, 0.9), st.floats(0.01, 0.1))
boxes = st.builds(lambda across, down: Box(across[0], down[0], sum(across), sum(down)), sides, sides)


def judged(proposed: list[Box], truth: list[Box], scores: list[float] | None = None) -> Judged:
    told = scores or [1 - place / 10 for place in range(len(proposed))]
    return Judged(tuple(proposed), tuple(told), tuple(truth))


@given(boxes, boxes)
def test_an_overlap_is_symmetric_and_1_only_for_the_same(one: Box, other: Box) -> None:
    assert overlap(one, other) == overlap(other, one)
    assert 0 <= overlap(one, other) <= 1 + 1e-9
    assert overlap(one, one) == pytest.approx(1)


def test_half_of_a_box_overlaps_by_half() -> None:
    assert overlap(Box(0, 0, 0.4, 0.4), Box(0, 0, 0.4, 0.2)) == pytest.approx(0.5)


def test_recall_counts_only_the_first_proposals() -> None:
    pictures = [judged([FAR, LEFT], [LEFT, RIGHT])]
    assert recall(pictures, 1) == [0, 0]
    assert recall(pictures, 2) == [1, 0]


def test_perfect_proposals_have_a_precision_of_1() -> None:
    assert average_precision([judged([LEFT, RIGHT], [RIGHT, LEFT]), judged([FAR], [FAR])]) == 1


def test_a_second_box_of_the_same_thing_is_wrong() -> None:
    # Right, wrong, right: precision 1, 1/2, 2/3 at recall 1/2, 1/2, 1.
    assert average_precision([judged([LEFT, LEFT, RIGHT], [LEFT, RIGHT])]) == pytest.approx((1 + 2 / 3) / 2)


def test_scores_order_the_proposals_of_all_pictures_together() -> None:
    wrong, right = judged([FAR], [LEFT], [0.9]), judged([LEFT], [LEFT], [0.5])
    assert average_precision([wrong, right]) == pytest.approx(0.25)


def test_nothing_proposed_or_nothing_there_is_0() -> None:
    assert average_precision([judged([], [LEFT])]) == 0
    assert average_precision([judged([LEFT], [])]) == 0


def test_labels_that_nobody_told_are_not_counted() -> None:
    truth = np.array([[0, 0, 1, 1, 255]], np.uint8)
    told = np.array([[0, 1, 1, 1, 0]], np.uint8)
    found = overlaps_by_label(confusion(truth, told, 3))
    assert found[:2] == pytest.approx([1 / 2, 2 / 3])
    assert np.isnan(found[2])
