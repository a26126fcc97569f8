"""Where answers are kept while the shop stays as it is: what that promises, and the one in this process."""

from collections import OrderedDict
from typing import Protocol

from visualsearch.domain import Answer, Query

Key = tuple[bytes, Query]
"""A picture's digest, and what else is asked."""
State = str
"""Names all that answers are made of: differs once anything of it does."""


class AnswerMemory(Protocol):
    """Keeps a bounded number of answers to one state of the shop; raises Unavailable where it cannot."""

    async def recall(self, key: Key, state: State) -> Answer | None:
        """Give the answer that is kept for this state; those of another are dropped."""

    async def keep(self, key: Key, answer: Answer, state: State) -> None:
        """Keep an answer, unless another state was recalled last; the last used stay longest."""


class LocalAnswers:
    """The answers of one process, the last ``capacity`` that were used."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._kept: OrderedDict[Key, Answer] = OrderedDict()
        self._state: State | None = None

    async def recall(self, key: Key, state: State) -> Answer | None:
        """Give the kept answer."""
        if state != self._state:
            self._kept.clear()
            self._state = state
        if key in self._kept:
            self._kept.move_to_end(key)
        return self._kept.get(key)

    async def keep(self, key: Key, answer: Answer, state: State) -> None:
        """Keep an answer of the present state."""
        if state == self._state:
            self._kept[key] = answer
            self._kept.move_to_end(key)
            if len(self._kept) > self._capacity:
                self._kept.popitem(last=False)
