"""The graph: when it is built, how much it finds, and how it gets rid of what is dead."""

import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from visualsearch.domain import Rows, Vectors
from visualsearch.errors import SnapshotCorrupt
from visualsearch.index.exact import ExactIndex
from visualsearch.index.hnsw import HnswIndex, _new_graph

COUNT, DIMENSION, KINDS, SCAN_ROWS = 4000, 32, 40, 100


def draw(count: int, dimension: int = 13, seed: int = 0) -> Vectors:
    return np.random.default_rng(seed).standard_normal((count, dimension)).astype(np.float32)


@pytest.fixture(scope="module")
def kinds() -> NDArray[np.int64]:
    return np.random.default_rng(1).integers(0, KINDS, COUNT + 100)


@pytest.fixture(scope="module")
def clustered(kinds: NDArray[np.int64]) -> Vectors:
    """Vectors around the centre of their kind; the last 100 are queries."""
    spread: Vectors = draw(KINDS, DIMENSION, 2)[kinds] + 0.5 * draw(COUNT + 100, DIMENSION, 3)
    return spread


@pytest.fixture(scope="module")
def graph(clustered: Vectors) -> HnswIndex:
    index = HnswIndex(DIMENSION, scan_rows=SCAN_ROWS)
    index.add(np.arange(COUNT), clustered[:COUNT])
    return index


@pytest.fixture(scope="module")
def oracle(clustered: Vectors) -> ExactIndex:
    index = ExactIndex(DIMENSION)
    index.add(np.arange(COUNT), clustered[:COUNT])
    return index


def recall(found: Rows, expected: Rows) -> float:
    shares = [
        len(set(one) & set(other)) / len(other)
        for one, other in zip(found.tolist(), expected.tolist(), strict=True)
    ]
    return float(np.mean(shares))


def test_the_graph_is_built_once_there_are_more_rows_than_are_scanned() -> None:
    index = HnswIndex(13, scan_rows=50)
    index.add(np.arange(50), draw(50))
    assert not index._held.has_graph
    index.add(np.arange(50, 51), draw(1))
    assert index._held.has_graph
    assert len(index) == 51


def test_wide_vectors_get_their_graph_at_fewer_rows_than_narrow_ones() -> None:
    assert HnswIndex(1280)._scan_rows == 12_500
    assert HnswIndex(256)._scan_rows == 62_500


@pytest.mark.parametrize(("count", "links"), [(500_000, 32), (500_001, 16)])
def test_very_many_rows_get_fewer_links_each(count: int, links: int) -> None:
    assert _new_graph(8, count).hnsw.nb_neighbors(1) == links


def test_the_graph_finds_nearly_what_comparing_all_finds(
    graph: HnswIndex, oracle: ExactIndex, clustered: Vectors
) -> None:
    queries = clustered[COUNT:]
    assert graph._held.has_graph
    assert recall(graph.search(queries, 10).rows, oracle.search(queries, 10).rows) >= 0.95


@pytest.mark.parametrize("share", [0.9, 0.5, 0.1, 0.03])
def test_a_filter_costs_no_recall(
    graph: HnswIndex, oracle: ExactIndex, clustered: Vectors, share: float
) -> None:
    allowed = np.flatnonzero(np.random.default_rng(4).random(COUNT) < share)
    queries = clustered[COUNT:]
    found, expected = graph.search(queries, 10, allowed), oracle.search(queries, 10, allowed)
    assert np.isin(found.rows, allowed).all()
    assert recall(found.rows, expected.rows) >= 0.95


def test_a_filter_that_leaves_out_the_query_s_own_kind_costs_no_recall(
    graph: HnswIndex, oracle: ExactIndex, clustered: Vectors, kinds: NDArray[np.int64]
) -> None:
    for query in range(COUNT, COUNT + 20):
        allowed = np.flatnonzero(kinds[:COUNT] != kinds[query])
        question = clustered[query : query + 1]
        found, expected = graph.search(question, 10, allowed), oracle.search(question, 10, allowed)
        assert recall(found.rows, expected.rows) >= 0.9


def test_as_many_rows_as_there_are_can_be_asked_for(graph: HnswIndex, clustered: Vectors) -> None:
    assert sorted(graph.search(clustered[:1], COUNT).rows[0].tolist()) == list(range(COUNT))


def test_removing_and_adding_a_fifth_costs_no_recall(clustered: Vectors, oracle: ExactIndex) -> None:
    index = HnswIndex(DIMENSION, scan_rows=SCAN_ROWS)
    index.add(np.arange(COUNT), clustered[:COUNT])
    fifth = np.random.default_rng(5).permutation(COUNT)[: COUNT // 5]
    index.remove(fifth)
    assert index.dead_share == pytest.approx(0.2)
    queries = clustered[COUNT:]
    assert not np.isin(index.search(queries, 10).rows, fifth).any()
    index.add(fifth, clustered[fifth])
    assert len(index) == COUNT
    assert recall(index.search(queries, 10).rows, oracle.search(queries, 10).rows) >= 0.95


def test_a_picture_that_very_many_products_show_does_not_cut_the_graph(clustered: Vectors) -> None:
    vectors = clustered[:COUNT].copy()
    vectors[np.random.default_rng(6).permutation(COUNT)[: COUNT // 4]] = clustered[0]
    index, exact = HnswIndex(DIMENSION, scan_rows=SCAN_ROWS), ExactIndex(DIMENSION)
    for one in (index, exact):
        one.add(np.arange(COUNT), vectors)
    queries = clustered[COUNT:]
    # Of equal vectors any are right, so it is the scores that are compared.
    found, expected = index.search(queries, 10).scores, exact.search(queries, 10).scores
    assert (found >= expected - 2e-3).mean() >= 0.95


def test_compacting_drops_what_is_dead_and_nothing_else(clustered: Vectors) -> None:
    index = HnswIndex(DIMENSION, scan_rows=SCAN_ROWS)
    index.add(np.arange(1000), clustered[:1000])
    index.remove(np.arange(0, 1000, 2))
    fresh = index.compacted()
    assert (fresh.dead_share, len(fresh)) == (0, 500)
    assert index.dead_share == 0.5
    queries = clustered[COUNT:]
    assert recall(fresh.search(queries, 10).rows, index.search(queries, 10).rows) >= 0.95


def test_compacting_again_and_again_bends_no_vector(clustered: Vectors) -> None:
    index = HnswIndex(DIMENSION, scan_rows=SCAN_ROWS)
    index.add(np.arange(300), clustered[:300])
    fresh = index
    for _ in range(3):
        fresh = fresh.compacted()
    once, often = index.search(clustered[:20], 5), fresh.search(clustered[:20], 5)
    assert np.array_equal(once.scores, often.scores)


def test_a_few_rows_that_are_left_are_no_graph_any_more() -> None:
    index = HnswIndex(13, scan_rows=50)
    index.add(np.arange(80), draw(80))
    index.remove(np.arange(40))
    assert index._held.has_graph
    assert not index.compacted()._held.has_graph


def test_changes_go_on_while_a_compacted_index_is_built(clustered: Vectors) -> None:
    index = HnswIndex(DIMENSION, scan_rows=SCAN_ROWS)
    index.add(np.arange(2000), clustered[:2000])
    fresh: list[HnswIndex] = []
    builder = threading.Thread(target=lambda: fresh.append(index.compacted()))
    builder.start()
    for row in range(2000, 2200):
        index.add(np.array([row]), clustered[row : row + 1])
        index.remove(np.array([row - 2000]))
    builder.join()
    # What the owner then does: replay every change since before the call.
    fresh[0].add(np.arange(2000, 2200), clustered[2000:2200])
    fresh[0].remove(np.arange(200))
    rows = np.arange(200, 2200)
    assert len(fresh[0]) == len(index) == 2000
    assert (fresh[0].search(clustered[rows], 1).rows[:, 0] == rows).mean() > 0.99


def _cut_rows(index: HnswIndex) -> None:
    index._held.table._used -= 1


def _widen(index: HnswIndex) -> None:
    index.dimension = 14


@pytest.mark.parametrize("spoil", [_cut_rows, _widen])
def test_a_snapshot_whose_parts_do_not_fit_is_refused(
    tmp_path: Path, spoil: Callable[[HnswIndex], None]
) -> None:
    index = HnswIndex(13)
    index.add(np.arange(20), draw(20))
    spoil(index)
    index.save(tmp_path / "index", "")
    with pytest.raises(SnapshotCorrupt, match="expected blocks that make an index"):
        HnswIndex.open(tmp_path / "index")
