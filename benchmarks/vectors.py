"""Vectors to search: those of the real pictures, and as many more like them as are wanted.

A vector more is made of a real one. It is moved towards one of its 8 nearest neighbours by up to half the
way, and then by the difference between two views of one product, as the pictures of ``several_views`` show
it: its length is one of those that were measured there, its direction that between two more neighbours of
the same vector, so that it lies where real vectors differ and not in directions that no picture takes. What
is near stays near, every vector has a crowd of its like, and no two are equal. Queries are real and left out.
"""

import csv
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from machine import RESULTS, data_folder
from visualsearch.domain import Pixels, Rows, Vectors
from visualsearch.pictures.decode import decode
from visualsearch.vision.embed import DEFAULT_CARD, Embedder

SETS = (
    "several_views", "amazon", "fashion", "packshots", "furniture", "flipkart", "groceries",
    "street_to_catalogue", "labels_to_bottles", "street",
)  # fmt: skip
SUFFIXES = {".jpg", ".jpeg", ".png", ".webp"}
QUERIES = 500
NEIGHBOURS = 8
BATCH = 256
MADE_AT_ONCE, COMPARED_AT_ONCE = 10_000, 20_000


HalfVectors = NDArray[np.float16]
"""Shape (count, dimension), each of length 1."""


@dataclass(frozen=True)
class Crowd:
    """Vectors to search among, and others to search by, each of length 1."""

    vectors: HalfVectors
    """Read from disk as they are needed."""
    queries: Vectors
    path: Path
    """Where ``vectors`` are, as .npy."""


def crowd(count: int) -> Crowd:
    """Give so many vectors, and QUERIES to search by; what was made before is read again."""
    real, lengths = _real()
    order = np.random.default_rng(0).permutation(len(real))
    queries, known = real[order[:QUERIES]], real[order[QUERIES:]]
    path = RESULTS / f"vectors-{DEFAULT_CARD.stem}-{count}.npy"
    if not path.is_file():
        part = path.with_suffix(".part")
        shape = (count, real.shape[1])
        made = np.lib.format.open_memmap(part, "w+", np.float16, shape)
        start = 0
        for some in _made(known, lengths, count):
            made[start : start + len(some)] = some
            start += len(some)
        made.flush()
        part.replace(path)
    return Crowd(np.load(path, mmap_mode="r"), queries, path)


def exact(vectors: HalfVectors, queries: Vectors, allowed: Rows, k: int) -> Rows:
    """Find the k nearest of the allowed rows by comparing all, in any order; -1 where there are fewer."""
    best = np.full((len(queries), k), -1)
    scores = np.full((len(queries), k), -np.inf, np.float32)
    for start in range(0, len(allowed), COMPARED_AT_ONCE):
        rows = allowed[start : start + COMPARED_AT_ONCE]
        new = queries @ np.float32(vectors[rows]).T
        all_scores = np.concatenate([scores, new], axis=1)
        all_rows = np.concatenate([best, np.broadcast_to(rows, new.shape)], axis=1)
        top = np.argpartition(-all_scores, k - 1, axis=1)[:, :k]
        scores, best = (np.take_along_axis(one, top, axis=1) for one in (all_scores, all_rows))
    return best


def _made(known: Vectors, lengths: Vectors, count: int) -> Iterator[Vectors]:
    """Give the real vectors first, then made ones."""
    random = np.random.default_rng(1)
    yield known[:count]
    near = _neighbours(known)
    for start in range(len(known), count, MADE_AT_ONCE):
        size = min(MADE_AT_ONCE, count - start)
        origin = random.integers(len(known), size=size)
        towards, one, other = random.permuted(near[origin], axis=1)[:, :3].T
        share = random.uniform(0, 0.5, (size, 1)).astype(np.float32)
        moved = (1 - share) * known[origin] + share * known[towards]
        yield _scaled(moved + random.choice(lengths, size)[:, None] * _scaled(known[one] - known[other]))


def _neighbours(known: Vectors) -> NDArray[np.int64]:
    """Find the nearest vectors of each that differ from it and from one another: shape (count, 8)."""
    near = []
    for start in range(0, len(known), BATCH):
        scores = known[start : start + BATCH] @ known.T
        scores[scores > 1 - 1e-4] = -1  # itself, and the same picture again
        near.append(np.argpartition(-scores, NEIGHBOURS, axis=1)[:, :NEIGHBOURS])
    return np.concatenate(near)


def _real() -> tuple[Vectors, Vectors]:
    """Embed all pictures, or read what was embedded; also the distances between two views of one product."""
    path = RESULTS / f"vectors-{DEFAULT_CARD.stem}.npz"
    if not path.is_file():
        RESULTS.mkdir(exist_ok=True)
        paths = [path for name in SETS for path in _pictures(data_folder() / name)]
        vectors = _embedded(paths)
        np.savez(path, vectors=vectors, lengths=_view_lengths(paths, vectors))
    with np.load(path) as kept:
        return kept["vectors"], kept["lengths"]


def _pictures(folder: Path) -> list[Path]:
    paths = sorted(folder.rglob("*"))
    return [path for path in paths if path.suffix in SUFFIXES and "masks" not in path.parts]


def _embedded(paths: list[Path]) -> Vectors:
    embedder = Embedder()
    parts = []
    with ThreadPoolExecutor() as threads:
        for start in range(0, len(paths), BATCH):
            parts.append(embedder.embed(list(threads.map(_pixels, paths[start : start + BATCH]))))
            print(f"{start} of {len(paths)} pictures", flush=True)
    return np.concatenate(parts)


def _pixels(path: Path) -> Pixels:
    return decode(path.read_bytes()).pixels


def _view_lengths(paths: list[Path], vectors: Vectors) -> Vectors:
    """Measure how far apart two views of one product are, for each pair that is not one picture twice."""
    folder = data_folder() / "several_views"
    places = {path: place for place, path in enumerate(paths)}
    products: dict[str, list[int]] = {}
    with (folder / "pictures.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            products.setdefault(row["product"], []).append(places[folder / row["image"]])
    lengths = [
        float(np.linalg.norm(vectors[one] - vectors[other]))
        for views in products.values()
        for one, other in combinations(views, 2)
    ]
    return np.array([length for length in lengths if length > 0.05], np.float32)


def _scaled(vectors: Vectors) -> Vectors:
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: Vectors = vectors / np.maximum(length, 1e-9)
    return scaled
