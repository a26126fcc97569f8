import numpy as np
import pytest

from visualsearch.atlas.project import NEIGHBOURS, Method, Near, Places, Scores, best_method, place, project
from visualsearch.domain import Vectors

COUNT = 240


def heaps(count: int = COUNT, seed: int = 0) -> Vectors:
    """Draw vectors in eight heaps, each along a line of its own, so that neighbours are told apart."""
    random = np.random.default_rng(seed)
    middles, lines = random.normal(size=(2, 8, 32))
    heap = np.arange(count) % 8
    along = random.uniform(-1, 1, (count, 1))
    vectors = 2 * middles[heap] + along * lines[heap] + 0.05 * random.normal(size=(count, 32))
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def neighbours(vectors: Vectors) -> tuple[Near, Scores]:
    cosines = vectors @ vectors.T
    np.fill_diagonal(cosines, -2)
    near = np.argsort(-cosines, axis=1, kind="stable")[:, :NEIGHBOURS]
    return near, np.take_along_axis(cosines, near, axis=1)


def kept(near: Near, places: Places, k: int = 8) -> float:
    """Measure the share of the k nearest vectors that are among the k nearest places."""
    away = np.linalg.norm(places[:, None] - places[None], axis=2)
    np.fill_diagonal(away, np.inf)
    found = np.argsort(away, axis=1)[:, :k]
    return float(
        np.mean([len(set(one) & set(other)) / k for one, other in zip(found, near[:, :k], strict=True)])
    )


def test_umap_is_taken_where_there_is_enough_to_lay_out() -> None:
    assert [best_method(count) for count in (0, 29, 30, 10_000)] == ["pca", "pca", "umap", "umap"]


@pytest.mark.parametrize(("method", "least"), [("umap", 0.4), ("pca", 0.15)])
def test_neighbours_stay_neighbours_and_the_same_seed_gives_the_same_map(
    method: Method, least: float
) -> None:
    vectors = heaps()
    near, scores = neighbours(vectors)

    places = project(vectors, near, scores, method=method, seed=3)

    assert places.shape == (COUNT, 3)
    assert np.isfinite(places).all()
    shuffled = np.random.default_rng(0).permutation(places)
    assert kept(near, shuffled) < 0.06, "by chance"
    assert kept(near, places) > least
    assert np.array_equal(project(vectors, near, scores, method=method, seed=3), places)


def test_another_seed_gives_another_map() -> None:
    vectors = heaps()
    near, scores = neighbours(vectors)

    one, other = (project(vectors, near, scores, method="umap", seed=seed) for seed in (0, 1))

    assert not np.allclose(one, other)


@pytest.mark.parametrize("count", [0, 1, 2, 3, 5])
def test_a_few_points_are_laid_out_too(count: int) -> None:
    near = np.full((count, NEIGHBOURS), -1, np.int64)

    places = project(heaps(count), near, np.zeros(near.shape, np.float32), method="pca")

    assert places.shape == (count, 3)
    assert np.isfinite(places).all()
    assert len(np.unique(places, axis=0)) == count


def test_equal_vectors_are_laid_out_by_umap_too() -> None:
    vectors = np.repeat(heaps(8), 8, axis=0)
    near, scores = neighbours(vectors)

    places = project(vectors, near, scores, method="umap")

    assert np.isfinite(places).all()


def test_a_new_point_is_placed_among_its_neighbours_and_the_others_stay() -> None:
    vectors = heaps()
    near, scores = neighbours(vectors)
    before = project(vectors, near, scores, method="pca")
    is_new = np.zeros(COUNT, np.bool_)
    is_new[[4, 100]] = True

    places = place(np.where(is_new[:, None], np.float32(1e9), before), near, scores, is_new)

    assert np.array_equal(places[~is_new], before[~is_new])
    width = np.ptp(before, axis=0).max()
    for one in (4, 100):
        others = [other for other in near[one] if not is_new[other]]
        assert np.linalg.norm(places[one] - before[others].mean(axis=0)) < 0.2 * width
    assert np.array_equal(places, place(before, near, scores, is_new)), "the same each time"


def test_a_new_point_without_neighbours_is_placed_in_the_middle() -> None:
    before = np.asarray(np.random.default_rng(0).normal(size=(10, 3)), np.float32)
    near = np.full((10, NEIGHBOURS), -1, np.int64)
    is_new = np.arange(10) == 9

    places = place(before, near, np.zeros(near.shape, np.float32), is_new)

    assert np.linalg.norm(places[9] - before[:9].mean(axis=0)) < 0.5
