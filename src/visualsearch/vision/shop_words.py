"""Tells by a word what a vector of the package's embedding model shows, in shops that learnt no kinds."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from visualsearch.domain import Vector, Vectors
from visualsearch.vision.kinds import LEAST_SURE, Kind
from visualsearch.vision.session import open_session
from visualsearch.vision.weights import (
    MODELS,
    Card,
    FileCard,
    Measurement,
    Sha256,
    check_file,
    read_card_as,
)

CARD = MODELS / "words" / "shop-words.json"


class ShopWordsCard(FileCard):
    """What the model is, where it came from, and how good it is."""

    embedder: Sha256 = Field(description="Of the embedding model whose vectors it takes.")
    names: tuple[str, ...] = Field(description="The words; the last probability is that none of them fits.")
    measured: tuple[Measurement, ...] = ()


class ShopWords:
    """Maps vectors to the probabilities of shop words."""

    def __init__(self, card: Path = CARD) -> None:
        """Open a model by its card; raises WeightsMismatch if its file is not what the card says."""
        self.card = read_card_as(ShopWordsCard, card)
        path = card.parent / self.card.file
        check_file(path, sha256=self.card.sha256, size_bytes=self.card.size_bytes)
        self._session = open_session(path, threads=1, runtime="onnxruntime")

    @classmethod
    def packaged_for(cls, embedder: Card) -> "ShopWords | None":
        """Open the model of the package if it takes this embedding model's vectors."""
        words = cls()
        return words if words.card.embedder == embedder.sha256 else None

    def probabilities(self, vectors: Vectors) -> NDArray[np.float32]:
        """Tell [n, words + 1] for vectors [n, dimension]; each row sums to 1."""
        return self._session.run(vectors.astype(np.float32))

    def tell(self, vector: Vector) -> list[Kind]:
        """Tell the word for what a vector shows; empty where none is sure."""
        told = self.probabilities(vector[None])[0, :-1]
        place = int(told.argmax())
        return [Kind(self.card.names[place], float(told[place]))] if told[place] >= LEAST_SURE else []
