"""Fits a small head on a shop's own catalogue, and puts it on the model that the shop uses."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper

from visualsearch.domain import Vectors
from visualsearch.errors import BadInput
from visualsearch.vision.weights import Card, Measurement, checked_model

SHRINKAGES = (0.1, 0.3, 1.0, 3.0, 10.0, 30.0)
"""Shares of the mean variance added to each: the larger, the less the head changes."""
FITTED_SHARE = 2 / 3
"""Of the photos, to fit heads; the others choose among them."""

Head = NDArray[np.float32]
"""Shape (dimension, dimension)."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """Photos of products and their catalogue pictures, embedded."""

    photos: Vectors
    pictures: Vectors
    """Row i is of the product of photo i."""


def fit_head(lesson: Lesson) -> Head:
    """Choose the head that finds most of the photos that it was not fitted to, then fit it to all."""
    count = int(len(lesson.photos) * FITTED_SHARE)
    found = [
        _found(lesson, count, whitening(lesson.photos[:count], lesson.pictures[:count], shrinkage))
        for shrinkage in SHRINKAGES
    ]
    # The largest of the best: the least change that does as much.
    best = max(range(len(found)), key=lambda place: (found[place], place))
    return whitening(lesson.photos, lesson.pictures, SHRINKAGES[best])


def whitening(photos: Vectors, pictures: Vectors, shrinkage: float) -> Head:
    """Make small what differs between a product's photo and its picture.

    The first half of learned whitening: Mikolajczyk and Matas, Improving descriptors for fast tree matching
    by optimal linear projection, 2007.
    """
    apart = (photos - pictures).astype(np.float64)
    within = apart.T @ apart / len(apart)
    size = len(within)
    values, directions = np.linalg.eigh(within + shrinkage * np.trace(within) / size * np.eye(size))
    return np.asarray((directions / np.sqrt(values / values.mean())) @ directions.T, np.float32)


def put_on(vectors: Vectors, head: Head) -> Vectors:
    """Map vectors [n, dimension] by the head to vectors of length 1."""
    mapped: Vectors = vectors @ head
    mapped /= np.maximum(np.linalg.norm(mapped, axis=1, keepdims=True), 1e-12)
    return mapped


def write_model(base: Path, head: Head, folder: Path, measured: Sequence[Measurement]) -> Path:
    """Write the model of a card with the head on it, and its card; give the card's path.

    Raises BadInput for a model whose vectors are one of several tokens.
    """
    given, card = checked_model(base)
    if card.output.token is not None:
        raise BadInput(
            f"expected a model that gives one vector for a picture, found {card.name}, which gives several; "
            "a head cannot be put on it"
        )
    model = _with_head(onnx.load(given), card, head)
    data = model.SerializeToString()
    digest = hashlib.sha256(data).hexdigest()
    name = f"{card.name.partition('-tuned-')[0]}-tuned-{digest[:8]}"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.onnx").write_bytes(data)
    tuned = card.model_copy(
        update={
            "name": name,
            "file": f"{name}.onnx",
            "sha256": digest,
            "size_bytes": len(data),
            "description": f"{card.name} with a head fitted to one shop's own catalogue.",
            "recipe": "visualsearch train embedder --shop DIR",
            "output": type(card.output)(),
            "text": None,
            "measured": tuple(measured),
        }
    )
    draft = folder / f"{name}.draft"
    draft.write_text(tuned.model_dump_json(indent=2) + "\n", encoding="utf-8")
    path = folder / f"{name}.json"
    draft.replace(path)
    return path


def _with_head(model: onnx.ModelProto, card: Card, head: Head) -> onnx.ModelProto:
    """Multiply the vectors by the head, and scale them to length 1 again."""
    graph = model.graph
    names = [output.name for output in graph.output]
    given = card.output.name or names[0]
    graph.initializer.append(numpy_helper.from_array(head, "head"))
    graph.node.extend(
        [
            helper.make_node("MatMul", [given, "head"], ["head_mapped"]),
            helper.make_node("LpNormalization", ["head_mapped"], ["head_vectors"], axis=1, p=2),
        ]
    )
    vectors = helper.make_tensor_value_info("head_vectors", onnx.TensorProto.FLOAT, ["n", head.shape[1]])
    del graph.output[:]
    graph.output.append(vectors)
    return model


def _found(lesson: Lesson, first: int, head: Head) -> float:
    """Compute R@1 of the photos from the first on, among all pictures."""
    scores = put_on(lesson.photos[first:], head) @ put_on(lesson.pictures, head).T
    return float((scores.argmax(axis=1) == np.arange(first, len(lesson.photos))).mean())
