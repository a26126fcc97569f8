"""The one eye that looks at the catalogue and at queries: what a picture shows, its print, its colours."""

import hashlib
import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property

from visualsearch.domain import WHOLE, Box, Closeup, Picture, Pixels, Vectors, View
from visualsearch.vision.colours import COLOURS, signature
from visualsearch.vision.cpus import usable_cpus
from visualsearch.vision.embed import Embedder
from visualsearch.vision.local import CATALOGUE, LOCAL, QUERY, LocalFeatures
from visualsearch.vision.regions import REGIONS, crop, region
from visualsearch.vision.text import WordReader
from visualsearch.vision.weights import Card
from visualsearch.vision.words import Vocabulary


class LookingEye:
    """Sees the box it is pointed at, or the whole picture."""

    def __init__(self, embedder: Embedder) -> None:
        self.name = eye_name(embedder.card)
        self.dimension = embedder.dimension
        self._embedder = embedder
        vocabulary = Vocabulary.packaged()
        self._kept = LocalFeatures(CATALOGUE, vocabulary)
        self._asked = LocalFeatures(QUERY, vocabulary)
        self._examiners = ThreadPoolExecutor(usable_cpus(), thread_name_prefix="examine")

    @cached_property
    def _reader(self) -> WordReader:
        """Loaded when words are first asked for: a text tower can be larger than the rest."""
        return WordReader(self._embedder.folder, self._embedder.card)

    def look(
        self, pictures: Sequence[Picture], boxes: Sequence[Box | None], *, vectors_only: bool = False
    ) -> list[tuple[View, ...]]:
        """See one view of each picture: its box, or the whole where the box is None."""
        seen = [box or WHOLE for box in boxes]
        regions = [region(picture.pixels, box) for picture, box in zip(pictures, seen, strict=True)]
        vectors = self._embedder.embed(regions)
        if vectors_only:
            return [(View(box, vector),) for box, vector in zip(seen, vectors, strict=True)]
        parts = [crop(picture.pixels, box) for picture, box in zip(pictures, seen, strict=True)]
        evidence = self._examiners.map(self._evidence, parts)
        return [
            (View(box, vector, *also),) for box, vector, also in zip(seen, vectors, evidence, strict=True)
        ]

    def examine(self, picture: Picture, box: Box | None) -> Closeup:
        """See print and colours of a picture, or of the box of it, more closely than ``look`` does."""
        pixels = crop(picture.pixels, box or WHOLE)
        return Closeup(self._asked.examine(pixels), signature(pixels))

    def read(self, words: Sequence[str]) -> Vectors:
        """Map texts to vectors, near those of pictures that they fit; raises BadInput or MissingExtra."""
        return self._reader.read(words)

    def _evidence(self, pixels: Pixels) -> tuple[bytes, bytes]:
        return self._kept.examine(pixels).encode(), signature(pixels)


def eye_name(card: Card) -> str:
    """Name what decides the vectors: the model's bytes and the preparation, not what runs them."""
    decisive = [card.sha256, card.input.preparation, REGIONS, LOCAL, COLOURS]
    # Only what differs from the default: models that had a name before there was a choice keep it.
    said = {"input": card.input.model_dump(exclude_defaults=True, exclude={"size", "preparation"})}
    said["output"] = card.output.model_dump(exclude_defaults=True)
    if any(said.values()):
        decisive.append(json.dumps(said, sort_keys=True))
    return f"{card.name}-{hashlib.sha256(' '.join(decisive).encode()).hexdigest()[:12]}"
