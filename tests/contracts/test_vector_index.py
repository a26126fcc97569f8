"""What every vector index promises, over every adapter."""

import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from numpy.typing import NDArray

from visualsearch.domain import Neighbours, Vectors
from visualsearch.index.exact import ExactIndex
from visualsearch.index.hnsw import HnswIndex
from visualsearch.ports import VectorIndex

FEW = 8
"""The graph adapter compares all of up to so few rows, so that it follows its graph nearly always."""

TOLERANCE = 2e-3
"""What rounding to float16 may do to a cosine."""


@dataclass(frozen=True)
class Adapter:
    make: Callable[[int], VectorIndex]
    open: Callable[[Path], tuple[VectorIndex, str]]
    is_exact: bool


ADAPTERS = {
    "exact": Adapter(ExactIndex, ExactIndex.open, is_exact=True),
    "hnsw comparing all": Adapter(HnswIndex, HnswIndex.open, is_exact=True),
    "hnsw following its graph": Adapter(
        partial(HnswIndex, scan_rows=FEW), partial(HnswIndex.open, scan_rows=FEW), is_exact=False
    ),
}

Make: TypeAlias = Callable[[int], VectorIndex]


@pytest.fixture(params=[pytest.param(adapter, id=name) for name, adapter in ADAPTERS.items()])
def adapter(request: pytest.FixtureRequest) -> Adapter:
    chosen: Adapter = request.param
    return chosen


@pytest.fixture
def make(adapter: Adapter) -> Make:
    return adapter.make


@pytest.fixture(params=[1, 2, 7, 13, 40, 100], ids=lambda dimension: f"{dimension} numbers")
def dimension(request: pytest.FixtureRequest) -> int:
    chosen: int = request.param
    return chosen


def draw(count: int, dimension: int, seed: int = 0) -> Vectors:
    return np.random.default_rng(seed).standard_normal((count, dimension)).astype(np.float32)


def rows(*numbers: int) -> NDArray[np.int64]:
    return np.array(numbers, np.int64)


def filled(make: Make, count: int, dimension: int = 13) -> tuple[VectorIndex, Vectors]:
    """An index of rows 100, 101 … and their vectors."""
    index, vectors = make(dimension), draw(count, dimension)
    index.add(np.arange(100, 100 + count), vectors)
    return index, vectors


def found(neighbours: Neighbours, query: int = 0) -> list[int]:
    listed: list[int] = neighbours.rows[query, : neighbours.counts[query]].tolist()
    return listed


def cosine(left: Vectors, right: Vectors) -> NDArray[np.float64]:
    left, right = left.astype(np.float64), right.astype(np.float64)
    length = np.linalg.norm(left, axis=1)[:, None] * np.linalg.norm(right, axis=1)
    scores: NDArray[np.float64] = np.divide(
        left @ right.T, length, where=length > 0, out=np.zeros_like(length)
    )
    return scores


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


REFUSED: dict[str, tuple[Any, Any, str]] = {
    "another dimension": (rows(1), np.ones((1, 6), np.float32), r"shape \(count, 7\), found \(1, 6\)"),
    "one flat vector": (rows(1), np.ones(7, np.float32), r"shape \(count, 7\), found \(7,\)"),
    "NaN": (rows(1), np.full((1, 7), np.nan, np.float32), r"finite vectors of shape \(1, 7\), found NaN"),
    "infinity": (rows(1), np.full((1, 7), np.inf, np.float32), "NaN or infinity in vector 0"),
    "fewer rows than vectors": (rows(1), np.ones((2, 7), np.float32), "found 1 rows and 2 vectors"),
    "a row below 0": (rows(-1), np.ones((1, 7), np.float32), "rows of 0 or more, found -1"),
    "fractions as rows": (np.array([0.5]), np.ones((1, 7), np.float32), "integers of shape"),
    "rows as a table": (np.array([[1]]), np.ones((1, 7), np.float32), "integers of shape"),
}


@pytest.mark.parametrize(("bad_rows", "bad_vectors", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_added_is_refused_and_changes_nothing(
    make: Make, bad_rows: Any, bad_vectors: Any, message: str
) -> None:
    index, _ = filled(make, 12, 7)
    with pytest.raises(ValueError, match=message):
        index.add(bad_rows, bad_vectors)
    assert len(index) == 12


@pytest.mark.parametrize("k", [0, -1])
def test_a_search_for_no_neighbours_is_refused(make: Make, k: int) -> None:
    index, vectors = filled(make, 12)
    with pytest.raises(ValueError, match=f"k = {k}"):
        index.search(vectors, k)


def test_queries_of_another_dimension_or_with_nan_are_refused(make: Make) -> None:
    index, _ = filled(make, 12)
    with pytest.raises(ValueError, match=r"shape \(count, 13\), found \(1, 12\)"):
        index.search(draw(1, 12), 3)
    with pytest.raises(ValueError, match="NaN"):
        index.search(np.full((1, 13), np.nan, np.float32), 3)


def test_a_dimension_below_one_is_refused(make: Make) -> None:
    with pytest.raises(ValueError, match="dimension of 1 or more, found 0"):
        make(0)


def test_what_the_caller_gave_is_left_as_it_was(make: Make) -> None:
    vectors, numbers = draw(20, 13) * np.float32(3), np.arange(20)[::-1].copy()
    vectors_before, numbers_before = vectors.copy(), numbers.copy()
    index = make(13)
    index.add(numbers, vectors)
    index.search(vectors, 3, numbers)
    index.remove(numbers)
    assert (vectors == vectors_before).all()
    assert (numbers == numbers_before).all()


def test_a_snapshot_brings_back_answers_and_mark(adapter: Adapter, dimension: int, tmp_path: Path) -> None:
    index, vectors = filled(adapter.make, 40, dimension)
    index.remove(rows(103, 117))
    index.save(tmp_path / "index", 'change 7, "süß" \n')
    opened, mark = adapter.open(tmp_path / "index")
    assert mark == 'change 7, "süß" \n'
    assert len(opened) == 38
    before, after = index.search(vectors, 6), opened.search(vectors, 6)
    assert (before.rows == after.rows).all()
    assert np.allclose(before.scores, after.scores, atol=1e-6)
    assert [path.name for path in tmp_path.iterdir()] == ["index"]


def test_an_opened_snapshot_goes_on_changing(adapter: Adapter, tmp_path: Path) -> None:
    index, vectors = filled(adapter.make, 30)
    index.save(tmp_path / "index", "")
    opened, _ = adapter.open(tmp_path / "index")
    opened.add(np.arange(200, 230), -vectors)
    opened.remove(rows(100))
    assert len(opened) == 59
    assert found(opened.search(-vectors[:1], 1)) == [200]
    assert found(opened.search(vectors[1:2], 1)) == [101]
    assert 100 not in found(opened.search(vectors[:1], 59))


def test_an_empty_index_survives_its_snapshot(adapter: Adapter, tmp_path: Path) -> None:
    adapter.make(7).save(tmp_path / "index", "none yet")
    opened, mark = adapter.open(tmp_path / "index")
    assert (len(opened), mark) == (0, "none yet")
    opened.add(rows(3), draw(1, 7))
    assert found(opened.search(draw(1, 7), 1)) == [3]


def test_searches_see_no_half_change_while_rows_come_and_go(make: Make) -> None:
    index, vectors = filled(make, 60)
    stop = threading.Event()
    wrong: list[object] = []

    def search() -> None:
        while not stop.is_set():
            try:
                answer = index.search(vectors[:10], 10)
            except Exception as error:  # noqa: BLE001 - whatever it is, the test must tell of it
                wrong.append(error)
                return
            if answer.rows[:, 0].tolist() != list(range(100, 110)) or (answer.counts != 10).any():
                wrong.append(answer)

    searchers = [threading.Thread(target=search) for _ in range(3)]
    for searcher in searchers:
        searcher.start()
    for step in range(30):
        index.add(np.arange(200, 240) + step, draw(40, 13, seed=step + 1))
        index.remove(np.arange(200, 220) + step)
    stop.set()
    for searcher in searchers:
        searcher.join()
    assert wrong == []
    assert len(index) == 60 + 20


class IndexModel(RuleBasedStateMachine):
    """Does the same to an index and to a dictionary, and compares what they find."""

    adapter: Adapter
    rows = st.lists(st.integers(0, 40), min_size=1, max_size=12)

    @initialize(dimension=st.sampled_from([1, 2, 7, 13, 40, 100]), seed=st.integers(0, 2**32 - 1))
    def begin(self, dimension: int, seed: int) -> None:
        self.random = np.random.default_rng(seed)
        self.dimension = dimension
        self.index = self.adapter.make(dimension)
        self.model: dict[int, Vectors] = {}

    @rule(numbers=rows, copies=st.booleans())
    def add(self, numbers: list[int], copies: bool) -> None:  # noqa: FBT001 - hypothesis gives it by name
        vectors = self.random.standard_normal((len(numbers), self.dimension)).astype(np.float32)
        if copies:
            vectors[:] = next(iter(self.model.values()), vectors[0])
        self.index.add(np.array(numbers), vectors)
        self.model |= dict(zip(numbers, vectors, strict=True))

    @rule(numbers=rows)
    def remove(self, numbers: list[int]) -> None:
        self.index.remove(np.array(numbers))
        for number in numbers:
            self.model.pop(number, None)

    @rule(k=st.integers(1, 50), allowed=st.none() | rows)
    def search(self, k: int, allowed: list[int] | None) -> None:
        queries = self.random.standard_normal((2, self.dimension)).astype(np.float32)
        answer = self.index.search(queries, k, None if allowed is None else np.array(allowed))
        wanted = [row for row in self.model if allowed is None or row in allowed]
        if not wanted:
            assert answer.counts.tolist() == [0, 0]
            return
        scores = cosine(queries, np.stack([self.model[row] for row in wanted]))
        for query in range(2):
            listed, count = found(answer, query), min(k, len(wanted))
            assert len(listed) == len(set(listed)) == count
            assert set(listed) <= set(wanted)
            expected = [scores[query, wanted.index(row)] for row in listed]
            assert np.allclose(answer.scores[query, :count], expected, atol=TOLERANCE)
            if self.adapter.is_exact:
                best = -np.sort(-scores[query])[:count]
                assert np.allclose(answer.scores[query, :count], best, atol=TOLERANCE)

    @rule()
    def save_and_open(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            self.index.save(Path(folder) / "index", str(len(self.model)))
            self.index, mark = self.adapter.open(Path(folder) / "index")
        assert mark == str(len(self.model))

    @precondition(lambda self: isinstance(self.index, HnswIndex))
    @rule()
    def compact(self) -> None:
        assert isinstance(self.index, HnswIndex)
        self.index = self.index.compacted()
        assert self.index.dead_share == 0

    @invariant()
    def counts_what_is_there(self) -> None:
        assert len(self.index) == len(self.model)


@pytest.mark.parametrize("name", ADAPTERS)
def test_any_history_ends_as_it_does_for_a_dictionary(name: str) -> None:
    machine = type("Machine", (IndexModel,), {"adapter": ADAPTERS[name]})
    run_state_machine_as_test(
        machine, settings=settings(max_examples=40, stateful_step_count=20, deadline=None)
    )
