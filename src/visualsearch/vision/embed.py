"""Pixels to vectors: the one way in which pictures are prepared for the embedding model, and the model."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image

from visualsearch.domain import Pixels, Vectors
from visualsearch.errors import WeightsMismatch
from visualsearch.vision.cpus import usable_cpus
from visualsearch.vision.session import Runtime, open_session
from visualsearch.vision.weights import MODELS, checked_model

DEFAULT_CARD = MODELS / "lite0-imagenet-int8.json"

PREPARATION = "squash-hamming-1"
"""Names how ``prepare`` works; change it with anything that changes its pixels."""

LARGEST_BATCH = 16


class Embedder:
    """Maps pictures of any size to vectors; may be used from several threads at once.

    ``card`` is the model's card, by default that of the model in the package. Raises WeightsMismatch if the
    file is not what its card says.
    """

    def __init__(
        self, card: Path = DEFAULT_CARD, *, runtime: Runtime = "auto", threads: int | None = None
    ) -> None:
        path, self.card = checked_model(card)
        self.dimension = self.card.dimension
        self._check_preparation()
        threads = threads or usable_cpus()
        self._preparers = ThreadPoolExecutor(threads, thread_name_prefix="prepare")
        self._session = open_session(path, threads=threads, runtime=runtime)
        self.runtime = self._session.runtime
        self._warm_up()

    def embed(self, pictures: Sequence[Pixels]) -> Vectors:
        """Embed pictures; row i is of picture i, whatever the others are."""
        vectors = np.empty((len(pictures), self.dimension), np.float32)
        prepared = partial(prepare, size=self.card.input.size)
        for start, stop in _batches(len(pictures)):
            batch = list(self._preparers.map(prepared, pictures[start:stop]))
            vectors[start:stop] = self._session.run(np.stack(batch))
        return vectors

    def _check_preparation(self) -> None:
        if self.card.input.preparation != PREPARATION:
            raise WeightsMismatch(
                f"expected a model for pictures prepared by {PREPARATION}, "
                f"found {self.card.input.preparation} in the card of {self.card.name}; export it again"
            )

    def _warm_up(self) -> None:
        """Run each batch size once: the first run of a size takes several times as long as the next."""
        size = self.card.input.size
        for count in _batch_sizes():
            grey = np.full((count, size, size, 3), 127, np.uint8)
            shape = self._session.run(grey).shape
            if shape != (count, self.dimension):
                raise WeightsMismatch(
                    f"expected vectors of shape {(count, self.dimension)} from {self.card.file}, "
                    f"found {shape}; its card is of another model"
                )


def prepare(pixels: Pixels, size: int) -> Pixels:
    """Scale a picture to size x size with antialiasing, its proportions given up.

    Five ways to make a square found products equally often, but for letterboxes, which lose tall ones; this
    one is the simplest and cuts nothing off. Of the filters, Pillow's Hamming finds more than bilinear at the
    same cost, and its vectors change least with the size of the picture. The model's card has the numbers.
    """
    picture = Image.fromarray(pixels)
    # Large pictures are first averaged down to 1.5 times the size or more: half the time, the same vectors.
    return np.asarray(picture.resize((size, size), Image.Resampling.HAMMING, reducing_gap=1.5))


def _batches(count: int) -> Iterator[tuple[int, int]]:
    """Split a count into powers of two, so that only a few sizes are ever run and all are warm."""
    start = 0
    for size in _batch_sizes():
        while count - start >= size:
            yield start, start + size
            start += size


def _batch_sizes() -> Iterator[int]:
    size = LARGEST_BATCH
    while size:
        yield size
        size //= 2
