"""How vectors are scaled and rows checked before an index takes them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from visualsearch.domain import Vectors
from visualsearch.index.vectors import answer, check_rows, cosines, pair, scale

finite = st.floats(width=32, allow_nan=False, allow_infinity=False)


@given(arrays.arrays(np.float32, st.tuples(st.integers(0, 4), st.just(5)), elements=finite))
@settings(max_examples=200, deadline=None)
def test_every_finite_vector_but_zeros_gets_length_one(vectors: Vectors) -> None:
    lengths = np.linalg.norm(scale(vectors, 5).astype(np.float64), axis=1)
    assert np.allclose(lengths, vectors.any(axis=1), atol=1e-6)


def test_numbers_whose_squares_leave_float32_keep_their_direction() -> None:
    huge_and_tiny = np.array([[3e38, 3e38], [3e-38, 3e-38]], np.float32)
    assert np.allclose(scale(huge_and_tiny, 2), np.sqrt(0.5))


def test_of_a_row_that_comes_twice_the_later_vector_stays() -> None:
    rows, vectors = pair(np.array([4, 2, 4]), np.eye(3, dtype=np.float32), 3)
    assert rows.tolist() == [2, 4]
    assert vectors.tolist() == [[0, 1, 0], [0, 0, 1]]


def test_lists_and_unsigned_rows_are_taken_too() -> None:
    assert check_rows(np.array([3, 1], np.uint16)).dtype == np.int64
    assert check_rows(np.array([])).tolist() == []


def test_an_answer_is_padded_to_its_width() -> None:
    found = answer(np.array([[5, -1], [6, 7]]), np.array([[1.5, 9], [0.5, -2]], np.float32), 3)
    assert found.rows.tolist() == [[5, -1, -1], [6, 7, -1]]
    assert found.scores.tolist() == [[1.5, 0, 0], [0.5, -2, 0]]
    assert found.counts.tolist() == [1, 2]


def test_a_cosine_is_never_past_1() -> None:
    assert cosines(np.array([1.0001, 0.5, -1.0001], np.float32)).tolist() == [1, 0.5, -1]


def test_refusals_name_what_was_expected_and_found() -> None:
    with pytest.raises(ValueError, match=r"shape \(count, 4\), found \(2, 5\)"):
        scale(np.ones((2, 5), np.float32), 4)
