"""A gallery in memory that is asked by all evidence, with the search's own code."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from time import perf_counter

import cv2
import numpy as np
from numpy.typing import NDArray

from visualsearch.domain import Closeup, Rows, Vector, Vectors, View
from visualsearch.index.visual_words import VisualWords
from visualsearch.search.evidence import Evidence, gather
from visualsearch.search.shortlist import KNOWN, NEAREST, shortlist

ITSELF_STAYS = -1


@dataclass(frozen=True, slots=True)
class Asked:
    """A picture that is asked by, as the eye sees it."""

    vector: Vector
    closeup: Closeup
    itself: int = ITSELF_STAYS
    """Its own place in the gallery, which does not count; -1 where it is not there."""


@dataclass(frozen=True, slots=True)
class Laid:
    """What a gallery has for one question."""

    rows: Rows
    """The places that were looked at closely."""
    evidence: Evidence
    """Of each of them."""
    cosine: NDArray[np.float32]
    """Of every place; -inf of the picture itself."""
    seconds: float


class Desk:
    """A gallery whose pictures were seen; its places are the rows."""

    def __init__(self, gallery: Sequence[View]) -> None:
        self.gallery = gallery
        self.vectors: Vectors = np.stack([view.vector for view in gallery])
        printed = [place for place, view in enumerate(gallery) if view.print]
        self._words = VisualWords()
        self._words.add(np.array(printed, np.int64), [gallery[place].print for place in printed])

    def lay(self, asked: Asked) -> Laid:
        """Gather the evidence of one question."""
        began = perf_counter()
        cosine = self.vectors @ asked.vector
        if asked.itself != ITSELF_STAYS:
            cosine[asked.itself] = -np.inf
        nearest = np.argsort(-cosine, kind="stable")[:NEAREST]
        found = shortlist(nearest, self._words.search(asked.closeup.print, KNOWN))
        kept = found.rows != asked.itself
        rows = found.rows[kept]
        views = [self.gallery[row] for row in rows]
        evidence = gather(asked.vector, asked.closeup, views, found.shared[kept])
        return Laid(rows, evidence, cosine, perf_counter() - began)

    def lay_all(
        self, asked: Sequence[Asked], *, workers: int = 2, progress: Callable[[float], None] = lambda _: None
    ) -> Iterator[Laid]:
        """Gather the evidence of questions side by side; it comes in their order."""
        cv2.setNumThreads(1)
        _work[:] = [(self, asked)]
        with ProcessPoolExecutor(workers, mp_context=get_context("fork")) as pool:
            for done, laid in enumerate(pool.map(_lay, range(len(asked)), chunksize=8), 1):
                progress(done / len(asked))
                yield laid


_work: list[tuple[Desk, Sequence[Asked]]] = []
"""What the forked workers find in their memory, so that nothing large is sent to them."""


def _lay(place: int) -> Laid:
    [(desk, asked)] = _work
    return desk.lay(asked[place])
