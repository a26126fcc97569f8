"""Learns from a shop's own categories what kinds of products it has: linear model, forest, neighbours."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray

from visualsearch.domain import ProductId, Vectors
from visualsearch.errors import BadInput
from visualsearch.store.whole import write_whole
from visualsearch.training.blend import Blend, find_blend
from visualsearch.training.kinds_graph import kinds_graph
from visualsearch.training.show import Show
from visualsearch.training.voices import Kinds, Part, fit
from visualsearch.vision.kinds import (
    ARROW,
    KINDS,
    KindMeasurement,
    KindsCard,
    Probabilities,
)
from visualsearch.vision.weights import File

LEAST_PRODUCTS = 10
"""A category is a kind if so many products have it; else they count for the wider one."""
MOST_ROWS = 60_000
"""Rows to learn from, about evenly many of each kind: with the forest under a gigabyte, whatever the shop."""
FOLDS = 4
BINS = 15
MOST_CONFUSIONS = 100


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of a catalogue."""

    products: Sequence[ProductId]
    categories: Sequence[tuple[str, ...]]
    """From the widest."""
    vectors: Vectors


Pages = Callable[[], Iterator[Page]]
"""Goes through the catalogue from the start; called twice, so that memory holds a sample alone."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """What is learned from, and what measures."""

    names: tuple[str, ...]
    fitted: Part
    measuring: Part


@dataclass(frozen=True, slots=True)
class Learned:
    """What came of a lesson."""

    model: onnx.ModelProto
    blend: Blend
    ensemble: KindMeasurement
    forest: KindMeasurement
    correct: tuple[NDArray[np.bool_], NDArray[np.bool_]]
    """Of each measuring row, whether the ensemble and the forest alone told its kind."""
    confusion: dict[tuple[str, str], int]
    """How often a kind (first) was taken for another (second), the most frequent first."""


def gather(pages: Pages, *, least: int = LEAST_PRODUCTS, held_out: float = 0.1) -> Lesson:
    """Draw a lesson from a catalogue; raises BadInput where there are fewer than two kinds.

    Of each product's id alone it depends whether it is held out to measure.
    """
    counts = Counter(
        path for page in pages() for categories in page.categories for path in _paths(categories)
    )
    named = {path for path, count in counts.items() if count >= least}
    kinds = Counter(_kind(one, named) for page in pages() for one in page.categories)
    names = sorted(name for name in kinds if name is not None)
    if len(names) < 2:
        raise BadInput(
            f"Expected at least two categories of {least} products each, found {len(names)}. "
            "Give the products categories, and index them again."
        )
    places = {name: place for place, name in enumerate(names)}
    shares = {name: min(1.0, _evenly(kinds, names) / kinds[name]) for name in names}
    random = np.random.default_rng(0)
    drawn: tuple[list[_Row], list[_Row]] = ([], [])
    for page in pages():
        for product, categories, vector in zip(page.products, page.categories, page.vectors, strict=True):
            name = _kind(categories, named)
            if name is not None and random.random() < shares[name]:
                place = int.from_bytes(hashlib.sha256(product.encode()).digest()[4:8]) / 2**32
                row = (vector, places[name], 1 / shares[name], int(place * 1e6) % FOLDS)
                drawn[place < held_out].append(row)
    return Lesson(tuple(names), *map(_part, drawn))


def learn(lesson: Lesson, show: Show) -> Learned:
    """Fit the parts, blend them by how they tell rows that they were not fitted to, and measure on others."""
    fitted, count = lesson.fitted, len(lesson.names)
    told = [np.empty((len(fitted.kinds), count), np.float32) for _ in range(3)]
    for fold in range(FOLDS):
        show(fold / (FOLDS + 1), f"part {fold + 1} of {FOLDS + 1}")
        rows = fitted.folds == fold
        voices = fit(fitted.chosen(~rows), count).tell(fitted.vectors[rows])
        for whole, part in zip(told, voices, strict=True):
            whole[rows] = part
    blend, alone = find_blend(told, fitted), find_blend(told[1:2], fitted)
    show(FOLDS / (FOLDS + 1), f"part {FOLDS + 1} of {FOLDS + 1}")
    parts = fit(fitted, count)
    voices = parts.tell(lesson.measuring.vectors)
    ensemble, forest = blend.mix(voices), alone.mix(voices[1:2])
    kinds = lesson.measuring.kinds
    return Learned(
        model=kinds_graph(parts, blend),
        blend=blend,
        ensemble=measure(ensemble, kinds),
        forest=measure(forest, kinds),
        correct=(ensemble.argmax(axis=1) == kinds, forest.argmax(axis=1) == kinds),
        confusion=_confusion(ensemble, lesson),
    )


def measure(told: Probabilities, kinds: Kinds) -> KindMeasurement:
    """Measure probabilities [n, kinds] against the kinds that are right.

    The calibration error is that of Guo et al., On calibration of modern neural networks, 2017.
    """
    order = np.argsort(-told, axis=1, kind="stable")
    right, sure = order[:, 0] == kinds, told.max(axis=1)
    bins = np.minimum((sure * BINS).astype(np.int64), BINS - 1)
    error = sum(
        (bins == one).mean() * abs(sure[bins == one].mean() - right[bins == one].mean())
        for one in np.unique(bins)
    )
    return KindMeasurement(
        products=len(kinds),
        accuracy=float(right.mean()),
        top3=float((order[:, :3] == kinds[:, None]).any(axis=1).mean()),
        calibration_error=float(error),
        balanced=float(np.mean([right[kinds == one].mean() for one in np.unique(kinds)])),
    )


def write_classifier(
    folder: Path, lesson: Lesson, learned: Learned, *, eye: str, change: int, rows: int
) -> Path:
    """Write a classifier and its card into a shop's folder in one step; raises StorageFull."""
    data = learned.model.SerializeToString()
    digest = hashlib.sha256(data).hexdigest()
    file = f"kinds-{digest[:8]}.onnx"
    card = KindsCard(
        model=File(file=file, sha256=digest, size_bytes=len(data)),
        eye=eye,
        names=lesson.names,
        change=change,
        rows=rows,
        weights=learned.blend.weights,
        ensemble=learned.ensemble,
        forest=learned.forest,
        confusion=tuple((*pair, count) for pair, count in learned.confusion.items())[:MOST_CONFUSIONS],
    )
    write_whole(folder / file, data)
    write_whole(folder / KINDS, (card.model_dump_json(indent=2) + "\n").encode())
    for old in folder.glob("kinds-*.onnx"):
        if old.name != file:
            old.unlink(missing_ok=True)
    return folder / KINDS


_Row = tuple[NDArray[np.float32], int, float, int]


def _paths(categories: Sequence[str]) -> list[str]:
    return [ARROW.join(categories[:depth]) for depth in range(len(categories), 0, -1)]


def _kind(categories: Sequence[str], named: set[str]) -> str | None:
    return next((path for path in _paths(categories) if path in named), None)


def _evenly(kinds: Counter[str | None], names: Sequence[str]) -> int:
    """Find how many rows of a kind may be drawn so that all together are not too many."""
    cap = max(kinds[name] for name in names)
    while sum(min(kinds[name], cap) for name in names) > MOST_ROWS and cap > 1:
        cap = cap * 9 // 10
    return cap


def _part(rows: Iterable[_Row]) -> Part:
    vectors, kinds, weights, folds = zip(*rows, strict=True)
    return Part(np.stack(vectors), np.array(kinds, np.int64), np.array(weights), np.array(folds, np.int64))


def _confusion(told: Probabilities, lesson: Lesson) -> dict[tuple[str, str], int]:
    pairs = zip(lesson.measuring.kinds, told.argmax(axis=1), strict=True)
    counted = Counter((lesson.names[right], lesson.names[taken]) for right, taken in pairs if right != taken)
    return dict(counted.most_common())
