"""The one eye that looks at the catalogue and at queries: a box of a picture in, its vector out."""

import hashlib
import json
from collections.abc import Sequence
from functools import cached_property

from visualsearch.domain import WHOLE, Box, Picture, Vectors, View
from visualsearch.vision.embed import Embedder
from visualsearch.vision.regions import REGIONS, region
from visualsearch.vision.text import WordReader
from visualsearch.vision.weights import Card


class LookingEye:
    """Sees the box it is pointed at, or the whole picture."""

    def __init__(self, embedder: Embedder) -> None:
        self.name = eye_name(embedder.card)
        self.dimension = embedder.dimension
        self._embedder = embedder

    @cached_property
    def _reader(self) -> WordReader:
        """Loaded when words are first asked for: a text tower can be larger than the rest."""
        return WordReader(self._embedder.folder, self._embedder.card)

    def look(self, pictures: Sequence[Picture], boxes: Sequence[Box | None]) -> list[tuple[View, ...]]:
        """See one view of each picture: its box, or the whole where the box is None."""
        seen = [box or WHOLE for box in boxes]
        regions = [region(picture.pixels, box) for picture, box in zip(pictures, seen, strict=True)]
        vectors = self._embedder.embed(regions)
        return [(View(box, vector),) for box, vector in zip(seen, vectors, strict=True)]

    def read(self, words: Sequence[str]) -> Vectors:
        """Map texts to vectors, near those of pictures that they fit; raises BadInput or MissingExtra."""
        return self._reader.read(words)


def eye_name(card: Card) -> str:
    """Name what decides the vectors: the model's bytes and the preparation, not what runs them."""
    decisive = [card.sha256, card.input.preparation, REGIONS]
    # Only what differs from the default: models that had a name before there was a choice keep it.
    said = {"input": card.input.model_dump(exclude_defaults=True, exclude={"size", "preparation"})}
    said["output"] = card.output.model_dump(exclude_defaults=True)
    if any(said.values()):
        decisive.append(json.dumps(said, sort_keys=True))
    return f"{card.name}-{hashlib.sha256(' '.join(decisive).encode()).hexdigest()[:12]}"
