"""Weighs all that speaks for a query's promising rows: look, print and colours."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from visualsearch.domain import Closeup, Item, Query, Row, Rows, SharedPrint, Vector
from visualsearch.ports import ChangeLog
from visualsearch.search.evidence import SIGNALS, gather
from visualsearch.search.judge import Judge
from visualsearch.search.live import LiveIndex
from visualsearch.search.shortlist import KNOWN, NEAREST, shortlist
from visualsearch.search.verify import Match

SAME_PRINT = 0.8
"""The probability from which a product counts as the very one that was asked for."""


@dataclass(frozen=True, slots=True, eq=False)
class Weighed:
    """What all evidence says of one row."""

    item: Item
    cosine: float
    odds: float
    """The logit of the probability that it is the very product, without the signals that are not wanted."""
    adds: NDArray[np.float32]
    """What each feature adds to them."""
    shared_print: SharedPrint | None

    @property
    def probability(self) -> float:
        """Tell how probable it is that it is the very product."""
        return float(1 / (1 + np.exp(-self.odds)))

    @property
    def signals(self) -> Mapping[str, float]:
        """Tell what each signal adds to the odds."""
        return {signal: float(self.adds[list(columns)].sum()) for signal, columns in SIGNALS.items()}


@dataclass(frozen=True)
class Weigher:
    """The parts that weigh."""

    index: LiveIndex
    changes: ChangeLog
    judge: Judge
    verify_ms: float
    """Time for comparing the prints of one query's candidates; what is left then counts as not alike."""

    def weigh(
        self,
        vector: Vector,
        asked: Closeup,
        nearest: Sequence[Row],
        known: Mapping[Row, Item],
        query: Query,
        allowed: Rows | None = None,
    ) -> list[Weighed]:
        """Weigh the rows nearest to a vector, the best first, and those that share most of the print.

        ``known`` are items that were read already. Rows of excluded products, those that are not allowed, and
        those gone since the index was asked, are left out.
        """
        found = shortlist(
            np.array(nearest[:NEAREST], np.int64), self.index.search_words(asked.print, KNOWN, allowed)
        )
        every = [Row(row) for row in found.rows.tolist()]
        items = {**known, **self.changes.items([row for row in every if row not in known])}
        views = self.changes.seen([row for row in every if row in items])
        places = [
            place
            for place, row in enumerate(every)
            if row in views and items[row].product not in query.exclude
        ]
        rows = [every[place] for place in places]
        until_s = time.monotonic() + self.verify_ms / 1000
        evidence = gather(vector, asked, [views[row] for row in rows], found.shared[places], until_s=until_s)
        judgement = self.judge.weigh(evidence)
        odds = judgement.odds(frozenset() if query.colour == "same" else frozenset({"colour"}))
        return [
            Weighed(
                items[row],
                float(evidence.cosine[place]),
                float(odds[place]),
                judgement.adds[place],
                _shared(evidence.matches[place], float(judgement.same_print[place])),
            )
            for place, row in enumerate(rows)
        ]


def _shared(match: Match, probability: float) -> SharedPrint | None:
    return SharedPrint(probability, match.query, match.candidate) if match.agreeing else None
