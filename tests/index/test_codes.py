"""The two nearest codes are those that counting bits finds."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from visualsearch.index.codes import nearest_two


@given(
    asked=st.integers(1, 40),
    known=st.integers(2, 40),
    seed=st.integers(0, 1 << 30),
    step=st.integers(1, 3),
    within=st.integers(90, 140),
)
def test_the_two_nearest_codes_are_found_in_order(
    asked: int, known: int, seed: int, step: int, within: int
) -> None:
    random = np.random.default_rng(seed)
    codes = random.integers(0, 256, (asked, 32), np.uint8)
    others = random.integers(0, 256, (step * known, 32), np.uint8)[::step]
    differ = np.unpackbits(codes[:, None] ^ others[None], axis=2).sum(axis=2)

    near, nearest, distances = nearest_two(codes, others, within)

    assert near.tolist() == np.flatnonzero(differ.min(axis=1) <= within).tolist()
    assert (distances == np.sort(differ[near], axis=1)[:, :2]).all()
    assert (differ[near, nearest] == distances[:, 0]).all()
