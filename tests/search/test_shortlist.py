import numpy as np

from visualsearch.domain import Neighbours
from visualsearch.search.shortlist import SHARING, shortlist


def by_words(rows: list[int], scores: list[float]) -> Neighbours:
    padded = np.array([[*rows, -1]], np.int64)
    return Neighbours(padded, np.array([[*scores, 0]], np.float32), np.array([len(rows)], np.int64))


def test_each_row_comes_once_with_its_score_by_words() -> None:
    found = shortlist(np.array([4, 2, 9]), by_words([9, 7], [3.5, 1.0]))
    assert found.rows.tolist() == [4, 2, 9, 7]
    assert found.shared.tolist() == [0, 0, 3.5, 1.0]


def test_a_near_row_knows_its_score_from_far_down_the_list_by_words() -> None:
    rows = list(range(100, 100 + SHARING + 10))
    found = shortlist(np.array([rows[-1]]), by_words(rows, [float(row) for row in rows]))
    assert found.rows.tolist() == [rows[-1], *rows[:SHARING]]
    assert found.shared[0] == rows[-1]


def test_nothing_found_is_no_rows() -> None:
    found = shortlist(np.empty(0, np.int64), by_words([], []))
    assert found.rows.tolist() == []
