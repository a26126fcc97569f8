"""Pixels to vectors: pictures prepared as the model's card says, and the model."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from visualsearch.domain import Pixels, Vectors
from visualsearch.errors import WeightsMismatch
from visualsearch.vision.cpus import usable_cpus
from visualsearch.vision.prepare import PREPARATIONS, SQUASH_HAMMING, Prepare, numbers, squash_quickly
from visualsearch.vision.session import Runtime, open_session
from visualsearch.vision.weights import MODELS, Output, checked_model, read_card

DEFAULT_CARD = MODELS / "lite0-products-int8.json"

PREPARATION = SQUASH_HAMMING
"""How pictures are prepared for the model of the package, and by which function."""
prepare = squash_quickly

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
        self.folder = card.parent
        self.dimension = self.card.dimension
        self._prepare = self._preparation()
        self.threads = threads or usable_cpus()
        self._preparers = ThreadPoolExecutor(self.threads, thread_name_prefix="prepare")
        self._session = open_session(
            path, threads=self.threads, runtime=runtime, output=self.card.output.name
        )
        self.runtime = self._session.runtime
        self._warm_up()

    def embed(self, pictures: Sequence[Pixels]) -> Vectors:
        """Embed pictures; row i is of picture i, whatever the others are."""
        vectors = np.empty((len(pictures), self.dimension), np.float32)
        size = self.card.input.size
        for start, stop in _batches(len(pictures)):
            batch = list(self._preparers.map(self._prepare, pictures[start:stop], repeat(size)))
            vectors[start:stop] = self._run(batch)
        return vectors

    def __reduce__(self) -> tuple[Callable[..., "Embedder"], tuple[str, bytes, str]]:
        """Travel to a process of any machine: card and model go along, the runtime is the same.

        What arrives uses one thread: where work is carried to, a process does it on each CPU.
        """
        model = (self.folder / self.card.file).read_bytes()
        return _arrived, (self.card.model_dump_json(), model, self.runtime.partition(" ")[0])

    def _run(self, batch: Sequence[Pixels]) -> Vectors:
        return vectors_from(self._session.run(numbers(batch, self.card.input)), self.card.output)

    def _preparation(self) -> Prepare:
        asked = self.card.input.preparation
        if asked not in PREPARATIONS:
            raise WeightsMismatch(
                f"expected a model for pictures prepared by one of {', '.join(PREPARATIONS)}, "
                f"found {asked} in the card of {self.card.name}; export it again"
            )
        return PREPARATIONS[asked]

    def _warm_up(self) -> None:
        """Run each batch size once: the first run of a size takes several times as long as the next."""
        size = self.card.input.size
        for count in _batch_sizes():
            shape = self._run([np.full((size, size, 3), 127, np.uint8)] * count).shape
            if shape != (count, self.dimension):
                raise WeightsMismatch(
                    f"expected vectors of shape {(count, self.dimension)} from {self.card.file}, "
                    f"found {shape}; its card is of another model"
                )


def _arrived(card: str, model: bytes, runtime: Runtime) -> Embedder:
    """Open what was carried here; raises WeightsMismatch where other bytes have come than left."""
    with TemporaryDirectory() as folder:
        place = Path(folder) / "card.json"
        place.write_text(card, encoding="utf-8")
        (place.parent / read_card(place).file).write_bytes(model)
        return Embedder(place, runtime=runtime, threads=1)


def vectors_from(output: NDArray[np.float32], said: Output) -> Vectors:
    """Take the vectors out of what a model gives; each is of length 1."""
    chosen = output if said.token is None else output[:, said.token]
    flat = np.asarray(chosen.reshape(len(chosen), -1), np.float32)
    return flat if said.scaled else flat / np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), 1e-12)


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
