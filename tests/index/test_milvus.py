"""What a Milvus server is asked for filters, and what it finds."""

import secrets

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visualsearch.domain import Rows
from visualsearch.errors import BadInput, Unavailable
from visualsearch.index import milvus
from visualsearch.index.exact import ExactIndex
from visualsearch.index.milvus import MilvusIndex

pytestmark = pytest.mark.xdist_group("milvus")
ROWS, DIMENSION = 3_000, 8


@settings(deadline=None)
@given(st.sets(st.integers(0, 400), min_size=1), st.integers(0, 1 << 40))
def test_a_filter_lets_through_the_rows_it_was_made_of_and_no_others(some: set[int], first: int) -> None:
    rows = np.array(sorted(some), np.int64) + first

    # What is written is Python as well.
    condition = compile(milvus._condition(rows), "condition", "eval")

    let_through = [row for row in range(first, first + 402) if eval(condition, {"row": row})]
    assert let_through == rows.tolist()


def test_a_filter_is_as_short_as_its_rows_allow() -> None:
    every = np.arange(100_000)

    assert milvus._condition(every) == "(0 <= row <= 99999)"
    assert len(milvus._condition(np.delete(every, every[::1000]))) < 1_000
    assert len(milvus._condition(every[::1000])) < 1_000


@pytest.fixture(scope="module")
def filled(milvus_uri: str) -> tuple[MilvusIndex, ExactIndex]:
    """The same vectors in both: 30 kinds, a hundred of each."""
    random = np.random.default_rng(0)
    centres = random.standard_normal((30, DIMENSION)).astype(np.float32)
    vectors = centres.repeat(ROWS // 30, 0)
    vectors += random.standard_normal(vectors.shape).astype(np.float32) / 4
    both = MilvusIndex(milvus_uri, f"test_{secrets.token_hex(6)}", DIMENSION), ExactIndex(DIMENSION)
    for index in both:
        index.add(np.arange(ROWS), vectors)
    return both


@pytest.mark.parametrize("share", [1, 0.5, 0.1, 0.04, 0.02, 0.001])
def test_the_best_of_any_share_of_rows_are_found(
    filled: tuple[MilvusIndex, ExactIndex], share: float
) -> None:
    random = np.random.default_rng(1)
    same(filled, np.flatnonzero(random.random(ROWS) <= share))


@pytest.mark.parametrize("runs", [1, 10, 16, 17, 60])
def test_ranges_of_rows_are_filters_that_the_server_reads(
    filled: tuple[MilvusIndex, ExactIndex], runs: int
) -> None:
    starts = np.linspace(0, ROWS - 10, runs).astype(np.int64)
    same(filled, np.unique(starts[:, None] + np.arange(2)))


def test_the_best_are_found_where_the_own_kind_is_filtered_out(
    filled: tuple[MilvusIndex, ExactIndex], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(milvus, "_LEAST_NAMED", 100)  # as a large catalogue is taken part by part
    same(filled, np.arange(200, ROWS), of=np.arange(0, 200, 50))


def same(filled: tuple[MilvusIndex, ExactIndex], allowed: Rows, of: Rows | None = None) -> None:
    """Check that both indexes find the same for some of their own rows."""
    index, exact = filled
    asked = exact._held[1][np.arange(0, ROWS, 400) if of is None else of]
    found, expected = index.search(asked, 10, allowed), exact.search(asked, 10, allowed)
    assert found.counts.tolist() == expected.counts.tolist()
    assert np.allclose(found.scores, expected.scores, atol=1e-3)
    assert set(found.rows.ravel().tolist()) <= {-1, *allowed.tolist()}


def test_an_address_that_is_none_is_refused_and_no_secret_is_told() -> None:
    with pytest.raises(BadInput, match="http://host:19530"):
        MilvusIndex("me:secret@host", "any", 4)
    with pytest.raises(Unavailable, match=r"at http://127.0.0.1:1, found") as raised:
        MilvusIndex("http://me:secret@127.0.0.1:1", "any", 4)
    assert "secret" not in raised.value.message
