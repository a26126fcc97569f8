"""What speaks for a candidate is larger where more speaks for it."""

import numpy as np

from visualsearch.domain import WHOLE, View
from visualsearch.search.evidence import FEATURES, SIGNALS, gather
from visualsearch.search.verify import NO_MATCH, Match


def test_every_column_belongs_to_one_signal_and_grows_with_it() -> None:
    assert sorted(column for columns in SIGNALS.values() for column in columns) == list(range(len(FEATURES)))
    asked = View(WHOLE, np.array([1, 0], np.float32))
    shown = [asked, View(WHOLE, np.array([0, 1], np.float32))]
    agreeing = Match(20, NO_MATCH.query, NO_MATCH.candidate, 25)
    found = gather(asked, shown, np.array([5000, 0], np.float32), [agreeing, NO_MATCH]).features()
    assert found.shape == (2, len(FEATURES))
    assert (found[0] >= found[1]).all()
    assert (found[0, [0, 2, 3, 4, 5, 6]] > found[1, [0, 2, 3, 4, 5, 6]]).all()


def test_no_candidates_have_no_evidence() -> None:
    asked = View(WHOLE, np.array([1, 0], np.float32))
    assert gather(asked, [], np.empty(0, np.float32), []).features().shape == (0, len(FEATURES))
