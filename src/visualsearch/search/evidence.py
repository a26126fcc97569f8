"""What speaks for each candidate of a query: look, print and colours, as numbers to be weighed together."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from visualsearch.domain import Closeup, Vector, View
from visualsearch.search.check import SURE_AGREEMENTS, check
from visualsearch.search.verify import Match
from visualsearch.vision.colours import compare

Numbers = NDArray[np.float32]

CHANCE_AGREEMENTS = 3
"""So many places agree by chance."""
_SHARED_UNIT = 1000.0

FEATURES = (
    "look",
    "look of studio pictures",
    "print agrees",
    "print agrees much",
    "print agrees of what is alike",
    "words share",
    "words share of the best",
    "colours",
    "colours nearly",
    "colours of studio pictures",
    "colours nearly, of studio pictures",
    "studio pictures",
)
"""What the columns of ``Evidence.features`` are, in their order."""
SIGNALS = {
    "look": (0, 1),
    "print": (2, 3, 4, 5, 6),
    "colour": (7, 8, 9, 10, 11),
}
"""The columns that make up each signal that is told to the shopper."""


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """What speaks for the candidates of one query; entry i of each array is of candidate i."""

    cosine: Numbers
    """Of the view that fits best."""
    agreeing: Numbers
    """Places of the print that agree in geometry."""
    alike: Numbers
    """Places of the print that are alike, wherever they are."""
    shared: Numbers
    """The score by visual words."""
    narrow: Numbers
    wide: Numbers
    """How alike the colours are, as ``vision.colours`` tells it."""
    are_plain: NDArray[np.bool_]
    """Whether both pictures have a plain ground."""
    matches: tuple[Match, ...]
    """Of the prints."""

    def features(self) -> Numbers:
        """Make what is weighed, [n, 12]."""
        plain = self.are_plain.astype(np.float32)
        over = np.maximum(self.agreeing - CHANCE_AGREEMENTS, 0)
        shared = np.log1p(self.shared / _SHARED_UNIT)
        best = max(float(self.shared.max(initial=0)), 1e-9)
        columns = (
            self.cosine,
            self.cosine * plain,
            np.log1p(over),
            np.minimum(over, SURE_AGREEMENTS) / 10,
            np.where(over > 0, self.agreeing / np.maximum(self.alike, 1), 0),
            shared,
            self.shared / best * float(shared.max(initial=0)),
            self.narrow,
            self.wide,
            self.narrow * plain,
            self.wide * plain,
            plain,
        )
        return np.stack(columns, axis=1).astype(np.float32)


def gather(
    vector: Vector, asked: Closeup, shown: Sequence[View], shared: Numbers, *, until_s: float = float("inf")
) -> Evidence:
    """Bring together what speaks for candidates, whose scores by visual words are ``shared``.

    ``until_s`` is as in ``check``.
    """
    colours = compare(asked.colours, [view.colours for view in shown])
    vectors = np.stack([view.vector for view in shown]) if shown else np.empty((0, len(vector)))
    cosine = np.asarray(vectors @ vector, np.float32)
    matches = check(asked.print, shown, cosine, shared, until_s=until_s)
    return Evidence(
        cosine=cosine,
        agreeing=np.array([match.agreeing for match in matches], np.float32),
        alike=np.array([match.alike for match in matches], np.float32),
        shared=np.asarray(shared, np.float32),
        narrow=colours.narrow,
        wide=colours.wide,
        are_plain=colours.are_plain,
        matches=tuple(matches),
    )
