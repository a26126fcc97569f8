"""Tells what kind of product a vector is of, by what was learned from the shop's own categories."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, ValidationError

from visualsearch.domain import Tag, Vectors
from visualsearch.errors import WeightsMismatch
from visualsearch.vision.session import open_named_session
from visualsearch.vision.weights import File, Frozen, check_file

KINDS = "kinds.json"
"""The card of a shop's classifier, in the shop's folder."""

ARROW = " > "
LEAST_SURE = 0.5
"""A kind that is less probable is no tag."""
NEIGHBOURS = 20
"""Neighbours that vote for their kinds."""
_WARMTH = 0.05
"""A neighbour this much farther, in cosine, has a vote that is a factor of e smaller."""

Probabilities = NDArray[np.float32]
"""Shape (count, kinds): each row sums to 1."""


class KindMeasurement(Frozen):
    """How well kinds are told on products that nothing was learned from."""

    products: int
    accuracy: float
    top3: float
    calibration_error: float = Field(description="Expected calibration error over 15 bins of equal width.")
    balanced: float = Field(description="Accuracy of each kind, averaged over the kinds.")


class KindsCard(Frozen):
    """What a shop's classifier is, and how good."""

    model: File
    eye: str = Field(description="Whose vectors it takes.")
    names: tuple[str, ...] = Field(description="Each the path of a category, from the widest.")
    change: int = Field(description="The last change of the catalogue when it was learned.")
    rows: int = Field(description="How many rows there were then.")
    weights: tuple[float, ...] = Field(description="Of the linear model, the forest, the neighbours.")
    ensemble: KindMeasurement
    forest: KindMeasurement
    confusion: tuple[tuple[str, str, int], ...] = Field(
        description="The kind, what it was taken for, and how often; the most frequent first."
    )


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of product."""

    name: str
    probability: float


def kind_tags(kinds: Sequence[Kind]) -> list[Tag]:
    """Write kinds as tags."""
    return [Tag("kind", kind.name, round(kind.probability, 3)) for kind in kinds]


@dataclass(frozen=True, slots=True, eq=False)
class Voters:
    """Neighbours that vote for their kinds."""

    scores: NDArray[np.float32]
    """Shape (count, k): cosine similarity."""
    kinds: NDArray[np.int64]
    """Shape (count, k): -1 where a neighbour has no kind, and does not vote."""

    def votes(self, kinds: int) -> Probabilities:
        """Share votes by how near the neighbours are; a row without any is even."""
        weights = np.where(self.kinds >= 0, np.exp((self.scores - 1) / _WARMTH), 0)
        votes = np.zeros((len(self.scores), kinds), np.float32)
        np.add.at(votes, (np.arange(len(votes))[:, None], np.maximum(self.kinds, 0)), weights)
        total = votes.sum(axis=1, keepdims=True)
        return np.where(total > 0, votes / np.maximum(total, 1e-30), np.float32(1 / kinds)).astype(np.float32)


class KindClassifier:
    """Tells kinds by a linear model and a forest, and the votes of neighbours in the index."""

    def __init__(self, card: Path) -> None:
        """Open a shop's classifier; raises WeightsMismatch if its file is not what its card says."""
        self.card = read_kinds_card(card)
        path = card.parent / self.card.model.file
        check_file(path, sha256=self.card.model.sha256, size_bytes=self.card.model.size_bytes)
        self._session = open_named_session(path)
        self._places = {name: place for place, name in enumerate(self.card.names)}

    def kind_of(self, categories: Sequence[str]) -> int | None:
        """Find the narrowest of a product's categories that is a kind."""
        paths = [ARROW.join(categories[:depth]) for depth in range(len(categories), 0, -1)]
        return next((self._places[path] for path in paths if path in self._places), None)

    def classify(self, vectors: Vectors, neighbours: Voters | None = None) -> Probabilities:
        """Tell the kinds of vectors by what was learned, and by the votes of their neighbours."""
        none = Voters(np.zeros((len(vectors), 1), np.float32), np.full((len(vectors), 1), -1))
        votes = (neighbours or none).votes(len(self.card.names))
        return self._session.run_named({"vectors": vectors.astype(np.float32), "votes": votes})

    def best(self, probabilities: NDArray[np.floating], count: int) -> list[Kind]:
        """List the most probable kinds of one row."""
        order = np.argsort(-probabilities, kind="stable")[:count]
        return [Kind(self.card.names[place], float(probabilities[place])) for place in order]


def read_kinds_card(path: Path) -> KindsCard:
    """Read the card of a shop's classifier; raises WeightsMismatch."""
    try:
        return KindsCard.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise WeightsMismatch(
            f"expected the card of a classifier in {path}, found: {' '.join(str(error).split())[:200]}; "
            "make it anew with: visualsearch train categories"
        ) from error
