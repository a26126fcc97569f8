"""Any history of a vector index, beside a dictionary's."""

import tempfile
from pathlib import Path

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from indexes import DIMENSIONS, TOLERANCE, Adapter, cosine, found

from visualsearch.domain import Vectors
from visualsearch.index.hnsw import HnswIndex


class IndexModel(RuleBasedStateMachine):
    """Does the same to an index and to a dictionary, and compares what they find."""

    adapter: Adapter
    rows = st.lists(st.integers(0, 40), min_size=1, max_size=12)

    @initialize(dimension=st.sampled_from(DIMENSIONS), seed=st.integers(0, 2**32 - 1))
    def begin(self, dimension: int, seed: int) -> None:
        self.random = np.random.default_rng(seed)
        self.dimension = dimension
        self.index = self.adapter.make(dimension)
        self.model = dict[int, Vectors]()

    @rule(numbers=rows, copies=st.booleans())
    def add(self, numbers: list[int], copies: bool) -> None:  # noqa: FBT001 - hypothesis gives it by name
        vectors = self.random.standard_normal((len(numbers), self.dimension)).astype(np.float32)
        if copies:
            vectors[:] = next(iter(self.model.values()), vectors[0])
        self.index.add(np.array(numbers), vectors)
        self.model |= dict(zip(numbers, vectors, strict=True))

    @rule(numbers=rows)
    def remove(self, numbers: list[int]) -> None:
        self.index.remove(np.array(numbers))
        for number in numbers:
            self.model.pop(number, None)

    @rule(k=st.integers(1, 50), allowed=st.none() | rows)
    def search(self, k: int, allowed: list[int] | None) -> None:
        queries = self.random.standard_normal((2, self.dimension)).astype(np.float32)
        answer = self.index.search(queries, k, None if allowed is None else np.array(allowed))
        wanted = [row for row in self.model if allowed is None or row in allowed]
        if not wanted:
            assert answer.counts.tolist() == [0, 0]
            return
        scores = cosine(queries, np.stack([self.model[row] for row in wanted]))
        for query in range(2):
            listed, count = found(answer, query), min(k, len(wanted))
            assert len(listed) == len(set(listed)) == count
            assert set(listed) <= set(wanted)
            expected = [scores[query, wanted.index(row)] for row in listed]
            assert np.allclose(answer.scores[query, :count], expected, atol=TOLERANCE)
            if self.adapter.is_exact:
                best = -np.sort(-scores[query])[:count]
                assert np.allclose(answer.scores[query, :count], best, atol=TOLERANCE)

    @rule()
    def reopen(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            self.index, mark = self.adapter.reopened(self.index, str(len(self.model)), Path(folder))
        assert mark == str(len(self.model))

    @precondition(lambda self: isinstance(self.index, HnswIndex))
    @rule()
    def compact(self) -> None:
        assert isinstance(self.index, HnswIndex)
        self.index = self.index.compacted()
        assert self.index.dead_share == 0

    @invariant()
    def counts_what_is_there(self) -> None:
        assert len(self.index) == len(self.model)


def test_any_history_ends_as_it_does_for_a_dictionary(adapter: Adapter) -> None:
    machine = type("Machine", (IndexModel,), {"adapter": adapter})
    run_state_machine_as_test(
        machine, settings=settings(max_examples=adapter.histories, stateful_step_count=20, deadline=None)
    )
