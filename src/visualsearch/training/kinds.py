"""Learns from a shop's own categories what kinds of products it has: linear model, forest, neighbours."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression

from visualsearch.domain import ProductId, Vectors
from visualsearch.errors import BadInput
from visualsearch.store.whole import write_whole
from visualsearch.training.show import Show
from visualsearch.vision.kinds import (
    ARROW,
    KINDS,
    NEIGHBOURS,
    KindMeasurement,
    KindsCard,
    Probabilities,
    Voters,
)
from visualsearch.vision.weights import File

LEAST_PRODUCTS = 10
"""A category is a kind if so many products have it; else they count for the wider one."""
MOST_ROWS = 60_000
"""Rows to learn from, about evenly many of each kind: with the forest under a gigabyte, whatever the shop."""
FOLDS = 4
TREES, DEEPEST, LEAST_IN_LEAF = 60, 24, 2
REGULARISATION = 20.0
ITERATIONS = 60
BINS = 15
MOST_CONFUSIONS = 100
_CHUNK = 2_000
_FLOOR = 1e-6
_OPSETS = {"": 18, "ai.onnx.ml": 3}
FOREST = 1
"""The place of the forest among the voices, between the linear model and the neighbours."""
_WEIGHTS = [(a / 10, b / 10, 1 - a / 10 - b / 10) for a in range(11) for b in range(11 - a)]
_SHARPNESS = np.geomspace(0.4, 4, 30)

Kinds = NDArray[np.int64]
"""Shape (count,): places in the list of names."""


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
class Part:
    """Rows with their kinds, and how many rows of the catalogue each stands for."""

    vectors: Vectors
    kinds: Kinds
    weights: NDArray[np.float64]
    folds: Kinds
    """Shape (count,): rows of one fold are told by what was learned from the others, to calibrate."""

    def chosen(self, rows: NDArray[np.bool_]) -> "Part":
        """Take some of the rows."""
        return Part(self.vectors[rows], self.kinds[rows], self.weights[rows], self.folds[rows])


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
    blend: "Blend"
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
        voices = _fit(fitted.chosen(~rows), count).tell(fitted.vectors[rows])
        for whole, part in zip(told, voices, strict=True):
            whole[rows] = part
    blend, alone = find_blend(told, fitted), find_blend(told[1:2], fitted)
    show(FOLDS / (FOLDS + 1), f"part {FOLDS + 1} of {FOLDS + 1}")
    parts = _fit(fitted, count)
    voices = parts.tell(lesson.measuring.vectors)
    ensemble, forest = blend.mix(voices), alone.mix(voices[1:2])
    kinds = lesson.measuring.kinds
    return Learned(
        model=_model(parts, blend),
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


@dataclass(frozen=True, slots=True)
class Blend:
    """How probabilities of several voices become one: each sharpened, averaged, and sharpened again."""

    sharpness: tuple[float, ...]
    weights: tuple[float, ...]
    last: float

    def mix(self, voices: Sequence[Probabilities]) -> Probabilities:
        """Blend probabilities [n, kinds] of each voice."""
        each = np.stack([_sharpen(voice, by) for voice, by in zip(voices, self.sharpness, strict=True)])
        return _sharpen(_average(each, self.weights), self.last)


def find_blend(voices: Sequence[Probabilities], part: Part) -> Blend:
    """Find the blend under which the right kinds are the most probable."""
    rows = np.arange(len(part.kinds))

    def loss(told: Probabilities) -> float:
        return float(-np.average(np.log(told[rows, part.kinds]), weights=part.weights))

    def sharpest(told: Probabilities) -> float:
        return float(min(_SHARPNESS, key=lambda by: loss(_sharpen(told, by))))

    sharpness = tuple(map(sharpest, voices))
    each = np.stack([_sharpen(voice, by) for voice, by in zip(voices, sharpness, strict=True)])
    choices = _WEIGHTS if len(voices) > 1 else [(1.0,)]
    weights = min(choices, key=lambda one: loss(_average(each, one)))
    mixed = Blend(sharpness, weights, 1.0).mix(voices)
    return Blend(sharpness, weights, sharpest(mixed))


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


@dataclass(frozen=True, slots=True)
class _Parts:
    """The three voices, fitted."""

    linear: LogisticRegression
    forest: RandomForestClassifier
    fitted: Part
    count: int

    def tell(self, vectors: Vectors) -> list[Probabilities]:
        """Ask the linear model, the forest and the neighbours among the fitted rows."""
        learned = [
            _spread(one.predict_proba(vectors), one.classes_, self.count)
            for one in (self.linear, self.forest)
        ]
        starts = range(0, len(vectors), _CHUNK)
        votes = [_votes(vectors[start : start + _CHUNK], self.fitted, self.count) for start in starts]
        return [*learned, np.concatenate(votes)]


def _fit(part: Part, count: int) -> _Parts:
    linear = LogisticRegression(C=REGULARISATION, max_iter=ITERATIONS, tol=1e-3)
    forest = RandomForestClassifier(
        TREES, max_depth=DEEPEST, min_samples_leaf=LEAST_IN_LEAF, n_jobs=-1, random_state=0
    )
    for model in (linear, forest):
        model.fit(part.vectors, part.kinds, part.weights)
    return _Parts(linear, forest, part, count)


def _votes(vectors: Vectors, fitted: Part, count: int) -> Probabilities:
    scores = vectors @ fitted.vectors.T
    nearest = np.argpartition(-scores, min(NEIGHBOURS, scores.shape[1] - 1), axis=1)[:, :NEIGHBOURS]
    return Voters(np.take_along_axis(scores, nearest, axis=1), fitted.kinds[nearest]).votes(count)


def _spread(told: NDArray[np.float64], classes: Kinds, count: int) -> Probabilities:
    """Give every kind a column, those too that no fitted row has."""
    spread = np.zeros((len(told), count), np.float32)
    spread[:, classes] = told
    return spread


def _average(voices: Probabilities, weights: Sequence[float]) -> Probabilities:
    return np.asarray(np.tensordot(np.array(weights, np.float32), voices, axes=1), np.float32)


def _sharpen(told: Probabilities, by: float) -> Probabilities:
    raised = np.power(told + _FLOOR, by)
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), np.float32)


def _confusion(told: Probabilities, lesson: Lesson) -> dict[tuple[str, str], int]:
    pairs = zip(lesson.measuring.kinds, told.argmax(axis=1), strict=True)
    counted = Counter((lesson.names[right], lesson.names[taken]) for right, taken in pairs if right != taken)
    return dict(counted.most_common())


def _model(parts: _Parts, blend: Blend) -> onnx.ModelProto:
    """Put the voices that count into one graph that takes vectors and votes, and gives probabilities."""
    count, dimension = parts.count, parts.fitted.vectors.shape[1]
    voices = [place for place, weight in enumerate(blend.weights) if weight > 0]
    if FOREST in voices:
        vectors = [("vectors", FloatTensorType([None, dimension]))]
        model = to_onnx(parts.forest, initial_types=vectors, options={"zipmap": False}, target_opset=_OPSETS)
        grown = model.graph.output[1].name
    else:
        vectors = [helper.make_tensor_value_info("vectors", onnx.TensorProto.FLOAT, [None, dimension])]
        opsets = [helper.make_opsetid(domain, version) for domain, version in _OPSETS.items()]
        model = helper.make_model(
            helper.make_graph([], "kinds", vectors, []), opset_imports=opsets, ir_version=8
        )
        grown = ""
    graph = model.graph
    coefficients, intercepts = parts.linear.coef_, parts.linear.intercept_
    if len(coefficients) == 1:  # of two kinds one number tells both
        coefficients, intercepts = (np.concatenate([-one, one]) for one in (coefficients, intercepts))
        coefficients, intercepts = coefficients / 2, intercepts / 2
    constants = {
        "coefficients": coefficients.T,
        "intercepts": intercepts,
        "linear_places": np.eye(count)[parts.linear.classes_],
        "forest_places": np.eye(count)[parts.forest.classes_],
        "floor": _FLOOR,
        "last": blend.last,
        **{f"sharpness_{place}": by for place, by in enumerate(blend.sharpness)},
        **{f"weight_{place}": by for place, by in enumerate(blend.weights)},
    }
    graph.initializer.extend(
        numpy_helper.from_array(np.asarray(value, np.float32), name) for name, value in constants.items()
    )
    steps: list[tuple[str, list[str], str]] = [
        ("MatMul", ["vectors", "coefficients"], "projected"),
        ("Add", ["projected", "intercepts"], "logits"),
        ("Softmax", ["logits"], "linear"),
        ("MatMul", ["linear", "linear_places"], "voice_0"),
        *([("MatMul", [grown, "forest_places"], "voice_1")] if grown else []),
        ("Identity", ["votes"], "voice_2"),
        *(step for place in voices for step in _sharpened(f"voice_{place}", f"sharpness_{place}")),
        *(("Mul", [f"voice_{place}_sharp", f"weight_{place}"], f"weighed_{place}") for place in voices),
        ("Sum", [f"weighed_{place}" for place in voices], "mixed"),
        *_sharpened("mixed", "last"),
    ]
    graph.node.extend(helper.make_node(kind, given, [made]) for kind, given, made in steps)
    graph.input.append(helper.make_tensor_value_info("votes", onnx.TensorProto.FLOAT, [None, count]))
    del graph.output[:]
    graph.output.append(helper.make_tensor_value_info("mixed_sharp", onnx.TensorProto.FLOAT, [None, count]))
    onnx.checker.check_model(model)
    return model


def _sharpened(given: str, by: str) -> list[tuple[str, list[str], str]]:
    """Do in a graph what ``_sharpen`` does."""
    return [
        ("Add", [given, "floor"], f"{given}_floored"),
        ("Log", [f"{given}_floored"], f"{given}_log"),
        ("Mul", [f"{given}_log", by], f"{given}_raised"),
        ("Softmax", [f"{given}_raised"], f"{given}_sharp"),
    ]
