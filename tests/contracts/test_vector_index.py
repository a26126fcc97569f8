"""What every vector index promises of adding, removing and searching."""

import numpy as np
import pytest
from indexes import TOLERANCE, Make, cosine, draw, filled, found, rows


def test_a_row_is_found_by_its_own_vector_at_score_one(make: Make, dimension: int) -> None:
    index, vectors = filled(make, 30, dimension)
    answer = index.search(vectors, 1)
    assert np.allclose(answer.scores[:, 0], 1, atol=TOLERANCE)
    best = cosine(vectors, vectors)[np.arange(30), answer.rows[:, 0] - 100]
    assert np.allclose(best, 1, atol=TOLERANCE)


def test_scores_are_cosines_from_the_best_down_whatever_the_lengths(make: Make, dimension: int) -> None:
    vectors = draw(40, dimension) * np.float32(1e-3)
    index = make(dimension)
    index.add(np.arange(40), vectors)
    queries = draw(5, dimension, seed=1) * np.float32(1e6)
    answer = index.search(queries, 10)
    expected = np.take_along_axis(cosine(queries, vectors), answer.rows, axis=1)
    assert np.allclose(answer.scores, expected, atol=TOLERANCE)
    assert (np.diff(answer.scores, axis=1) <= 0).all()
    assert (np.abs(answer.scores) <= 1).all()
    best = -np.sort(-cosine(queries, vectors), axis=1)[:, :10]
    assert np.allclose(answer.scores, best, atol=TOLERANCE)


def test_an_empty_index_finds_nothing(make: Make) -> None:
    index = make(7)
    answer = index.search(draw(2, 7), 3)
    assert len(index) == 0
    assert answer.rows.tolist() == [[-1, -1, -1]] * 2
    assert answer.scores.tolist() == [[0, 0, 0]] * 2
    assert answer.counts.tolist() == [0, 0]


def test_fewer_rows_than_asked_for_are_padded(make: Make) -> None:
    index, vectors = filled(make, 12)
    answer = index.search(vectors[:2], 20)
    assert answer.rows.shape == answer.scores.shape == (2, 20)
    assert answer.counts.tolist() == [12, 12]
    assert sorted(found(answer)) == list(range(100, 112))
    assert (answer.rows[:, 12:] == -1).all()
    assert (answer.scores[:, 12:] == 0).all()


def test_no_queries_get_no_neighbours(make: Make) -> None:
    index, _ = filled(make, 12)
    answer = index.search(np.empty((0, 13), np.float32), 4)
    assert answer.rows.shape == answer.scores.shape == (0, 4)
    assert answer.counts.shape == (0,)


def test_an_added_row_replaces_the_one_of_its_number(make: Make) -> None:
    index, vectors = filled(make, 30)
    index.add(rows(105), -vectors[5:6])
    assert len(index) == 30
    assert found(index.search(-vectors[5:6], 1)) == [105]
    answer = index.search(vectors[5:6], 30)
    assert found(answer)[-1] == 105
    assert found(answer).count(105) == 1


def test_of_one_row_twice_in_one_call_the_later_stays(make: Make) -> None:
    index, vectors = filled(make, 20)
    index.add(rows(7, 3, 7), np.stack([vectors[0], vectors[1], -vectors[2]]))
    assert len(index) == 22
    assert found(index.search(-vectors[2:3], 1)) == [7]


def test_a_removed_row_is_neither_found_nor_counted(make: Make) -> None:
    index, vectors = filled(make, 30)
    index.remove(rows(103, 104, 999, 103))
    assert len(index) == 28
    everything = index.search(vectors[3:5], 30)
    assert everything.counts.tolist() == [28, 28]
    assert not {103, 104} & set(everything.rows.ravel().tolist())


def test_a_removed_row_can_come_again(make: Make) -> None:
    index, vectors = filled(make, 30)
    index.remove(rows(103))
    index.add(rows(103), vectors[3:4])
    assert len(index) == 30
    assert found(index.search(vectors[3:4], 1)) == [103]


def test_an_index_emptied_row_by_row_can_be_filled_again(make: Make) -> None:
    index, vectors = filled(make, 20)
    index.remove(np.arange(100, 120))
    assert len(index) == 0
    assert found(index.search(vectors[:1], 5)) == []
    index.add(rows(5), vectors[:1])
    assert found(index.search(vectors[:1], 5)) == [5]


@pytest.mark.parametrize("allowed_count", [1, 5, 20, 45], ids=lambda count: f"{count} of 50 allowed")
def test_only_allowed_rows_are_found_and_the_best_of_them(make: Make, allowed_count: int) -> None:
    index, vectors = filled(make, 50)
    allowed = np.random.default_rng(1).permutation(50)[:allowed_count]
    answer = index.search(vectors[:4], 10, np.concatenate([allowed, allowed[:3]]) + 100)
    scores = -np.sort(-cosine(vectors[:4], vectors[allowed]), axis=1)[:, :10]
    assert answer.counts.tolist() == [min(10, allowed_count)] * 4
    assert set(answer.rows.ravel().tolist()) <= {-1, *(allowed + 100).tolist()}
    assert np.allclose(answer.scores[:, : scores.shape[1]], scores, atol=TOLERANCE)


def test_where_no_row_is_allowed_none_is_found(make: Make) -> None:
    index, vectors = filled(make, 20)
    assert index.search(vectors[:1], 5, rows()).counts.tolist() == [0]
    assert index.search(vectors[:1], 5, rows(1, 2, 999)).counts.tolist() == [0]


def test_a_removed_row_is_not_found_by_being_allowed(make: Make) -> None:
    index, vectors = filled(make, 20)
    index.remove(rows(104))
    assert found(index.search(vectors[4:5], 5, rows(104))) == []
    assert found(index.search(vectors[4:5], 5, rows(104, 106))) == [106]


def test_vectors_of_zeros_are_kept_and_score_nothing(make: Make) -> None:
    index, vectors = filled(make, 20)
    index.add(rows(1), np.zeros((1, 13), np.float32))
    assert len(index) == 21
    answer = index.search(vectors[:1], 21)
    assert abs(answer.scores[0][answer.rows[0] == 1][0]) < TOLERANCE
    assert np.allclose(index.search(np.zeros((1, 13), np.float32), 3).scores, 0)


def test_what_the_caller_gave_is_left_as_it_was(make: Make) -> None:
    vectors, numbers = draw(20, 13) * np.float32(3), np.arange(20)[::-1].copy()
    vectors_before, numbers_before = vectors.copy(), numbers.copy()
    index = make(13)
    index.add(numbers, vectors)
    index.search(vectors, 3, numbers)
    index.remove(numbers)
    assert (vectors == vectors_before).all()
    assert (numbers == numbers_before).all()
