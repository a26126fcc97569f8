"""Where answers are kept while the shop stays as it is: what that promises, and the one in this process."""

from collections import OrderedDict
from typing import Protocol

from visualsearch.domain import Answer, Query

Key = tuple[bytes, Query]
"""A picture's digest, and what else is asked."""
State = str | int
"""Of the shop, as the memory names it; means something to the memory that gave it alone."""


class AnswerMemory(Protocol):
    """Keeps a bounded number of answers to one state of the shop; raises Unavailable where it cannot."""

    async def recall(self, key: Key) -> tuple[Answer | None, State]:
        """Give the kept answer, if there is one, and the state that the shop is in."""

    async def keep(self, key: Key, answer: Answer, state: State) -> None:
        """Keep an answer, unless the state is past that it was asked in; the last used stay longest."""

    async def forget(self) -> None:
        """Hear that the shop has changed: drop all, and begin another state."""


class LocalAnswers:
    """The answers of one process, the last ``capacity`` that were used."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._kept: OrderedDict[Key, Answer] = OrderedDict()
        self._state = 0

    async def recall(self, key: Key) -> tuple[Answer | None, State]:
        """Give the kept answer and the state."""
        if key in self._kept:
            self._kept.move_to_end(key)
        return self._kept.get(key), self._state

    async def keep(self, key: Key, answer: Answer, state: State) -> None:
        """Keep an answer of the present state."""
        if state == self._state:
            self._kept[key] = answer
            self._kept.move_to_end(key)
            if len(self._kept) > self._capacity:
                self._kept.popitem(last=False)

    async def forget(self) -> None:
        """Begin another state."""
        self._kept.clear()
        self._state += 1
