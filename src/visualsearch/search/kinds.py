"""The kinds of a shop's rows, and of what is asked, by the classifier that the shop has just now."""

import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import structlog
from numpy.typing import NDArray

from visualsearch.domain import Row, Rows, Vector
from visualsearch.errors import Corrupt
from visualsearch.vision.kinds import KINDS, NEIGHBOURS, Kind, KindClassifier, Probabilities, Voters

ReadCategories = Callable[[Row, int], Sequence[tuple[Row, tuple[str, ...]]]]
"""Reads at most so many rows past one, in order, each with its product's categories."""

ROWS_AT_ONCE = 5_000
log = structlog.get_logger()


class KnownKinds:
    """One classifier with the kinds of all rows: two bytes a row, read once and then followed.

    A product whose categories change keeps its kind here until the classifier is learned anew.
    """

    def __init__(self, classifier: KindClassifier, categories: ReadCategories) -> None:
        self.classifier = classifier
        self._categories = categories
        self._kinds = np.empty(0, np.int16)
        kinds = len(classifier.card.names)
        self._shares = np.full(kinds, 1 / kinds)
        self._reading = threading.Lock()

    def of(self, rows: Rows) -> NDArray[np.int64]:
        """Tell the kinds of rows, -1 where the catalogue tells none."""
        self._follow()
        known = (rows >= 0) & (rows < len(self._kinds))
        kinds = np.full(rows.shape, -1, np.int64)
        kinds[known] = self._kinds[rows[known]]
        return kinds

    def shares(self) -> NDArray[np.float64]:
        """Tell how frequent each kind is among the rows [kinds]; even where no row has one."""
        self._follow()
        return self._shares

    def tell(self, vector: Vector, rows: Rows, scores: NDArray[np.float32]) -> Probabilities:
        """Tell the kind of a vector [kinds], by what was learned and by its nearest rows, the best first."""
        near = slice(0, NEIGHBOURS)
        voters = Voters(scores[None, near], self.of(rows[near])[None]) if len(rows) else None
        told: Probabilities = self.classifier.classify(vector[None], voters)[0]
        return told

    def best(self, told: NDArray[np.floating], count: int) -> list[Kind]:
        """List the most probable kinds."""
        return self.classifier.best(told, count)

    def _follow(self) -> None:
        with self._reading:
            while page := self._categories(Row(len(self._kinds) - 1), ROWS_AT_ONCE):
                grown = np.full(page[-1][0] + 1, -1, np.int16)
                grown[: len(self._kinds)] = self._kinds
                for row, categories in page:
                    kind = self.classifier.kind_of(categories)
                    grown[row] = -1 if kind is None else kind
                self._kinds = grown
                counts = np.bincount(grown[grown >= 0], minlength=len(self._shares)) + 1.0
                self._shares = counts / counts.sum()


class ShopKinds:
    """Opens a shop's classifier, and opens it again when another is learned."""

    def __init__(self, folder: Path, eye: str, categories: ReadCategories) -> None:
        self._card = folder / KINDS
        self._eye = eye
        self._categories = categories
        self._opened_ns = 0
        self._known: KnownKinds | None = None
        self._opening = threading.Lock()

    def __call__(self) -> KnownKinds | None:
        """Give what is known, or None where nothing was learned yet of what this eye sees."""
        try:
            written_ns = self._card.stat().st_mtime_ns
        except OSError:
            return None
        with self._opening:
            if written_ns != self._opened_ns:
                self._opened_ns = written_ns
                self._known = self._open()
            return self._known

    def _open(self) -> KnownKinds | None:
        try:
            classifier = KindClassifier(self._card)
        except Corrupt:
            # Kinds only order: the search goes on without them.
            log.warning("classifier cannot be opened", card=str(self._card), exc_info=True)
            return None
        return KnownKinds(classifier, self._categories) if classifier.card.eye == self._eye else None
