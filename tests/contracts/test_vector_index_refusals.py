"""What every vector index refuses, keeps, and lets happen at once."""

import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from indexes import Adapter, Make, draw, filled, found, rows

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


def test_an_index_opened_again_has_its_answers_and_its_mark(
    adapter: Adapter, dimension: int, tmp_path: Path
) -> None:
    index, vectors = filled(adapter.make, 40, dimension)
    index.remove(rows(103, 117))
    opened, mark = adapter.reopened(index, 'change 7, "süß" \n', tmp_path)
    assert mark == 'change 7, "süß" \n'
    assert len(opened) == 38
    before, after = index.search(vectors, 6), opened.search(vectors, 6)
    assert (before.rows == after.rows).all()
    assert np.allclose(before.scores, after.scores, atol=1e-6)


def test_an_index_opened_again_goes_on_changing(adapter: Adapter, tmp_path: Path) -> None:
    index, vectors = filled(adapter.make, 30)
    opened, _ = adapter.reopened(index, "", tmp_path)
    opened.add(np.arange(200, 230), -vectors)
    opened.remove(rows(100))
    assert len(opened) == 59
    assert found(opened.search(-vectors[:1], 1)) == [200]
    assert found(opened.search(vectors[1:2], 1)) == [101]
    assert 100 not in found(opened.search(vectors[:1], 59))


def test_an_empty_index_can_be_opened_again(adapter: Adapter, tmp_path: Path) -> None:
    opened, mark = adapter.reopened(adapter.make(7), "none yet", tmp_path)
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
