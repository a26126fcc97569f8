"""Chooses which rows are looked at closely: the nearest by look, and those that share most of the print."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from visualsearch.domain import Neighbours, Rows

NEAREST = 64
SHARING = 96
"""How many by look, and how many by visual words."""
KNOWN = 256
"""Rows whose scores by visual words are asked for: the nearest by look may be further down."""


@dataclass(frozen=True, slots=True)
class Shortlist:
    """Rows, each once, with their scores by visual words; entry i of both is of row i."""

    rows: Rows
    shared: NDArray[np.float32]
    """0 where a row shares nothing that counts."""


def shortlist(nearest: Rows, by_words: Neighbours) -> Shortlist:
    """Join the nearest rows, the best first, with what ``WordIndex.search`` found of ``KNOWN``."""
    count = int(by_words.counts[0])
    sharing, scores = by_words.rows[0, :count], by_words.scores[0, :count]
    rows = np.array(list(dict.fromkeys([*nearest.tolist(), *sharing[:SHARING].tolist()])), np.int64)
    known = dict(zip(sharing.tolist(), scores.tolist(), strict=True))
    return Shortlist(rows, np.array([known.get(row, 0.0) for row in rows.tolist()], np.float32))
