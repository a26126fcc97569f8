"""Compares the prints of a query's candidates, the most promising first, as long as that is worth it."""

import time
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from visualsearch.domain import Print, View
from visualsearch.search.verify import LEAST_FEATURES, NO_MATCH, Match, verify

MOST = 48
"""Candidates that are checked at most; twice as many find no more (docs/experiments.md)."""
AT_ONCE = 24
"""Candidates between two looks at whether the rest is worth it: of one brand's packs, many share a print."""
SURE_AGREEMENTS = 30
"""So many places that agree are no chance, and what is less promising will not have more."""

Numbers = NDArray[np.float32]


def check(
    asked: Print, shown: Sequence[View], cosine: Numbers, shared: Numbers, *, until_s: float = float("inf")
) -> list[Match]:
    """Compare a query's print with the candidates' views; entry i is of candidate i.

    ``cosine`` and ``shared`` tell how promising each is; what shares no visual words has no match.
    ``until_s`` is of ``time.monotonic``: what is not checked by then counts as no match; as long as it does
    not come, the same question has the same answer.
    """
    matches = [NO_MATCH] * len(shown)
    if len(asked) < LEAST_FEATURES:
        return matches
    best = 0
    promising = [place for place in _promising(cosine, shared).tolist() if shared[place] > 0]
    for done, place in enumerate(promising[:MOST]):
        if time.monotonic() > until_s or (done % AT_ONCE == 0 and best >= SURE_AGREEMENTS):
            break
        if shown[place].print:
            matches[place] = verify(asked, Print.decode(shown[place].print))
            best = max(best, matches[place].agreeing)
    return matches


def _promising(cosine: Numbers, shared: Numbers) -> NDArray[np.int64]:
    """Order candidates by the better of their places by look and by visual words."""
    by_look = np.argsort(np.argsort(-cosine, kind="stable"))
    by_words = np.argsort(np.lexsort((-cosine, -shared)))
    return np.argsort(np.minimum(by_look, by_words), kind="stable")
