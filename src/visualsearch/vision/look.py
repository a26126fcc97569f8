"""The one eye that looks at the catalogue and at queries: what pictures show, its parts, print, colours."""

import hashlib
import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from itertools import islice
from threading import Lock

import numpy as np

from visualsearch.domain import Box, Closeup, Picture, Pixels, Region, Spot, Vector, Vectors, View
from visualsearch.errors import Corrupt
from visualsearch.vision.colours import COLOURS, signature
from visualsearch.vision.detect import Detector
from visualsearch.vision.embed import Embedder
from visualsearch.vision.local import CATALOGUE, LOCAL, QUERY, LocalFeatures
from visualsearch.vision.regions import REGIONS, crop, region
from visualsearch.vision.text import WordReader
from visualsearch.vision.weights import Card
from visualsearch.vision.words import Vocabulary

MOST_FOUND = 10
"""Regions of one picture that a shopper is offered."""


class LookingEye:
    """Sees the spots it is pointed at, and finds what it may be pointed at.

    ``detector`` opens what finds, when it is first asked; without one nothing is found.
    """

    def __init__(self, embedder: Embedder, detector: Callable[[], Detector] | None = None) -> None:
        self.name = eye_name(embedder.card)
        self.dimension = embedder.dimension
        self._embedder = embedder
        self._open_detector = detector
        self._opening = Lock()
        vocabulary = Vocabulary.packaged()
        self._kept = LocalFeatures(CATALOGUE, vocabulary)
        self._asked = LocalFeatures(QUERY, vocabulary)
        self._examiners = ThreadPoolExecutor(embedder.threads, thread_name_prefix="examine")

    @cached_property
    def _reader(self) -> WordReader:
        """Loaded when words are first asked for: a text tower can be larger than the rest."""
        return WordReader(self._embedder.folder, self._embedder.card)

    @cached_property
    def _detector(self) -> Detector | None:
        """Loaded when regions are first asked for: bringing products in needs none."""
        return self._open_detector and self._open_detector()

    def find(self, pictures: Sequence[Picture]) -> list[tuple[Region, ...]]:
        """Find what may be searched for in each picture, the surest first, at most 10."""
        with self._opening:
            detector = self._detector
        if detector is None:
            return [()] * len(pictures)
        found = self._examiners.map(lambda picture: detector.detect(picture.pixels), pictures)
        return [tuple(regions[:MOST_FOUND]) for regions in found]

    def look(
        self, pictures: Sequence[Picture], spots: Sequence[Spot], *, vectors_only: bool = False
    ) -> list[View]:
        """See one spot of each picture, its box and what else it has, as one vector."""
        parts = [
            region(picture.pixels, box)
            for picture, spot in zip(pictures, spots, strict=True)
            for box in (spot.box, *(one.box for one in spot.regions))
        ]
        seen = iter(self._embedder.embed(parts))
        vectors = [_joined(spot, list(islice(seen, 1 + len(spot.regions)))) for spot in spots]
        if vectors_only:
            return [View(spot.box, vector) for spot, vector in zip(spots, vectors, strict=True)]
        whole = [crop(picture.pixels, spot.box) for picture, spot in zip(pictures, spots, strict=True)]
        evidence = self._examiners.map(self._evidence, whole)
        return [
            View(spot.box, vector, *also) for spot, vector, also in zip(spots, vectors, evidence, strict=True)
        ]

    def examine(self, picture: Picture, box: Box) -> Closeup:
        """See print and colours of a box of a picture, more closely than ``look`` does."""
        pixels = crop(picture.pixels, box)
        colours = self._examiners.submit(signature, pixels)
        return Closeup(self._asked.examine(pixels), colours.result())

    def read(self, words: Sequence[str]) -> Vectors:
        """Map texts to vectors, near those of pictures that they fit; raises BadInput or MissingExtra."""
        return self._reader.read(words)

    def __reduce__(self) -> tuple[Callable[..., "LookingEye"], tuple[Embedder, str]]:
        """Travel to a process of any machine, to look there; it finds nothing there, and reads no words."""
        return _arrived, (self._embedder, self.name)

    def _evidence(self, pixels: Pixels) -> tuple[bytes, bytes]:
        return self._kept.examine(pixels).encode(), signature(pixels)


def _arrived(embedder: Embedder, name: str) -> LookingEye:
    eye = LookingEye(embedder)
    if eye.name != name:
        raise Corrupt(
            f"expected the eye {name} here, found {eye.name}: another version of visualsearch is installed; "
            "install the same everywhere"
        )
    return eye


def _joined(spot: Spot, vectors: Sequence[Vector]) -> Vector:
    """Add the regions' vectors to the box's by their scores, all of them together by as much as the box's."""
    scores = np.array([one.score for one in spot.regions], np.float32)
    weights = np.array([1, *(scores / scores.sum())], np.float32)
    joined = weights @ np.stack(vectors)
    return np.asarray(joined / np.linalg.norm(joined), np.float32)


def eye_name(card: Card) -> str:
    """Name what decides the vectors: the model's bytes and the preparation, not what runs them."""
    decisive = [card.sha256, card.input.preparation, REGIONS, LOCAL, COLOURS]
    # Only what differs from the default: models that had a name before there was a choice keep it.
    said = {"input": card.input.model_dump(exclude_defaults=True, exclude={"size", "preparation"})}
    said["output"] = card.output.model_dump(exclude_defaults=True)
    if any(said.values()):
        decisive.append(json.dumps(said, sort_keys=True))
    return f"{card.name}-{hashlib.sha256(' '.join(decisive).encode()).hexdigest()[:12]}"
